/** Questions that a page proposes, by the addresses of its links: `whence:/why/FILE#L1-L9` and `whence:/search/WORDS`. */
import type { ExtensionContext, Uri } from 'vscode';
import { Range, TabInputText, ViewColumn, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { focus, placed } from './place';
import { search } from './search';
import { whyLines } from './whyview';

/** Ask what a link proposes: words are searched for; of lines, the file is opened with them selected and why beside. */
export async function askQuestion(context: ExtensionContext, server: Server, { path, fragment }: Uri): Promise<void> {
  const [, operation, ...rest] = path.split('/');
  const about = rest.join('/');
  if (operation === 'search') return search(server, focus(), about);
  const [folder] = workspace.workspaceFolders ?? [];
  const file = folder && !rest.includes('..') ? await placed(folder, about) : undefined;
  if (!file) throw new Error(l10n.t('{0} is not in the folder that is open.', about));
  const [start = 1, end = start] = /^L(\d+)-L(\d+)$/.exec(fragment)?.slice(1).map(Number) ?? [];
  // Among the code that is open; and no preview, which would take the place of the page with the other questions.
  const viewColumn = window.tabGroups.all.find(({ tabs }) => tabs.some(({ input }) => input instanceof TabInputText))?.viewColumn ?? ViewColumn.Active;
  await window.showTextDocument(file, { selection: new Range(start - 1, 0, end - 1, Number.MAX_SAFE_INTEGER), preview: false, viewColumn });
  await whyLines(context, server, { file: file.toString(), start, end });
}
