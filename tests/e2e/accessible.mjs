// What a webview would be blamed for by who can't see well or uses no mouse, by axe-core in the real browser.
import fs from 'node:fs';
import { tool } from '../../scripts/lib.mjs';

const axe = fs.readFileSync(tool('axe-core', 'axe.min.js'), 'utf8');

/** The frame of the webview that opened last: VS Code wraps each in another. */
async function innermost(page) {
  const element = await page.frameLocator('iframe.webview.ready >> nth=-1').locator('iframe#active-frame').elementHandle();
  return element.contentFrame();
}

/** The serious faults of the webview that opened last, each as "rule: element". */
export async function seriousFaults(page) {
  const frame = await innermost(page);
  await frame.evaluate(axe);
  const { violations } = await frame.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 120)} ${any[0]?.message ?? ''}`));
}
