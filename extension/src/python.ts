/**
 * The extension's own Python environment: made in its global storage from the hash-locked requirements and the wheel that
 * the VSIX carries, never in the user's. An environment is complete or absent: it is made beside its place and moved there.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CancellationToken, LogOutputChannel } from 'vscode';
import { extensions, l10n, workspace } from 'vscode';
import type { Bench } from './packages';
import { NoNetwork, NoPip, carriedPython, findUv, installLocked, installServer, lockFile, makeEnvironment, megabytes, onWindows, presentUv, programOf, run, step, wheels } from './packages';
import type { Step } from './progress';
import { sitePackages, slim } from './slim';

const PROBE = 'import sys; print(*sys.version_info[:2], sys.executable)';
const BROUGHT = '3.13';
const DAY = 24 * 60 * 60 * 1000;

/** No Python can be used: the message says what was looked for and what to do. */
export class NoPython extends Error {
  /** `fetchable`: whether the user's uv can fetch one, if the user agrees. */
  constructor(message: string, readonly fetchable = false) { super(message); }
}

/** Where environments live, what one is made from, and where to tell what happens. */
export interface Workshop {
  readonly storage: string;
  readonly extension: string;
  readonly interpreter: string;
  readonly log: LogOutputChannel;
  /** Whether this is an Extension Development Host, which runs a checkout and not a VSIX. */
  readonly development: boolean;
}

/** What Python is told before the server's name: to connect to the debugger that `.vscode/launch.json` names, and wait for it. */
export function debugging(): readonly string[] {
  const { DEBUGPY_WHENCE: address } = process.env;
  return address ? ['-m', 'debugpy', '--connect', address, '--wait-for-client'] : [];
}

/** The folder of the environment that fits this version of the extension, and the wheel that goes into it. */
async function plan({ storage, extension, interpreter }: Workshop): Promise<{ target: string; requirements: string; wheel: string }> {
  const requirements = lockFile(extension, 'runtime');
  const wheels = (await fs.readdir(path.join(extension, 'dist'))).filter(name => name.endsWith('.whl'));
  const wheel = path.join(extension, 'dist', wheels[0] ?? '');
  if (!wheels[0]) throw new Error(l10n.t('This build of the extension carries no server: run `npm run package` first.'));
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${interpreter}\0`);
  for (const file of [requirements, wheel]) hash.update(await fs.readFile(file));
  return { target: path.join(storage, `env-${hash.digest('hex').slice(0, 16)}`), requirements, wheel };
}

/** The Python of the environment that set-up made for this version, if it is there and still runs. */
export async function ready(shop: Workshop): Promise<string | undefined> {
  if (shop.development) {
    // `npm run setup` made it, with the checkout's own sources in it and not a copy of them.
    await fs.mkdir(shop.storage, { recursive: true });
    return programOf(path.join(shop.extension, '.venv'));
  }
  const { target } = await plan(shop);
  try {
    // Its base may have been uninstalled or upgraded since, which only running it tells.
    await run(programOf(target), ['-I', '-c', ''], { cwd: shop.storage });
    await fs.utimes(target, new Date(), new Date());
    return programOf(target);
  } catch {
    return undefined;
  }
}

/** Whether set-up was asked for before, for this version or an earlier one. */
export const wasSetUp = async ({ storage }: Workshop) => (await fs.readdir(storage).catch(() => [])).some(name => name.startsWith('env-'));

/**
 * Make the environment anew and give its Python. A working one stays in place until the new one is complete.
 * `bring`: the user agreed that uv fetches a Python, which is then the extension's own.
 */
export async function make(shop: Workshop, tell: (step: Step) => void, token: CancellationToken, bring = false): Promise<string> {
  const { storage, extension, log } = shop;
  await fs.mkdir(storage, { recursive: true });
  const { target, wheel } = await plan(shop);
  const [part, tools] = [`${target}.${process.pid}.part`, `${target}.${process.pid}.uv.part`];
  const bench: Bench = { extension, storage, wheel, log, token, tell };
  try {
    await discard(part);
    await discard(tools);
    const base = bring ? await bringPython(bench) : await findPython(shop);
    const uv = await findUv(bench, base, tools).catch((error: unknown) => {
      throw error instanceof NoPip ? new NoPython(error.message) : error;
    });
    const python = programOf(part);
    tell({ message: l10n.t('Making a Python environment'), done: 0.1 });
    await makeEnvironment(bench, uv, base, part);
    const providers = await hadProviders(storage);
    await installLocked(bench, uv, python, 'runtime', [0.1, providers ? 0.65 : 0.85]);
    if (providers) await installLocked(bench, uv, python, 'providers', [0.65, 0.85]);
    await installServer(bench, uv, python);
    await slim(await sitePackages(part));
    await keepModel(path.join(extension, 'dist', 'model'), path.join(part, 'share', 'whence', 'models'));
    tell({ message: l10n.t('Checking that everything starts'), done: 0.9 });
    await step(bench, python, ['-I', '-c', 'import lancedb, onnxruntime, tokenizers, whence.faces.lsp.server']);
    await discard(target);
    // Another window may have been quicker; then its environment is as good as ours.
    await fs.rename(part, target).catch(async (error: unknown) => { if (!await ready(shop)) throw error; });
    log.info(`set up in ${target}`);
    return programOf(target);
  } finally {
    await discard(tools);
    await discard(part);
  }
}

/** Give the environment the embedding model that the VSIX carries; links, where both are on one disk, take no room. */
async function keepModel(from: string, to: string): Promise<void> {
  for (const entry of await fs.readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const kept = path.join(to, path.relative(from, file));
    await fs.mkdir(path.dirname(kept), { recursive: true });
    await fs.link(file, kept).catch(() => fs.copyFile(file, kept));
  }
}

/** Whether an earlier environment had what providers' models are asked with: a new one has it from the start. */
async function hadProviders(storage: string): Promise<boolean> {
  const environments = (await fs.readdir(storage)).filter(name => name.startsWith('env-') && !name.endsWith('.part'));
  const found = await Promise.all(environments.map(async name => fs.access(path.join(await sitePackages(path.join(storage, name)), 'litellm')).then(() => true, () => false)));
  return found.includes(true);
}

/** Megabytes that `installProviders` fetches, at most. */
export const providerDownloads = async ({ extension }: Workshop) => megabytes(await wheels(extension, 'providers')) + megabytes(await wheels(extension, 'uv'));

/** Install what providers' models are asked with into the environment that is in use; what is there stays as it is. */
export async function installProviders(shop: Workshop, tell: (step: Step) => void, token: CancellationToken): Promise<void> {
  const { storage, extension, log } = shop;
  const python = await ready(shop);
  if (!python) throw new Error(l10n.t('Whence is not set up yet: run “Whence: Set Up / Repair Environment”.'));
  const { target, wheel } = await plan(shop);
  const bench: Bench = { extension, storage, wheel, log, token, tell };
  const tools = `${target}.${process.pid}.uv.part`;
  try {
    await discard(tools);
    const uv = await findUv(bench, await findPython(shop), tools);
    await installLocked(bench, uv, python, 'providers', [0.1, 1]);
  } finally {
    await discard(tools);
  }
}

const discard = (folder: string) => fs.rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

/** Remove what broken-off set-ups and earlier versions left, once no window can be using it any more. */
export async function tidy({ storage }: Workshop): Promise<void> {
  for (const name of await fs.readdir(storage)) {
    const folder = path.join(storage, name);
    const days = (Date.now() - (await fs.stat(folder)).mtimeMs) / DAY;
    if (name.startsWith('env-') && days > (name.endsWith('.part') ? 1 : 30)) await discard(folder);
  }
}

/** Have the user's uv fetch a Python into the extension's own folder. */
async function bringPython(bench: Bench): Promise<string> {
  bench.tell({ message: l10n.t('Fetching Python {0} (about 35 MB)', BROUGHT), done: 0.01 });
  const env = { UV_PYTHON_INSTALL_DIR: path.join(bench.storage, 'python'), UV_PYTHON_DOWNLOADS: 'manual', NO_COLOR: '1' };
  await step(bench, 'uv', ['python', 'install', '--no-bin', BROUGHT], { env }).catch((error: unknown) => {
    throw error instanceof NoNetwork ? new NoPython(l10n.t('uv can’t reach the place that it fetches Pythons from. Install Python 3.11 or newer, or choose where one is.')) : error;
  });
  return run('uv', ['python', 'find', '--managed-python', '--no-project', BROUGHT], { cwd: bench.storage, env });
}

/** The Python to build upon: the user's setting, else one whose packages the extension carries, else the Python extension's choice, else the first on the PATH that fits. */
async function findPython({ interpreter, extension, storage, log }: Workshop): Promise<string> {
  const tried: string[] = [];
  const fits = async (command: string, ...args: string[]) => {
    try {
      const [major, minor, ...executable] = (await run(command, [...args, '-I', '-c', PROBE], { cwd: storage })).split(' ');
      if (major === '3' && Number(minor) >= 11) return executable.join(' ');
      tried.push(`${command}: ${major ?? ''}.${minor ?? ''}`);
    } catch (error) {
      log.debug(`${command}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  };
  if (interpreter) {
    const named = await fits(interpreter.replace(/^~(?=[\\/])/, os.homedir()));
    if (named) return named;
    throw new NoPython(l10n.t('The setting whence.interpreter names {0}, which is not a Python of version 3.11 or newer.', interpreter));
  }
  const carried = await carriedPython(extension);
  const best = carried ? await fits(`python${carried}`) ?? (onWindows ? await fits('py', `-${carried}`) : undefined) : undefined;
  if (best) return best;
  for (const command of [...await chosenInEditor(), 'python3.13', 'python3.12', 'python3.11', 'python3', 'python']) {
    const found = await fits(command);
    if (found) return found;
  }
  // Windows' launcher knows Pythons that are not on the PATH.
  const launched = onWindows && await fits('py', '-3');
  if (launched) return launched;
  const seen = tried.length ? ` (${tried.join(', ')})` : '';
  throw new NoPython(l10n.t('Whence needs Python 3.11 or newer, and found none{0}. Install one, or choose where it is.', seen), await presentUv(storage) !== undefined);
}

interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(): unknown;
    resolveEnvironment(environment: unknown): Promise<{ executable: { uri?: { fsPath: string } } } | undefined>;
  };
}

/** What the Python extension uses, where it runs. Not in an untrusted folder, whose own environment that may be. */
async function chosenInEditor(): Promise<string[]> {
  const python = extensions.getExtension<PythonExtension>('ms-python.python');
  if (!python?.isActive || !workspace.isTrusted) return [];
  const { environments } = python.exports;
  const found = await environments.resolveEnvironment(environments.getActiveEnvironmentPath());
  return found?.executable.uri ? [found.executable.uri.fsPath] : [];
}
