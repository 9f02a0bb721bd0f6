// npm run build: dist/esm and dist/cjs, with types beside each.
import fs from 'node:fs';
import path from 'node:path';
import { main, root, run, tool } from '../../scripts/lib.mjs';

const here = path.join(root, 'clients', 'typescript');

/** Compile `src`, which needs nothing of Node, as modules of both kinds. */
export async function buildClient() {
  fs.rmSync(path.join(here, 'dist'), { recursive: true, force: true });
  await Promise.all([['esm', 'ESNext', 'Bundler', 'module'], ['cjs', 'CommonJS', 'Node10', 'commonjs']].map(async ([name, module, resolution, type]) => {
    const out = path.join(here, 'dist', name);
    const options = ['--module', module, '--moduleResolution', resolution, '--outDir', out];
    await run(process.execPath, [tool('typescript', 'bin', 'tsc'), '-p', path.join(here, 'tsconfig.build.json'), ...options]);
    fs.writeFileSync(path.join(out, 'package.json'), `${JSON.stringify({ type })}\n`);
  }));
}

await main(import.meta.url, buildClient);
