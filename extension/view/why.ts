/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Why lines are there, drawn: the code in bands of what made it, and below it what that was, when, by whom and why. The
 * keyboard reaches all of it: Tab from line to line and to every button, Enter to choose.
 */
import { colour } from '../src/bands';
import type { Band, LineChange } from '../src/protocol';
import type { Shown, WhyAsked, WhyTold } from '../src/whyview';
import { element, host } from './dom';
import { renderer } from './markdown';
import './why.css';

const ask = (asked: WhyAsked) => host.postMessage(asked);
const DAY = 24 * 60 * 60 * 1000;
const markdown = renderer().set({ breaks: true });

/** When, as people say it: the distance for the last week, the day for all before. */
function when(at: string): HTMLElement {
  const moment = new Date(at);
  const days = Math.floor((Date.now() - moment.getTime()) / DAY);
  const said = days < 7 ? new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto' }).format(-days, 'day')
    : moment.toLocaleDateString(document.documentElement.lang, { day: 'numeric', month: 'short', year: 'numeric' });
  const made = element('time', '', said);
  made.dateTime = at;
  made.title = moment.toLocaleString(document.documentElement.lang);
  return made;
}

function button(text: string, asked: () => WhyAsked, className = ''): HTMLButtonElement {
  const made = element('button', className, text);
  made.addEventListener('click', () => ask(asked()));
  return made;
}

/** A link of which the editor is asked to follow it. */
function link(text: string, asked: WhyAsked): HTMLAnchorElement {
  const made = element('a', '', text);
  made.href = '#';
  made.addEventListener('click', event => { event.preventDefault(); ask(asked); });
  return made;
}

/** Lines as people write them: 3–5, 9. */
function spans(lines: readonly number[]): string {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last && line === last[1] + 1) last[1] = line;
    else found.push([line, line]);
  }
  const said = found.slice(0, 8).map(([first, last]) => first === last ? String(first) : `${first}–${last}`);
  return [...said, ...(found.length > said.length ? ['…'] : [])].join(', ');
}

/** A reason's Markdown; its links are followed by the editor, to the web alone. */
function reason(text: string): HTMLElement {
  const made = element('div', 'said');
  made.innerHTML = markdown.render(text);
  for (const each of made.querySelectorAll('a')) {
    const target = each.href;
    each.addEventListener('click', event => { event.preventDefault(); if (/^https?:/.test(target)) ask({ visit: target }); });
  }
  return made;
}

/** The lines of the stretch, each with the colour of what made it; choosing one shows what that was. */
function code({ why, code: rows, words }: Shown): HTMLElement | undefined {
  if (!rows.length) return undefined;
  const bandOf = new Map(why.bands.flatMap(({ lines, about }, band) => about ? [] : lines.map(line => [line, band] as const)));
  const first = why.start;
  // What all lines are indented by says nothing here, and takes the room of what does.
  const margin = Math.min(...rows.filter(text => text.trim()).map(text => text.length - text.trimStart().length));
  const lines = rows.map(whole => whole.slice(Math.min(margin, whole.length))).map((text, row) => {
    const band = bandOf.get(first + row);
    const made = element('button', 'row', element('span', 'number', String(first + row)), element('code', '', text || ' '));
    if (band !== undefined) {
      made.dataset['band'] = String(band);
      made.title = why.bands[band]?.title ?? '';
      made.addEventListener('click', () => choose(band));
      made.addEventListener('dblclick', () => ask({ reveal: first + row }));
    }
    return element('li', '', made);
  });
  const list = element('ol', 'code', ...lines);
  list.setAttribute('aria-label', words['code'] ?? '');
  return list;
}

/** Bring what made a line into view, and mark it. */
function choose(band: number): void {
  for (const each of document.querySelectorAll('article')) each.classList.toggle('chosen', each.dataset['band'] === String(band));
  const chosen = document.querySelector<HTMLElement>('article.chosen');
  chosen?.scrollIntoView({ block: 'nearest' });
  chosen?.querySelector<HTMLElement>('h2 a, button')?.focus({ preventScroll: true });
}

/** What made some lines: the title, when and who, why, what is behind it, and what can be done. */
function card(band: Band, number: number, { why, words }: Shown): HTMLElement {
  const { lines, author, title, said, commit, url, id, led } = band;
  const heading = element('h2', '', id ? link(title, { open: { id, title } }) : title);
  const id12 = commit.slice(0, 8);
  const facts: (string | Node)[] = [
    when(band.at), author, lines.length ? `${lines.length === 1 ? words['line'] ?? '' : words['manyLines'] ?? ''} ${spans(lines)}` : '',
    band.about ? words[band.about] ?? '' : '',
    commit ? url ? link(`${words['commit'] ?? ''} ${id12}`, { visit: url }) : `${words['commit'] ?? ''} ${id12}` : band.about ? '' : words['uncommitted'] ?? '',
  ].filter(fact => fact !== '');
  const behind = led.map(({ words: how, cited, state }) => element('li', '', `${how} `, link(cited.title, { open: cited }), state ? ` (${state})` : ''));
  const written = wrote(band, why, words);
  const [line] = lines;
  const diff = line !== undefined && commit ? button(words['diff'] ?? '', () => ({ diff: { line, band: number } }), 'diff') : undefined;
  const copied = [title, said, [commit, author, band.at.slice(0, 10)].filter(Boolean).join(', ')].filter(Boolean).join('\n\n');
  const actions = element('p', 'actions', ...[diff, button(words['copy'] ?? '', () => ({ copy: copied }))].filter(each => each !== undefined));
  const made = element('article', '', heading, element('p', 'facts', ...facts.flatMap((fact, place) => place ? [' · ', fact] : [fact])),
    ...(said ? [reason(said)] : []), ...(written.length ? [origins(written, words)] : []), ...(behind.length ? [element('ul', 'behind', ...behind)] : []), actions);
  made.dataset['band'] = String(number);
  return made;
}

/** Who wrote the lines of a band: an item for each conversation, with the way to its turn, and one for those of which nobody knows. */
function wrote({ about, lines }: Band, { stretches, unknown }: Shown['why'], words: Shown['words']): HTMLElement[] {
  const own = (some: readonly number[]) => some.filter(line => lines.includes(line));
  const found = about ? [] : stretches.map(({ lines: some, told, origins: [origin] }) => ({ of: own(some), told: [...reason(told).querySelectorAll('p')].flatMap(({ childNodes }) => [...childNodes]), origin })).filter(({ of }) => of.length);
  const rest = found.length ? own(unknown) : [];
  const named = found.length + rest.length > 1;
  const which = (of: readonly number[]) => `${(of.length === 1 ? words['oneLine'] : words['severalLines']) ?? ''} ${spans(of)}: `;
  return [
    ...found.map(({ of, told, origin }) => element('li', '', ...(named ? [which(of)] : []), ...told,
      ...(origin?.conversation ? [' ', link(words['turn'] ?? '', { open: { id: origin.conversation, title: origin.asked, excerpt: origin.asked } })] : []))),
    ...(rest.length ? [element('li', '', which(rest), words['unknown'] ?? '')] : []),
  ];
}

/** Which conversations wrote the lines. */
function origins(items: readonly HTMLElement[], words: Shown['words']): HTMLElement {
  const list = element('ul', 'behind', ...items);
  list.setAttribute('aria-label', words['written'] ?? '');
  return list;
}

/** Fold out what a commit changed at a line, with the way to what stood there before. */
function unfold(change: LineChange, band: number): void {
  const article = document.querySelector<HTMLElement>(`article[data-band="${band}"]`);
  const pressed = article?.querySelector<HTMLButtonElement>('button.diff');
  if (!article || !pressed || !drawn) return;
  const { words } = drawn;
  const rows = change.diff.split('\n').map(text => element('span', text.startsWith('@@') ? 'hunk' : text.startsWith('+') ? 'added' : text.startsWith('-') ? 'removed' : '', `${text}\n`));
  const { before: file, parent: at, start, end } = change;
  const below = file ? button(words['earlier'] ?? '', () => ({ earlier: { file, start, end, at } })) : element('span', 'facts', change.diff ? words['begun'] ?? '' : '');
  const patch = element('pre', '', ...rows);
  patch.tabIndex = 0; // what scrolls must be reached by the keyboard
  const folded = element('div', 'change', ...(change.diff ? [patch] : []), ...(change.note ? [element('p', 'facts', change.note)] : []), element('p', 'actions', below));
  article.querySelector('.change')?.remove();
  article.append(folded);
  const hide = element('button', 'diff', words['hide'] ?? '');
  hide.setAttribute('aria-expanded', 'true');
  hide.addEventListener('click', () => { folded.remove(); hide.replaceWith(pressed); pressed.focus(); });
  pressed.replaceWith(hide);
  hide.focus();
}

let drawn: Shown | undefined;

function draw(shown: Shown): void {
  drawn = shown;
  const { why, words, pinned, earlier, note } = shown;
  const tools = element('p', 'tools', ...(earlier ? [button(words['back'] ?? '', () => ({ back: true }))] : [button(pinned ? words['unpin'] ?? '' : words['pin'] ?? '', () => ({ pin: !pinned }))]));
  const lines = code(shown);
  const thorough = why.unfollowed ? [button(words['thorough'] ?? '', () => ({ thorough: true }))] : [];
  const life = why.life.length ? [element('ul', 'life', ...why.life.map(sentence => element('li', '', ...reason(sentence).childNodes)))] : [];
  life[0]?.setAttribute('aria-label', words['life'] ?? '');
  const notes = [...[note, why.note].filter(Boolean).map(text => element('p', 'note', text)), ...thorough];
  const cards = why.bands.map((band, number) => card(band, number, shown));
  const reasons = element('section', '', ...(cards.length ? cards : [element('p', '', why.note ? '' : words['nothing'] ?? '')]));
  reasons.setAttribute('aria-label', words['reasons'] ?? '');
  document.body.replaceChildren(element('main', '', element('h1', '', why.title), tools, ...life, ...(lines ? [lines] : []), ...notes, reasons));
  for (const each of document.querySelectorAll<HTMLElement>('[data-band]')) {
    const { light, dark } = colour(Number(each.dataset['band']));
    each.style.setProperty('--light', light);
    each.style.setProperty('--dark', dark);
  }
}

window.addEventListener('message', ({ data }: MessageEvent<WhyTold>) => {
  if ('change' in data) unfold(data.change, data.band);
  else if ('waiting' in data) document.body.replaceChildren(element('main', '', element('p', 'note', data.waiting)));
  else draw(data);
});
ask({});
