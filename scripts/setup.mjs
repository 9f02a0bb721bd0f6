// npm run setup: everything that the other scripts need, in .venv and node_modules, and the tests' embedding model in the
// user's cache.  Quick when nothing changed.
import fs from 'node:fs';
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

const hasUv = () => output('uv', ['--version']) !== undefined;

/** Install into .venv: with uv where there is one, else with the environment's own pip. */
const install = args => (hasUv()
  ? run('uv', ['pip', 'install', '--quiet', '--python', inVenv('python'), '--compile-bytecode', ...args])
  : run(inVenv('python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args]));

/** Make .venv unless there is a working one; where Python's venv module broke off, there is one without pip. */
async function makeVenv() {
  if (python(inVenv('python')) && (hasUv() || output(inVenv('python'), ['-m', 'pip', '--version']) !== undefined)) return;
  const { version, executable } = findPython();
  console.log(`setup: .venv with Python ${version} (${executable})`);
  if (hasUv()) {
    await run('uv', ['venv', '--quiet', '--clear', '--python', executable, at('.venv')]);
    return;
  }
  try {
    await run(executable, ['-m', 'venv', '--clear', at('.venv')]);
  } catch (error) {
    throw new Failure(`${error.message}\nPython's venv module did not work. On Debian and Ubuntu it is a package of its own: apt-get install python3-venv`);
  }
}

async function installPython() {
  await makeVenv();
  console.log('setup: Python packages');
  await insist('Python packages', () => install(['--require-hashes', '-r', at('requirements', 'dev.txt')]));
  // Editable, and built with the locked setuptools: nothing is fetched which the lock doesn't name.
  await install(['--no-deps', '--no-build-isolation', '-e', root]);
  await run(inVenv('python'), ['-m', 'compileall', '-q', at('server', 'whence')]);
}

async function installNode() {
  console.log('setup: Node packages');
  await insist('Node packages', () => npm(['ci', '--include=dev', '--ignore-scripts']));
}

/** Make .venv and node_modules what the lock files say; with `model`, fetch the embedding model that the tests need. */
export async function setup({ model = false } = {}) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) throw new Failure(`Node ${OLDEST_NODE} or newer is needed; this is ${process.version}.`);
  const stamp = at('.venv', 'whence-setup');
  if (!fs.existsSync(inVenv('whence'))) fs.rmSync(stamp, { force: true });
  // The root is part of it because programs in a virtual environment know its path: a moved folder installs again.
  await once(stamp, fingerprint([root], [at('requirements', 'dev.txt'), at('pyproject.toml')]), installPython);
  await once(at('node_modules', '.whence-setup'), fingerprint([process.platform, process.arch], [at('package-lock.json')]), installNode);
  // It asks the registry again itself, and says what to try.
  if (model) await run(inVenv('python'), ['-m', 'tests.model_cache']);
}

await main(import.meta.url, () => setup({ model: true }));
