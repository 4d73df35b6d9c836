import { defineConfig } from 'vitepress';

const page = (text: string, name: string) => ({ text, link: `/docs/${name}` });

const SIDEBAR = [
  {
    text: 'Begin',
    items: [
      { text: 'In 60 seconds', link: '/' },
      page('Gallery', 'gallery'),
      page('Register a simulator', 'register-a-simulator'),
      page('External programs', 'external-programs'),
      page('Shipped simulators', 'simulators'),
      { text: 'In your browser', link: '/live.html', target: '_self' },
    ],
  },
  {
    text: 'Tutorials',
    items: [
      page('1 Your first study', 'tutorial-1-first-study'),
      page('2 Your own simulator', 'tutorial-2-simulator'),
      page('3 A surrogate you can trust', 'tutorial-3-trust'),
      page('4 Limits and objectives', 'tutorial-4-optimize'),
      page('5 Ship the model', 'tutorial-5-ship'),
    ],
  },
  {
    text: 'Study',
    items: [
      page('Scenarios', 'scenarios'),
      page('The command line', 'command-line'),
      page('Without the command line', 'in-code'),
      page('The chain', 'the-chain'),
      page('Surrogates', 'surrogates'),
      page('Runs that fail', 'failures'),
      page('The report', 'report'),
      page('Stores and resuming', 'stores-and-resuming'),
      page('Dashboard', 'dashboard'),
    ],
  },
  { text: 'Ship', items: [page('Save, export, serve', 'shipping'), page('More machines', 'more-machines')] },
  {
    text: 'Look up',
    items: [
      page('Options', 'options'),
      page('Glossary', 'glossary'),
      { text: 'API', link: '/api/', target: '_self' },
      page('Benchmarks', 'benchmarks'),
      page('Next to others', 'comparison'),
      page('References', 'references'),
      page('Architecture', 'architecture'),
      { text: 'Contributing', link: '/CONTRIBUTING' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
  },
];

/** The site of README and docs, as they stand: a link that leads nowhere is an error. */
export default defineConfig({
  title: 'imago',
  description: 'Turns an expensive simulation into a model you can trust, optimize, explain and ship',
  srcDir: '../..',
  srcExclude: ['{api,benchmarks,dist,scenarios,simulators,src,test}/**', 'docs/*/**'],
  rewrites: { 'README.md': 'index.md' },
  outDir: '.output',
  cacheDir: '.cache',
  markdown: {
    // Two braces are those of templates of programs, and nothing for the site to fill in.
    config: ({ renderer: { rules } }) => {
      for (const kind of ['text', 'code_inline'] as const) {
        const plain = rules[kind] as NonNullable<(typeof rules)[typeof kind]>;
        rules[kind] = (...args) => plain(...args).replaceAll('{{', '&#123;&#123;');
      }
    },
  },
  themeConfig: {
    sidebar: SIDEBAR,
    outline: [2, 3],
    search: { provider: 'local' },
  },
});
