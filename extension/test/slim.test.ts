import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { slim } from '../src/slim';

/** A site-packages with a package of these files, each named in its RECORD. */
async function packages(name: string, files: readonly string[]): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'whence-slim-'));
  const record = `${name}-1.0.dist-info/RECORD`;
  for (const file of [...files.map(each => `${name}/${each}`), record]) {
    await fs.mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await fs.writeFile(path.join(folder, file), 'x');
  }
  await fs.writeFile(path.join(folder, record), [...files.map(file => `${name}/${file},sha256=abc,1`), `${record},,`, ''].join('\n'));
  return folder;
}

async function left(folder: string, name: string): Promise<{ files: string[]; record: string[] }> {
  const entries = await fs.readdir(path.join(folder, name), { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => path.relative(path.join(folder, name), path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  const record = await fs.readFile(path.join(folder, `${name}-1.0.dist-info`, 'RECORD'), 'utf8');
  return { files: files.sort(), record: record.split('\n').flatMap(line => line.startsWith(`${name}/`) ? [line.slice(name.length + 1).replace(/,.*/, '')] : []).sort() };
}

const check = (name: string, goes: readonly string[], stays: readonly string[]) => {
  it(`leaves out what Whence never loads of ${name}, and says so in its RECORD`, async () => {
    const folder = await packages(name, [...goes, ...stays]);
    try {
      await slim(folder);
      const expected = [...stays].sort();
      assert.deepEqual(await left(folder, name), { files: expected, record: expected });
    } finally {
      await fs.rm(folder, { recursive: true });
    }
  });
};

describe('slim', () => {
  check('pyarrow',
    ['tests/test_array.py', 'tests/data/a.orc', 'include/arrow/api.h', 'src/arrow/python/api.h', 'libarrow_flight.so.2600', '_flight.cpython-311-x86_64-linux-gnu.so', 'libarrow_python.so',
      'libarrow_python.so.2600.1.0', 'arrow_flight.dll', 'arrow_python_flight.dll', 'arrow.lib', 'libarrow_flight.2600.dylib', 'array.pxi', 'includes/libarrow.pxd'],
    ['lib.cpython-311-x86_64-linux-gnu.so', 'libarrow.so.2600', 'libarrow_python.so.2600', 'libarrow_s3.so.2600', 'libparquet.so.2600', 'fs.py', 'flight.py', 'arrow.dll', 'arrow_python.dll', 'libarrow.2600.dylib',
      'libarrow_python.2600.dylib']);
  check('onnxruntime', ['transformers/optimizer.py', 'tools/symbolic_shape_infer.py', 'quantization/quantize.py', 'capi/libonnxruntime.so.1.31.1'],
    ['__init__.py', 'capi/onnxruntime_pybind11_state.cpython-311-x86_64-linux-gnu.so', 'capi/libonnxruntime_providers_shared.so', 'capi/onnxruntime.dll', 'capi/libonnxruntime.1.31.1.dylib']);
  check('numpy', ['tests/test_public_api.py', 'lib/tests/test_io.py', '_core/tests/data/a.csv', '_core/include/numpy/arrayobject.h', '_core/lib/libnpymath.a', '__init__.pyi'], ['__init__.py', '_core/multiarray.py', 'testing/__init__.py', 'lib/_npyio_impl.py']);
  check('another', [], ['tests/test_a.py', 'include/a.h']);
});
