// npm run package: dist/whence.vsix, with the bundle, the wheel of the Python package and the embedding model inside.
import fs from 'node:fs';
import path from 'node:path';
import { at, inVenv, main, run, tool } from './lib.mjs';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

export const vsix = at('dist', 'whence.vsix');

async function wheel() {
  // setuptools packs whatever an earlier build left in build/, deleted modules included.
  fs.rmSync(at('build'), { recursive: true, force: true });
  for (const name of fs.readdirSync(at('dist'))) if (name.endsWith('.whl')) fs.rmSync(at('dist', name));
  // A fixed date: the same sources give the same bytes, and no environment is made anew for nothing.
  await run(inVenv('python'), ['-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-build-isolation', '--wheel-dir', at('dist'), at()],
    { env: { ...process.env, SOURCE_DATE_EPOCH: '1577836800' } });
  fs.rmSync(at('build'), { recursive: true, force: true });
}

/** The embedding model, finished: the extension's environment need not fetch it, nor have what converts it. */
async function model() {
  fs.rmSync(at('dist', 'model'), { recursive: true, force: true });
  await run(inVenv('python'), ['-m', 'tests.model_cache', at('dist', 'model')], { env: { ...process.env, PYTHONPATH: [at('server'), at()].join(path.delimiter) } });
}

/** Build everything that the VSIX carries, then the VSIX. */
export async function makeVsix() {
  await build();
  await wheel();
  await model();
  // The project names no public repository yet: vsce is told so, and leaves the README's relative links alone.
  await run(process.execPath, [tool('@vscode', 'vsce', 'vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix]);
}

await main(import.meta.url, async () => {
  await setup();
  await makeVsix();
});
