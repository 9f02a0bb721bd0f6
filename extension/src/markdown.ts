/** What others wrote, made fit to be shown. */

/** Text in which a quick pick sees no icons. */
export const plain = (text: string) => text.replace(/\$\(/g, '\\$(').replace(/\s+/g, ' ').trim();

/**
 * Markdown in which nothing makes the editor fetch a picture: what a commit message or a note says must not reach the
 * network because someone looks at it. An invisible word joiner breaks images, HTML, and the mathematics that could hide them.
 */
export const tame = (markdown: string) => markdown.replace(/<(?=[a-z!/?])|!(?=\[)|\$(?=\$)|\\(?=begin)/gi, '$&\u2060');

/**
 * The same, but code blocks show what was written, since one copies from them. Only blocks that are so beyond doubt: after
 * a fence that is indented, quoted or made of tildes, which lines are code is not for us to tell, and all are broken.
 */
export function harmless(markdown: string): string {
  let fence = '';
  let sure = true;
  return markdown.split(/\r\n?|\n/).map(line => {
    if (fence) {
      if (/^ {0,3}(`{3,})\s*$/.exec(line)?.[1]?.startsWith(fence)) fence = '';
      return line;
    }
    if (sure) fence = /^(`{3,})[^`]*$/.exec(line)?.[1] ?? '';
    if (fence) return line;
    if (/`{3}|~{3}/.test(line)) sure = false;
    return tame(line);
  }).join('\n');
}
