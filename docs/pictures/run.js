// npm run pictures [-- dashboard | report]
import { loadModule } from 'imago/node';

const [name = 'index'] = process.argv.slice(2);
const { default: draw } = await loadModule(new URL(`./${name}.ts`, import.meta.url).href);
await draw();
