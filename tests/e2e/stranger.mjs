// What a stranger tries on the first day, as steps of the story: edits deep in files, files saved for the first time, decisions
// about lines, work thrown away, a question that memory has no answer to, and lines that came from elsewhere.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { patience } from '../../scripts/patience.mjs';
import { answer, appendText, notifications, openFile, runCommand, until } from './vscode.mjs';

const DECISION = 'Entries are rounded half to even';
const QUICKLY = 'The bank rounds to the cent';
const PRICED = 'Price the parts by the hundred';

/** A class of so many methods, four lines each, after two lines of its own; the text from line 0 on. */
const ledger = end => ['"""The ledger."""', 'class Ledger:', ...Array.from({ length: 120 }, (_, number) => [
  `    def entry_${number}(self, amount):`, `        rounded = round(amount, ${number % 5})`, '        self.lines.append(rounded)', '        return rounded',
]).flat(), ''].join(end);
/** The line, from 1, of the assignment in a method. */
const within = number => 3 + 4 * number + 1;

/**
 * The steps.  hands: page() that is driven; the repository; whence() as on the command line; document() that is shown rendered; rows()
 * of the tree; reply() to a question; fillIn() a form; shoot().
 */
export function strangerSteps({ page: current, repository, whence, document, rows, reply, fillIn, shoot }) {
  const rendered = () => current().frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');
  const save = async () => {
    const dirty = current().locator('.tabs-container .tab.active.dirty');
    await dirty.waitFor({ timeout: patience(5000) });
    await current().keyboard.press('Control+S');
    await dirty.waitFor({ state: 'detached', timeout: patience(15_000) });
  };
  /** Put the cursor at the beginning of a line of the active editor. */
  async function goTo(line) {
    await current().keyboard.press('Control+1');   // a click might land where the text is scrolled out of sight
    await current().keyboard.press('Control+G');
    await answer(current(), `:${line}`);
    await until(`line ${line}`, async () => (await current().locator('.statusbar-item').allInnerTexts()).some(text => text.includes(`Ln ${line},`)));
    await current().locator('.quick-input-widget:visible').waitFor({ state: 'hidden', timeout: patience(5000) });
  }
  const selected = () => until('the selection', async () => (await current().locator('.statusbar-item').allInnerTexts()).some(text => /\(\d+ selected\)/.test(text)));
  /** The newest Change of a file. */
  const changeOf = file => whence('search', '', '--file', file, '--kind', 'change', '--limit', '1').hits.map(({ id }) => whence('show', id).memory)[0];

  /** An edit deep in a file is told by the function around it, however the file's lines end. */
  async function deep() {
    for (const [file, end] of [['ledger_unix.py', '\n'], ['ledger_windows.py', '\r\n']]) {
      repository.write(file, ledger(end));
      repository.git('add', file);
      repository.git('commit', '--quiet', '-m', `Keep a ledger in ${file}`);
      await openFile(current(), file);
      await goTo(within(97));
      await current().keyboard.press('End');
      await current().keyboard.insertText('  # as the bank does');
      await save();
      const change = await until(`the edit of ${file}`, () => [changeOf(file)].find(each => each?.open));
      assert.deepEqual(change.edits.map(({ symbols }) => symbols), [['Ledger.entry_97']]);
    }
    await shoot('deep-edits');
  }

  /** A file that the editor is the first to write is no baseline. */
  async function fresh() {
    await runCommand(current(), 'File: New Untitled Text File');
    await current().locator('.tabs-container .tab.active', { hasText: 'Untitled' }).waitFor();
    await current().keyboard.insertText('def refund(order):\n    return -order.total\n');
    await current().keyboard.press('Control+S');
    const name = current().locator('.quick-input-widget:visible input.input');
    const target = path.join(repository.folder, 'refunds.py');
    // The dialog fills in a folder of its own a moment after it opened.
    await until('the folder in the dialog', async () => (await name.inputValue()).includes(path.basename(repository.folder)));
    await until('the name in the dialog', async () => { await name.fill(target); return await name.inputValue() === target; });
    await current().keyboard.press('Enter');
    const change = await until('the change of the new file', () => [changeOf('refunds.py')].find(each => each?.open));
    assert.equal(change.edits[0].action, 'create');
    await until('its row', async () => (await rows()).some(text => text.includes('refunds.py')));
    await shoot('saved-as');
  }

  /** What was decided about lines stands first in why these lines are there, also after they moved, and leads to them. */
  async function about() {
    await openFile(current(), 'ledger_unix.py');
    await goTo(within(60));
    for (let line = 0; line < 2; line++) await current().keyboard.press('Shift+ArrowDown');
    await selected();
    await runCommand(current(), 'Whence: Record Decision');
    const cited = `ledger_unix.py:${within(60)}-${within(60) + 1}`;
    await fillIn('Record Decision', { Decision: DECISION, Context: 'The bank does', Rationale: 'The sums agree with theirs' }, async form => {
      await form.getByRole('button', { name: cited }).waitFor({ timeout: patience(10_000) });
      assert.match(await form.locator('pre').innerText(), /rounded = round\(amount, 0\)/);
      await shoot('decision-about-lines');
    });
    const hit = await until('the decision', () => whence('search', DECISION, '--kind', 'decision').hits.find(({ title }) => title === DECISION));
    const { citations } = whence('show', hit.id).memory;
    assert.deepEqual(citations.map(({ path: file, start, end, symbol }) => [file, start, end, symbol]), [['ledger_unix.py', within(60), within(60) + 1, 'Ledger.entry_60']]);

    await goTo(within(70));
    await current().keyboard.press('Shift+End');
    await selected();
    await current().keyboard.press('Control+Alt+W');
    await current().keyboard.press('d');
    await reply(`Decide This · ledger_unix.py:${within(70)}`, QUICKLY, 'decide-this');
    const quick = await until('the decision of one line', () => whence('search', QUICKLY, '--kind', 'decision').hits.find(({ title }) => title === QUICKLY));
    assert.deepEqual(whence('show', quick.id).memory.citations.map(({ start, symbol }) => [start, symbol]), [[within(70), 'Ledger.entry_70']]);

    await openFile(current(), 'ledger_unix.py');
    await goTo(1);
    await current().keyboard.insertText('# Kept by hand.\n# Read by the bank.\n# Never rewritten.\n');
    await save();
    await goTo(within(60) + 3);
    await runCommand(current(), 'Whence: Why Is This Here?');
    await until('the decision before the commit', async () => /Entries are rounded half to even[\s\S]*about these lines[\s\S]*Keep a ledger/.test(await document()));
    await shoot('decided-about-lines');

    await rendered().locator('h2 a', { hasText: DECISION }).click();
    const link = rendered().locator('a', { hasText: cited });
    await link.waitFor({ timeout: patience(15_000) });
    await shoot('cited-lines');
    await link.click();
    await current().locator('.tabs-container .tab.active[data-resource-name="ledger_unix.py"]').waitFor({ timeout: patience(10_000) });
    await runCommand(current(), 'View: Close All Editor Groups');
  }

  /** Work that is thrown away is no open work any more. */
  async function discard() {
    await openFile(current(), 'receipts.py');
    await appendText(current(), '\nCOPIES = 7\n');
    const open = async () => (await rows()).some(text => /^receipts\.py/.test(text));
    await until('the open change', open);
    repository.git('checkout', '--', 'receipts.py');
    await until('the discarded change to leave the tree', async () => !await open());
    const change = changeOf('receipts.py');
    assert.deepEqual([change.open, change.discarded], [false, true]);
    await shoot('discarded');
  }

  /** Of what nobody ever told, memory says that it knows nothing. */
  async function unknown() {
    await runCommand(current(), 'Whence: Ask Memory');
    await reply('Ask Memory', 'How do we deploy to kubernetes?');
    await until('that there is no answer', async () => /holds no answer|holds nothing about this/i.test(await document()));
    assert.ok(!(await document()).includes('Sources'));
    await shoot('unknown');
  }

  /** Where nothing can be told, the view says why, and no message stands in the way. */
  async function nowhere() {
    const says = text => until(`“${text}” in the view`, async () => (await document()).includes(text), 20_000);
    await runCommand(current(), 'View: Close All Editor Groups');
    await runCommand(current(), 'File: New Untitled Text File');
    await current().locator('.tabs-container .tab.active', { hasText: 'Untitled' }).waitFor();
    await current().keyboard.insertText('nobody knows\n');
    await runCommand(current(), 'Whence: Why Is This Here?');
    await says('This text is in no file yet.');
    await current().keyboard.press('Control+1');
    await runCommand(current(), 'View: Revert and Close Editor');
    repository.write('gone.py', 'x = 1\n');
    await openFile(current(), 'gone.py');
    fs.rmSync(path.join(repository.folder, 'gone.py'));
    await current().keyboard.press('Control+1');
    await runCommand(current(), 'Whence: Why Is This Here?');
    await says('There is no file gone.py in this project.');
    await shoot('nowhere');
    assert.deepEqual((await notifications(current())).filter(text => /no file/.test(text)), [], 'a message repeats the view');
    await runCommand(current(), 'View: Close All Editor Groups');
  }

  /** Where lines were not followed to the file that they came from, a button does so. */
  async function thorough() {
    const priced = Array.from({ length: 9 }, (_, number) => `def price_of_${number}(order):\n    return order.prices[${number}] * ${number}\n`).join('\n');
    const rates = Array.from({ length: 600 }, (_, number) => `RATE_${number} = ${number}\n`).join('');
    const commit = message => { repository.git('add', '--all', 'prices.py', 'rates.py'); repository.git('commit', '--quiet', '-m', message); };
    repository.write('prices.py', priced);
    repository.write('rates.py', rates);
    commit(PRICED);
    repository.write('prices.py', '');
    repository.write('rates.py', rates + priced);
    commit('Put prices beside rates');
    await until('the commits', () => whence('search', PRICED, '--kind', 'change').hits[0]?.title === PRICED);
    // A view that is open would follow the cursor into the file, and have all of it followed before anybody asks.
    await runCommand(current(), 'View: Close All Editor Groups');
    await openFile(current(), 'rates.py');
    await current().keyboard.press('Control+1');
    await until('the selection', async () => {
      await current().keyboard.press('Control+A');
      return (await current().locator('.statusbar-item').allInnerTexts()).some(text => /\(\d+ selected\)/.test(text));
    });
    await runCommand(current(), 'Whence: Why Is This Here?');
    const offer = rendered().getByRole('button', { name: 'Ask thoroughly' });
    await offer.waitFor({ timeout: patience(20_000) });
    await shoot('offered');
    await offer.click();
    await until('the answer that was offered', async () => (await document()).includes(PRICED) && !/Ask thoroughly|Put prices beside rates/.test(await document()), 40_000);
    await shoot('thorough');
    await runCommand(current(), 'View: Close All Editor Groups');
  }

  return [deep, fresh, about, discard, unknown, nowhere, thorough];
}

