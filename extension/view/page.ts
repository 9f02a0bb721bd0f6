/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** A page: a memory, a report, an answer. It keeps its place when it is drawn anew, hidden, or restored with the window. */
import hljs from 'highlight.js/lib/common';
import type { PageAsked, PageTold } from '../src/documents';
import { element, host } from './dom';
import { diff, renderer } from './markdown';
import './page.css';

const markdown = renderer((code, language) => {
  if (language === 'diff') return diff(code, text => markdown.utils.escapeHtml(text));
  return hljs.getLanguage(language) ? hljs.highlight(code, { language, ignoreIllegals: true }).value : '';
});

const ask = (asked: PageAsked) => host.postMessage(asked);
const main = element('main');
document.body.append(main);

/** How far down the page was. */
interface Place { readonly top: number }
const before = host.getState() as Place | undefined;
let drawn = false;

function draw({ markdown: text }: PageTold): void {
  const top = drawn ? scrollY : before?.top ?? 0;
  main.innerHTML = markdown.render(text);
  drawn = true;
  // A code block that can be scrolled must be reached by the keyboard.
  for (const block of main.querySelectorAll('pre')) block.tabIndex = 0;
  scrollTo(0, top);
}

// The editor is asked to follow links; what it would do by itself is kept from it.
document.addEventListener('click', event => {
  const link = (event.target as Element).closest('a');
  if (!link) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask({ visit: link.getAttribute('href') ?? '' });
}, { capture: true });
window.addEventListener('scroll', () => host.setState({ top: scrollY } satisfies Place), { passive: true });
window.addEventListener('message', ({ data }: MessageEvent<PageTold>) => draw(data));
ask({});
