// The mocha tests of extension/test/host, inside the extension host of a real VS Code with the packaged extension.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at } from '../../scripts/lib.mjs';
import { buildTests } from '../../scripts/build.mjs';
import { vsix } from '../../scripts/package.mjs';
import { runExtensionTests } from './host.mjs';
import { startServer } from './vscode.mjs';

await buildTests('extension/test/host', ['index.ts']);
const { publisher, name, version } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-folder-'));
const server = await startServer({ vsix: [vsix], hostTests: true });
try {
  const extension = path.join(server.extensions, `${publisher}.${name}-${version}`);
  const { code, log } = await runExtensionTests(server, workspace, { extension, tests: at('dist-test', 'host', 'index.cjs') });
  assert.equal(code, 0, log.join('\n'));
} finally {
  await server.remove();
  fs.rmSync(workspace, { recursive: true, force: true });
}
