import { malformedLaws } from '../laws/malformed-laws.ts';

malformedLaws();
