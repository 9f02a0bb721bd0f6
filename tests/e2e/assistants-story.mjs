// Assistants and models in a real VS Code: our MCP server and tools used, and the editor's own model asked with consent.
import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at, run, tool } from '../../scripts/lib.mjs';
import { patience } from '../../scripts/patience.mjs';
import { vsix } from '../../scripts/package.mjs';
import { seriousFaults } from './accessible.mjs';
import { looks } from './looks.mjs';
import { COMMIT, originSteps } from './origin-steps.mjs';
import { makeRepository } from './repository.mjs';
import { answer, chooseFile, modelCache, narrator, notifications, openFile, openView, openWindow, pick, pressNotification, quickPickRows, runCommand, screenshot, startServer, ticked, treeRows, until } from './vscode.mjs';

const NOTE = 'The gateway closes on Sundays';
const DECISION = 'Keep receipts for ten years';
const ANSWER = 'Payments wait until Monday, since the gateway closes on Sundays.';
/** A PNG of one pixel. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const QUESTION = 'When does the gateway close?';

const say = narrator('assistants');

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-'));
const repository = makeRepository();
const { folder } = repository;
const testModel = path.join(root, 'model.vsix');
await run(process.execPath, [tool('@vscode', 'vsce', 'vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', testModel],
  { cwd: at('tests', 'e2e', 'model'), stdio: ['ignore', 'ignore', 'inherit'] });

const settings = { 'whenceTest.answer': JSON.stringify({ answerable: true, answer: `${ANSWER} [m1]`, cited: ['m1'] }) };
// Which model is asked is the user's choice alone: of this machine, not of a workspace.
fs.mkdirSync(path.join(root, 'data', 'Machine'), { recursive: true });
fs.writeFileSync(path.join(root, 'data', 'Machine', 'settings.json'), JSON.stringify({ 'whence.model': 'editor' }));
const server = await startServer({ vsix: [vsix, testModel], root, env: { WHENCE_HOME: path.join(root, 'memory'), WHENCE_CACHE: modelCache }, settings });
const window = await openWindow(server, folder);
const { page } = window;
let shots = 0;
const shoot = name => screenshot(page, `assistants-${String(++shots).padStart(2, '0')}-${name}`);
const editorText = async () => (await page.locator('.editor-group-container.active .view-lines').first().innerText()).replaceAll('\u00a0', ' ');
const document = () => page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame').locator('body').innerText({ timeout: patience(1000) });
const told = text => until(`the message “${text}”`, async () => (await notifications(page)).find(each => typeof text === 'string' ? each.includes(text) : text.test(each)));
const rows = async () => (await quickPickRows(page)).map(text => text.replace(/\s+/g, ' '));

async function setUp() {
  await openView(page, 'Whence');
  await page.locator('.pane-body .monaco-button').filter({ hasText: 'Set Up Whence' }).click();
  await until('the end of the set-up', async () => /\d/.test(await page.locator('.statusbar-item[id*="whence.status"]').innerText()), 240_000, 250);
  await runCommand(page, 'View: Close All Editors');
}

/** Use a tool as an assistant does: what it answers, as an editor shows it. */
async function call(name, input) {
  await runCommand(page, 'Tests: Call Tool');
  await page.locator('.quick-input-widget:visible .quick-input-title').filter({ hasText: 'Tool' }).waitFor();
  await answer(page, name);
  await page.locator('.quick-input-widget:visible .quick-input-title').filter({ hasText: 'Input' }).waitFor();
  await answer(page, JSON.stringify(input));
  // VS Code asks before a tool writes something.
  const yes = page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: /^(Yes|Allow)$/ }).first();
  await until(`the answer of ${name}`, async () => {
    if (await yes.isVisible()) await yes.click({ timeout: patience(1000) });
    return (await page.locator('.tab.active').allInnerTexts()).some(text => text.includes(name));
  });
  return editorText();
}

/** The MCP server that the extension offers: listed, started, and its tools used; the editor's tree shows what they wrote. */
async function mcp() {
  await runCommand(page, 'MCP: List Servers');
  await until('our server', async () => (await rows()).some(text => /^Whence: memory of Café Данные, Stopped/.test(text)));
  await shoot('servers');
  await pick(page, 'Whence: memory of');
  await until('its menu', async () => (await rows()).some(text => text.startsWith('Start Server')));
  await pick(page, 'Start Server');
  await until('it to run', async () => {
    await runCommand(page, 'MCP: List Servers');
    await until('the list', async () => (await rows()).length > 0, 5000);
    return (await rows()).some(text => /^Whence: .*Running/.test(text));
  }, 60_000, 1000);
  await shoot('server-running');
  await page.keyboard.press('Escape');
  assert.match(await call('mcp_remember', { kind: 'note', content: NOTE }), /[0-9a-f]{8}-/);
  await until('the note in the tree', async () => (await treeRows(page, 'Memory')).some(text => text.startsWith('Notes')));
  await runCommand(page, 'View: Close All Editors');   // the answer of a tool is known by its name, which is the same now
  assert.match(await call('mcp_remember', { kind: 'decision', content: DECISION }), /[0-9a-f]{8}-/);
  assert.match(await call('whence_search', { query: 'gateway' }), new RegExp(NOTE));
  await shoot('tool-called');
}

/** Configuration and instructions are shown before they are written, and written where the assistant looks. */
async function connect() {
  for (const [choice, file, expected] of [['how to start the server', '.vscode/mcp.json', '"whence"'], ['when to use it', '.github/instructions/whence.instructions.md', 'applyTo']]) {
    await runCommand(page, 'Whence: Connect an Assistant');
    await until('the choices', async () => (await rows()).some(text => text.includes(choice)));
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'VS Code' }).filter({ hasText: choice }).click();
    await told(`This is what ${file} would hold`);
    assert.ok(!fs.existsSync(path.join(folder, file)), 'written before it was shown');
    await shoot(`connect-${path.extname(file).slice(1)}`);
    await pressNotification(page, 'Write');
    await until(file, () => fs.existsSync(path.join(folder, file)) && fs.readFileSync(path.join(folder, file), 'utf8').includes(expected));
  }
  await runCommand(page, 'Whence: Get Started');
  await until('the step to be ticked', () => ticked(page, 'assistant'));
  await shoot('walkthrough');
  await runCommand(page, 'View: Close Editor');   // the others are not saved, and would ask
}

const ask = async () => {
  await runCommand(page, 'Whence: Ask Memory');
  await answer(page, QUESTION);
  await told('would be sent about');
};

/** The editor's model: refused, shown, approved; and what it cost. */
async function model() {
  await ask();
  await shoot('approval');
  await pressNotification(page, 'Don’t Send');
  await until('an answer without a model', async () => (await document()).includes(NOTE));
  assert.ok(!(await document()).includes(ANSWER));
  await ask();
  await pressNotification(page, 'Show What Would Be Sent');
  await until('the prompt', async () => (await document()).includes('material'));
  await shoot('what-would-be-sent');
  await pressNotification(page, 'Send');
  const allow = page.locator('.monaco-dialog-box a.monaco-button').filter({ hasText: 'Allow' }).first();
  await until('the answer of the model', async () => {
    if (await allow.isVisible()) await allow.click();
    return (await document()).includes(ANSWER);
  });
  await shoot('answered');
  assert.ok(!(await notifications(page)).some(text => text.includes('Keep')), 'a message asks what the page offers');
  const keep = page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame').getByRole('button', { name: 'Keep as Conversation' });
  await keep.click();
  await keep.waitFor({ state: 'detached', timeout: patience(15_000) });
  await until('the conversation', async () => (await treeRows(page, 'Memory')).some(text => text.startsWith(QUESTION)));
  await runCommand(page, 'Whence: Show Costs');
  await until('the bill', async () => /Test Model|editor/.test(await document()));
  await shoot('costs');
  await page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame').locator('button', { hasText: 'Stop All Models' }).click();
  await until('the models to stop', async () => (await document()).includes('All models are switched off'));
}

/** A year in pictures, with each figure in words as well, and nothing that bars who can't see or uses no mouse. */
async function dashboard() {
  await runCommand(page, 'Whence: Dashboard');
  await until('the dashboard', async () => /a year of memory[^]*by week/.test(await document()));
  const view = page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');
  await view.locator('canvas').first().waitFor();
  await shoot('dashboard');
  assert.deepEqual(await seriousFaults(page), []);
  await view.locator('summary').first().click();
  await view.locator('td button').first().click();
  await until('the memories that a figure counts', async () => (await rows()).length > 0);
  await page.keyboard.press('Escape');
  await runCommand(page, 'Whence: Dashboard');
  await until('the dashboard anew, in its place', async () => (await page.locator('.tabs-container .tab', { hasText: 'Dashboard' }).count()) === 1 && /a year of memory[^]*by week/.test(await document()));
}

/** All models are off now, and everything that they could help with answers all the same. */
async function without() {
  await runCommand(page, 'Whence: Suggest Importance and Labels');
  await until('a suggestion', async () => (await rows()).some(text => text.includes(NOTE) || text.includes(QUESTION)));
  await shoot('suggestions');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden', timeout: patience(15_000) });
  await runCommand(page, 'Whence: Summarize…');
  await pick(page, 'Today');
  await until('the summary of the day', async () => (await document()).includes('Also kept'));
  await shoot('summary');
  await runCommand(page, 'Whence: Draft Commit Message');
  await told('Source Control');
  await runCommand(page, 'Whence: Suggest a Solution');
  await answer(page, 'KeyError: gateway');
  await until('that no case fits', async () => (await document()).includes('No case fits'));
  await runCommand(page, 'Whence: Consolidate Memories');
  await told('Nothing needs to be merged');
  const picture = path.join(folder, 'error.png');
  fs.writeFileSync(picture, PICTURE);
  await runCommand(page, 'Whence: Read Screenshot of an Error');
  await chooseFile(page, picture);
  await until('what is known of the picture', async () => (await document()).includes('error.png'));
  await shoot('screenshot-read');
  await runCommand(page, 'Whence: Show What Would Be Sent');
  await pick(page, 'Ask Memory');
  await answer(page, QUESTION);
  await until('the prompt', async () => (await document()).includes('From the project'));
}

/** What needs the index of the code says so, and makes it with one click. */
async function indexed() {
  await openFile(page, 'retry.py');
  await runCommand(page, 'Whence: Graph Around This File');
  await told('The code of this project is not indexed yet');
  await shoot('not-indexed');
  await pressNotification(page, 'Index Workspace');
  await told(/^Indexed|files? /);
}

try {
  const origins = originSteps({ page, repository, document, told, shoot, home: server.home });
  for (const step of [setUp, mcp, connect, model, dashboard, without, ...origins, indexed, looks({ page, file: 'retry.py', line: 1, change: COMMIT, decision: DECISION })]) {
    await step();
    say(step.name);
  }
  assert.deepEqual([...window.foreign].filter(origin => !/^https:\/\/[\w+.-]+\.vscode-(resource|cdn|webview)\.(vscode-cdn\.net|net)$/.test(origin)), [], 'the window asked strangers');
} catch (error) {
  await shoot('failure');
  console.error(server.logs(/Whence\.log$/).map(([, text]) => text.slice(-3000)).join('\n'), server.log().slice(-1000));
  throw error;
} finally {
  await window.close();
  await server.remove();
  repository.remove();
}
