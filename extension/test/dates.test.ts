import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { moments, said } from '../view/dates';

const now = new Date(2026, 1, 5, 12, 0);
const told = (text: string, locale = 'en-GB') => moments(text).map(({ at, timed }) => said(at, timed, now, locale));

describe('dates of pages', () => {
  it('says moments as people do', () => {
    assert.deepEqual(told('Change · 2026-02-05 09:30 · by Ada'), ['today 09:30']);
    assert.deepEqual(told('2026-02-04'), ['yesterday']);
    assert.deepEqual(told('2026-02-01'), ['Sunday']);
    assert.deepEqual(told('2025-12-24 08:00'), ['24 Dec 2025']);
    assert.deepEqual(told('2026-03-01'), ['1 Mar 2026']);
    assert.deepEqual(told(' · 2026-02-04 ('), ['yesterday']);
  });
  it('speaks the reader’s language', () => {
    assert.deepEqual(told('2026-02-04', 'de'), ['gestern']);
    assert.deepEqual(told('2025-12-24', 'de'), ['24.12.2025']);
  });
  for (const text of ['2026-13-01', '2026-02-30', 'released 2026-02-04 by hand', 'v2026-02-04', '2026-02-04-notes', '12026-02-04']) {
    it(`leaves ${text} as it was written`, () => { assert.deepEqual(told(text), []); });
  }
  it('tells where each stands', () => {
    const [first, second] = moments('2026-02-04 · 2026-02-05 10:00');
    assert.deepEqual([first?.start, first?.end, second?.start, second?.end], [0, 10, 13, 29]);
  });
});
