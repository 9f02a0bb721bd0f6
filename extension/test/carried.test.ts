import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { coveredPython, missingOf, shelfOf, soundWheel } from '../src/carried';
import type { Sizes } from '../src/progress';
import { wheelsOf } from '../src/progress';

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const SIZES: Sizes = {
  runtime: {
    any: { small: ['small-1-py3-none-any.whl', 1, sha('small')] },
    'linux-x64': {},
    'linux-x64 3.12': { own: ['own-1-cp312-cp312-linux.whl', 1, sha('own')] },
    'linux-x64 3.13': { own: ['own-1-cp313-cp313-linux.whl', 1, sha('other')] },
    'win32-x64': {},
    'win32-x64 3.12': { own: ['own-1-cp312-cp312-win.whl', 1, sha('own')] },
  },
};

describe('the wheels that a package carries', () => {
  let extension = '';
  before(async () => {
    extension = await fs.mkdtemp(path.join(os.tmpdir(), 'whence-carried-'));
    await fs.mkdir(path.join(extension, 'dist', 'wheels'), { recursive: true });
    await fs.writeFile(path.join(extension, 'dist', 'wheels', 'small-1-py3-none-any.whl'), 'small');
    await fs.writeFile(path.join(extension, 'dist', 'wheels', 'own-1-cp312-cp312-linux.whl'), 'not what was locked');
  });
  after(() => fs.rm(extension, { recursive: true }));

  it('are enough for one Python on one platform', async () => {
    const shelf = await shelfOf(extension);
    assert.equal(coveredPython(shelf, SIZES, 'runtime', 'linux-x64'), '3.12');
    assert.equal(coveredPython(shelf, SIZES, 'runtime', 'win32-x64'), undefined);
    assert.deepEqual(Object.keys(missingOf(shelf, wheelsOf(SIZES, 'runtime', 'linux-x64', '3.13'))), ['own']);
  });

  it('are none in the package for all platforms', async () => {
    const shelf = await shelfOf(path.join(extension, 'elsewhere'));
    assert.deepEqual(shelf.files, []);
    assert.equal(coveredPython(shelf, SIZES, 'runtime', 'linux-x64'), undefined);
  });

  it('are looked at before one is unpacked', async () => {
    const [shelf, wheels] = [await shelfOf(extension), wheelsOf(SIZES, 'runtime', 'linux-x64', '3.12')];
    assert.equal(await soundWheel(shelf, wheels, 'small'), path.join(shelf.folder, 'small-1-py3-none-any.whl'));
    assert.equal(await soundWheel(shelf, wheels, 'own'), undefined);
    assert.equal(await soundWheel(shelf, wheels, 'absent'), undefined);
  });
});
