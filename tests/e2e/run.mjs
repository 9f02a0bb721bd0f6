// node tests/e2e/run.mjs: the packaged extension in a real VS Code.  Screenshots stay in test-results/.
import fs from 'node:fs';
import path from 'node:path';
import { Failure, at, main, run } from '../../scripts/lib.mjs';
import { patience } from '../../scripts/patience.mjs';
import { vsix } from '../../scripts/package.mjs';
import { browser, vscodeServer } from './setup-vscode.mjs';

/** Stories side by side, those of a lane one after the other: a story waits more than it computes. */
const LANES = [['story.mjs'], ['host-story.mjs', 'assistants-story.mjs', 'offline-story.mjs']];
const LINES = 60;   // of a failed story that stand at the end once more: there lanes no longer talk across each other
const MINUTES = 12;   // the first set-up inside fetches 200 MB of packages

/** Tell a story, and once it failed say with which last words. */
async function tell(story, how = '') {
  console.log(`e2e: ${story} ${how}`.trimEnd());
  const log = at('test-results', `${path.basename(story, '.mjs')}.log`);
  try {
    await run(process.execPath, [at('tests', 'e2e', story)], { timeout: patience(MINUTES * 60_000), killSignal: 'SIGTERM', log });
  } catch (error) {
    return `${story}: ${error.message}, after\n${fs.readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LINES).join('\n')}`;
  }
}

await main(import.meta.url, async () => {
  if (!fs.existsSync(vsix)) throw new Failure('There is no dist/whence.vsix yet: run `npm run package` first.');
  await vscodeServer();
  await browser();
  fs.rmSync(at('test-results'), { recursive: true, force: true });
  fs.mkdirSync(at('test-results'));
  const failed = [];
  await Promise.all(LANES.map(async lane => {
    for (const story of lane) {
      const told = await tell(story);
      if (!told) continue;
      console.error(`e2e: it is told again, alone, since beside others it failed: ${told}`);
      failed.push(story);
    }
  }));
  // Two windows on a slow machine now and then keep one another from hearing a key: what fails alone as well is a fault.
  const faults = [];
  for (const story of failed) {
    const told = await tell(story, 'alone');
    if (told) faults.push(told);
  }
  if (faults.length) throw new Failure(faults.join('\n\n'));
});
