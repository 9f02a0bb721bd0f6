// How every view looks in the themes that the editor comes with, and the tree in a narrow side bar: as a step of the story.
// axe-core judges contrast and names in each; the screenshots are for whoever looks at them.
import assert from 'node:assert/strict';
import { patience } from '../../scripts/patience.mjs';
import { seriousFaults } from './accessible.mjs';
import { answer, openFile, openView, pick, quickPickRows, runCommand, screenshot, until } from './vscode.mjs';

const THEMES = { light: ['Light Modern', 'vs'], dark: ['Dark Modern', 'vs-dark'], 'high-contrast-dark': ['Dark High Contrast', 'hc-black'], 'high-contrast-light': ['Light High Contrast', 'hc-light'] };
/** Pixels; a side bar is seldom narrower. */
const NARROW = 200;

/** Choose a colour theme, as a person does. */
async function choose(page, [name, kind]) {
  await runCommand(page, 'Preferences: Color Theme');
  await until(`the list of themes to hold ${name}`, async () => (await quickPickRows(page)).length > 1);
  await answer(page, name, { enter: false });
  await until(`${name} to be found`, async () => (await quickPickRows(page))[0]?.includes(name));
  await page.keyboard.press('Enter');
  await page.locator(`.monaco-workbench.${kind}`).waitFor({ timeout: patience(10_000) });
}

/** What the webview in front holds. */
const inside = page => page.frameLocator('iframe.webview.ready:visible >> nth=-1').frameLocator('iframe#active-frame');

/** Wait until it says what it is to say. */
async function shows(page, words) {
  await until(`“${words}” to show`, async () => (await inside(page).locator('body').innerText({ timeout: patience(1000) })).includes(words), 20_000);
}

/**
 * The step.  file: of the workspace, with `line` that a change with a title wrote; decision: the title of one that is kept.
 */
export function looks({ page, file, line, change, decision }) {
  return async function look() {
    const command = title => () => runCommand(page, `Whence: ${title}`);
    const memory = title => async () => {
      await runCommand(page, 'Whence: Search Memory');
      await answer(page, title, { enter: false });
      await until(`“${title}”`, async () => (await quickPickRows(page))[0]?.includes(title));
      await page.keyboard.press('Enter');
    };
    const more = title => async () => {
      await page.locator('.statusbar-item[id*="whence.status"]').click();
      await until('what people do most', async () => (await quickPickRows(page)).some(text => text.includes('More…')));
      await pick(page, 'More…');
      await answer(page, title, { enter: false });
      await until(`“${title}”`, async () => (await quickPickRows(page))[0]?.includes(title));
      await page.keyboard.press('Enter');
    };
    for (const [name, chosen] of Object.entries(THEMES)) {
      const views = [
        ['change', memory(change), 'Diff'],
        ...(name === 'light' ? [['decision', memory(decision), decision], ['standup', more('Standup'), 'Done']] : []),   // drawn as a Change is
        ['costs', command('Show Costs'), 'cost'],
        ['form', command('Record Decision'), 'Consequences'],
        ['dashboard', command('Dashboard'), 'by week'],
        ['graph', async () => { await openFile(page, file); await runCommand(page, 'Whence: Graph Around This File'); }, file],
      ];
      await runCommand(page, 'View: Close All Editor Groups');
      await choose(page, chosen);
      await openFile(page, file);
      await page.keyboard.press('Control+G');
      await answer(page, `:${line}`);
      await runCommand(page, 'Whence: Why Is This Here?');
      await shows(page, change);
      await inside(page).locator('button.diff').first().click();
      await shows(page, '@@');
      await screenshot(page, `looks-why-${name}`);
      assert.deepEqual(await seriousFaults(page), [], `why, ${name}`);
      await runCommand(page, 'View: Close All Editor Groups');
      for (const [what, open, words] of views) {
        await open();
        await shows(page, words);
        await screenshot(page, `looks-${what}-${name}`);
        assert.deepEqual(await seriousFaults(page), [], `${what}, ${name}`);
        await runCommand(page, 'View: Close All Editor Groups');
      }
    }
    await choose(page, THEMES.dark);
    await openView(page, 'Whence');
    const bar = page.locator('.part.sidebar');
    const { x, y, width, height } = await bar.boundingBox();
    await page.mouse.move(x + width, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + NARROW, y + height / 2, { steps: 5 });
    await page.mouse.up();
    assert.ok(Math.abs((await bar.boundingBox()).width - NARROW) <= 4, 'the side bar did not become narrow');
    await screenshot(page, 'looks-narrow');
    await page.mouse.move(x + NARROW, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width, y + height / 2, { steps: 5 });
    await page.mouse.up();
  };
}
