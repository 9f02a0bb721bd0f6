// Whence lines, down to the words that asked for them, as steps of a story: an assistant writes a file, a person changes a line and
// adds some, all of it is committed; then the lines tell the turn, the hand edit and the commit, and the pages lead back and forth.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { patience } from '../../scripts/patience.mjs';
import { seriousFaults } from './accessible.mjs';
import { answer, appendText, openFile, pick, quickPickRows, runCommand, until } from './vscode.mjs';

const ASKED = 'Make the retry stop after three attempts';
export const COMMIT = 'Stop asking the gateway after three attempts';
const RETRY = `def fetch_with_retry(client, address, attempts=3):
    for attempt in range(attempts):
        try:
            return client.get(address, timeout=10)
        except ConnectionError as error:
            time.sleep(2 ** attempt)
    raise GaveUp(f"no answer after {attempts} attempts")
`;
const BY_HAND = `

def holidays_of(gateway):
    return sorted(gateway.closed_days)
`;

/** What Claude Code keeps of a session in which it was asked for a file, and wrote it. */
function transcript(folder, file, text) {
  const begun = Date.now() - 10 * 60_000;
  let last = null;
  let count = 0;
  const record = (role, content) => {
    const uuid = `turn-${++count}`;
    const made = { type: role, uuid, parentUuid: last, sessionId: '5e551011-2222', cwd: folder, timestamp: new Date(begun + count * 1000).toISOString(), message: { role, content, model: 'claude-test-1' } };
    last = uuid;
    return JSON.stringify(made);
  };
  return `${[
    record('user', ASKED),
    record('assistant', [{ type: 'text', text: 'I bound the loop, and raise an error of its own at the end.' }]),
    record('assistant', [{ type: 'tool_use', id: 'call-1', name: 'Write', input: { file_path: path.join(folder, file), content: text } }]),
    record('user', [{ type: 'tool_result', tool_use_id: 'call-1', content: 'File written' }]),
  ].join('\n')}\n`;
}

/**
 * The steps.  page, repository, document() that is shown rendered, shoot(), and home: where the assistant keeps its transcripts.
 */
export function originSteps({ page, repository, document, told, shoot, home }) {
  const { folder, git, write } = repository;
  const view = () => page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('iframe#active-frame');

  async function written() {
    // What was shown before is in the way, and its unsaved texts would ask whenever all is closed.
    const tabs = page.locator('.tabs-container .tab');
    await until('the editors to close', async () => {
      if (await tabs.count()) await runCommand(page, 'View: Revert and Close Editor');
      return !await tabs.count();
    }, 60_000);
    write('retry.py', RETRY);
    const kept = path.join(home, '.claude', 'projects', folder.replace(/[^A-Za-z0-9]/g, '-'));
    fs.mkdirSync(kept, { recursive: true });
    fs.writeFileSync(path.join(kept, '5e551011-2222.jsonl'), transcript(folder, 'retry.py', RETRY));
    await openFile(page, 'retry.py');
    await page.keyboard.press('Control+G');
    await answer(page, ':6');
    await page.keyboard.press('End');
    await page.keyboard.insertText('  # seconds');
    await appendText(page, BY_HAND);
    git('add', 'retry.py');
    git('commit', '--quiet', '-m', COMMIT);
    await runCommand(page, 'Whence: Import…');
    await pick(page, 'Transcripts of Assistants');
    await told(/^\D*1 conversation/);
    await shoot('transcripts-read');
  }

  async function asked() {
    await runCommand(page, 'View: Close All Editors');
    await openFile(page, 'retry.py');
    await page.locator('.editor-group-container.active .view-lines').first().click();
    await page.keyboard.press('Control+A');
    await runCommand(page, 'Whence: Why Is This Here?');
    for (const text of [ASKED, 'Claude Code (claude-test-1)', 'changed afterwards', COMMIT, 'by a person, or in a conversation that was not read']) {
      await until(`“${text}” beside the code`, async () => (await document()).includes(text), 20_000);
    }
    assert.deepEqual(await seriousFaults(page), []);
    await shoot('why-asked');
    await view().locator('h2 a', { hasText: COMMIT }).click();
    await until('the turns that wrote the change', async () => /Written in conversations[^]*7 different lines[^“]*“Make the retry/.test((await document()).replace(/\s+/g, ' ')), 20_000);
    await shoot('change');
    await view().getByText('open the turn').first().click();
    const sought = view().locator('.sought');
    await until('the turn that asked', async () => (await sought.innerText({ timeout: patience(1000) })).includes(ASKED), 20_000);
    await until('the lines of the conversation', async () => /Lines in the code[^]*retry\.py:1-7[^]*What was said/.test(await document()), 20_000);
    await shoot('turn');
    await runCommand(page, 'View: Close Editor');
    await view().getByText('Open the turn').first().click();
    await until('the turn that asked, from beside the code', async () => (await sought.innerText({ timeout: patience(1000) })).includes(ASKED), 20_000);
  }

  async function back() {
    await view().locator('a', { hasText: 'retry.py:1-' }).first().click();
    await page.locator('.tab.active[data-resource-name="retry.py"]').waitFor({ timeout: patience(10_000) });
    await until('who wrote the line, on hovering', async () => {
      await runCommand(page, 'Show or Focus Hover');
      const said = (await page.locator('.monaco-hover:visible').allInnerTexts()).join(' ');
      return said.includes(ASKED) && said.includes('Open the turn');
    }, 30_000);
    await shoot('hover');
    await page.keyboard.press('Escape');
    await page.locator('.statusbar-item[id*="whence.status"]').click();
    await pick(page, 'More…');
    await answer(page, 'Lines by Assistants', { enter: false });
    await until('what was typed', async () => (await quickPickRows(page))[0]?.includes('Lines by Assistants'));
    await page.keyboard.press('Enter');
    await until('the lines by assistants', async () => /from conversations with assistants[^]*claude-test-1/.test(await document()), 20_000);
    await shoot('lines-by-assistants');
    assert.deepEqual(await seriousFaults(page), []);
  }
  return [written, asked, back];
}
