/** Memories as documents: `whence:/id/Title.md`, read-only Markdown, drawn as a page. */
import type { ExtensionContext, TextDocumentShowOptions } from 'vscode';
import { CancellationTokenSource, EventEmitter, Range, TabInputCustom, Uri, ViewColumn, commands, env, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { placed } from './place';
import type { Citation, Hit, Location } from './protocol';
import { draw } from './view';

const SCHEME = 'whence';
const TAB_WIDTH = 60;
const PAGE = 'whence.page';
/** The target of the link to the form with the rest of a memory; its id follows. */
const COMPLETE = `${SCHEME}:/complete/`;

/** What a page asks for: to follow a link; or, with nothing, to be told what to draw. */
export interface PageAsked {
  readonly visit?: string;
}

/** What a page draws. */
export interface PageTold {
  readonly markdown: string;
}

/** A memory, as far as opening it needs to know. */
interface Named {
  readonly id: string;
  readonly title: string;
}

/** Open a place in the project. */
export async function openPlace({ uri, line }: Location): Promise<void> {
  await window.showTextDocument(Uri.parse(uri), { selection: new Range(line - 1, 0, line - 1, 0), preview: true });
}

/** Open what a search found: code at its line, a conversation at the turn that answers, anything else rendered. */
export async function openHit(hit: Hit): Promise<void> {
  if (hit.location) return openPlace(hit.location);
  if (hit.turn === null) {
    await openMemory(hit);
    return;
  }
  const document = await workspace.openTextDocument(address(hit));
  const line = lineOf(document.getText(), hit.snippet);
  await window.showTextDocument(document, { selection: new Range(line, 0, line, 0), preview: true });
}

/** The line of a text in which an excerpt stands, by its longest line; the first where it is nowhere. */
function lineOf(text: string, excerpt: string): number {
  const [longest = ''] = excerpt.split('\n').map(line => line.replace(/^\w+: |…/g, '').trim()).sort((one, other) => other.length - one.length);
  return Math.max(0, longest ? text.split('\n').findIndex(line => line.includes(longest)) : 0);
}

/** Pages made from memories, by number; they live as long as the window. */
const pages: string[] = [];

/** The address of a document. The title is in it because that is what the tab shows. */
function address({ id, title }: Named): Uri {
  const name = title.replace(/[\\/\s]+/g, ' ').trim();
  const short = name.length > TAB_WIDTH ? `${name.slice(0, TAB_WIDTH).trim()}…` : name;
  return Uri.from({ scheme: SCHEME, path: `/${id}/${short || id}.md` });
}

/** The memory or page that an address names. */
const idOf = ({ path }: Uri) => path.split('/')[1] ?? '';

/** Open a memory as a page, as one opens a file from the explorer. */
export const openMemory = (memory: Named, options: TextDocumentShowOptions = {}) =>
  commands.executeCommand('vscode.openWith', address(memory), PAGE, { preview: true, ...options });

/** Show a page. Ids in it become links to the memories, which are named where their titles are known. */
export function openPage(title: string, markdown: string, cited: readonly Named[] = [], options: TextDocumentShowOptions = {}): Thenable<unknown> {
  const id = `page-${pages.push(linked(markdown, cited)) - 1}`;
  return commands.executeCommand('vscode.openWith', address({ id, title }), PAGE, { preview: true, ...options });
}

const ID = /`([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})`/g;

/** The Markdown with each memory's id as a link to its document. */
function linked(markdown: string, cited: readonly Named[]): string {
  const titles = new Map(cited.map(({ id, title }) => [id, title]));
  return markdown.replace(ID, (_, id: string) => `[${l10n.t('open')}](${linkTo({ id, title: titles.get(id) ?? l10n.t('Memory') })})`);
}

/** A link's target to another document. */
const linkTo = (memory: Named) => `${SCHEME}:${address(memory).path.split('/').map(escaped).join('/')}`;

/** A part of a link's target. */
const escaped = (part: string) => encodeURIComponent(part).replace(/[()]/g, sign => sign === '(' ? '%28' : '%29');

/** The page with the lines that a memory cites as links to them, where their files are there. */
async function citing(page: string, citations: readonly Citation[]): Promise<string> {
  const [folder] = workspace.workspaceFolders ?? [];
  if (!folder) return page;
  for (const { path, start, end } of citations) {
    const lines = `\`${path}:${start}${end > start ? `-${end}` : ''}\``;
    const file = page.includes(lines) ? await placed(folder, path) : undefined;
    // From the workspace's folder on: pages lead nowhere else.
    const target = file && workspace.asRelativePath(file, false).split('/').map(escaped).join('/');
    if (target) page = page.replace(lines, () => `[${lines}](/${target}#L${start})`);
  }
  return page;
}

/** The tabs that show memories and that the next one opened would replace. */
const previews = () => window.tabGroups.all.flatMap(group => group.tabs)
  .filter(({ input, isPreview }) => isPreview && input instanceof TabInputCustom && input.uri.scheme === SCHEME);

/** Follow a link of a page: to the web, to a memory, or to a line of a file that is named from the folder's top. */
async function follow(target: string): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  if (/^(?:https?|mailto):/i.test(target)) { await env.openExternal(Uri.parse(target)); return; }
  if (target.startsWith(COMPLETE)) { await commands.executeCommand('whence.edit', { memory: target.slice(COMPLETE.length) }); return; }
  if (target.startsWith(`${SCHEME}:/`)) { await commands.executeCommand('vscode.openWith', Uri.parse(target), PAGE, { preview: true }); return; }
  const { path, fragment } = Uri.parse(target);
  if (!folder || path.split('/').includes('..')) return;
  const line = Number(/^L(\d+)/.exec(fragment)?.[1] ?? 1);
  await window.showTextDocument(Uri.joinPath(folder.uri, path), { selection: new Range(line - 1, 0, line - 1, 0), preview: true });
}

interface Peeking {
  /** Show a memory beside the active editor, in the place of the one shown before; the focus stays where it is. */
  readonly show: (memory: Named) => Promise<void>;
  /** Show none. */
  readonly clear: () => Promise<void>;
  /** Show none any more. */
  readonly close: () => Promise<void>;
}

/** Show memories in passing. */
export function peeking(): Peeking {
  const before = new Set(previews().map(({ label, group }) => `${group.viewColumn} ${label}`));
  const { activeTab, viewColumn: home } = window.tabGroups.activeTabGroup;
  let open = true;
  const clear = async () => {
    // Where the user works nothing is closed: what is chosen opens there.
    const ours = previews().filter(({ label, group }) => !before.has(`${group.viewColumn} ${label}`) && !(activeTab && group.viewColumn === home));
    // One that was closed a moment ago is refused, which is no trouble.
    await window.tabGroups.close(ours, true).then(undefined, () => false);
  };
  const show = async (memory: Named) => {
    await openMemory(memory, { viewColumn: activeTab ? ViewColumn.Beside : ViewColumn.Active, preserveFocus: true });
    // It was closed while this one was on its way.
    if (!open) await clear();
  };
  const close = () => { open = false; return clear(); };
  return { show, clear, close };
}

/** Serve the documents; `refresh` brings those of the memories `ids` up to date, or all where it names none. */
export function serveDocuments(context: ExtensionContext, server: Server): { refresh: (ids: readonly string[]) => void; dispose: () => void } {
  const changed = new EventEmitter<Uri>();
  const textOf = (uri: Uri, token = new CancellationTokenSource().token) => {
    const page = idOf(uri).startsWith('page-')
      ? Promise.resolve(pages[Number(idOf(uri).slice(5))] ?? l10n.t('This page was made in an earlier session. Run its command again.'))
      : server.ask('get', { id: idOf(uri) }, token).then(async ({ markdown, memory, unsaid }) =>
        await citing(linked(markdown, []), memory.citations) + (unsaid && `\n${unsaid} [${l10n.t('Complete')}](${COMPLETE}${memory.id})\n`));
    return page.catch((error: unknown) => error instanceof Error ? error.message : String(error));
  };
  /** The pages that are open: of which address, and what draws them anew. */
  const open = new Map<object, { readonly uri: Uri; readonly show: () => Promise<unknown> }>();
  const registered = [
    changed,
    workspace.registerTextDocumentContentProvider(SCHEME, { onDidChange: changed.event, provideTextDocumentContent: textOf }),
    window.registerCustomEditorProvider(PAGE, {
      openCustomDocument: uri => ({ uri, dispose: () => undefined }),
      resolveCustomEditor: ({ uri }, panel) => {
        const show = async () => panel.webview.postMessage({ markdown: await textOf(uri) } satisfies PageTold);
        open.set(panel, { uri, show });
        panel.onDidDispose(() => open.delete(panel));
        draw(context, panel.webview, 'page', asked => {
          const { visit } = asked as PageAsked;
          return visit === undefined ? show() : follow(visit);
        });
      },
    }, { supportsMultipleEditorsPerDocument: true, webviewOptions: { enableFindWidget: true } }),
  ];
  const refresh = (ids: readonly string[]) => {
    const concerned = (uri: Uri) => uri.scheme === SCHEME && (!ids.length || ids.includes(idOf(uri)));
    for (const { uri } of workspace.textDocuments) if (concerned(uri)) changed.fire(uri);
    for (const { uri, show } of open.values()) if (concerned(uri)) void show();
  };
  return { refresh, dispose: () => { for (const each of registered) each.dispose(); } };
}
