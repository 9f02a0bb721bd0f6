// VS Code's own server (code-server, from npm) in .vscode-e2e, and a browser to show it.  Quick when they are there.
// Nothing comes from anywhere but npm's registry and the system's packages.
import fs from 'node:fs';
import path from 'node:path';
import { Failure, at, fingerprint, insist, npm, once, output, run } from '../../scripts/lib.mjs';

const RECIPE = '2';   // another number installs anew everywhere
const folder = at('.vscode-e2e', 'server');
const locked = ['package.json', 'package-lock.json'].map(name => at('tests', 'e2e', 'vscode', name));
const codeServer = path.join(folder, 'node_modules', 'code-server');
const entry = path.join(codeServer, 'out', 'node', 'entry.js');

/** The Node 24 that code-server demands: npm's on Linux, elsewhere the one that runs this script. */
function node24() {
  const npms = path.join(folder, 'node_modules', `node-${process.platform}-${process.arch}`);
  if (fs.existsSync(npms)) return { node: path.join(npms, 'bin', 'node'), headers: npms };
  if (process.platform !== 'win32' && process.versions.node.startsWith('24.')) return { node: process.execPath };
  throw new Failure(`VS Code's server from npm runs on Linux (x64, arm64), or on macOS under Node 24; this is ${process.platform}-${process.arch} with Node ${process.version}.\n` +
    'Install the desktop VS Code and put its `code` command on the PATH.');
}

async function install() {
  const started = Date.now();
  console.log('VS Code: installing its server from npm into .vscode-e2e (about a minute, 800 MB)');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const file of locked) fs.copyFileSync(file, path.join(folder, path.basename(file)));
  // Without scripts: code-server's postinstall builds Kerberos bindings, which no one here needs.
  const ci = ['ci', '--ignore-scripts', '--loglevel=error'];
  const fetched = (args, options) => insist("packages of VS Code's server", () => npm(args, options), { again: 'npm test' });
  await fetched(ci, { cwd: folder });
  const { node, headers } = node24();
  const env = { ...process.env, PATH: [path.dirname(node), process.env.PATH].join(path.delimiter), ...(headers && { npm_config_nodedir: headers }) };
  // What the postinstall does besides.  VS Code's own lock file leaves out a peer, which plain `npm ci` refuses.
  const inner = [...ci, '--omit=dev', '--legacy-peer-deps'];
  await fetched(inner, { cwd: path.join(codeServer, 'lib', 'vscode'), env });
  await fetched(inner, { cwd: path.join(codeServer, 'lib', 'vscode', 'extensions'), env });
  try {
    // For log files and output channels, and so that the extension host ends with its parent.  They need a C++ compiler.
    await npm(['rebuild', '--ignore-scripts=false', '@vscode/spdlog', '@vscode/native-watchdog'], { cwd: path.join(codeServer, 'lib', 'vscode'), env, stdio: 'ignore' });
  } catch {
    console.log('VS Code: without a C++ compiler its log files and output channels stay empty; everything else works');
  }
  console.log(`VS Code: installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Install VS Code's server unless it is there.  Returns the Node to run it with and its entry script. */
export async function vscodeServer() {
  if (process.platform === 'win32') node24();
  await once(path.join(folder, 'whence-setup'), fingerprint([RECIPE, folder], locked), install);
  return { node: node24().node, entry };
}

const BROWSERS = {
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(name => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA].filter(Boolean)
    .flatMap(base => [path.join(base, 'Google', 'Chrome', 'Application', 'chrome.exe'), path.join(base, 'Microsoft', 'Edge', 'Application', 'msedge.exe')]),
}[process.platform] ?? [];

function findBrowser() {
  const onPath = (process.env.PATH ?? '').split(path.delimiter)
    .flatMap(base => ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].map(name => path.join(base, name)));
  // Windows' browsers print no version; elsewhere a launcher may stand there without its browser, which only running it tells.
  const works = file => process.platform === 'win32' || output(file, ['--version']) !== undefined;
  return [process.env.CHROMIUM, ...onPath, ...BROWSERS].find(file => file && fs.existsSync(file) && works(file));
}

async function installBrowser() {
  const root = process.getuid?.() === 0 ? [] : output('sudo', ['-n', 'true']) !== undefined ? ['sudo', '-n'] : undefined;
  if (process.platform !== 'linux' || !root || output('apt-get', ['--version']) === undefined) return;
  console.log('browser: installing Chromium with apt-get');
  const apt = (...args) => {
    const [command, ...rest] = [...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'Acquire::Retries=5', ...args];
    return run(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  try {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  } catch (error) {
    console.log(`browser: ${error.message}`);
  }
}

/** The path of a Chromium or a relative of it, installed where the system's packages allow it without asking. */
export async function browser() {
  const found = findBrowser() ?? (await installBrowser(), findBrowser());
  if (found) return found;
  throw new Failure('The end-to-end tests need a Chromium, Chrome or Edge, and none was found.\n' +
    'Install one (Debian: apt-get install chromium; Fedora: dnf install chromium; macOS: brew install --cask chromium; Windows: winget install Google.Chrome),\n' +
    'or name one: CHROMIUM=/path/to/chrome npm test; or leave these tests out: npm test -- --no-e2e');
}
