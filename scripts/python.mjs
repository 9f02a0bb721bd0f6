// node scripts/python.mjs SCRIPT [ARGUMENTS]: a script in the project's own Python, wherever the platform keeps it.
import { inVenv, main, run } from './lib.mjs';
import { setup } from './setup.mjs';

await main(import.meta.url, async args => {
  await setup();
  await run(inVenv('python'), args);
});
