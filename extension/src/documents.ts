/** Memories as documents: `whence:/Title.md?id`, read-only Markdown, shown rendered. */
import type { TextDocumentContentProvider, ViewColumn } from 'vscode';
import { EventEmitter, TabInputText, Uri, commands, window, workspace } from 'vscode';
import type { Server } from './client';

export const SCHEME = 'whence';
const RENDERED = 'vscode.markdown.preview.editor';

/** A memory, as far as opening it needs to know. */
export interface Named {
  readonly id: string;
  readonly title: string;
}

/** The address of a memory's document. The title is in it because that is what the tab shows. */
export function address({ id, title }: Named): Uri {
  const name = title.replace(/[\\/:*?"<>|#\s]+/g, ' ').trim().slice(0, 60).trim();
  return Uri.from({ scheme: SCHEME, path: `/${name || id}.md`, query: id });
}

/** Open a memory, rendered, as one opens a file from the explorer. */
export const openMemory = (memory: Named) => commands.executeCommand('vscode.openWith', address(memory), RENDERED, { preview: true });

/** Show a memory without moving the focus, where the next one shown so takes its place. */
export async function peek(memory: Named, viewColumn: ViewColumn): Promise<void> {
  await window.showTextDocument(await workspace.openTextDocument(address(memory)), { viewColumn, preview: true, preserveFocus: true });
}

/** Close what `peek` shows. */
export async function closePeek(): Promise<void> {
  const tabs = window.tabGroups.all.flatMap(group => group.tabs);
  await window.tabGroups.close(tabs.filter(({ input, isPreview }) => isPreview && input instanceof TabInputText && input.uri.scheme === SCHEME), true);
}

/** Serve the documents; those that show change with the memories of `ids`, or all where it names none. */
export function serveDocuments(server: Server): { refresh: (ids: readonly string[]) => void; dispose: () => void } {
  const emitter = new EventEmitter<Uri>();
  const provider: TextDocumentContentProvider = {
    onDidChange: emitter.event,
    provideTextDocumentContent: async (uri, token) => {
      try {
        return harmless((await server.ask('get', { id: uri.query }, token)).markdown);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
  const registered = workspace.registerTextDocumentContentProvider(SCHEME, provider);
  const refresh = (ids: readonly string[]) => {
    for (const { uri } of workspace.textDocuments) {
      if (uri.scheme === SCHEME && (!ids.length || ids.includes(uri.query))) emitter.fire(uri);
    }
  };
  return { refresh, dispose: () => { registered.dispose(); emitter.dispose(); } };
}

/**
 * Markdown in which nothing makes the editor fetch a picture: what a commit message or a note says must not reach the
 * network because someone looks at it. A word joiner breaks images and HTML; code blocks show what was written.
 */
export function harmless(markdown: string): string {
  let fence = '';
  return markdown.split('\n').map(line => {
    if (fence) {
      if (line.trimEnd() === fence) fence = '';
      return line;
    }
    fence = /^(`{3,}|~{3,})[^`]*$/.exec(line)?.[1] ?? '';
    return fence ? line : line.replace(/<(?=[a-z!/?])|!(?=\[)/gi, '$&\u2060');
  }).join('\n');
}

