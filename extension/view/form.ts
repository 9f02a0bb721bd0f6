/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * A form: its fields, the lines that it is about, and beside them what says something similar. The keyboard does all of
 * it: Ctrl+Enter (on a Mac, Command) saves, Escape closes, and what was written stays as a draft.
 */
import type { Answers } from '../src/fields';
import type { Cited, FormAsked, FormShown, FormTold } from '../src/forms';
import type { FormField, SearchResult } from '../src/protocol';
import { element, host } from './dom';
import { pressed } from './keys';
import './form.css';

type Control = HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement;

const ask = (asked: FormAsked) => host.postMessage(asked);
const mac = navigator.userAgent.includes('Mac');

let controls = new Map<string, Control>();
const answers = (): Answers => Object.fromEntries([...controls].map(([name, control]) => [name, control.value]));
const save = () => ask({ save: answers() });
const close = () => ask({ typed: answers(), close: true });

/** What is similar to what is written; it is drawn anew as one writes, and read out. */
const similar = element('div', 'similar');
similar.setAttribute('aria-live', 'polite');

function button(text: string, pressed: () => void, className = ''): HTMLButtonElement {
  const made = element('button', className, text);
  made.type = 'button';
  made.addEventListener('click', pressed);
  return made;
}

function control({ shape, choices, value, required }: FormField): Control {
  if (shape === 'choice') {
    const none = value || required ? [] : [new Option('–', '')];
    return element('select', '', ...none, ...choices.map(choice => new Option(choice, choice)));
  }
  const made = shape === 'text' || shape === 'list' ? element('textarea') : element('input');
  made.required = required;
  return made;
}

/** A field: what it is called, what to write in it, and what is wrong with it. */
function field(described: FormField, value: string): HTMLElement {
  const { name, title, prompt } = described;
  const made = control(described);
  made.id = `field-${name}`;
  made.value = value;
  const label = element('label', '', title);
  label.htmlFor = made.id;
  const help = element('p', 'help', prompt);
  help.id = `help-${name}`;
  const fault = element('p', 'fault');
  fault.id = `fault-${name}`;
  made.setAttribute('aria-describedby', `${help.id} ${fault.id}`);
  made.addEventListener('input', () => { blame(name, ''); ask({ typed: answers() }); });
  made.addEventListener('change', () => ask({ typed: answers(), left: true }));
  controls.set(name, made);
  return element('div', 'field', label, help, made, fault);
}

/** Say at a field what is wrong with it, or below all where it is of none. */
function blame(name: string, words: string): void {
  const fault = document.getElementById(`fault-${name}`);
  if (fault) fault.textContent = words;
  const blamed = controls.get(name);
  if (words) blamed?.setAttribute('aria-invalid', 'true');
  else blamed?.removeAttribute('aria-invalid');
}

/** The lines that the memory will be about. */
function lines({ place, code }: Cited, heading: string, remove: string): HTMLElement {
  const shown = element('pre', '', code);
  shown.tabIndex = 0; // what scrolls must be reached by the keyboard
  const made = element('section', 'lines', element('h2', '', heading));
  const drop = button(remove, () => {
    made.remove();
    ask({ lines: 'remove' });
    focusFirst();
  });
  made.append(element('p', 'tools', button(place, () => ask({ lines: 'show' }), 'link'), drop), shown);
  return made;
}

const focusFirst = () => controls.values().next().value?.focus();

function draw({ form, answers: written, cited, note, words }: FormShown): void {
  controls = new Map();
  const fields = form.fields.map(each => field(each, written[each.name] ?? ''));
  const fault = element('p', 'fault');
  fault.id = 'fault-';
  fault.setAttribute('role', 'alert');
  const keys = element('kbd', '', mac ? '⌘ Enter' : 'Ctrl+Enter');
  const actions = element('div', 'actions', fault, element('p', 'tools', button(words.save, save, 'save'), keys, button(words.close, close), element('kbd', '', 'Esc')));
  const page = element('form', '', ...(cited ? [lines(cited, form.lines, words.remove)] : []), ...fields, actions);
  page.noValidate = true;
  // Enter in a line is no wish to save.
  page.addEventListener('submit', event => event.preventDefault());
  const notes = [form.note, note].filter(Boolean).map(text => element('p', 'note', text));
  const draft = form.draft ? [element('p', 'note tools', element('span', '', form.draft), button(words.discard, () => ask({ discard: true })))] : [];
  const main = element('main', '', element('h1', '', form.title), ...notes, ...draft, page);
  const beside = form.similar ? [element('aside', '', element('h2', '', form.similar), similar)] : [];
  document.body.replaceChildren(element('div', 'page', main, ...beside));
  focusFirst();
}

function showSimilar({ hits, note }: SearchResult): void {
  const items = hits.map(({ id, title, description, snippet }) => {
    const more = snippet && snippet !== title ? [element('p', 'help', snippet)] : [];
    return element('li', '', button(title, () => ask({ open: { id, title } }), 'link'), element('span', 'help', ` ${description}`), ...more);
  });
  similar.replaceChildren(...(items.length ? [element('ul', '', ...items)] : []), ...(note ? [element('p', '', note)] : []));
}

function showFaults(faults: Readonly<Record<string, string>>): void {
  for (const name of ['', ...controls.keys()]) blame(name, faults[name] ?? '');
  [...controls].find(([name]) => faults[name])?.[1].focus();
}

document.addEventListener('keydown', event => {
  const wish = pressed(event, mac);
  if (!wish) return;
  event.preventDefault();
  // The editor has uses of its own for these keys.
  event.stopPropagation();
  if (wish === 'save') save();
  else close();
});
window.addEventListener('blur', () => { if (controls.size) ask({ typed: answers(), left: true }); });
window.addEventListener('message', ({ data }: MessageEvent<FormTold>) => {
  if ('similar' in data) showSimilar(data.similar);
  else if ('faults' in data) showFaults(data.faults);
  else draw(data);
});
ask({});
