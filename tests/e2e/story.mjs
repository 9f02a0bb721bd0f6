// The main job in a real VS Code, as a person does it: set up, work, save, commit, find it again, use it.
import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { output } from '../../scripts/lib.mjs';
import { patience } from '../../scripts/patience.mjs';
import { vsix } from '../../scripts/package.mjs';
import { seriousFaults } from './accessible.mjs';
import { audited, auditing, foreignRequests, processes, registryHosts } from './audit.mjs';
import { makeRepository } from './repository.mjs';
import { strangerSteps } from './stranger.mjs';
import {
  answer, appendText, modelCache, narrator, notifications, openFile, openView, openWindow, pick, pressNotification, quickPickRows, runCommand, screenshot, sleep, startServer, ticked, tree, treeRows, until, walkthrough,
} from './vscode.mjs';

const MESSAGE = 'Retry a charge twice when the provider times out';
// No word of it, nor of their stems, is in the message or the diff: only its meaning leads there.
const CONCEPT = 'network failures while billing customers';
const DECISION = 'Keep receipts for ten years';
const GOAL = 'Bring limits to the checkout';
const FIX = 'Let the limits load again';
const NOTE = 'The provider closes on Sundays';
// Whoever looks at a memory must not tell a stranger: neither of these may be fetched.
const PICTURES = '![x](https://example.com/a.png) <img src="https://example.org/b.png">';

const say = narrator('story');

const repository = makeRepository();
const { folder, git, marks } = repository;
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-'));
const home = path.join(root, 'memory');
const audit = path.join(root, 'audit.jsonl');
const env = { ...auditing(audit), WHENCE_HOME: home, WHENCE_CACHE: modelCache };
/** The command line of the environment that the extension made, on the same memory: a second process beside the server. */
function whence(...args) {
  const storage = path.join(root, 'data', 'User', 'globalStorage', 'whence.whence');
  const [made] = fs.readdirSync(storage).filter(name => /^env-\w+$/.test(name));
  const { status, stdout, stderr } = spawnSync(path.join(storage, made, 'bin', 'python'), ['-P', '-m', 'whence', ...args, '--json', '--project', folder],
    { env: { ...process.env, WHENCE_HOME: home, WHENCE_CACHE: modelCache }, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

// A Python that is none is set before the window opens: how long a window takes to read a setting anew, none can tell.
const machine = path.join(root, 'data', 'Machine', 'settings.json');
fs.mkdirSync(path.dirname(machine), { recursive: true });
fs.writeFileSync(machine, JSON.stringify({ 'whence.interpreter': '/no/such/python' }));
let server = await startServer({ vsix: [vsix], env, root });
let window;
let page;
let shots = 0;
const shoot = name => screenshot(page, `${String(++shots).padStart(2, '0')}-${name}`);
const rows = () => treeRows(page, 'Memory');
const row = text => tree(page, 'Memory').filter({ hasText: text }).first();
const status = () => page.locator('.statusbar-item[id*="whence.status"]');
const hits = async () => (await quickPickRows(page)).map(text => text.replace(/\s+/g, ' '));
/** Open a group of the tree, so that what is in it shows. */
async function unfold(group) {
  await until(`${group} to open`, async () => {
    if (await row(group).getAttribute('aria-expanded', { timeout: patience(5000) }) === 'true') return true;
    await row(group).click({ timeout: patience(1000) });
    return false;
  }, 20_000, 700);
}
/** Wait until the tooltip of the status bar item tells something. */
const statusTold = what => until(`the status to tell ${what}`, async () => {
  await page.mouse.move(700, 400);
  await status().hover({ timeout: patience(5000) });
  const told = (await page.locator('.monaco-hover:visible').allInnerTexts()).join(' ');
  return typeof what === 'string' ? told.includes(what) : what.test(told);
}, 120_000, 500);
/** Choose an entry of a row's menu.  A menu that has only just opened takes no click. */
async function menu(text, entry) {
  await row(text).click({ button: 'right' });
  const item = page.locator('.monaco-menu .action-item').filter({ hasText: entry }).first();
  await item.waitFor();
  await until(`the click on ${entry}`, async () => {
    if (await item.isVisible()) await item.click({ timeout: patience(1000) });
    return !await item.isVisible();
  }, 5000, 300);
}
/** What the rendered document in front says. */
const document = () => page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame').locator('body').innerText({ timeout: patience(1000) });
const editorText = async () => (await page.locator('.editor-group-container.active .view-lines').first().innerText()).replaceAll('\u00a0', ' ');
// VS Code's own pages for web content are answered by its service worker, whatever their name says.
const foreign = () => [...window.foreign].filter(origin => !/^https:\/\/[\w+.-]+\.vscode-(resource|cdn|webview)\.(vscode-cdn\.net|net)$/.test(origin));

async function open(where = folder) {
  window = await openWindow(server, where);
  page = window.page;
  await openView(page, 'Whence');
}

/** Begin to search.  The list that shows at first is of the newest memories. */
async function search(query) {
  await runCommand(page, 'Whence: Search Memory');
  await answer(page, query, { enter: false });
}

/** The webview that opened last. */
const view = () => page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');

/** Answer a question, once it is the one that shows. */
async function reply(title, text, name) {
  await page.locator('.quick-input-widget:visible .quick-input-title').filter({ hasText: title }).waitFor({ timeout: patience(10_000) });
  await answer(page, text, { enter: false });
  if (name) await shoot(name);
  await page.keyboard.press('Enter');
}

/** Fill in the form that opened last, by the titles of its fields, and save it with the keyboard, once `look` saw it; its page takes its place. */
async function fillIn(title, answers, look = () => {}) {
  const form = view();
  await form.getByRole('heading', { name: title, exact: true }).waitFor({ timeout: patience(15_000) });
  for (const [field, text] of Object.entries(answers)) await form.getByLabel(field, { exact: true }).fill(text);
  await look(form);
  await form.getByLabel(Object.keys(answers)[0], { exact: true }).press('Control+Enter');
  await until('the form to close', async () => !(await page.locator('.tabs-container .tab').allInnerTexts()).some(text => text.includes(title)), 20_000);
}

const setUpButton = () => page.locator('.pane-body .monaco-button').filter({ hasText: 'Set Up Whence' });
const told = (text, ms) => until(`the message “${text}”`, async () => (await notifications(page)).find(each => each.includes(text)), ms);

/** The walkthrough opens once after the install, with nothing done, and its pictures drawn. */
async function welcome() {
  await walkthrough(page).waitFor({ timeout: patience(60_000) });
  for (const step of ['Set up Whence', 'Import the history', 'Ask why a line is there', 'Connect an assistant']) await walkthrough(page).getByText(step, { exact: true }).first().waitFor();
  await page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame').locator('svg').waitFor();
  for (const step of ['setUp', 'history', 'why', 'assistant']) assert.equal(await ticked(page, step), false, step);
  await shoot('walkthrough');
  await runCommand(page, 'View: Close All Editors');
}

/** A Python that is none, and a change of mind: both end where they began. */
async function trouble() {
  await setUpButton().waitFor({ timeout: patience(30_000) });
  await shoot('welcome');
  await setUpButton().click();
  await told('/no/such/python');
  await shoot('no-python');
  fs.writeFileSync(machine, '{}');
  // The button is there until the setting is read anew; and once it is, only as long as nothing is set up.
  await until('another Python to be taken', async () => {
    if ((await notifications(page)).some(text => /Setting up Whence: /.test(text))) return true;
    if (await setUpButton().isVisible()) {
      await setUpButton().click({ timeout: patience(1000) });
      await sleep(patience(500));
    }
    return false;
  }, 120_000);
  await pressNotification(page, 'Cancel');
  await setUpButton().waitFor({ timeout: patience(15_000) });
  const storage = path.join(root, 'data', 'User', 'globalStorage', 'whence.whence');
  assert.deepEqual(fs.readdirSync(storage), [], 'a set-up that was broken off left something');
}

async function setUp() {
  await setUpButton().click();
  await told('Setting up Whence');
  await shoot('setting-up');
  await told('Whence is ready', 240_000);   // first: it leaves by itself, on a slow machine before anything is counted
  await shoot('ready');
  await pressNotification(page, 'Get Started');
  await until('what is remembered to be counted', async () => /\d/.test(await status().innerText()), 60_000, 250);
  await until('the first step to be ticked, and no other', async () => await ticked(page, 'setUp') && !await ticked(page, 'history') && !await ticked(page, 'why'));
  await runCommand(page, 'View: Close All Editors');
  await shoot('nothing-yet');
}

/** The first useful answer waits for no import: git alone gives it. */
async function first() {
  await openFile(page, 'payments.py');
  await page.locator('.editor-group-container.active .view-lines').first().click();
  await runCommand(page, 'Whence: Why Is This Here?');
  await until('what git knows', async () => (await document()).includes('Add payments.py'), 20_000);
  assert.ok(!(await rows()).length, 'something is remembered: not git alone has answered');
  await shoot('why-from-git');
  await runCommand(page, 'View: Close All Editor Groups');
}

async function work() {
  repository.leaveNoTrace();
  await openFile(page, 'payments.py');
  await appendText(page, '\n\nATTEMPTS = 3\n');
  await appendText(page, 'WAIT_SECONDS = 2\n');
  await until('the change of the saved file', async () => (await rows()).some(text => text.includes('payments.py')));
  repository.write('receipts.py', repository.read('receipts.py').replace('order.total', 'order.total:.2f'));
  await until('the change made outside', async () => (await rows()).some(text => text.includes('receipts.py')));
  assert.equal((await rows()).filter(text => text.includes('payments.py')).length, 2, 'two saves of a file are one change, which is open now');
  await shoot('open-changes');
}

/** An empty group shows what it will hold. */
async function picture() {
  await row('Bugs').click();
  await row('Record one…').locator('.monaco-icon-label').hover();
  const widths = () => page.locator('.monaco-hover:visible img').evaluateAll(all => all.map(each => each.naturalWidth));
  await until('the picture', async () => (await widths()).some(width => width > 0));
  await shoot('empty-group');
  await row('Bugs').click();
}

async function commit() {
  repository.write('config.py', `REGION = "eu-central-1"\naws_access_key_id = "${marks.key}"\n`);
  await until('the change with the secret', async () => (await rows()).some(text => text.includes('config.py')));
  git('add', '--all');
  git('reset', '--quiet', '.env');
  git('commit', '--quiet', '-m', `${MESSAGE}\n\nTheir gateway drops two calls in a hundred. ${PICTURES}`);
  await until('the commit', async () => (await rows()).some(text => text.startsWith(MESSAGE)));
  await until('one change in place of the open ones', async () => !(await rows()).some(text => /(payments|receipts|config)\.py/.test(text)));
  assert.equal((await rows()).filter(text => text.startsWith(MESSAGE)).length, 1);
  await shoot('committed');
}

/** One line, which is a note at once; its page leads to the form with the rest. */
async function note() {
  await page.keyboard.press('Control+Alt+W');
  await page.keyboard.press('n');
  await reply('Note This', NOTE, 'note-this');
  await unfold('Notes');
  await until('the note', async () => (await rows()).some(text => text.startsWith(NOTE)));
  await row(NOTE).click();
  await until('its page', async () => (await document()).includes('Not said yet: labels.'));
  await view().locator('a', { hasText: 'Complete' }).click();
  await fillIn(`Change “${NOTE}”`, { Labels: 'provider' });
  await until('its page with the rest', async () => /provider/.test(await document()) && !/Not said yet/.test(await document()));
  await runCommand(page, 'View: Close All Editor Groups');
}

async function find() {
  await search('charge twice');
  await until('the hit by words', async () => (await hits())[0]?.includes(MESSAGE));
  await until('its preview', async () => (await document()).includes('ATTEMPTS = 3'));
  await shoot('search-words');
  await page.keyboard.press('Escape');

  await statusTold(/by meaning \(([1-9]\d*) of \1 passages/);
  await shoot('status');
  const { hits: [hit] } = whence('search', MESSAGE);
  const { markdown } = whence('show', hit.id);
  for (const word of CONCEPT.split(' ')) assert.ok(!markdown.toLowerCase().includes(word.slice(0, 6)), `${word} is in the memory: words would find it too`);
  await search(CONCEPT);
  await until('the hit by meaning', async () => (await hits())[0]?.includes(MESSAGE));
  await until('its preview', async () => (await document()).includes('ATTEMPTS = 3'));
  await shoot('search-meaning');
  await pick(page, MESSAGE);
  await until('the document with its diff', async () => /ATTEMPTS = 3[\s\S]*total:\.2f|total:\.2f[\s\S]*ATTEMPTS = 3/.test(await document()));
  assert.ok(!(await document()).includes(marks.key));
  await shoot('document');
}

async function use() {
  await openFile(page, 'README.md');
  await runCommand(page, 'Whence: Insert Context');
  await reply('Insert Context', 'why are charges retried');
  await until('the question where it should go', async () => (await hits()).some(text => text.includes('Insert as a Comment')));
  await until('the context beside', async () => (await document()).includes(MESSAGE));
  await shoot('context-where');
  await pick(page, 'Insert as a Comment');
  // Beside the page the editor is narrow, and wraps its lines.
  await until('the context in the editor', async () => (await editorText()).replace(/\s+/g, ' ').includes(MESSAGE));
  await shoot('context');
  await runCommand(page, 'View: Close Editors in Other Groups');
  await runCommand(page, 'File: Revert File');
  await until('the file as it was', async () => !(await editorText()).includes('From the project'));
  await status().click();
  await until('what people do most', async () => (await hits()).some(text => text.includes('Record Decision')));
  await shoot('status-menu');
  await pick(page, 'More…');
  // A list shows only the rows that have room.
  await until('the rest', async () => (await hits()).some(text => text.includes('Check Rules')));
  await answer(page, 'Standup', { enter: false });
  await until('what was typed', async () => (await hits())[0]?.includes('Standup'));
  await page.keyboard.press('Escape');
}

/** A decision on one page: what is similar shows beside it, what is missing is told, and what was left comes back. */
async function decide() {
  await runCommand(page, 'View: Close All Editor Groups');
  await runCommand(page, 'Whence: Record Decision');
  const form = view();
  const decision = form.getByLabel('Decision', { exact: true });
  await decision.waitFor({ timeout: patience(15_000) });
  await until('the focus on the first field', () => form.locator('textarea:focus#field-decision').count());
  await form.getByText('What says something similar shows here').waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await page.keyboard.press('Control+Enter');
  await form.getByText('This can’t be left empty.').waitFor();
  assert.equal(await decision.getAttribute('aria-invalid'), 'true');
  assert.deepEqual(await seriousFaults(page), []);
  await shoot('decision-empty');
  await decision.fill('The provider closes on Sundays');
  await form.locator('aside button', { hasText: NOTE }).waitFor({ timeout: patience(15_000) });
  await form.locator('aside button', { hasText: NOTE }).click();
  await until('the similar note', async () => (await page.locator('.tab.active').allInnerTexts()).some(text => text.includes(NOTE)));
  await shoot('decision-similar');
  await runCommand(page, 'View: Close Editors in Other Groups');
  await until('the form alone', async () => await view().getByLabel('Decision', { exact: true }).inputValue({ timeout: patience(1000) }) === 'The provider closes on Sundays');
  await view().getByLabel('Context', { exact: true }).fill(`The tax office asks, and ${marks.key} is the key`);
  await page.keyboard.press('Escape');
  await until('the form to close', async () => !(await page.locator('.tabs-container .tab').allInnerTexts()).some(text => text.includes('Record Decision')));

  await runCommand(page, 'Whence: Record Decision');
  await view().getByText('and not kept yet. What was secret in it was taken out.').waitFor({ timeout: patience(15_000) });
  assert.match(await view().getByLabel('Context', { exact: true }).inputValue(), /^The tax office asks, and \[redacted: /);
  await shoot('decision-draft');
  await view().getByRole('button', { name: 'Discard Draft' }).click();
  await until('the empty form', async () => await view().getByLabel('Decision', { exact: true }).inputValue() === '');
  await fillIn('Record Decision', {
    Decision: DECISION, Context: 'The tax office asks for them', Rationale: 'The law says so.\n\n- Paragraph 147', Alternatives: 'Five years\nFor ever', Consequences: 'More disk', Labels: 'law',
  }, () => shoot('decision'));
  await until('its page', async () => /The tax office asks for them[^]*Five years/.test(await document()));
  assert.deepEqual((await notifications(page)).filter(text => text.includes(DECISION)), [], 'a message repeats the page');
  await runCommand(page, 'Whence: Record Decision');
  await view().getByLabel('Decision', { exact: true }).waitFor({ timeout: patience(15_000) });
  assert.equal(await view().getByRole('button', { name: 'Discard Draft' }).count(), 0, 'what is kept left a draft');
  await page.keyboard.press('Escape');
  await unfold('Decisions');
  await until('the decision', async () => (await rows()).some(text => text.startsWith(DECISION)));
  await row(DECISION).click();
  await until('its document', async () => (await document()).includes('The tax office asks for them'));
  await shoot('decided');
  await runCommand(page, 'View: Close All Editor Groups');
}

async function tidy() {
  await menu(DECISION, 'Pin');
  await until('the pinned decision', async () => (await rows()).includes('Pinned'));
  await shoot('pinned');
  const there = async () => (await rows()).some(text => text.startsWith(NOTE));
  await until('the note to go', async () => {
    // Its page opens meanwhile, and may take the key that was meant for the row.
    if (await there()) {
      await row(NOTE).click();
      await page.keyboard.press('Delete');
      for (let look = 0; look < 20 && await there(); look++) await page.waitForTimeout(100);
    }
    return !await there();
  });
  await shoot('deleted');
  await pressNotification(page, 'Undo');
  await unfold('Notes');
  await until('the note to come back', async () => (await rows()).some(text => text.startsWith(NOTE)));
}

/** The commits from before Whence came. */
async function past() {
  await runCommand(page, 'Whence: Import History');
  await until('what was found', async () => /5 commits: 5 changes, 1 decision/.test(await document()));
  assert.ok(!(await notifications(page)).some(text => text.includes('Imported')), 'a message repeats what the page says');
  assert.deepEqual(await seriousFaults(page), []);
  await shoot('history-found');
  await view().locator('a', { hasText: DECISION }).click();
  await until('the answer to the question', async () => (await hits())[0]?.includes(DECISION));
  await shoot('history-asked');
  await page.keyboard.press('Escape');
  await runCommand(page, 'Whence: Get Started');
  await until('three steps to be ticked', async () => await ticked(page, 'setUp') && await ticked(page, 'history') && await ticked(page, 'why') && !await ticked(page, 'assistant'));
  await shoot('walkthrough-ticked');
  await runCommand(page, 'View: Close All Editor Groups');
  for (const file of ['payments.py', 'receipts.py', 'README.md']) await until(`the commit of ${file}`, async () => (await rows()).some(text => text.startsWith(`Add ${file}`)));
  await shoot('history');
}

/** A session with an error, recorded from its problem, that a commit solves and that carries a decision out. */
async function solve() {
  await runCommand(page, 'Whence: Start Session');
  await fillIn('Start Session', { Goal: GOAL });
  await until('the active session', async () => (await rows())[0] === 'Now' && (await rows())[1]?.startsWith(GOAL));
  repository.write('limits.json', '{\n  "max": 3,\n}\n');
  await openFile(page, 'limits.json');
  await until('the problem', async () => (await page.locator('.squiggly-error').count()) > 0, 30_000);
  await page.keyboard.press('F8');
  await page.keyboard.press('Escape');
  await runCommand(page, 'Whence: Record Error from Problem');
  await reply('Record Error', '', 'record-problem');
  await told('Recorded');
  const { hits: [bug] } = whence('search-errors', 'trailing comma');
  assert.match(bug.title, /Trailing comma/);
  const recorded = whence('show', bug.id).memory;
  assert.deepEqual([recorded.file, recorded.line, recorded.resolved], ['limits.json', 2, false]);
  await unfold('Bugs');
  await until('the bug', async () => (await rows()).some(text => text.includes('Trailing comma')));
  await shoot('bug');
  repository.write('limits.json', '{\n  "max": 3\n}\n');
  git('add', 'limits.json');
  git('commit', '--quiet', '-m', `${FIX}\n\nFixes ${bug.id}, as "${DECISION}" asks.`);
  await until('the fix', async () => (await rows()).some(text => text.startsWith(FIX)));
  await until('the bug to be solved', () => whence('show', bug.id).memory.resolved);
  await runCommand(page, 'Whence: End Session');
  await fillIn('End Session', { Summary: 'Limits are read again.' }, form => form.getByLabel('Success', { exact: true }).selectOption('yes'));
  await until('what came of it', async () => /reached its aim[^]*Limits are read again/.test(await document()));
  await until('no session', async () => !(await rows())[1]?.startsWith(GOAL));
  assert.match(whence('search', GOAL, '--kind', 'session').hits[0].title, new RegExp(GOAL));
}

/** Whence this line? */
async function ask() {
  await openFile(page, 'limits.json');
  await page.locator('.editor-group-container.active .view-lines').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowDown');
  await runCommand(page, 'Whence: Why Is This Here?');
  for (const text of [FIX, 'Trailing comma', DECISION, GOAL]) await until(`“${text}” among the reasons`, async () => (await document()).includes(text), 20_000);
  assert.deepEqual(await seriousFaults(page), []);
  await shoot('why');
  await view().locator('button.diff').first().click();
  await until('what the fix changed', async () => (await document()).includes('+  "max": 3'));
  await until('where the lines began', async () => (await document()).includes('These lines began here.'));
  await shoot('why-diff');
  await view().locator('li', { hasText: DECISION }).locator('a', { hasText: DECISION }).first().click();
  await until('the decision that the page leads to', async () => (await page.locator('.tab.active').allInnerTexts()).some(text => text.includes(DECISION)));
  await shoot('why-decision');
  await runCommand(page, 'View: Close All Editor Groups');
}

/** The code: searched by what it does, what a change of a file touches, and the picture of what imports what. */
async function code() {
  repository.write('checkout.py', 'from payments import pay\n\n\ndef buy(order):\n    """Take the money for an order."""\n    return pay(order)\n');
  await runCommand(page, 'Whence: Index Workspace');
  await until('the end of indexing', async () => (await notifications(page)).some(text => /^Indexed|files? /.test(text)), 60_000);
  await runCommand(page, 'Whence: Search Code');
  await answer(page, 'take the money for an order', { enter: false });
  await until('the function', async () => (await hits())[0]?.includes('buy'));
  await shoot('search-code');
  await page.keyboard.press('Enter');
  await until('its file', async () => (await editorText()).includes('def buy'));
  await openFile(page, 'payments.py');
  await runCommand(page, 'Whence: Impact of Changing This File');
  await until('the impact', async () => (await document()).includes('checkout.py'));
  await shoot('impact');
  await openFile(page, 'payments.py');
  await runCommand(page, 'Whence: Graph Around This File');
  const drawn = page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');
  await drawn.locator('button.file', { hasText: 'checkout.py' }).waitFor({ timeout: patience(20_000) });
  await until('the file in the middle to have the focus', () => drawn.locator('button.file:focus', { hasText: 'payments.py' }).count());
  await shoot('graph');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await until('the file that imports it', async () => (await editorText()).includes('def buy'));
}

/** Close the window and its server; nothing that they started stays. */
async function closeAll() {
  assert.deepEqual(foreign(), [], 'the window asked strangers');
  await window.close();
  await server.stop();
  const left = output('ps', ['-eo', 'args=']).split('\n').filter(line => line.includes(root));
  assert.deepEqual(left, [], 'a process stayed behind');
}

async function restart() {
  const seen = (await rows()).sort();
  await closeAll();
  server = await startServer({ env, root });
  await open();
  for (const group of ['Decisions', 'Bugs', 'Notes']) await unfold(group);
  await until('the same tree', async () => JSON.stringify((await rows()).sort()) === JSON.stringify(seen));
  await search('charge twice');
  assert.equal(await walkthrough(page).count(), 0, 'the walkthrough opens once');
  await until('the hit after the restart', async () => (await hits())[0]?.includes(MESSAGE));
  await until('its preview', async () => (await document()).includes('ATTEMPTS = 3'));
  await shoot('restarted');
  await page.keyboard.press('Escape');
}

/** A folder that is not trusted: what is written by hand is kept, nothing is noticed, and its settings move no memory. */
async function distrust() {
  await closeAll();
  const [stranger, elsewhere] = [path.join(root, 'stranger'), path.join(root, 'elsewhere')];
  fs.mkdirSync(path.join(stranger, '.vscode'), { recursive: true });
  fs.writeFileSync(path.join(stranger, '.vscode', 'settings.json'), JSON.stringify({ 'whence.storage.uri': elsewhere }));
  fs.writeFileSync(path.join(stranger, 'their.py'), 'x = 1\n');
  server = await startServer({ env, root, trust: false });
  await open(stranger);
  await statusTold('Changes are not noticed.');
  await runCommand(page, 'Whence: Save Note');
  await fillIn('Save Note', { Content: 'Not mine' });
  await row('Notes').waitFor();
  await openFile(page, 'their.py');
  await appendText(page, 'y = 2\n');
  assert.ok(!fs.existsSync(elsewhere), 'an untrusted folder chose the database');
  await shoot('untrusted');
  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  await page.locator('.workspace-trust-editor a.monaco-button').filter({ hasText: 'Trust' }).first().click();
  await page.locator('.monaco-modal-editor-block [aria-label^="Close"]').last().click();
  await statusTold('Changes are noticed.');
  await appendText(page, 'z = 3\n');
  await until('the first change', async () => (await rows()).some(text => text.includes('their.py')));
}

/** Every byte that Whence and VS Code's log of it keep. */
function* bytesOf(folder) {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) yield fs.readFileSync(path.join(entry.parentPath ?? entry.path, entry.name));
  }
}

async function noTrace() {
  const kept = Buffer.concat([...bytesOf(home)]);
  assert.ok(kept.includes(MESSAGE), 'what is kept can be read: else finding nothing would mean nothing');
  const log = Buffer.from(server.logs(/Whence\.log$/).map(([, text]) => text).join('\n'));
  const exported = path.join(root, 'everything.jsonl');
  whence('export', exported);
  const everything = fs.readFileSync(exported, 'utf8');
  for (const [name, mark] of Object.entries(marks)) {
    assert.ok(!kept.includes(mark), `${name}: on disk`);
    assert.ok(!log.includes(mark), `${name}: in the log`);
    assert.ok(!everything.includes(mark), `${name}: in a memory`);
  }
  assert.ok(everything.includes('[redacted: aws-access-key]'), 'a redaction says what it took');
  for (const name of ['.env', 'logo.dat', 'build/out.txt']) assert.ok(!everything.includes(`"${name}"`), `${name}: named`);
  const entries = audited(audit);
  assert.ok(processes(entries).some(command => command.includes('whence lsp')), 'the server was audited');
  assert.deepEqual(foreignRequests(entries, registryHosts()), []);
  assert.deepEqual(foreign(), [], 'the window asked strangers');
}

const hands = { page: () => page, repository, whence, document, rows, reply, fillIn, shoot };

try {
  await open();
  for (const step of [welcome, trouble, setUp, first, work, picture, commit, note, find, use, decide, tidy, past, solve, ask, ...strangerSteps(hands), code, restart, distrust, noTrace]) {
    await step();
    say(step.name);
  }
} catch (error) {
  if (page) await shoot('failure');
  console.error(server.logs(/Whence\.log$/).map(([, text]) => text.slice(-3000)).join('\n'), server.log().slice(-1000));
  throw error;
} finally {
  await window?.close();
  await server.remove();
  repository.remove();
}
