// npm run gallery -- [scenario ...]
import { loadModule } from 'imago/node';

await loadModule(new URL('./gallery.ts', import.meta.url).href);
