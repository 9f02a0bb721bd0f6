/** The dashboard: a year of the project's memory in pictures. */
import { Buffer } from 'node:buffer';
import type { ExtensionContext, WebviewPanel } from 'vscode';
import { Uri, ViewColumn, commands, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { openAt } from './code';
import type { Dashboard } from './protocol';
import { openView } from './view';
import { long } from './work';

/** What the view asks for: to search, to open a file, to keep a picture; or, with nothing, to be told what to draw. */
export interface DashboardAsked {
  readonly search?: string;
  readonly open?: string;
  readonly keep?: { readonly name: string; readonly data: string };
}

/** What the view draws. */
export interface DashboardTold {
  readonly dashboard: Dashboard;
  readonly words: ReturnType<typeof words>;
}

const words = () => ({
  weeks: l10n.t('What was remembered, by week'), files: l10n.t('Files that changed most'),
  aboutFiles: l10n.t('The larger its box, the more often a file changed. The number behind a name: how often something was mended or a bug met there.'),
  decisions: l10n.t('Decisions'), bugs: l10n.t('Bugs'), solving: l10n.t('Bugs by month'), met: l10n.t('Recorded'), solved: l10n.t('Solved'),
  took: l10n.t('Half of the bugs that were recorded before they were solved took {0} days or less.'), origins: l10n.t('Who made changes'),
  people: l10n.t('People'), assistants: l10n.t('With assistants, as commits say'), programs: l10n.t('Programs'), costs: l10n.t('What models cost'),
  lines: l10n.t('Lines that came in, by who wrote them'), known: l10n.t('From conversations that are known'), helped: l10n.t('In commits that say an assistant helped'), unknown: l10n.t('Unknown'),
  changes: l10n.t('Changes'), fixes: l10n.t('Fixes'), figures: l10n.t('The figures'), png: l10n.t('Save as PNG'), svg: l10n.t('Save as SVG'),
});

let shown: WebviewPanel | undefined;

/** Draw the dashboard, in the place of the one that is open. */
export async function showDashboard(context: ExtensionContext, server: Server): Promise<void> {
  const dashboard = await long(server, 'dashboard', {}, l10n.t('Counting a year of memory'));
  shown?.dispose();
  shown = openView(context, 'dashboard', l10n.t('Dashboard'), async (message, { webview }) => {
    const { search, open, keep } = message as DashboardAsked;
    if (search) await commands.executeCommand('whence.search', search);
    else if (open) await openAt(open);
    else if (keep) await save(keep.name, keep.data);
    else await webview.postMessage({ dashboard, words: words() } satisfies DashboardTold);
  }, { viewColumn: ViewColumn.Active, preserveFocus: false });
}

/** Write a picture where the user says: an SVG as its text, a PNG from the address that holds it. */
async function save(name: string, data: string): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  const plain = name.replace(/[\\/:*?"<>|]+/g, ' ');
  const file = await window.showSaveDialog({ ...(folder && { defaultUri: Uri.joinPath(folder.uri, plain) }), title: l10n.t('Save Picture') });
  if (!file) return;
  const bytes = data.startsWith('data:') ? Buffer.from(data.slice(data.indexOf(',') + 1), 'base64') : Buffer.from(data, 'utf8');
  await workspace.fs.writeFile(file, bytes);
}
