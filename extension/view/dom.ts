/// <reference lib="dom" />
/** What views need of the document and of the editor. */

interface Host { postMessage: (asked: unknown) => void }
declare function acquireVsCodeApi(): Host;

/** The editor, which may be asked for once. */
export const host = acquireVsCodeApi();

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', ...children: (string | Node)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}
