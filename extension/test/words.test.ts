import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { indented, lasting, shortened } from '../src/words';

describe('words', () => {
  it('tell how long something lasts in hours and minutes', () => {
    const [minute, hour] = [60_000, 3_600_000];
    assert.deepEqual([0, 59_999, 12 * minute, hour + 5 * minute, 30 * hour].map(now => lasting(0, now)), ['0:00', '0:00', '0:12', '1:05', '30:00']);
    assert.equal(lasting(minute, 0), '0:00');
  });

  it('shorten a title without a blank before the ellipsis', () => {
    assert.deepEqual(['Limits', 'Bring limits to all'].map(title => shortened(title, 6)), ['Limits', 'Bring…']);
  });

  it('indent as the line of code does, and no empty line', () => {
    assert.equal(indented('# a\n\n#   b\n', '    return 1'), '    # a\n\n    #   b\n');
    assert.equal(indented('// a\n', '\tx'), '\t// a\n');
    assert.equal(indented('# a\n', ''), '# a\n');
  });
});
