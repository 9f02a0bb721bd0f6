import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Together } from '../src/together';

describe('work that is asked for twice', () => {
  it('is done once, for both', async () => {
    const work = new Together();
    const first = work.begin('import', Promise.resolve(3));
    assert.equal(work.underWay('import'), first);
    assert.equal(work.underWay('export'), undefined);
    assert.equal(await first, 3);
    assert.equal(work.underWay('import'), undefined, 'and anew once it is over');
  });

  it('may begin anew after it failed', async () => {
    const work = new Together();
    await assert.rejects(Promise.resolve(work.begin('import', Promise.reject(new Error('stopped')))), /stopped/);
    assert.equal(work.underWay('import'), undefined);
  });
});
