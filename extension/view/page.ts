/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** A page: a memory, a report, an answer. It keeps its place when it is drawn anew, hidden, or restored with the window. */
import hljs from 'highlight.js/lib/common';
import type { PageAsked, PageTold } from '../src/documents';
import { exact, moments, said } from './dates';
import { element, host } from './dom';
import { diff, renderer } from './markdown';
import './page.css';

const markdown = renderer((code, language) => {
  if (language === 'diff') return diff(code, text => markdown.utils.escapeHtml(text));
  return hljs.getLanguage(language) ? hljs.highlight(code, { language, ignoreIllegals: true }).value : '';
});

const ask = (asked: PageAsked) => host.postMessage(asked);
const main = element('main');
const STEP = 'step';
const toolbar = element('nav');
toolbar.hidden = true;
document.body.append(toolbar, main);

/** How far down the page was. */
interface Place { readonly top: number }
const before = host.getState() as Place | undefined;
let drawn = false;

function draw({ markdown: text, steps, at }: PageTold): void {
  const top = drawn ? scrollY : before?.top ?? 0;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset[STEP] : undefined;
  main.innerHTML = markdown.render(text);
  drawn = true;
  toolbar.replaceChildren(...steps.map(({ name, title }) => {
    const button = element('button', '', title);
    button.dataset[STEP] = name;
    button.addEventListener('click', () => ask({ act: name }));
    if (name === focused) requestAnimationFrame(() => button.focus());
    return button;
  }));
  toolbar.hidden = !steps.length;
  date(main);
  for (const each of main.querySelectorAll('em')) if (/^Whence [0-9a-f]{8}$/.test(each.textContent)) each.classList.add('mark');
  // A code block that can be scrolled must be reached by the keyboard.
  for (const block of main.querySelectorAll('pre')) block.tabIndex = 0;
  scrollTo(0, top);
  if (at) begin(at);
}

/** Go to where an excerpt stands, which is told by its longest line. */
function begin(excerpt: string): void {
  const [longest = ''] = excerpt.split('\n').map(line => line.replace(/^\w+: |…/g, '').trim()).sort((one, other) => other.length - one.length);
  const words = (text: string | null) => (text ?? '').replace(/\W+/g, ' ').trim();
  const within = [...main.querySelectorAll('p, li, pre, blockquote, td')].find(({ textContent }) => words(textContent).includes(words(longest)));
  within?.scrollIntoView({ block: 'center' });
  within?.classList.add('sought');
}

/** Say the moments of a page that stand outside of code, links and quotes. */
function date(page: HTMLElement, now = new Date(), locale = document.documentElement.lang): void {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement?.closest('code, pre, a, blockquote, h1')) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    for (const { start, end, at, timed } of moments(text.data).reverse()) {
      text.splitText(end);
      const told = element('time', '', said(at, timed, now, locale));
      told.title = exact(at, timed, locale);
      text.splitText(start).replaceWith(told);
    }
  }
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
