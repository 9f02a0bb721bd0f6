// The packaged extension as VS Code installs it: what it carries, and the mocha tests of extension/test/host inside its host.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at } from '../../scripts/lib.mjs';
import { buildTests } from '../../scripts/build.mjs';
import { vsix } from '../../scripts/package.mjs';
import { runExtensionTests } from './host.mjs';
import { modelCache, startServer } from './vscode.mjs';

const CARRIES = ['.vsixmanifest', 'LICENSE.txt', 'changelog.md', 'dist/THIRD_PARTY_NOTICES.txt', 'dist/costs.css', 'dist/costs.js', 'dist/dashboard.css', 'dist/dashboard.js', 'dist/extension.js', 'dist/form.css', 'dist/form.js', 'dist/graph.css', 'dist/graph.js', 'dist/languageclient.js', 'dist/model/all-MiniLM-L6-v2/manifest.json', 'dist/model/all-MiniLM-L6-v2/model-int8.onnx', 'dist/model/all-MiniLM-L6-v2/tokenizer.json', 'dist/page.css', 'dist/page.js', 'dist/why.css', 'dist/why.js', 'docs/figures/peers-search.svg', 'docs/figures/peers-write.svg', 'package.json', 'package.nls.json',
  'readme.md', 'requirements/providers.txt', 'requirements/runtime.txt', 'requirements/uv.txt', 'requirements/wheels.json'];

await buildTests('extension/test/host', ['index.ts']);
const { publisher, name, version } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-folder-'));
fs.writeFileSync(path.join(workspace, 'notes.txt'), 'first line\n');
const server = await startServer({ vsix: [vsix], hostTests: true, env: { WHENCE_CACHE: modelCache } });
try {
  const extension = path.join(server.extensions, `${publisher}.${name}-${version}`);
  const files = fs.readdirSync(extension, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => path.relative(extension, path.join(entry.parentPath ?? entry.path, entry.name)).replaceAll(path.sep, '/'));
  assert.deepEqual(files.filter(file => !file.startsWith('media/')).sort(), [...CARRIES, `dist/whence-${version}-py3-none-any.whl`].sort());

  assert.deepEqual(files.filter(file => file.startsWith('media/walkthrough/')).sort(), ['assistant', 'history', 'set-up', 'why'].map(name => `media/walkthrough/${name}.svg`));
  assert.deepEqual(files.filter(file => file.startsWith('media/welcome/')).sort(), fs.readdirSync(at('media/welcome')).map(name => `media/welcome/${name}`).sort());

  const { code, log } = await runExtensionTests(server, workspace, { extension, tests: at('dist-test', 'host', 'index.cjs'), ms: 360_000 });
  assert.equal(code, 0, log.join('\n'));
} finally {
  await server.remove();
  fs.rmSync(workspace, { recursive: true, force: true });
}
