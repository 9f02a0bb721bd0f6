// node tests/e2e/tasks.mjs: what ten everyday tasks take in the real VS Code, in keystrokes and clicks, and in seconds.
//
// A key binding counts as one, whatever keys it is made of; so does a click, and Enter. Text that only the user can know
// is not counted. Each task has a bound; one that takes more ends the run with 1. So does an extension that begins in more
// than 50 ms of its own: its script's loading and `activate`, in a window that opens on what is set up (meter.cjs). VS
// Code's own figure stands beside it; it counts the time in which others load as well, as its extension for git shows.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at } from '../../scripts/lib.mjs';
import { patience } from '../../scripts/patience.mjs';
import { vsix } from '../../scripts/package.mjs';
import { makeRepository } from './repository.mjs';
import { modelCache, notifications, openFile, openView, openWindow, quickPickRows, runCommand, startServer, treeRows, until } from './vscode.mjs';

const ERROR = 'TypeError: unsupported operand type(s) for +: Money and None';
const DECISION = 'Charges are tried three times';
const NOTE = 'The gateway closes on Sundays';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-'));
const repository = makeRepository();
const server = await startServer({ vsix: [vsix], root, env: { WHENCE_HOME: path.join(root, 'memory'), WHENCE_CACHE: modelCache } });
const window = await openWindow(server, repository.folder);
const { page } = window;

let actions = 0;
/** Press the keys of one binding, one after the other. */
async function keys(...chord) {
  actions++;
  for (const each of chord) await page.keyboard.press(each);
}
async function click(locator) {
  actions++;
  await locator.click({ timeout: patience(30_000) });
}
const type = text => page.keyboard.insertText(text);
const whence = key => keys('Control+Alt+W', key);
const input = () => page.locator('.quick-input-widget:visible input.input:focus').waitFor({ timeout: patience(15_000) });
const view = () => page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');
const shown = text => until(`“${text}”`, async () => (await view().locator('body').innerText({ timeout: patience(1000) })).includes(text), 60_000);
const row = text => page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first();
const toast = button => page.locator('.notifications-toasts .monaco-button').filter({ hasText: button }).first();

/** Open a file alone and select a line of it, from 1, as whoever works there has. */
async function select(file, line) {
  await runCommand(page, 'View: Close All Editor Groups');
  await openFile(page, file);
  await page.locator('.editor-group-container .view-lines').first().click();
  await page.keyboard.press('Control+Home');
  for (let at = 1; at < line; at++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+End');
}

/** Wait for a search's first hit. */
const firstRow = text => until(`“${text}” to be found first`, async () => (await quickPickRows(page))[0]?.includes(text), 30_000);

const TASKS = [
  ['from an empty machine to the first why', 3, async () => {
    await until('the offer to set up', async () => await page.locator('.monaco-button').filter({ hasText: 'Set Up Whence' }).count(), 60_000);
    await click(page.locator('.monaco-button').filter({ hasText: 'Set Up Whence' }).first());
    await toast('Ask Why Here').waitFor({ timeout: patience(240_000) });
    await click(toast('Ask Why Here'));
    await shown('Add payments.py');
  }],
  ['find why a line is there', 1, async () => {
    await whence('w');
    await shown('Why payments.py:3');
  }, () => select('payments.py', 3)],
  ['see what changed there', 1, async () => {
    await click(view().locator('button').filter({ hasText: 'Show what changed' }).first());
    await shown('return self.post');
  }],
  ['record a decision on a selection', 2, async () => {
    await whence('d');
    await input();
    await type(DECISION);
    await keys('Enter');
    await until('the decision', async () => (await treeRows(page, 'Memory')).some(text => text.startsWith('Decisions') && /1/.test(text)));
  }, () => select('payments.py', 3)],
  ['keep a note', 2, async () => {
    await whence('n');
    await input();
    await type(NOTE);
    await keys('Enter');
    await until('the note', async () => (await treeRows(page, 'Memory')).some(text => text.startsWith('Notes') && /1/.test(text)));
  }, () => select('receipts.py', 1)],
  ['find what was decided', 2, async () => {
    await whence('s');
    await input();
    await type('how often are charges tried');
    await firstRow(DECISION);
    await keys('Enter');
    await shown(DECISION);
  }],
  ['find an error seen before', 2, async () => {
    await whence('s');
    await input();
    await type(ERROR);
    await firstRow('unsupported operand');
    await keys('Enter');
    await shown('unsupported operand');
  }, async () => {
    await runCommand(page, 'Whence: Record Error');
    const message = view().locator('textarea').first();
    await message.waitFor({ timeout: patience(15_000) });
    await message.fill(ERROR);
    await page.keyboard.press('Control+Enter');
    await until('the error', async () => (await treeRows(page, 'Memory')).some(text => text.startsWith('Bugs') && /1/.test(text)));
  }],
  ['open the code that a decision is about', 2, async () => {
    await click(row(DECISION));
    await click(view().locator('nav button').filter({ hasText: 'Open the Code' }));
    await page.locator('.tab.active[data-resource-name="payments.py"]').waitFor({ timeout: patience(15_000) });
  }, async () => { await runCommand(page, 'View: Close All Editors'); await unfold('Decisions', DECISION); }],
  ['keep a memory at hand', 2, async () => {
    await click(row(NOTE));
    await click(view().locator('nav button').filter({ hasText: /^Pin$/ }));
    await until('what is pinned', async () => (await treeRows(page, 'Memory')).some(text => text.startsWith('Pinned')));
  }, async () => { await unfold('Notes', NOTE); }],
  ['begin a session', 3, async () => {
    await keys('F1');
    await page.locator('.quick-input-widget:visible input.input:focus').fill('>Whence: Start Session');
    await firstRow('Start Session');
    await keys('Enter');
    await until('the form', async () => (await page.locator('.tab.active').allInnerTexts()).some(text => text.includes('Start Session')));
    await view().locator('textarea, input').first().waitFor({ timeout: patience(15_000) });
    await until('the focus', () => view().locator(':focus').count());
    await type('Charge in the night');
    await keys('Control+Enter');
    await until('the session', async () => (await page.locator('.statusbar-item[id*="whence.status"]').innerText()).includes('Charge in the night'));
  }],
];

/** Show what is in a group of the tree. */
async function unfold(group, text) {
  if (!(await treeRows(page, 'Memory')).some(each => each.startsWith(text))) {
    const at = row(group);
    await at.click();
    if (!await row(text).count()) await at.locator('.monaco-tl-twistie').click();
  }
  await row(text).waitFor({ timeout: patience(15_000) });
}

/** Milliseconds of loading and beginning in a window that opens anew: Whence's own, and as VS Code tells them of it and of its own for git. */
async function beginning() {
  const meter = path.join(root, 'meter.jsonl');
  const [installed] = fs.readdirSync(server.extensions).filter(name => name.startsWith('whence.'));
  const script = name => path.join(server.extensions, installed, 'dist', name);
  fs.renameSync(script('extension.js'), script('measured.js'));
  fs.writeFileSync(script('extension.js'), `module.exports = require(${JSON.stringify(at('tests', 'e2e', 'meter.cjs'))})(require.resolve('./measured.js'), ${JSON.stringify(meter)});\n`);
  await runCommand(page, 'Developer: Reload Window');
  await page.locator('.statusbar-item[id*="whence.status"]').waitFor({ state: 'detached', timeout: patience(15_000) }).catch(() => undefined);
  await until('the window to be ready again', async () => /\d/.test(await page.locator('.statusbar-item[id*="whence.status"]').innerText({ timeout: patience(1000) })), 60_000);
  await runCommand(page, 'Developer: Show Running Extensions');
  const of = name => until(`how long ${name} took`, async () => {
    const row = page.locator('.runtime-extensions-editor .extension').filter({ has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) }).first();
    return /(\d+)\s*ms/.exec(await row.locator('.activation-time').innerText({ timeout: patience(1000) }))?.[1];
  }, 30_000);
  const own = fs.readFileSync(meter, 'utf8').trim().split('\n').map(line => JSON.parse(line));
  assert.deepEqual(own.map(({ what }) => what), ['load', 'activate']);
  const sum = which => Math.round(own.reduce((all, each) => all + each[which], 0));
  return { wall: sum('wall'), cpu: sum('cpu'), told: Number(await of('Whence')), git: Number(await of('Git')) };
}

try {
  await openFile(page, 'payments.py');
  await openView(page, 'Whence');
  const over = [];
  for (const [name, bound, work, before = () => undefined] of TASKS) {
    await before();
    actions = 0;
    const started = performance.now();
    await work();
    console.log(`${name.padEnd(42)} ${actions} of ${bound}   ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (actions > bound) over.push(name);
  }
  const { wall, cpu, told, git } = await beginning();
  console.log(`${'begin in the extension host'.padEnd(42)} ${cpu} of 50 ms of processor time, in ${wall} ms   (VS Code tells ${told} ms, and ${git} ms of its extension for git)`);
  if (cpu > 50) over.push('begin');
  assert.deepEqual(over, [], 'these take more than they may');
} catch (error) {
  console.error(await notifications(page).catch(() => []));
  await page.screenshot({ path: path.join(os.tmpdir(), 'whence-tasks.png') });
  throw error;
} finally {
  await window.close();
  await server.remove();
  repository.remove();
}
