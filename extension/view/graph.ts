/// <reference lib="dom" />
/**
 * The graph around a file, drawn: files are buttons that the keyboard reaches, arrow keys follow imports, Enter opens a
 * file, and Space puts it in the middle. Colours are the theme's. Runs in a webview that can do nothing but draw.
 */
import { Graph, layout } from '@dagrejs/dagre';
import type { CodeGraph, GraphNode } from '../src/protocol';
import { element, host } from './dom';
import './graph.css';

const HEIGHT = 28;
const [NARROWEST, WIDEST, CHARACTER] = [80, 240, 7.5];
const SVG = 'http://www.w3.org/2000/svg';

interface Words { readonly test: string; readonly how: string; readonly together: string; readonly imports: string }
interface Drawing { readonly graph: CodeGraph; readonly words: Words }

const name = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const width = (path: string) => Math.min(WIDEST, Math.max(NARROWEST, name(path).length * CHARACTER + 24));

function button(node: GraphNode, words: Words): HTMLButtonElement {
  const made = element('button', `file distance-${Math.min(node.distance, 3)}`, name(node.path));
  if (node.test) made.classList.add('test');
  made.title = node.path;
  made.setAttribute('aria-label', node.test ? `${node.path}, ${words.test}` : node.path);
  made.addEventListener('click', () => host.postMessage({ open: node.path }));
  return made;
}

function draw({ graph, words }: Drawing): void {
  const plan = new Graph();
  plan.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 70, marginx: 24, marginy: 24 });
  plan.setDefaultEdgeLabel(() => ({}));
  for (const { path } of graph.nodes) plan.setNode(path, { width: width(path), height: HEIGHT });
  // Habits are drawn, but don't pull files out of the order of their imports.
  for (const { source, target, kind } of graph.edges) if (kind === 'import') plan.setEdge(source, target);
  layout(plan);
  const size = plan.graph() as { width?: number; height?: number };

  const board = element('div', 'board');
  board.style.width = `${size.width ?? 0}px`;
  board.style.height = `${size.height ?? 0}px`;
  const lines = document.createElementNS(SVG, 'svg');
  lines.setAttribute('width', String(size.width ?? 0));
  lines.setAttribute('height', String(size.height ?? 0));
  lines.setAttribute('aria-hidden', 'true');
  const arrow = document.createElementNS(SVG, 'marker');
  for (const [key, value] of Object.entries({ id: 'arrow', viewBox: '0 0 8 8', refX: '8', refY: '4', markerWidth: '7', markerHeight: '7', orient: 'auto' })) arrow.setAttribute(key, value);
  const tip = document.createElementNS(SVG, 'path');
  tip.setAttribute('d', 'M0 0 8 4 0 8z');
  arrow.append(tip);
  lines.append(arrow);

  const at = (path: string) => plan.node(path) as { x: number; y: number; width: number };
  for (const { source, target, kind } of graph.edges) {
    const line = document.createElementNS(SVG, 'path');
    const planned = kind === 'import' ? (plan.edge(source, target) as { points?: { x: number; y: number }[] } | undefined)?.points : undefined;
    const points = planned ?? [at(source), at(target)];
    line.setAttribute('d', points.map(({ x, y }, number) => `${number ? 'L' : 'M'}${x} ${y}`).join(' '));
    line.setAttribute('class', kind);
    if (kind === 'import') line.setAttribute('marker-end', 'url(#arrow)');
    lines.append(line);
  }
  board.append(lines);

  const buttons = new Map<string, HTMLButtonElement>();
  for (const node of graph.nodes) {
    const made = button(node, words);
    const { x, y } = at(node.path);
    made.style.left = `${x - width(node.path) / 2}px`;
    made.style.top = `${y - HEIGHT / 2}px`;
    made.style.width = `${width(node.path)}px`;
    made.addEventListener('keydown', event => {
      if (event.key === ' ') {
        event.preventDefault();
        host.postMessage({ center: node.path });
        return;
      }
      const next = { ArrowRight: graph.edges.find(({ source }) => source === node.path)?.target, ArrowLeft: graph.edges.find(({ target }) => target === node.path)?.source }[event.key]
        ?? beside(graph, at, node.path, event.key);
      if (!next) return;
      event.preventDefault();
      buttons.get(next)?.focus();
    });
    buttons.set(node.path, made);
    board.append(made);
  }

  const legend = element('p', 'legend');
  legend.append(element('span', 'key import', words.imports), element('span', 'key together', words.together), element('span', 'how', words.how));
  const note = element('p', 'note', graph.note);
  document.body.replaceChildren(legend, ...(graph.note ? [note] : []), board);
  buttons.get(graph.file)?.focus();
  buttons.get(graph.file)?.scrollIntoView({ block: 'center', inline: 'center' });
}

/** The nearest file above or below in the same column. */
function beside(graph: CodeGraph, at: (path: string) => { x: number; y: number }, path: string, key: string): string | undefined {
  const side = { ArrowUp: -1, ArrowDown: 1 }[key];
  const here = at(path);
  if (!side) return undefined;
  return graph.nodes.map(node => ({ path: node.path, ...at(node.path) }))
    .filter(({ x, y }) => Math.abs(x - here.x) < 2 && (y - here.y) * side > 0)
    .sort((one, other) => Math.abs(one.y - here.y) - Math.abs(other.y - here.y))[0]?.path;
}

window.addEventListener('message', ({ data }: MessageEvent<Drawing>) => draw(data));
host.postMessage({});
