// npm run pictures
import { loadModule } from 'imago/node';

await loadModule(new URL('./index.ts', import.meta.url).href);
