/// <reference lib="dom" />
/** What views need of the document and of the editor. */

interface Host {
  readonly postMessage: (asked: unknown) => void;
  /** What was kept with `setState`, also before the view was hidden or the window closed. */
  readonly getState: () => unknown;
  readonly setState: (state: unknown) => void;
}
declare function acquireVsCodeApi(): Host;

/** The editor, which may be asked for once. */
export const host = acquireVsCodeApi();

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', ...children: (string | Node)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}
