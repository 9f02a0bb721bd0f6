import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diff, renderer } from '../view/markdown';

const markdown = renderer((code, language) => language === 'diff' ? diff(code, text => markdown.utils.escapeHtml(text)) : '');
const drawn = (text: string) => markdown.render(text);

describe('pages', () => {
  for (const text of [
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<!-- hidden -->', '![x](https://example.com/a.png)', '<iframe src="https://example.com"></iframe>',
    '<style>* { display: none }</style>', '![x][1]\n\n[1]: https://example.com/a.png',
  ]) it(`makes no element of ${text}`, () => { assert.doesNotMatch(drawn(text), /<(?!\/?(?:p|a)\b)/); });

  for (const target of [
    'javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'command:workbench.action.quit', 'data:text/html,x', 'file:///etc/passwd', 'vscode://settings', '//example.com/x', '/../../etc/passwd', '/a/..', '\\\\server\\share',
  ]) it(`makes no link to ${target}`, () => { assert.doesNotMatch(drawn(`[x](${target})`), /<a /); });

  for (const target of ['https://example.com/a?b=c#d', 'whence:/0190/A%20title.md', '/src/a%20b.py#L3', 'mailto:someone@example.com', '/src/..a/b.py']) {
    it(`links to ${target}`, () => { assert.match(drawn(`[x](${target})`), /<a href=/); });
  }

  it('tells what a diff adds and takes away, as it was written', () => {
    assert.match(drawn('```diff\n@@ -1 +1 @@\n-<b>\n+a & b\n```'), /<span class="line place">@@ -1 \+1 @@<\/span><span class="line removed">-&lt;b&gt;<\/span><span class="line added">\+a &amp; b<\/span>/);
  });
  it('keeps a table, a list and inline code', () => { assert.match(drawn('| a |\n|---|\n| `b` |\n\n- c'), /<table>[^]*<code>b<\/code>[^]*<li>c<\/li>/); });
});
