/** Markdown as views show it: no HTML, no pictures, no link but to the web, to memories and to files of the project. */
import MarkdownIt from 'markdown-it';

const FOLLOWED = /^(?:https?:\/\/|mailto:|whence:\/|\/(?!\/))/i;

/** A renderer; `highlight` returns the HTML of a code block, or nothing where it is to be shown as it is. */
export function renderer(highlight?: (code: string, language: string) => string): MarkdownIt {
  const made = new MarkdownIt({ html: false, linkify: false, breaks: false, ...(highlight && { highlight }) }).disable('image');
  made.validateLink = target => FOLLOWED.test(target) && !/[\s\\]|\/\.\.(?:\/|$)/.test(target);
  return made;
}

/** The lines of a unified diff, each in a span of what it is. */
export function diff(code: string, escaped: (text: string) => string): string {
  return code.replace(/\n$/, '').split('\n').map(line => {
    const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : line.startsWith('@@') ? 'place' : '';
    return `<span class="line ${kind}">${escaped(line) || ' '}</span>`;
  }).join('');
}
