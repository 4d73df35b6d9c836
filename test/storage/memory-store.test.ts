import { memoryStore } from '../../src/core/store.ts';
import { storeLaws } from '../laws/store-laws.ts';

storeLaws('memoryStore', async () => memoryStore());
