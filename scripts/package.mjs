// npm run package: dist/whence.vsix, with the bundle, the wheel of the Python package and the embedding model inside.
// With --target, the same for one platform, and the Python packages with it; with --wheel, the wheel that stands alone.
import fs from 'node:fs';
import path from 'node:path';
import { Failure, at, inVenv, main, run, tool } from './lib.mjs';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

export const vsix = at('dist', 'whence.vsix');

/** The Python whose packages a platform's VSIX carries: there is room for those of one.  Another Python fetches what is its own. */
const PYTHONS = { 'linux-x64': '3.12', 'linux-arm64': '3.12', 'darwin-arm64': '3.13', 'win32-x64': '3.13' };

const MOST_MEGABYTES = 250;   // Open VSX takes at most 256

const USAGE = `Usage: npm run package [-- --target PLATFORM [--python VERSION] | --wheel]

Without options: dist/whence.vsix, for all platforms.  Its set-up fetches the Python packages.

  --target PLATFORM  dist/whence-PLATFORM.vsix, which carries them: ${Object.keys(PYTHONS).join(', ')}
  --python VERSION   for which Python, as in 3.12; otherwise the one that most have there
  --wheel            dist/alone/whence-VERSION-py3-none-any.whl, with the model inside, for uv tool install and pipx`;

const python = (...args) => run(inVenv('python'), args, { env: { ...process.env, PYTHONPATH: [at('server'), at()].join(path.delimiter), SOURCE_DATE_EPOCH: '1577836800' } });

const wheels = () => fs.readdirSync(at('dist')).filter(name => name.endsWith('.whl')).map(name => at('dist', name));

async function wheel() {
  // setuptools packs whatever an earlier build left in build/, deleted modules included.
  fs.rmSync(at('build'), { recursive: true, force: true });
  fs.mkdirSync(at('dist'), { recursive: true });
  for (const file of wheels()) fs.rmSync(file);
  // A fixed date: the same sources give the same bytes, and no environment is made anew for nothing.
  await python('-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-build-isolation', '--wheel-dir', at('dist'), at());
  fs.rmSync(at('build'), { recursive: true, force: true });
}

/** The embedding model, finished: the extension's environment need not fetch it, nor have what converts it. */
async function model() {
  fs.rmSync(at('dist', 'model'), { recursive: true, force: true });
  await python('-m', 'tests.model_cache', at('dist', 'model'));
}

/** Pack a VSIX from what is built. */
async function pack(options, file) {
  // The project names no public repository yet: vsce is told so, and leaves the README's relative links alone.
  await run(process.execPath, [tool('@vscode', 'vsce', 'vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', ...options, '--out', file]);
}

/** Build everything that each VSIX carries. */
const parts = () => Promise.all([build(), wheel(), model()]);

/** Build everything that the VSIX carries, then the VSIX. */
export async function makeVsix() {
  await parts();
  await pack([], vsix);
}

/** The VSIX for one platform, from what is built, with the Python packages for one Python.  They are fetched once, into dist/fetched. */
export async function packFor(target, version = PYTHONS[target], file = at('dist', `whence-${target}.vsix`)) {
  const [fetched, carried] = [at('dist', 'fetched', `${target}-${version}`), at('dist', 'wheels')];
  await python(at('scripts', 'wheels.py'), target, version ?? '', fetched);
  fs.rmSync(carried, { recursive: true, force: true });
  try {
    fs.cpSync(fetched, carried, { recursive: true });
    await pack(['--target', target], file);
  } finally {
    fs.rmSync(carried, { recursive: true, force: true });
  }
  const megabytes = Math.ceil(fs.statSync(file).size / 1e6);
  if (megabytes > MOST_MEGABYTES) throw new Failure(`${file} has ${megabytes} MB; at most ${MOST_MEGABYTES} may be published.`);
  console.log(`package: ${path.basename(file)}, ${megabytes} MB, with the packages for Python ${version}`);
}

/** The wheel that works where nothing else of ours is. */
export async function makeWheel() {
  await Promise.all([wheel(), model()]);
  fs.rmSync(at('dist', 'alone'), { recursive: true, force: true });
  await python(at('scripts', 'alone.py'), ...wheels(), at('dist', 'model'), at('dist', 'alone'));
}

function parse(args) {
  const options = {};
  for (let place = 0; place < args.length; place++) {
    const name = { '--target': 'target', '--python': 'version', '--wheel': 'alone' }[args[place]];
    if (!name) throw new Failure(`Unknown option ${args[place]}.\n\n${USAGE}`);
    options[name] = name === 'alone' ? true : args[++place] ?? '';
  }
  if (options.version !== undefined && options.target === undefined) throw new Failure(`--python goes with --target.\n\n${USAGE}`);
  return options;
}

await main(import.meta.url, async args => {
  if (args.includes('--help')) return console.log(USAGE);
  const { target, version, alone } = parse(args);
  await setup();
  if (alone) return makeWheel();
  if (target === undefined) return makeVsix();
  await parts();
  await packFor(target, version);
});
