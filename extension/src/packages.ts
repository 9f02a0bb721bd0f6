/** Programs and packages: how ours are run, and uv, which fetches the packages and asks where pip would ask. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { CancellationToken, LogOutputChannel } from 'vscode';
import { CancellationError, l10n } from 'vscode';
import { coveredPython, missingOf, shelfOf, soundWheel } from './carried';
import type { Sizes, Step, Wheels } from './progress';
import { follow, megabytes, saysNoForNow, wheelsOf } from './progress';

export { megabytes };

export const onWindows = process.platform === 'win32';

/** Seconds before each further try, where a package index can't be asked. pip and uv themselves try a few times within each. */
const PAUSES = [3, 15];

/** uv from 0.5 on has all that is asked of it. */
const OLDEST_UV = 5;

const READ_SETTINGS = 'import sys; sys.path.insert(0, sys.argv[1]); from whence.models.index_settings import main; main()';

/** A package index could not be asked: the message says what to try. */
export class NoNetwork extends Error {}

/** This Python lacks what makes environments. */
export class NoPip extends Error {}

/** What a process of ours may see: not another Python's home, and .pyc files may be written, without which all is slow. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONHOME: undefined, PYTHONDONTWRITEBYTECODE: undefined, VIRTUAL_ENV: undefined, PYTHONUTF8: '1' };
}

/** How a program is run: where, with which variables beside ours, until when, and who hears its lines. */
export interface Running {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly token?: CancellationToken | undefined;
  readonly line?: (line: string) => void;
}

/** Run a program to its end and give what it printed. Rejects with its last lines when it fails or is cancelled. */
export function run(command: string, args: readonly string[], { cwd, env, token, line }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    if (token?.isCancellationRequested) { reject(new CancellationError()); return; }
    const child = spawn(command, args, { cwd, env: { ...environment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const cancelled = token?.onCancellationRequested(() => child.kill());
    let printed = '';
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', each => {
        printed += `${each}\n`;
        if (each.trim()) line?.(each.trim());
      });
    }
    child.once('error', reject);
    child.once('close', status => {
      cancelled?.dispose();
      if (token?.isCancellationRequested) reject(new CancellationError());
      else if (status === 0) resolve(printed.trim());
      else if (saysNoForNow(printed)) {
        reject(new NoNetwork(l10n.t('The package index could not be reached, or refused. Check the network, and the index and proxy in pip’s settings; what was fetched is kept.')));
      } else reject(new Error(printed.trim().split('\n').slice(-3).join('\n') || `${path.basename(command)} ended with status ${String(status)}`));
    });
  });
}

/** The Python of an environment. */
export const programOf = (folder: string) => path.join(folder, ...(onWindows ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** What a set-up works with. */
export interface Bench {
  /** The extension's folder, which holds the lock files. */
  readonly extension: string;
  /** The wheel of the server. */
  readonly wheel: string;
  /** Where programs are run. */
  readonly storage: string;
  readonly log: LogOutputChannel;
  readonly token: CancellationToken;
  readonly tell: (step: Step) => void;
}

/** A lock file of the extension. */
export const lockFile = (extension: string, lock: string) => path.join(extension, 'requirements', `${lock}.txt`);

const PLATFORM = `${process.platform}-${process.arch}`;

const sizesOf = async (extension: string) => JSON.parse(await fs.readFile(path.join(extension, 'requirements', 'wheels.json'), 'utf8')) as Sizes;

/** What a lock brings onto this machine, and how large it is; for a Python as in `3.12`, or at most. */
export const wheels = async (extension: string, lock: string, python?: string): Promise<Wheels> => wheelsOf(await sizesOf(extension), lock, PLATFORM, python);

/** The Python for which the extension carries all packages, if there is one. */
export const carriedPython = async (extension: string) => coveredPython(await shelfOf(extension), await sizesOf(extension), 'runtime', PLATFORM);

/** Run a program of a set-up: all that it prints goes to the log. */
export function step({ storage, log, token }: Bench, command: string, args: readonly string[], more: Partial<Running> = {}): Promise<string> {
  log.info(`${command} ${args.join(' ')}`);
  return run(command, args, { cwd: storage, token, ...more, line: line => { log.info(line); more.line?.(line); } });
}

/** Do what asks a package index, and again after a pause where it can't be asked. */
async function insist<T>({ log, token, tell }: Bench, done: number, work: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
      log.warn(error.message);
    }
    for (let left = pause; left > 0; left--) {
      if (token.isCancellationRequested) throw new CancellationError();
      tell({ message: l10n.t('The package index could not be reached; another try in {0} s', left), done });
      await new Promise(resolve => setTimeout(resolve, 1000));
    }
  }
  return work();
}

/** The user's own uv, if there is one and it is new enough. */
export async function presentUv(storage: string): Promise<string | undefined> {
  const told = await run('uv', ['--version'], { cwd: storage }).catch(() => '');
  const [major = -1, minor = -1] = /(\d+)\.(\d+)/.exec(told)?.slice(1).map(Number) ?? [];
  return major > 0 || minor >= OLDEST_UV ? 'uv' : undefined;
}

/** The user's own uv, else the one that the extension carries, else one that is fetched; the last two lie in `folder`. */
export const findUv = async (bench: Bench, base: string, folder: string): Promise<string> =>
  await presentUv(bench.storage) ?? await carriedUv(bench, base, folder) ?? await fetchUv(bench, base, folder);

/** A wheel is an archive that any Python unpacks. */
async function carriedUv(bench: Bench, base: string, folder: string): Promise<string | undefined> {
  const wheel = await soundWheel(await shelfOf(bench.extension), await wheels(bench.extension, 'uv'), 'uv');
  if (!wheel) return undefined;
  await step(bench, base, ['-I', '-m', 'zipfile', '-e', wheel, folder]);
  const [data = ''] = (await fs.readdir(folder)).filter(name => name.endsWith('.data'));
  const uv = path.join(folder, data, 'scripts', onWindows ? 'uv.exe' : 'uv');
  await fs.chmod(uv, 0o755);
  return uv;
}

/** Fetch uv into a folder with a Python's pip, or where it has none, with that of an environment for once. */
async function fetchUv(bench: Bench, base: string, folder: string): Promise<string> {
  const { extension, tell } = bench;
  tell({ message: l10n.t('Fetching uv, which fetches the packages ({0} MB)', megabytes(await wheels(extension, 'uv'))), done: 0.03 });
  let python = base;
  if (!await run(base, ['-I', '-m', 'pip', '--version'], { cwd: bench.storage }).catch(() => undefined)) {
    const scratch = path.join(folder, 'pip');
    await step(bench, base, ['-I', '-m', 'venv', scratch]).catch((error: unknown) => {
      throw error instanceof CancellationError ? error
        : new NoPip(l10n.t('{0} has no pip and can’t make environments. On Debian and Ubuntu: apt install python3-venv. Then set up again.', base));
    });
    python = programOf(scratch);
  }
  const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  // What people ask of their own pip must not keep it from a folder of ours.
  const env = { PIP_REQUIRE_VIRTUALENV: '0', PIP_USER: '0' };
  await insist(bench, 0.03, () => step(bench, python, [
    '-I', '-m', 'pip', 'install', ...quiet, '--target', folder, '--no-deps', '--only-binary', ':all:', '--require-hashes', '-r', lockFile(extension, 'uv'),
  ], { env }));
  const names = onWindows ? ['Scripts/uv.exe', 'bin/uv.exe'] : ['bin/uv'];
  for (const name of names) {
    const uv = path.join(folder, name);
    if (await fs.access(uv).then(() => true, () => false)) return uv;
  }
  throw new Error(l10n.t('The package uv holds no program.'));
}

/** What uv is told by pip's settings, which a Python reads. */
async function indexSettings({ storage, wheel }: Bench, python: string): Promise<{ environment: NodeJS.ProcessEnv; arguments: string[] }> {
  return JSON.parse(await run(python, ['-I', '-c', READ_SETTINGS, wheel], { cwd: storage })) as { environment: NodeJS.ProcessEnv; arguments: string[] };
}

/** uv's own variables, for every call: no colours in its lines, patience, and no Python that nobody asked for. */
const PLAIN = { NO_COLOR: '1', FORCE_COLOR: undefined, UV_HTTP_RETRIES: '5', UV_PYTHON_DOWNLOADS: 'never' };

/** Make an environment that may be moved. */
export const makeEnvironment = (bench: Bench, uv: string, base: string, folder: string) =>
  step(bench, uv, ['venv', '--no-project', '--relocatable', '--python', base, folder], { env: PLAIN });

/** Where uv finds the wheels of a lock: on the extension's shelf alone where all are there, else at the package index as well. */
async function source(bench: Bench, python: string, lock: string, from: number): Promise<{ arguments: string[]; environment: NodeJS.ProcessEnv; missing: Wheels }> {
  const { extension, storage, log, tell } = bench;
  const version = await run(python, ['-I', '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { cwd: storage });
  const shelf = await shelfOf(extension);
  const missing = missingOf(shelf, await wheels(extension, lock, version));
  if (!Object.keys(missing).length) return { arguments: ['--no-index', '--find-links', shelf.folder], environment: { UV_OFFLINE: '1' }, missing };
  const settings = await indexSettings(bench, python);
  if (!shelf.files.length) return { ...settings, missing };
  const covered = await carriedPython(extension);
  if (covered && covered !== version) {
    const message = l10n.t('Whence carries the packages for Python {0}. For Python {1}, which was found, {2} MB are fetched.', covered, version, megabytes(missing));
    log.warn(message);
    tell({ message, done: from });
  }
  // An option replaces what the variable says.
  const { UV_FIND_LINKS: links = process.env['UV_FIND_LINKS'] ?? '' } = settings.environment;
  const places = [shelf.folder, ...links.split(',').filter(Boolean)];
  return { arguments: [...settings.arguments, ...places.flatMap(place => ['--find-links', place])], environment: settings.environment, missing };
}

/** Install what a lock file names into an environment; `from` and `to` are the parts of the whole before and after it. */
export async function installLocked(bench: Bench, uv: string, python: string, lock: string, [from, to]: readonly [number, number]): Promise<void> {
  const { missing, ...places } = await source(bench, python, lock, from);
  const tellLine = follow(missing, (text, ...filled) => l10n.t(text, ...filled));
  const line = (printed: string) => {
    const told = tellLine(printed);
    if (told) bench.tell({ message: told.message, done: from + told.done * (to - from) });
  };
  await insist(bench, from, () => step(bench, uv, [
    'pip', 'install', '--python', python, '--no-deps', '--only-binary', ':all:', '--require-hashes', ...places.arguments, '-r', lockFile(bench.extension, lock),
  ], { env: { ...PLAIN, ...places.environment }, line }));
}

/** Install the server's own wheel. */
export const installServer = (bench: Bench, uv: string, python: string) =>
  step(bench, uv, ['pip', 'install', '--python', python, '--no-deps', '--no-index', bench.wheel], { env: PLAIN });
