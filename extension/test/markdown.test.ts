import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { harmless, plain } from '../src/markdown';

/** `expected` writes the invisible joiner as ¦. */
const check = (name: string, given: string, expected: string) => {
  it(name, () => { assert.equal(harmless(given).replaceAll('\u2060', '¦'), expected); });
};

describe('harmless', () => {
  check('breaks an image', 'see ![x](https://example.com/a.png)', 'see !¦[x](https://example.com/a.png)');
  check('breaks an image by reference', '![x][1]\n\n[1]: https://example.com/a.png', '!¦[x][1]\n\n[1]: https://example.com/a.png');
  check('breaks an HTML tag, its end and a comment', '<img src=x></img><!-- y -->', '<¦img src=x><¦/img><¦!-- y -->');
  check('breaks a tag in capitals', '<IMG SRC=x>', '<¦IMG SRC=x>');
  check('breaks mathematics', '$$\n\\begin{align}', '$¦$\n\\¦begin{align}');
  check('leaves comparisons, links and emphasis', 'a < b, 1<2, $5, [x](y) and **z**!', 'a < b, 1<2, $5, [x](y) and **z**!');
  check('leaves a code block as it was written', '```diff\n+ <b>![x](y)</b>\n```\n<b>', '```diff\n+ <b>![x](y)</b>\n```\n<¦b>');
  check('does not end a block at a shorter fence', '````\n```\n<b>\n````\n<b>', '````\n```\n<b>\n````\n<¦b>');
  check('ends a block at a longer or indented fence', '```\n   `````  \n<b>', '```\n   `````  \n<¦b>');
  check('ends a block at a fence after a lone carriage return', '```\nx\r```\r<b>', '```\nx\n```\n<¦b>');
  check('does not take a line of inline code for a fence', '```a``` b\n<b>', '```a``` b\n<¦b>');
  check('trusts no fence after an indented one', ' ~~~\n```\n ~~~\n<b>\n```', ' ~~~\n```\n ~~~\n<¦b>\n```');
  check('trusts no fence after one in a list', '- ~~~\n  ```\n  ~~~\n<b>\n```', '- ~~~\n  ```\n  ~~~\n<¦b>\n```');
});

describe('plain', () => {
  it('shows what looks like an icon, on one line', () => { assert.equal(plain(' run $(date)\n twice '), 'run \\$(date) twice'); });
});
