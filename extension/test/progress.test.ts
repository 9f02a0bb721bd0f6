import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sizes } from '../src/progress';
import { follow, megabytes, pythonsOf, saysNoForNow, wheelsOf } from '../src/progress';

const SHA = '0'.repeat(64);
const SIZES: Sizes = {
  runtime: {
    any: { small: ['small-1-py3-none-any.whl', 900_000, SHA] },
    'linux-x64': { large: ['large-1-cp311-abi3-linux.whl', 60_100_000, SHA], middle: ['middle-1-cp311-abi3-linux.whl', 20_000_000, SHA] },
    'linux-x64 3.12': { own: ['own-1-cp312-cp312-linux.whl', 10_000, SHA] },
    'linux-x64 3.13': { own: ['own-1-cp313-cp313-linux.whl', 30_000, SHA] },
    'win32-x64': { large: ['large-1-cp311-abi3-win.whl', 70_000_000, SHA] },
  },
};

/** As the editor's own does it, for English. */
const translate = (text: string, ...filled: (string | number)[]) => text.replace(/\{(\d)\}/g, (_, place: string) => String(filled[Number(place)]));

const told = (lines: readonly string[]) => {
  const tell = follow(wheelsOf(SIZES, 'runtime', 'linux-x64'), translate);
  return lines.map(line => tell(line));
};

describe('what a set-up says', () => {
  it('tells what is fetched, and how much of how much', () => {
    const steps = told([
      'Using Python 3.12.1 environment at: env', 'Resolved 3 packages in 12ms', 'Downloading large (57.3MiB)', 'Downloading middle (19.1MiB)', ' Downloaded middle',
      ' Downloaded large', 'Prepared 3 packages in 4.10s', 'Installed 3 packages in 50ms', ' + large==1', ' + middle==1',
    ]);
    assert.deepEqual(steps.map(step => step?.message), [
      undefined, 'Downloading packages: 0 of 81 MB', 'Downloading packages: 0 of 81 MB (large)', 'Downloading packages: 0 of 81 MB (large, middle)',
      'Downloading packages: 20 of 81 MB (large)', 'Downloading packages: 80 of 81 MB', 'Installing packages', 'Packages are installed', undefined, undefined,
    ]);
  });

  it('never goes back', () => {
    const steps = told(['Resolved 3 packages in 1ms', 'Downloading large (57MiB)', ' Downloaded large', ' Downloaded large', 'Prepared 3 packages in 2s', 'Installed 3 packages in 1ms']);
    const parts = steps.flatMap(step => step ? [step.done] : []);
    assert.deepEqual(parts, [...parts].sort((a, b) => a - b));
    assert.equal(parts.at(-1), 1);
  });

  it('downloads nothing that is in the cache', () => {
    const steps = told(['Resolved 3 packages in 1ms', 'Installed 3 packages in 1ms']);
    assert.deepEqual(steps.map(step => step?.message), ['Downloading packages: 0 of 81 MB', 'Packages are installed']);
  });

  it('knows which wheels are for which Python', () => {
    assert.deepEqual(pythonsOf(SIZES, 'runtime', 'linux-x64'), ['3.12', '3.13']);
    assert.deepEqual(Object.keys(wheelsOf(SIZES, 'runtime', 'linux-x64', '3.12')), ['small', 'large', 'middle', 'own']);
    assert.equal(wheelsOf(SIZES, 'runtime', 'linux-x64', '3.12')['own']?.[0], 'own-1-cp312-cp312-linux.whl');
    assert.equal(wheelsOf(SIZES, 'runtime', 'linux-x64', '3.99')['own']?.[0], 'own-1-cp313-cp313-linux.whl');
  });

  it('speaks of no download where nothing is to be fetched', () => {
    assert.deepEqual(follow({}, translate)('Resolved 3 packages in 1ms'), { message: 'Installing packages', done: 0 });
  });

  it('counts on an unlisted platform as on the largest', () => {
    assert.equal(megabytes(wheelsOf(SIZES, 'runtime', 'win32-x64')), 71);
    assert.equal(megabytes(wheelsOf(SIZES, 'runtime', 'sunos-x64')), 81);
    assert.equal(megabytes(wheelsOf(SIZES, 'no such lock', 'linux-x64')), 1);
  });
});

describe('an index that says no', () => {
  const check = (name: string, printed: string, expected: boolean) => { it(name, () => { assert.equal(saysNoForNow(printed), expected); }); };
  check('by uv, without a name', 'error: Failed to fetch\n  Caused by: dns error\n  Caused by: failed to lookup address information', true);
  check('by uv, out of reach', '  Caused by: error sending request for url (https://packages.example/simple/large/)', true);
  check('by uv, out of service', '  Caused by: HTTP status server error (503 Service Unavailable) for url (https://packages.example)', true);
  check('by uv, too busy', '  Caused by: HTTP status client error (429 Too Many Requests) for url (https://packages.example)', true);
  check('by pip, out of reach', 'WARNING: Retrying (Retry(total=0)) after connection broken by \'NewConnectionError\'', true);
  check('by pip, out of service', 'ERROR: HTTP error 502 while getting x\nERROR: 502 Server Error: Bad Gateway for url: https://packages.example', true);
  check('for good, as the package is not there', '  Caused by: HTTP status client error (404 Not Found) for url (https://packages.example)', false);
  check('for good, as the hash is another', 'error: Hash mismatch for `large==1`', false);
  check('for good, as the disk is full', 'error: failed to write: No space left on device (os error 28)', false);
});
