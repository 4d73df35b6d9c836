import { memoryStore } from '../../src/core/store.ts';
import { storeLaws } from '../../src/testing/store-laws.ts';

storeLaws('memoryStore', async () => memoryStore());
