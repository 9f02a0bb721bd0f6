// npm run build: bundle the extension into dist/.  npm run watch: again at every change.
import fs from 'node:fs';
import path from 'node:path';
import { Failure, at, main, root } from './lib.mjs';

const common = { absWorkingDir: root, bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'], sourcemap: true, logLevel: 'warning' };
/** The client of the language server is four fifths of the code, and is loaded when the server starts: the window waits for the rest alone. */
const CLIENT = 'vscode-languageclient/node';
const extension = {
  ...common, entryPoints: ['extension/src/extension.ts'], outfile: 'dist/extension.js', minify: true, metafile: true,
  alias: { [CLIENT]: './languageclient.js' }, external: ['vscode', './languageclient.js'], supported: { 'dynamic-import': false },
};
const languageClient = { ...common, entryPoints: [CLIENT], outfile: 'dist/languageclient.js', minify: true, sourcemap: false, metafile: true };

/** What webviews draw: each a script and its style. */
const views = {
  ...common, entryPoints: ['graph', 'costs', 'why', 'dashboard', 'page', 'form'].map(name => `extension/view/${name}.ts`), outdir: 'dist', platform: 'browser', format: 'iife', target: 'es2022', external: [],
  minify: true, sourcemap: false, metafile: true,
};

/** Node's packages are there only after set-up, so they are loaded when needed. */
const esbuild = () => import('esbuild').catch(() => { throw new Failure('esbuild is not installed: run `npm run setup` first.'); });

/** Bundle; esbuild itself prints what is wrong. */
async function bundle(options) {
  const { build } = await esbuild();
  return build(options).catch(error => { throw new Failure(`esbuild: ${error.message.split('\n')[0]}`); });
}

/** The licences of the packages that the bundle contains, as their licences ask. */
function notices({ inputs }) {
  const packages = new Set(Object.keys(inputs).map(file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean));
  return [...packages].sort().map(folder => {
    const { name, version, license } = JSON.parse(fs.readFileSync(at(folder, 'package.json'), 'utf8'));
    const file = fs.readdirSync(at(folder)).find(entry => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? fs.readFileSync(at(folder, file), 'utf8').trim() : ''}\n`;
  }).join(`\n${'-'.repeat(78)}\n\n`);
}

export async function build() {
  const bundles = await Promise.all([extension, languageClient, views].map(bundle));
  const inputs = Object.assign({}, ...bundles.map(({ metafile }) => metafile.inputs));
  fs.writeFileSync(at('dist', 'THIRD_PARTY_NOTICES.txt'), notices({ inputs }));
}

/** Bundle every *.test.ts of a folder, and what else is named, each on its own into dist-test/; returns the tests' bundles. */
export async function buildTests(folder, others = []) {
  const tests = fs.existsSync(at(folder)) ? fs.readdirSync(at(folder)).filter(name => name.endsWith('.test.ts')) : [];
  const outdir = path.join('dist-test', path.basename(folder));
  fs.rmSync(at(outdir), { recursive: true, force: true });
  if (tests.length === 0) return [];
  await bundle({ ...common, entryPoints: [...tests, ...others].map(name => `${folder}/${name}`), outdir, external: ['vscode', 'mocha'], outExtension: { '.js': '.cjs' } });
  return tests.map(name => at(outdir, name.replace(/\.ts$/, '.cjs')));
}

await main(import.meta.url, async args => {
  if (!args.includes('--watch')) return build();
  const { context } = await esbuild();
  await (await context({ ...extension, minify: false, logLevel: 'info' })).watch();
});
