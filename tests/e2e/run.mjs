// node tests/e2e/run.mjs: the packaged extension in a real VS Code.  Screenshots stay in test-results/.
import fs from 'node:fs';
import { Failure, at, main, run } from '../../scripts/lib.mjs';
import { vsix } from '../../scripts/package.mjs';
import { browser, vscodeServer } from './setup-vscode.mjs';

const STORIES = ['host-story.mjs', 'story.mjs', 'assistants-story.mjs'];
const MINUTES = 12;   // the first set-up inside fetches 300 MB of packages and the model

await main(import.meta.url, async () => {
  if (!fs.existsSync(vsix)) throw new Failure('There is no dist/whence.vsix yet: run `npm run package` first.');
  await vscodeServer();
  await browser();
  fs.rmSync(at('test-results'), { recursive: true, force: true });
  for (const story of STORIES) {
    console.log(`e2e: ${story}`);
    await run(process.execPath, [at('tests', 'e2e', story)], { timeout: MINUTES * 60_000, killSignal: 'SIGTERM' });
  }
});
