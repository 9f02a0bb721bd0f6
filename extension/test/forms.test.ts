import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Form, FormField } from '../src/protocol';
import { begun, filled, lacking, refused } from '../src/fields';
import { pressed } from '../view/keys';

const field = (name: string, more: Partial<FormField> = {}): FormField => ({ name, title: name, prompt: name, shape: 'text', required: false, choices: [], value: '', draft: null, ...more });
const form = (id: string, ...fields: FormField[]): Form => ({ kind: 'k', id, title: 'T', operation: id ? 'update' : 'remember', fields, note: '', draft: '', lines: '', selection: null, similar: '' });
const press = (key: string, more: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, ...more });

describe('the fields of a form', () => {
  const fresh = form('', field('what', { required: true }), field('options', { shape: 'list' }), field('labels', { shape: 'words' }), field('state', { shape: 'choice', choices: ['a', 'b'], value: 'a' }));

  it('begin with the draft, or without it with what is kept', () => {
    const drafted = form('', field('what', { value: 'kept', draft: 'written' }), field('more', { value: 'kept' }), field('none', { value: 'kept', draft: '' }));
    assert.deepEqual(begun(drafted), { what: 'written', more: 'kept', none: '' });
    assert.deepEqual(begun(drafted, false), { what: 'kept', more: 'kept', none: 'kept' });
  });

  it('are sent where they say something, a list by its lines', () => {
    assert.deepEqual(filled(fresh, { what: ' Keep\n\n- receipts\n', options: 'one; still one\n\n two \n', labels: 'a, b', state: 'a' }), { what: 'Keep\n\n- receipts', options: ['one; still one', 'two'], labels: 'a, b', state: 'a' });
    assert.deepEqual(filled(fresh, { what: 'x', options: ' ', labels: '', state: 'b' }), { what: 'x', state: 'b' });
  });

  it('of a memory that is changed are sent where they were changed, also to say nothing', () => {
    const change = form('1', field('what', { value: 'old\r\nlines', required: true }), field('why', { value: 'because' }), field('type', { shape: 'line', value: 'Two\nLines' }), field('options', { shape: 'list', value: 'a\nb' }));
    assert.deepEqual(filled(change, begun(change)), {}, 'what a field makes of a line end is no change');
    assert.deepEqual(filled(change, { ...begun(change), why: '', options: 'a\nc' }), { why: '', options: ['a', 'c'] });
  });

  it('that must say something are named where they do not', () => {
    assert.deepEqual(lacking(fresh, { what: ' \n', options: '', labels: '', state: '' }), ['what']);
    assert.deepEqual(lacking(fresh, { what: 'x' }), []);
    assert.deepEqual(lacking(fresh, {}), ['what']);
  });

  it('are blamed for a refusal that names them, and for no other', () => {
    assert.equal(refused(fresh, 'labels: there are too many.'), 'labels');
    assert.equal(refused(fresh, 'what is wrong can’t be said.'), '');
    assert.equal(refused(fresh, 'selection: there is no line 9.'), '');
  });
});

describe('keys in a form', () => {
  it('save with Ctrl, on a Mac with Command', () => {
    assert.equal(pressed(press('Enter', { ctrlKey: true }), false), 'save');
    assert.equal(pressed(press('Enter', { metaKey: true }), true), 'save');
    assert.equal(pressed(press('Enter', { metaKey: true }), false), undefined);
    assert.equal(pressed(press('Enter', { ctrlKey: true }), true), undefined);
  });
  it('close with Escape', () => { assert.equal(pressed(press('Escape'), false), 'close'); });
  for (const [what, keys] of [['Enter alone', press('Enter')], ['an input method', press('Escape', { isComposing: true })], ['Enter of an input method', press('Enter', { ctrlKey: true, isComposing: true })],
    ['Shift', press('Enter', { ctrlKey: true, shiftKey: true })], ['Alt', press('Enter', { ctrlKey: true, altKey: true })]] as const) {
    it(`leave ${what} alone`, () => { assert.equal(pressed(keys, false), undefined); });
  }
});
