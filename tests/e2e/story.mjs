// The packaged extension in a real VS Code, used as a person would.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { vsix } from '../../scripts/package.mjs';
import { openWindow, screenshot, startServer, statusBar, until } from './vscode.mjs';

const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-folder-'));
fs.writeFileSync(path.join(workspace, 'notes.txt'), 'first line\n');
const server = await startServer({ vsix: [vsix] });
let window;
try {
  window = await openWindow(server, workspace);
  const { page } = window;
  await until('the status bar item', async () => (await statusBar(page)).some(text => text.includes('Whence')));
  await screenshot(page, 'window');
  assert.deepEqual([...window.foreign], []);
} catch (error) {
  if (window) await screenshot(window.page, 'failure');
  console.error(server.log().slice(-3000));
  throw error;
} finally {
  await window?.close();
  await server.remove();
  fs.rmSync(workspace, { recursive: true, force: true });
}
