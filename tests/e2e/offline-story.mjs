// A package for this platform, set up in a real VS Code without a network: what it carries is enough.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { at, inVenv, output } from '../../scripts/lib.mjs';
import { patience } from '../../scripts/patience.mjs';
import { packFor } from '../../scripts/package.mjs';
import { audited, auditing, foreignRequests, processes } from './audit.mjs';
import { makeRepository } from './repository.mjs';
import { answer, appendText, notifications, openFile, openView, openWindow, quickPickRows, runCommand, screenshot, startServer, treeRows, until } from './vscode.mjs';

const CUT = 'WHENCE_NETWORK_CUT';
const MOST_MEGABYTES = 500;   // on disk, of the environment

/** Start this script again where the kernel has no network but loopback; undefined where it may not be done. */
function cut() {
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const up = 'import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x41))';   // SIOCSIFFLAGS: up and running
  const alone = ['--net', ...user, '--', 'sh', '-c', '"$0" -c "$1" && shift && exec "$@"', inVenv('python'), up];
  if (process.platform !== 'linux' || output('unshare', [...alone, 'true']) === undefined) return undefined;
  return spawnSync('unshare', [...alone, process.execPath, process.argv[1]], { stdio: 'inherit', env: { ...process.env, [CUT]: 'kernel' } }).status ?? 1;
}

const [version, base] = output(inVenv('python'), ['-c', 'import sys; print("%d.%d" % sys.version_info[:2], sys._base_executable)']).split(/ (.*)/);
const vsix = at('dist-test', 'offline.vsix');

if (!process.env[CUT]) {
  fs.mkdirSync(at('dist-test'), { recursive: true });
  await packFor(`${process.platform}-${process.arch}`, version, vsix);
  const status = cut();
  if (status !== undefined) process.exit(status);
  console.log('offline: this machine has no unshare; package indexes and proxies lead nowhere instead');
}

/** The bytes of the files in a folder, each once: lib64 is a link to lib.  The model is left out: it is a link to the extension's own. */
function size(folder) {
  const files = fs.readdirSync(folder, { recursive: true }).filter(name => !name.startsWith(path.join('share', 'whence'))).map(name => fs.lstatSync(path.join(folder, name), { throwIfNoEntry: false }));
  const sizes = new Map(files.filter(file => file?.isFile())   // a cache that is being written comes under another name
    .map(file => [file.ino, file.size]));
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Whether a host of the outside, named by its address, can be spoken to. */
const reached = address => new Promise(resolve => {
  const socket = net.connect({ host: address, port: 443 });
  socket.once('connect', () => { socket.destroy(); resolve(true); }).once('error', () => resolve(false));
});

const started = performance.now();
const say = text => console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);

const repository = makeRepository();
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-'));
const audit = path.join(root, 'audit.jsonl');
const nowhere = 'http://127.0.0.1:9';
// Nothing may come from a cache of this machine either; and uv is the one that the package carries.
const withoutUv = (process.env.PATH ?? '').split(path.delimiter).filter(place => !fs.existsSync(path.join(place, 'uv')));
const env = {
  ...auditing(audit), PATH: withoutUv.join(path.delimiter), WHENCE_HOME: path.join(root, 'memory'), WHENCE_CACHE: path.join(root, 'cache'),
  UV_CACHE_DIR: path.join(root, 'uv'), PIP_CACHE_DIR: path.join(root, 'pip'),
  PIP_INDEX_URL: nowhere, PIP_EXTRA_INDEX_URL: nowhere, PIP_FIND_LINKS: path.join(root, 'none'), UV_DEFAULT_INDEX: nowhere, UV_INDEX: nowhere, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, ALL_PROXY: nowhere,
};
const server = await startServer({ vsix: [vsix], env, root, settings: { 'whence.interpreter': base } });
let window;
try {
  if (process.env[CUT]) assert.equal(await reached('192.0.2.1'), false, 'there is a network');
  window = await openWindow(server, repository.folder);
  const { page } = window;
  say(`VS Code is open, ${process.env[CUT] ? 'without a network' : 'with a network that leads nowhere'}`);
  await openView(page, 'Whence');
  await page.locator('.pane-body .monaco-button').filter({ hasText: 'Set Up Whence' }).click({ timeout: patience(60_000) });
  const ready = async () => (await notifications(page)).find(text => /Whence is ready|could not|can’t|failed/i.test(text));
  assert.match(await until('the end of the set-up', ready, 240_000, 250), /Whence is ready/);
  say('set up');
  const storage = path.join(root, 'data', 'User', 'globalStorage', 'whence.whence');
  const environments = fs.readdirSync(storage);
  assert.equal(environments.length, 1, `more than the environment is left: ${environments.join(', ')}`);
  const megabytes = Math.round(size(path.join(storage, environments[0])) / 1e6);
  assert.ok(megabytes <= MOST_MEGABYTES, `the environment takes ${megabytes} MB`);
  say(`the environment takes ${megabytes} MB`);

  await openFile(page, 'payments.py');
  await appendText(page, '\n\nATTEMPTS = 3\n');
  await until('the change of the saved file', async () => (await treeRows(page, 'Memory')).some(text => text.includes('payments.py')));
  repository.git('commit', '--quiet', '--all', '-m', 'Retry a charge twice when the provider times out');
  await until('the commit', async () => (await treeRows(page, 'Memory')).some(text => text.startsWith('Retry a charge')));
  // No word of the question is in the memory: the model that came along finds it.
  await until('the hit by meaning', async () => {
    await runCommand(page, 'Whence: Search Memory');
    await answer(page, 'network failures while billing customers', { enter: false });
    const found = await until('an answer', async () => (await quickPickRows(page)).length && quickPickRows(page), 5000).catch(() => []);
    if (found[0]?.includes('Retry a charge')) return true;
    await page.keyboard.press('Escape');
    return false;
  }, 120_000, 500);
  await screenshot(page, 'offline');
  say('saved, committed and found by meaning');
  const entries = audited(audit);
  assert.ok(processes(entries).some(command => command.includes('whence lsp')), 'the server was audited');
  assert.deepEqual(foreignRequests(entries, new Set()), []);
} catch (error) {
  if (window) await screenshot(window.page, 'offline-failure');
  console.error(server.logs(/Whence\.log$/).map(([, text]) => text.slice(-3000)).join('\n'), server.log().slice(-1000));
  throw error;
} finally {
  await window?.close();
  await server.remove();
  repository.remove();
}
