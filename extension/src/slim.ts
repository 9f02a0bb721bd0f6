/** Parts of packages that Whence never loads, left out of the environment that the extension makes. Nothing here knows the editor. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/**
 * By the folder in `site-packages`, the files and folders that may go: tests, headers and what else is for those who compile against them; Arrow's Flight, for servers that
 * nobody here asks; second copies of a library, which in a wheel can't be links; ONNX Runtime's library for programs in C,
 * which its Python module holds as well, and its tools that make models. What is left must pass the check of a set-up.
 */
const UNUSED: Readonly<Record<string, readonly RegExp[]>> = {
  pyarrow: [
    /^(tests|include|src)$/, /^(lib)?(_|arrow_|arrow_python_)flight[.\w]*$/, /^_flight\..*/, /^libarrow_python\.(so|dylib)$/, /^libarrow_python\.so(\.\d+){3}$/, /\.(lib|pyx|pxd|pxi)$/,
  ],
  onnxruntime: [/^(transformers|tools|quantization)$/, /^capi\/libonnxruntime\.so(\.\d+)+$/],
  numpy: [/^tests$/, /^\w+\/tests$/, /^_core\/include$/, /\.(a|lib|pxd|pyi)$/],
};

/** The `site-packages` of an environment. */
export async function sitePackages(environment: string): Promise<string> {
  if (process.platform === 'win32') return path.join(environment, 'Lib', 'site-packages');
  const [python = ''] = (await fs.readdir(path.join(environment, 'lib')).catch(() => [])).filter(name => name.startsWith('python'));
  return path.join(environment, 'lib', python, 'site-packages');
}

/** Leave them out, and out of the packages' own lists of files (RECORD), so that what these say stays true. */
export async function slim(packages: string): Promise<void> {
  for (const [name, unused] of Object.entries(UNUSED)) {
    const folder = path.join(packages, name);
    const entries = await fs.readdir(folder, { recursive: true }).catch(() => []);
    const gone = entries.map(entry => entry.replaceAll(path.sep, '/')).filter(entry => unused.some(pattern => pattern.test(entry)));
    for (const entry of gone) await fs.rm(path.join(folder, entry), { recursive: true, force: true });
    if (gone.length) await forget(packages, name, gone);
  }
}

async function forget(packages: string, name: string, gone: readonly string[]): Promise<void> {
  const [info] = (await fs.readdir(packages)).filter(entry => entry.startsWith(`${name}-`) && entry.endsWith('.dist-info'));
  if (!info) return;
  const record = path.join(packages, info, 'RECORD');
  const isGone = (line: string) => gone.some(entry => line.startsWith(`${name}/${entry},`) || line.startsWith(`${name}/${entry}/`));
  const kept = (await fs.readFile(record, 'utf8')).split('\n').filter(line => !isGone(line));
  // Beside and renamed: the file may be one with that in uv's cache, which must stay as it is.
  await fs.writeFile(`${record}.new`, kept.join('\n'));
  await fs.rename(`${record}.new`, record);
}
