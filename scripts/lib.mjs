// What the scripts beside this file share.  Only Node's own modules: they run before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const onWindows = process.platform === 'win32';
export const at = (...parts) => path.join(root, ...parts);

/** A program of the project's own virtual environment. */
export const inVenv = name => (onWindows ? at('.venv', 'Scripts', `${name}.exe`) : at('.venv', 'bin', name));

/** A failure whose message is all that the person needs: shown without a stack. */
export class Failure extends Error {}

/** Run `work` when the module at `url` is the script that Node was started with.  A Failure ends it with its message and status 1. */
export async function main(url, work) {
  if (!process.argv[1] || fs.realpathSync(process.argv[1]) !== fileURLToPath(url)) return;
  try {
    await work(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/** Run a program in the foreground, its output passing through, and into the file `log` too.  Rejects with a Failure unless it ends with 0. */
export function run(command, args, { log, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: log ? ['inherit', 'pipe', 'pipe'] : 'inherit', ...options });
    if (log) {
      const file = fs.openSync(log, 'w');
      const both = stream => chunk => { stream.write(chunk); fs.writeSync(file, chunk); };
      child.stdout.on('data', both(process.stdout));
      child.stderr.on('data', both(process.stderr));
      child.once('close', () => fs.closeSync(file));
    }
    child.once('error', error => reject(new Failure(`${command} could not be started: ${error.message}`)));
    child.once('close', (status, signal) =>
      status === 0 ? resolve() : reject(new Failure(`${path.basename(command)} ended with ${signal ?? `status ${status}`}`)));
  });
}

/** What a program prints, trimmed; undefined when there is no such program or it fails. */
export function output(command, args, options = {}) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', windowsHide: true, timeout: 120_000, ...options });
  return status === 0 ? stdout.trim() : undefined;
}

/** Run npm itself.  Under `npm run` its script is known, which spares Windows the shell that npm.cmd would need. */
export function npm(words, options = {}) {
  const args = [...words, '--no-audit', '--no-fund', '--no-update-notifier'];
  const script = process.env.npm_execpath ?? '';
  return path.basename(script) === 'npm-cli.js' ? run(process.execPath, [script, ...args], options) : run('npm', args, { shell: onWindows, ...options });
}

const PAUSES = [5, 20, 60].map(seconds => seconds * 1000);

/**
 * Do what asks a package registry, and again after each pause (milliseconds) when it fails: registries say no now and then.
 * What stays no is a Failure that says what to try; `what` is a plural, as in "Python packages", `again` the command that begins anew.
 */
export async function insist(what, work, { again = 'npm run setup', pauses = PAUSES } = {}) {
  for (const pause of [...pauses, undefined]) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (pause === undefined) {
        throw new Failure(`${error.message}\nThe ${what} could not be fetched or installed, in ${pauses.length + 1} tries; the reason stands above.\n` +
          `If the network or the package registry is the reason, try again later with \`${again}\`: what was fetched is kept.\n` +
          'If it stays so, look at the registry and the proxy in the settings of pip (`pip config list`), uv and npm (`npm config list`).');
      }
      console.log(`The ${what} could not be fetched or installed (${error.message}); another try in ${pause / 1000} s`);
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }
}

/** The entry script of a package in node_modules. */
export const tool = (...parts) => at('node_modules', ...parts);

/** One hash over texts and over the content of files; a missing file counts as empty. */
export function fingerprint(texts, files) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text}\0`);
  for (const file of files) hash.update(fs.existsSync(file) ? fs.readFileSync(file) : '').update('\0');
  return hash.digest('hex');
}

/** Do the work unless the stamp says that it was done for this fingerprint; stamp it when it succeeded. */
export async function once(stamp, print, work) {
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === print) return false;
  fs.rmSync(stamp, { force: true });
  await work();
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, print);
  return true;
}
