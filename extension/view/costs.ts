/// <reference lib="dom" />
/**
 * What models cost, drawn: the budgets as gauges, the days as columns, models and operations as bars. Every figure also
 * stands there as text, so nothing is told by a drawing alone.
 */
import type { CostRow, Costs } from '../src/protocol';
import { element, host } from './dom';
import './costs.css';

interface Words {
  readonly title: string; readonly days: string; readonly models: string; readonly operations: string; readonly budgets: string;
  readonly day: string; readonly month: string; readonly requests: string; readonly tokensIn: string; readonly tokensOut: string;
  readonly cost: string; readonly unknown: string; readonly total: string; readonly none: string; readonly stopped: string;
  readonly stop: string; readonly resume: string;
}

const DAYS = 31;
const NEAR = 0.8;

const dollars = (usd: number) => `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;

/** What a row cost; requests of unknown price are told beside it. */
const cost = ({ usd, unpriced }: CostRow, words: Words) => unpriced ? `${dollars(usd)} + ${unpriced} ${words.unknown}` : dollars(usd);

function bar(share: number, className: string): HTMLElement {
  const made = element('div', className);
  made.style.setProperty('--share', String(Math.min(1, Math.max(0, share))));
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** A gauge of each budget; it warns as the engine does, from four fifths on. */
function gauges({ budgets }: Costs, words: Words): HTMLElement {
  const rows = budgets.map(({ name, spent, budget }) => {
    const share = budget ? spent / budget : 1;
    const level = share >= 1 ? 'over' : share >= NEAR ? 'near' : '';
    return element('div', 'gauge', element('span', 'name', words[name]), bar(share, `bar ${level}`), element('span', 'figure', `${dollars(spent)} / ${dollars(budget)}`));
  });
  return element('section', '', element('h2', '', words.budgets), ...rows);
}

/** The last days as columns, the oldest first. */
function columns(days: readonly CostRow[], words: Words): HTMLElement {
  const shown = days.slice(0, DAYS).reverse();
  const most = Math.max(...shown.map(({ usd }) => usd)) || 1;
  const drawn = shown.map(row => {
    const column = element('li', 'column', element('span', 'figure', dollars(row.usd)), bar(row.usd / most, 'bar'), element('span', 'name', row.name.slice(5)));
    column.title = `${row.name}: ${cost(row, words)}, ${row.calls} ${words.requests}`;
    return column;
  });
  return element('section', '', element('h2', '', words.days), element('ol', 'columns', ...drawn));
}

function table(title: string, rows: readonly CostRow[], total: CostRow | undefined, words: Words): HTMLElement {
  const most = Math.max(...rows.map(({ usd }) => usd)) || 1;
  const head = element('tr', '', ...[title, words.requests, words.tokensIn, words.tokensOut, words.cost, ''].map(text => element('th', '', text)));
  const line = (row: CostRow, name: string, drawn: string | Node) => element('tr', '', element('th', 'name', name),
    ...[row.calls.toLocaleString(), row.tokensIn.toLocaleString(), row.tokensOut.toLocaleString(), cost(row, words)].map(text => element('td', '', text)), element('td', 'drawn', drawn));
  const lines = rows.map(row => line(row, row.name, bar(row.usd / most, 'bar')));
  const foot = total ? [element('tfoot', '', line(total, words.total, ''))] : [];
  return element('section', '', element('h2', '', title), element('table', '', element('thead', '', head), element('tbody', '', ...lines), ...foot));
}

function draw({ costs, words }: { readonly costs: Costs; readonly words: Words }): void {
  const button = element('button', '', costs.stopped ? words.resume : words.stop);
  button.addEventListener('click', () => host.postMessage({ models: costs.stopped ? 'on' : 'off' }));
  const told = [costs.stopped ? words.stopped : '', costs.note].filter(Boolean).map(text => element('p', 'note', text));
  const drawn = costs.total.calls
    ? [columns(costs.days, words), table(words.models, costs.models, undefined, words), table(words.operations, costs.operations, costs.total, words)]
    : [element('p', '', words.none)];
  document.body.replaceChildren(element('h1', '', words.title), ...told, gauges(costs, words), button, ...drawn);
}

window.addEventListener('message', ({ data }: MessageEvent<Parameters<typeof draw>[0]>) => draw(data));
host.postMessage({});
