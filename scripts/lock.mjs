// npm run lock [-- --upgrade]: requirements/*.txt anew from pyproject.toml, for every platform and Python at once.
// Needs uv.  What is locked already stays as it is unless pyproject.toml or --upgrade asks for another version.
import { at, main, run } from './lib.mjs';

const COMPILE = ['pip', 'compile', '--quiet', '--universal', '--python-version', '3.11', '--generate-hashes', '--no-header', '--no-annotate', '--no-emit-index-url'];

await main(import.meta.url, async args => {
  const [runtime, dev] = ['runtime.txt', 'dev.txt'].map(name => at('requirements', name));
  await run('uv', [...COMPILE, ...args, 'pyproject.toml', '--output-file', runtime]);
  // The build's own requirement is locked too, so that setting up needs no unlocked download.
  await run('uv', [...COMPILE, ...args, 'pyproject.toml', 'requirements/build.in', '--extra', 'dev', '--constraint', runtime, '--output-file', dev]);
});
