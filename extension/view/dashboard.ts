/// <reference lib="dom" />
/**
 * A year of memory, drawn: each chart has its figures beside it as a table whose numbers are buttons, so that nothing is
 * told by colour or by a mouse alone. A chart can be kept as a picture.
 */
import { BarChart, TreemapChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { init, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import type { DashboardAsked, DashboardTold } from '../src/dashboard';
import type { Dashboard, Figure, HurtingFile } from '../src/protocol';
import { element, host } from './dom';
import './dashboard.css';

use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LegendComponent, SVGRenderer, TooltipComponent, TreemapChart]);

type Words = DashboardTold['words'];

/** A number in a table or a bar in a chart, and where it leads. */
interface Cell {
  readonly count: number;
  readonly leads?: DashboardAsked;
}

/** A chart of bars: rows of cells under some names. */
interface Bars {
  readonly title: string;
  readonly names: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly (Cell | undefined)[] }[];
  readonly unit?: string;
  /** Whether the rows are parts of a whole, one on the other. */
  readonly parts?: true;
}

const [WIDE, HIGH] = [860, 240];
/** The theme's colours for charts; its orange is left out, which is see-through in some. */
const COLOURS = ['--vscode-charts-blue', '--vscode-charts-yellow', '--vscode-charts-green', '--vscode-charts-purple', '--vscode-charts-red', '--vscode-charts-foreground'];
/** Stripes, for what is to stand out without its colour. */
const STRIPED = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: -Math.PI / 4, color: 'rgba(0, 0, 0, 0.25)' };

const ask = (asked: DashboardAsked) => host.postMessage(asked);
const token = (name: string) => getComputedStyle(document.body).getPropertyValue(name).trim();
const day = (at: string) => new Date(at).toLocaleDateString(document.documentElement.lang || undefined, { day: 'numeric', month: 'short', year: '2-digit' });
const month = (at: string) => new Date(at).toLocaleDateString(document.documentElement.lang || undefined, { month: 'short', year: '2-digit' });

let charts: EChartsType[] = [];

/** What all charts have in common: the theme's colours, and patterns beside them. */
const dressed = (option: EChartsCoreOption): EChartsCoreOption => ({
  animation: false,
  aria: { enabled: true, decal: { show: true } },
  color: COLOURS.map(token),
  textStyle: { color: token('--vscode-foreground'), fontFamily: token('--vscode-font-family') },
  ...option,
});

/** What is told under the mouse, drawn into the chart: the page lets no style in from a script. */
const hover = () => ({ renderMode: 'richText', backgroundColor: token('--vscode-editorHoverWidget-background'), borderColor: token('--vscode-editorHoverWidget-border'), textStyle: { color: token('--vscode-editorHoverWidget-foreground') } });

/** The chart, with the buttons that keep it as a picture. */
function drawn(name: string, option: EChartsCoreOption, words: Words, height = HIGH): HTMLElement {
  const board = element('div', 'chart');
  board.style.height = `${height}px`;
  const keep = (label: string, data: () => string, ending: 'png' | 'svg') => {
    const button = element('button', 'quiet', label);
    button.addEventListener('click', () => ask({ keep: { name: `${name}.${ending}`, data: data() } }));
    return button;
  };
  // The place has its width only once it stands in the document.
  requestAnimationFrame(() => {
    const chart = init(board, undefined, { renderer: 'canvas', width: board.clientWidth || WIDE, height });
    chart.setOption(dressed(option));
    chart.on('click', ({ data }) => {
      const { leads } = (data ?? {}) as Partial<Cell>;
      if (leads) ask(leads);
    });
    charts.push(chart);
  });
  const picture = () => charts.find(chart => chart.getDom() === board)?.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: token('--vscode-editor-background') }) ?? '';
  const vectors = () => {
    const own = init(null, undefined, { renderer: 'svg', ssr: true, width: board.clientWidth || WIDE, height });
    own.setOption(dressed({ ...option, backgroundColor: token('--vscode-editor-background') }));
    const text = own.renderToSVGString();
    own.dispose();
    return text;
  };
  return element('div', '', board, element('p', 'keep', keep(words.png, picture, 'png'), keep(words.svg, vectors, 'svg')));
}

/** A number that leads somewhere, or just the number. */
function number({ count, leads }: Cell, about: string): Node {
  if (!leads || !count) return document.createTextNode(count.toLocaleString());
  const button = element('button', 'link', count.toLocaleString());
  button.setAttribute('aria-label', `${about}: ${count.toLocaleString()}`);
  button.addEventListener('click', () => ask(leads));
  return button;
}

function table(heads: readonly string[], rows: readonly (readonly [Node, ...Node[]])[], words: Words): HTMLElement {
  const head = element('tr', '', ...heads.map(text => element('th', '', text)));
  const lines = rows.map(([first, ...others]) => element('tr', '', element('th', '', first), ...others.map(each => element('td', '', each))));
  return element('details', '', element('summary', '', words.figures), element('table', '', element('thead', '', head), element('tbody', '', ...lines)));
}

function bars({ title, names, rows, unit = '', parts }: Bars, words: Words): HTMLElement {
  const kinds = rows.filter(({ cells }) => cells.some(cell => cell?.count));
  const option: EChartsCoreOption = {
    grid: { left: 48, right: 16, top: 40, bottom: 32 },
    legend: { show: kinds.length > 1, textStyle: { color: token('--vscode-foreground') }, top: 4 },
    tooltip: { ...hover(), trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: { type: 'category', data: names, axisLabel: { color: token('--vscode-foreground') } },
    yAxis: { type: 'value', minInterval: unit ? undefined : 1, name: unit, axisLabel: { color: token('--vscode-foreground') }, splitLine: { lineStyle: { color: token('--vscode-editorWidget-border'), opacity: 0.5 } } },
    series: kinds.map(({ name, cells }) => ({ type: 'bar', barMaxWidth: 40, ...(parts && { stack: 'all' }), name, data: cells.map(cell => ({ value: cell?.count ?? 0, ...cell })) })),
  };
  // Rows of time are many; the table shows those that have something, the newest first.
  const told = names.map((name, at) => ({ name, cells: kinds.map(({ cells }) => cells[at]) })).filter(({ cells }) => cells.some(cell => cell?.count)).reverse();
  const lines = told.map(({ name, cells }): [Node, ...Node[]] => [document.createTextNode(name), ...cells.map((cell, at) => number(cell ?? { count: 0 }, `${name}, ${kinds[at]?.name ?? ''}`))]);
  return element('section', '', element('h2', '', title), drawn(title, option, words), table(['', ...kinds.map(({ name }) => name)], lines, words));
}

/** Files in the boxes of their folders, as large as they changed often, and marked where changes mended something. */
function files(found: readonly HurtingFile[], words: Words): HTMLElement {
  const folders = new Map<string, HurtingFile[]>();
  for (const file of found) {
    const folder = file.path.split('/').slice(0, -1).join('/') || '/';
    folders.set(folder, [...folders.get(folder) ?? [], file]);
  }
  const dress = (mended: number) => mended
    ? { color: token('--vscode-charts-yellow'), decal: STRIPED } : { color: token('--vscode-charts-blue') };
  const leaf = ({ path, changes, fixes, bugs }: HurtingFile) => {
    const mended = fixes + bugs;
    const name = path.slice(path.lastIndexOf('/') + 1);
    return { name: mended ? `${name} · ${mended}` : name, value: changes, leads: { open: path }, itemStyle: dress(mended) };
  };
  const option: EChartsCoreOption = {
    aria: { enabled: true, decal: { show: false } },
    tooltip: hover(),
    series: [{
      type: 'treemap', roam: false, nodeClick: false, breadcrumb: { show: false }, left: 0, right: 0, top: 0, bottom: 0,
      label: { color: token('--vscode-foreground'), fontWeight: 'bold', textBorderColor: token('--vscode-editor-background'), textBorderWidth: 4 },
      upperLabel: { show: true, height: 20, color: token('--vscode-foreground') },
      levels: [
        { itemStyle: { gapWidth: 3, borderWidth: 0, borderColor: token('--vscode-editor-background') }, upperLabel: { show: false } },
        { itemStyle: { gapWidth: 1, borderWidth: 2, borderColor: token('--vscode-editor-background') } },
      ],
      data: [...folders].map(([name, inside]) => ({ name, children: inside.map(leaf) })),
    }],
  };
  const lines = found.map(({ path, changes, fixes, bugs }): [Node, ...Node[]] => {
    const open = element('button', 'link', path);
    open.addEventListener('click', () => ask({ open: path }));
    return [open, ...[changes, fixes, bugs].map(count => document.createTextNode(count.toLocaleString()))];
  });
  return element('section', '', element('h2', '', words.files), element('p', 'about', words.aboutFiles), drawn(words.files, option, words, 360),
    table(['', words.changes, words.fixes, words.bugs], lines, words));
}

const states = (title: string, found: readonly Figure[]): Bars => ({
  title, names: found.map(({ name }) => name), rows: [{ name: title, cells: found.map(({ count, query }) => ({ count, leads: { search: query } })) }],
});

function weeks({ weeks: found }: Dashboard, words: Words): Bars {
  const names = [...new Set(found.flatMap(({ kinds }) => kinds.map(({ name }) => name)))];
  return {
    title: words.weeks, parts: true, names: found.map(({ begin }) => day(begin)),
    rows: names.map(name => ({ name, cells: found.map(({ kinds }) => kinds.find(kind => kind.name === name)).map(kind => kind && { count: kind.count, leads: { search: kind.query } }) })),
  };
}

/** Lines by month and by who wrote them, as *Lines by Assistants* tells them. */
function linesOf({ lines }: Dashboard, words: Words): Bars {
  const sorts = { [words.known]: 'assistants', [words.helped]: 'helped', [words.programs]: 'programs', [words.unknown]: 'unknown' } as const;
  return {
    title: words.lines, parts: true, names: lines.map(({ name }) => month(`${name}-15`)),
    rows: Object.entries(sorts).map(([name, sort]) => ({ name, cells: lines.map(share => ({ count: share[sort] })) })),
  };
}

function draw({ dashboard, words }: DashboardTold): void {
  for (const chart of charts) chart.dispose();
  charts = [];
  const { months, bugs, decisions, costs } = dashboard;
  const byMonth = (title: string, rows: readonly (readonly [string, readonly number[]])[], parts?: true): Bars => ({
    title, ...(parts && { parts }), names: months.map(({ begin }) => month(begin)), rows: rows.map(([name, counts]) => ({ name, cells: counts.map(count => ({ count })) })),
  });
  const parts: readonly (false | HTMLElement)[] = [
    dashboard.weeks.some(({ kinds }) => kinds.length) && bars(weeks(dashboard, words), words),
    dashboard.files.length > 0 && files(dashboard.files, words),
    decisions.length > 0 && bars(states(words.decisions, decisions), words),
    bugs.length > 0 && bars(states(words.bugs, bugs), words),
    months.some(({ met, solved }) => met || solved) && bars(byMonth(words.solving, [[words.met, months.map(({ met }) => met)], [words.solved, months.map(({ solved }) => solved)]]), words),
    months.some(({ people, assistants, programs }) => people || assistants || programs) && bars(byMonth(words.origins, [
      [words.people, months.map(({ people }) => people)], [words.assistants, months.map(({ assistants }) => assistants)], [words.programs, months.map(({ programs }) => programs)],
    ], true), words),
    dashboard.lines.length > 0 && bars(linesOf(dashboard, words), words),
    costs.some(({ usd }) => usd) && bars({ title: words.costs, unit: '$', names: costs.map(({ name }) => name).reverse(), rows: [{ name: words.costs, cells: costs.map(({ usd }) => ({ count: usd })).reverse() }] }, words),
  ];
  const took = dashboard.daysToSolve === null ? [] : [element('p', '', words.took.replace('{0}', String(dashboard.daysToSolve)))];
  const note = dashboard.note ? [element('p', 'note', dashboard.note)] : [];
  document.body.replaceChildren(element('h1', '', dashboard.title), ...note, ...took, ...parts.filter(part => part !== false));
}

let told: DashboardTold | undefined;
window.addEventListener('message', ({ data }: MessageEvent<DashboardTold>) => draw(told = data));
window.addEventListener('resize', () => { for (const chart of charts) chart.resize({ width: chart.getDom().clientWidth }); });
// Another theme has other colours, which a drawing has taken as figures.
new MutationObserver(() => { if (told) draw(told); }).observe(document.body, { attributes: true, attributeFilter: ['class'] });
ask({});
