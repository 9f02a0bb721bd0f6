// npm start [-- FOLDER]: a real VS Code on a folder with Whence running, until Ctrl-C.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Failure, at, main, onWindows, output, root } from './lib.mjs';
import { makeVsix, vsix } from './package.mjs';
import { setup } from './setup.mjs';
import { freePort, installVsix, serve } from '../tests/e2e/server.mjs';

const PORT = 8617;
const USAGE = `Usage: npm start [-- FOLDER] [--port N] [--server]

Sets up, builds, and opens a real VS Code on FOLDER (default: this repository) with Whence running, until Ctrl-C.
The desktop VS Code is used where there is one; else VS Code's server from npm, to be opened in a browser.
Its profile is .vscode-e2e/start in this repository: your own VS Code and its settings are left alone.
FOLDER counts as trusted, since you named it.  What Whence remembers is kept where it always is (WHENCE_HOME).

  --port N   the server's port on 127.0.0.1 (default ${PORT}; 0 for any free one).
             It asks for no password: everyone with an account on this machine can open it while it runs.
  --server   VS Code's server even where there is a desktop VS Code`;

// The first look is at Whence, not at a welcome page.  Written once: what is changed in VS Code stays changed.
const SETTINGS = { 'telemetry.telemetryLevel': 'off', 'workbench.startupEditor': 'none', 'workbench.secondarySideBar.defaultVisibility': 'hidden' };

function parse(args) {
  const options = { port: PORT, server: false, folder: undefined };
  for (const [index, arg] of args.entries()) {
    if (args[index - 1] === '--port') continue;
    if (arg === '--server') options.server = true;
    else if (arg === '--port') {
      options.port = Number(args[index + 1] ?? NaN);
      if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65535) throw new Failure('--port needs a number from 0 to 65535.');
    } else if (arg.startsWith('-')) throw new Failure(`Unknown option ${arg}.\n\n${USAGE}`);
    else if (options.folder !== undefined) throw new Failure(`One folder at a time: ${options.folder} or ${arg}?  A name with spaces needs quotes.`);
    else options.folder = arg;
  }
  // npm runs scripts in the package's folder; INIT_CWD is where the person stood.
  const folder = path.resolve(process.env.INIT_CWD ?? process.cwd(), options.folder ?? root);
  if (!fs.existsSync(folder)) throw new Failure(`There is no folder ${folder}.`);
  if (!fs.statSync(folder).isDirectory()) throw new Failure(`${folder} is a file; Whence opens a folder.`);
  return { ...options, folder };
}

/** The environment that the person had before npm put its own things in. */
function outerEnvironment() {
  const ours = Object.entries(process.env).filter(([name]) => !/^(npm_.*|INIT_CWD|NODE)$/i.test(name));
  const places = (process.env.PATH ?? '').split(path.delimiter).filter(place => !/node_modules[\\/](\.bin|.*node-gyp-bin)$/.test(place));
  return { ...Object.fromEntries(ours), PATH: places.join(path.delimiter) };
}

/** Resolves with the signal's name when the person ends it. */
const interrupted = () => new Promise(resolve => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => resolve(name));
});

/** How to call the desktop VS Code, or undefined with the reason printed. */
function desktop({ data, extensions, env }) {
  const command = (env.PATH ?? '').split(path.delimiter).map(place => path.join(place, onWindows ? 'code.cmd' : 'code')).find(file => fs.existsSync(file));
  // Inside a remote window `code` only talks to the window it belongs to.
  if (command === undefined || /[\\/]remote-cli[\\/]/.test(command)) return undefined;
  const skip = reason => void console.log(`start: not the desktop VS Code at ${command}: ${reason}`);
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return skip('there is no display');
  const quoted = arg => (onWindows ? `"${arg}"` : arg);   // a .cmd needs a shell, and a shell needs quotes
  const profile = ['--user-data-dir', data, '--extensions-dir', extensions, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const call = args => [quoted(command), [...profile, ...args].map(quoted), { env, shell: onWindows }];
  const version = output(...call(['--version']))?.split('\n')[0].trim();
  const wanted = JSON.parse(fs.readFileSync(at('package.json'), 'utf8')).engines.vscode.replace('^', '');
  if (version === undefined) return skip('it does not run');
  if (version.localeCompare(wanted, undefined, { numeric: true }) < 0) return skip(`it is ${version}, and Whence needs ${wanted}`);
  return call;
}

async function openDesktop(call, profile, folder) {
  const [install, ...rest] = call(['--install-extension', vsix, '--force']);
  if (output(install, ...rest) === undefined) throw new Failure(`VS Code did not install ${vsix}.`);
  console.log(`\nWhence is running in VS Code on ${folder}.\nClose the window or press Ctrl-C to stop.`);
  const [command, args, options] = call(['--new-window', '--disable-workspace-trust', '--wait', folder]);
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  const closed = new Promise((resolve, reject) => {
    child.once('error', error => reject(new Failure(`VS Code could not be started: ${error.message}`)));
    child.once('exit', resolve);
  });
  await Promise.race([closed, interrupted()]);
  // `code` only waits for the window; the application is another process, whose id it leaves in its profile.
  try {
    process.kill(Number(fs.readFileSync(path.join(profile.data, 'code.lock'), 'utf8')));
  } catch { /* closed with its window already */ }
}

async function openServer(profile, folder, port) {
  const logFile = path.join(profile.data, 'server.log');
  fs.rmSync(logFile, { force: true });
  const stopped = interrupted();
  await installVsix(profile, vsix);
  const { base, stop, ended } = await serve(profile, { port, logFile });
  console.log(`\nWhence is running in VS Code on ${folder}.  Open it in a browser:\n\n    ${base}/?folder=${encodeURIComponent(folder).replaceAll('%2F', '/')}\n\nCtrl-C stops it.`);
  const how = await Promise.race([stopped.then(() => undefined), ended]);
  await stop();
  if (how !== undefined) throw new Failure(`VS Code's server ended with ${how}.  Its last words:\n${fs.readFileSync(logFile, 'utf8').slice(-2000)}`);
  console.log('\nStopped.');
}

await main(import.meta.url, async args => {
  if (args.includes('--help') || args.includes('-h')) return console.log(USAGE);
  const { folder, port: wanted, server } = parse(args);
  const profile = { data: at('.vscode-e2e', 'start', 'data'), extensions: at('.vscode-e2e', 'start', 'extensions'), env: outerEnvironment() };
  const call = server ? undefined : desktop(profile);
  const port = call ? undefined : await freePort(wanted);
  if (!call && port === undefined) throw new Failure(`Port ${wanted} of 127.0.0.1 is taken.  Name another: npm start -- --port ${wanted + 1} (0 for any free one).`);
  await setup();
  await makeVsix();
  const settings = path.join(profile.data, 'User', 'settings.json');
  fs.mkdirSync(path.dirname(settings), { recursive: true });
  if (!fs.existsSync(settings)) fs.writeFileSync(settings, JSON.stringify(SETTINGS, null, 2));
  await (call ? openDesktop(call, profile, folder) : openServer(profile, folder, port));
});
