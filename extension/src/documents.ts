/** Memories as documents: `whence:/id/Title`, read-only Markdown, drawn as a page. */
import type { ExtensionContext, Tab, TextDocumentShowOptions, WebviewPanel } from 'vscode';
import { CancellationTokenSource, EventEmitter, Range, TabInputCustom, TabInputWebview, Uri, ViewColumn, commands, env, l10n, window, workspace } from 'vscode';
import type { Server } from './client';
import { placed } from './place';
import type { Citation, ConversationLines, Detail, Hit, Location, Origin } from './protocol';
import { draw } from './view';

const SCHEME = 'whence';
const TAB_WIDTH = 60;
const PAGE = 'whence.page';
const PAST = 'whence-past';
/** The target of the link to the form with the rest of a memory; its id follows. */
const COMPLETE = `${SCHEME}:/complete/`;

/** What pages read of the extension's manifest. */
interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
}

/** What a page asks for: to follow a link, to do something with its memory; or, with nothing, to be told what to draw. */
export interface PageAsked {
  readonly visit?: string;
  readonly act?: string;
}

/** What can be done, by the name of the command after `whence.`. */
interface Step {
  readonly name: string;
  readonly title: string;
}

/** What a page draws. */
export interface PageTold {
  readonly markdown: string;
  readonly steps: readonly Step[];
  /** An excerpt of it to begin at. */
  readonly at?: string;
  /** Whether it is a conversation, whose lines in the code are told as soon as git said which they are. */
  readonly conversation?: true;
}

/** What a page that was made offers to do; it goes from the page when that is done. */
export interface Offer {
  readonly title: string;
  /** Whether it was done. */
  readonly run: () => Promise<boolean>;
}

/** A memory, as far as opening it needs to know. */
interface Named {
  readonly id: string;
  readonly title: string;
}

/** Open a place in the project. */
export async function openPlace({ uri, line }: Location): Promise<void> {
  await window.showTextDocument(Uri.parse(uri), { selection: new Range(line - 1, 0, line - 1, 0), preview: true, viewColumn: besidePages() });
}

/** Open what a search found: code at its line, a conversation at the turn that answers, anything else from its beginning. */
export async function openHit(hit: Hit): Promise<void> {
  if (hit.location) return openPlace(hit.location);
  if (hit.turn === null) await openMemory(hit);
  else await openAt(hit, hit.snippet);
}

/** Open a memory as a page that begins where an excerpt of it stands. */
export const openAt = (memory: Named, excerpt: string): Promise<void> => beginAt(address(memory), excerpt);

async function beginAt(uri: Uri, excerpt: string): Promise<void> {
  const key = uri.toString();
  // A page in sight is told where to begin; any other asks when it comes into sight.
  const seen = [...open].find(([{ visible }, { uri }]) => visible && uri.toString() === key)?.[1];
  wanted.set(key, excerpt);
  await show(uri);
  await seen?.show();
}

/** Excerpts at which pages are to begin, by address, until they are drawn. */
const wanted = new Map<string, string>();

/** The pages that are open: of which address, and what draws them anew. */
const open = new Map<WebviewPanel, { readonly uri: Uri; readonly show: () => Promise<unknown> }>();

/** Pages made from memories, by number; they live as long as the window. */
const pages: { readonly markdown: string; readonly offers: Offer[] }[] = [];

/** The address of a document. The title is in it because that is what the tab shows. */
function address({ id, title }: Named): Uri {
  const name = title.replace(/[\\/\s]+/g, ' ').trim();
  const short = name.length > TAB_WIDTH ? `${name.slice(0, TAB_WIDTH).trim()}…` : name;
  return Uri.from({ scheme: SCHEME, path: `/${id}/${short || id}` });
}

/** The memory or page that an address names. */
const idOf = ({ path }: Uri) => path.split('/')[1] ?? '';

/** What an address of a page that was made in this window shows. */
const made = (uri: Uri) => pages[Number(/^page-(\d+)$/.exec(idOf(uri))?.[1] ?? -1)];

/** Whether a tab shows a page or a view of ours. */
const isOurs = ({ input }: Tab) => input instanceof TabInputCustom ? input.uri.scheme === SCHEME : input instanceof TabInputWebview && input.viewType.includes('whence.');

/** Where a page opens: among those that are open, else beside the code, which it never covers. */
function place(): ViewColumn {
  const { all, activeTabGroup: { activeTab } } = window.tabGroups;
  const among = all.find(group => group.isActive && activeTab && isOurs(activeTab)) ?? all.find(({ tabs }) => tabs.some(isOurs));
  return among?.viewColumn ?? (activeTab ? ViewColumn.Beside : ViewColumn.Active);
}

const show = (uri: Uri, options: TextDocumentShowOptions = {}) =>
  commands.executeCommand('vscode.openWith', uri, PAGE, { preview: true, viewColumn: place(), ...options });

/** Open a memory as a page. */
export const openMemory = (memory: Named, options: TextDocumentShowOptions = {}) => show(address(memory), options);

/** Show a page. Ids in it become links to the memories, which are named where their titles are known. */
export function openPage(title: string, markdown: string, cited: readonly Named[] = [], { offers = [], written = [], ...options }: TextDocumentShowOptions & { offers?: readonly Offer[]; written?: readonly Wrote[] } = {}): Thenable<unknown> {
  const id = `page-${pages.push({ markdown: linked(toTurns(markdown, written), cited), offers: [...offers] }) - 1}`;
  return show(address({ id, title }), options);
}

const ID = /`([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})`/g;

/** The Markdown with each memory's id as a link to its document. */
function linked(markdown: string, cited: readonly Named[]): string {
  const titles = new Map(cited.map(({ id, title }) => [id, title]));
  return markdown.replace(ID, (_, id: string) => `[${l10n.t('open')}](${linkTo({ id, title: titles.get(id) ?? l10n.t('Memory') })})`);
}

/** What says who wrote something. */
interface Wrote {
  readonly origins: readonly Origin[];
}

/** The Markdown with a link to the turn that asked where a page names the conversation. */
function toTurns(markdown: string, written: readonly Wrote[]): string {
  let [done, rest] = ['', markdown];
  for (const { origins: [origin] } of written) {
    const id = origin?.conversation ? `kept as \`${origin.conversation}\`` : '';
    const at = id ? rest.indexOf(id) : -1;
    if (!origin || at < 0) continue;
    done += `${rest.slice(0, at)}[${l10n.t('open the turn')}](${linkTo({ id: origin.conversation, title: origin.asked || l10n.t('Conversation') })}?${escaped(origin.asked)})`;
    rest = rest.slice(at + id.length);
  }
  return done + rest;
}

/** A page of a conversation with the lines that it wrote, before what was said in it. */
async function withLines(page: string, { markdown, files }: ConversationLines): Promise<string> {
  const [, told = ''] = /^# .*\n\n([^]*?)(?:\n*\*Whence [0-9a-f]{8}\*\s*)?$/.exec(markdown) ?? [];
  const runs = files.flatMap(({ path, standing }) => standing.filter(line => !standing.includes(line - 1)).map(start => {
    let end = start;
    while (standing.includes(end + 1)) end++;
    return { path, start, end };
  }));
  const below = page.indexOf('\n\n### ');
  return told && below > 0 ? `${page.slice(0, below)}\n\n## ${l10n.t('Lines in the code')}\n\n${await citing(told, runs)}\n\n## ${l10n.t('What was said')}${page.slice(below)}` : page;
}

/** A link's target to another document. */
const linkTo = (memory: Named) => `${SCHEME}:${address(memory).path.split('/').map(escaped).join('/')}`;

/** A part of a link's target. */
const escaped = (part: string) => encodeURIComponent(part).replace(/[()]/g, sign => sign === '(' ? '%28' : '%29');

/** The page with the lines that a memory cites as links to them, where their files are there. */
async function citing(page: string, citations: readonly Pick<Citation, 'path' | 'start' | 'end'>[]): Promise<string> {
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

/** Where code opens that a page leads to: in the first group without pages, else beside them. */
const besidePages = () => window.tabGroups.all.find(({ tabs }) => !tabs.some(isOurs))?.viewColumn ?? (window.tabGroups.all.length > 1 ? ViewColumn.One : ViewColumn.Beside);

/** Follow a link of a page: to the web, to a memory, to the answer of a question, or to a line of a file that is named from the folder's top. */
async function follow(target: string): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  if (/^(?:https?|mailto):/i.test(target)) { await env.openExternal(Uri.parse(target)); return; }
  if (target.startsWith(COMPLETE)) { await commands.executeCommand('whence.edit', { memory: target.slice(COMPLETE.length) }); return; }
  if (/^whence:\/(?:why|search)\//.test(target)) { await commands.executeCommand('whence.question', Uri.parse(target)); return; }
  if (target.startsWith(`${SCHEME}:/`)) {
    const uri = Uri.parse(target);
    await (uri.query ? beginAt(uri.with({ query: '' }), uri.query) : show(uri));
    return;
  }
  const { path, fragment } = Uri.parse(target);
  if (!folder || path.split('/').includes('..')) return;
  const line = Number(/^L(\d+)/.exec(fragment)?.[1] ?? 1);
  await window.showTextDocument(Uri.joinPath(folder.uri, path), { selection: new Range(line - 1, 0, line - 1, 0), preview: true, viewColumn: besidePages() });
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
  const shown = async (memory: Named) => {
    await openMemory(memory, { viewColumn: activeTab ? ViewColumn.Beside : ViewColumn.Active, preserveFocus: true });
    // It was closed while this one was on its way.
    if (!open) await clear();
  };
  let showing: Promise<void> = Promise.resolve();
  const show = async (memory: Named) => { if (open) await (showing = shown(memory)); };
  const close = async () => {
    open = false;
    // What is on its way closes itself when it arrives, which must not meet what is opened next.
    await showing.catch(() => undefined);
    await clear();
  };
  return { show, clear, close };
}

/** The memory's lines, or its first file that is there, in the code. */
export async function openCode(server: Server, [id = '']: readonly string[]): Promise<void> {
  const { memory: { citations, files } } = await server.ask('get', { id });
  const [folder] = workspace.workspaceFolders ?? [];
  for (const { path, start } of [...citations, ...files.map(path => ({ path, start: 1 }))]) {
    const uri = folder && await placed(folder, path);
    if (uri) return openPlace({ path, line: start, uri: uri.toString() });
  }
  void window.showInformationMessage(l10n.t('None of its files is here any more: {0}', files.slice(0, 3).join(', ')));
}

/** The diff of a change, file by file, in the editor's own diff editor. */
export async function showChanges(server: Server, [id = '']: readonly string[]): Promise<void> {
  const { memory } = await server.ask('get', { id });
  if (!('edits' in memory)) return;
  const { commit, edits, title } = memory;
  const [folder] = workspace.workspaceFolders ?? [];
  const past = (path: string, before: boolean) => Uri.from({ scheme: PAST, path: `/${path}`, query: JSON.stringify({ at: commit, before }) });
  const resources = await Promise.all(edits.map(async ({ path, oldPath, action }) => {
    const here = folder && await placed(folder, path);
    const after = action === 'delete' ? undefined : commit ? past(path, false) : here;
    return [here ?? past(path, false), action === 'create' ? undefined : past(oldPath || path, !!commit), after] as const;
  }));
  const [[, left, right] = []] = resources;
  if (resources.length === 1 && left && right) await commands.executeCommand('vscode.diff', left, right, title, { preview: true, viewColumn: besidePages() });
  else await commands.executeCommand('vscode.changes', title, resources);
}

/** Serve the documents; `refresh` brings those of the memories `ids` up to date, or all where it names none. */
export function serveDocuments(context: ExtensionContext, server: Server): { refresh: (ids: readonly string[]) => void; dispose: () => void } {
  const changed = new EventEmitter<Uri>();
  const titled = new Map((context.extension.packageJSON as Manifest).contributes.commands.map(({ command, title }) => [command, title]));
  const told = async ({ markdown, memory, actions, unsaid, written }: Detail): Promise<PageTold> => ({
    ...('messages' in memory && { conversation: true }),
    markdown: await citing(linked(toTurns(markdown, written), []), memory.citations) + (unsaid && `\n${unsaid} [${l10n.t('Complete')}](${COMPLETE}${memory.id})\n`),
    steps: actions.map(name => ({ name, title: titled.get(`whence.${name}`) ?? name })),
  });
  const pageOf = (uri: Uri, token = new CancellationTokenSource().token): Promise<PageTold> => {
    const bare = (markdown: string, offers: readonly Offer[] = []) => ({ markdown, steps: offers.map(({ title }) => ({ name: title, title })) });
    const { markdown, offers } = made(uri) ?? { markdown: l10n.t('This page was made in an earlier session. Run its command again.') };
    const page = idOf(uri).startsWith('page-')
      ? Promise.resolve(bare(markdown, offers))
      : server.ask('get', { id: idOf(uri) }, token).then(told);
    return page.catch((error: unknown) => bare(error instanceof Error ? error.message : String(error)));
  };
  const registered = [
    changed,
    workspace.registerTextDocumentContentProvider(SCHEME, { onDidChange: changed.event, provideTextDocumentContent: async (uri, token) => (await pageOf(uri, token)).markdown }),
    workspace.registerTextDocumentContentProvider(PAST, {
      provideTextDocumentContent: async ({ path, query }, token) => (await server.ask('text_at', { file: path.slice(1), ...JSON.parse(query) as { at: string; before: boolean } }, token)).text,
    }),
    window.registerCustomEditorProvider(PAGE, {
      openCustomDocument: uri => ({ uri, dispose: () => undefined }),
      resolveCustomEditor: ({ uri }, panel) => {
        const key = uri.toString();
        let steps: readonly Step[] = [];
        const show = async () => {
          const page = await pageOf(uri);
          if (!open.has(panel)) return false;   // it was closed meanwhile
          ({ steps } = page);
          const at = wanted.get(key);
          wanted.delete(key);
          const first = { ...page, ...(at && { at }) } satisfies PageTold;
          await panel.webview.postMessage(first);
          const lines = page.conversation && await server.ask('conversation_lines', { id: idOf(uri) }).catch(() => undefined);
          if (!lines?.markdown || !open.has(panel)) return true;
          return panel.webview.postMessage({ ...first, markdown: await withLines(page.markdown, lines) } satisfies PageTold);
        };
        open.set(panel, { uri, show });
        panel.onDidDispose(() => open.delete(panel));
        draw(context, panel.webview, 'page', async asked => {
          const { visit, act } = asked as PageAsked;
          if (visit !== undefined) return follow(visit);
          if (act === undefined) return show();
          // A page names what to do; only what the server said of this memory is done.
          if (!steps.some(({ name }) => name === act)) return undefined;
          const offers = made(uri)?.offers;
          const offer = offers?.find(({ title }) => title === act);
          if (offers && offer) {
            if (await offer.run()) offers.splice(offers.indexOf(offer), 1);
            return show();
          }
          // What opens next must not take this page's place.
          await commands.executeCommand('workbench.action.keepEditor');
          return commands.executeCommand(`whence.${act}`, { memory: idOf(uri), label: '' });
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
