/** The status bar item: whether Whence is there, how much it remembers, and in its tooltip the rest. */
import type { ExtensionContext, QuickPickItem } from 'vscode';
import { MarkdownString, QuickPickItemKind, StatusBarAlignment, commands, env, l10n, window } from 'vscode';
import type { Server, State } from './client';
import { excuse } from './client';
import { plain, tame } from './markdown';
import type { Status } from './protocol';
import { FORM_COMMAND } from './protocol';
import { done } from './steps';
import { lasting, shortened } from './words';

function tooltip(status: Status): MarkdownString {
  const { capture, embedding } = status;
  const captures = {
    on: l10n.t('Changes are noticed.'), off: l10n.t('Changes are not noticed.'), elsewhere: l10n.t('Changes are noticed by another window.'),
  };
  const meaning = embedding.state === 'ready'
    ? l10n.t('Search by words and by meaning ({0} of {1} passages, {2}).', embedding.embedded, embedding.passages, embedding.model)
    : embedding.state === 'waiting' || embedding.state === 'preparing' ? l10n.t('Search by words; by meaning as soon as the model is ready.') : l10n.t('Search by words.');
  const counts = status.kinds.filter(({ count }) => count > 0).map(({ label, count }) => `| ${label} | ${count.toLocaleString(env.language)} |`);
  return new MarkdownString(tame([
    `**Whence** ${status.version} · ${status.name}`,
    ...(counts.length ? [`| | |\n|:--|--:|\n${counts.join('\n')}`] : []),
    captures[capture], meaning, ...status.messages,
  ].join('\n\n')));
}

const ICONS: Partial<Record<State, string>> = { settingUp: '$(loading~spin)', starting: '$(loading~spin)', failed: '$(warning)' };
const MINUTE = 60_000;

/** The longest title of a session that the item shows, in characters. */
const TITLE = 24;

/** What the item says beside its icon while nothing is wrong: what runs, and how much is remembered. */
async function running(server: Server, status: Status): Promise<string> {
  const total = status.total.toLocaleString(env.language);
  const { session } = await server.ask('current_session', {});
  const parts = [
    session && `$(record) ${plain(shortened(session.title, TITLE))} ${lasting(Date.parse(session.createdAt), Date.now())}`,
    status.state === 'indexing' && l10n.t('indexing'),
    status.capture === 'off' && l10n.t('paused'),
  ];
  return [total, ...parts.filter(Boolean)].join(' · ');
}

/** What the extension's manifest tells of commands and menus, its titles in the user's language. */
interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
  };
}

interface Choice extends QuickPickItem {
  readonly command?: string;
}

/** What people do most, and the rest by name: what stands in a menu of ours that needs no row of the tree. */
async function showMenu(server: Server, context: ExtensionContext): Promise<void> {
  const ready = server.state === 'ready';
  const care: Choice[] = [
    { label: l10n.t('$(list-tree) Show Memory'), command: 'whence.memory.focus' },
    { label: l10n.t('$(rocket) Get Started'), command: 'whence.getStarted' },
    { label: l10n.t('$(tools) Set Up or Repair'), command: 'whence.setUp' },
    { label: l10n.t('$(output) Show Log'), command: 'whence.showLog' },
  ];
  const most: Choice[] = [
    { label: l10n.t('$(question) Why Is This Here?'), command: 'whence.why' },
    { label: l10n.t('$(search) Search Memory'), command: 'whence.search' },
    { label: l10n.t('$(sparkle) Ask Memory'), command: 'whence.ask' },
    { label: l10n.t('$(law) Record Decision'), command: `${FORM_COMMAND}decision` },
    { label: l10n.t('$(note) Save Note'), command: `${FORM_COMMAND}note` },
    { label: l10n.t('$(insert) Insert Context'), command: 'whence.insertContext' },
    { label: '', kind: QuickPickItemKind.Separator },
  ];
  const rest: Choice = { label: l10n.t('$(ellipsis) More…') };
  const placeHolder = ready ? l10n.t('What to do') : excuse(server.state);
  const chosen = await window.showQuickPick<Choice>(ready ? [...most, rest, ...care] : care, { title: 'Whence', placeHolder });
  const command = chosen === rest ? await chooseMore(context) : chosen?.command;
  if (command) await commands.executeCommand(command);
}

async function chooseMore(context: ExtensionContext): Promise<string | undefined> {
  const { commands: all, menus } = (context.extension.packageJSON as Manifest).contributes;
  const placed = new Set(['view/title', 'whence.more', 'explorer/context', 'whence.editor'].flatMap(menu => (menus[menu] ?? []).map(({ command }) => command)));
  const items = all.filter(({ command }) => placed.has(command)).map(({ command, title }) => ({ label: title, command }));
  items.sort((one, other) => one.label.localeCompare(other.label, env.language));
  return (await window.showQuickPick(items, { title: 'Whence', placeHolder: l10n.t('All that Whence does') }))?.command;
}

/** Show the item. `refresh` makes it say what is so now. */
export function showStatus(server: Server, context: ExtensionContext): { refresh: () => Promise<void>; dispose: () => void } {
  const item = window.createStatusBarItem('whence.status', StatusBarAlignment.Left, 10);
  item.name = 'Whence';
  item.command = 'whence.menu';
  const menu = commands.registerCommand('whence.menu', () => showMenu(server, context));
  let answered = false;
  const refresh = async () => {
    const state = server.state === 'settingUp' ? l10n.t('Whence: setting up') : 'Whence';
    // Until a busy server answers, what it said last stays.
    answered &&= server.state === 'ready';
    if (server.state !== 'ready' || !answered) [item.text, item.tooltip] = [`${ICONS[server.state] ?? '$(history)'} ${state}`, excuse(server.state)];
    if (server.state === 'ready') {
      try {
        const status = await server.ask('status', {});
        done('ready');
        if (status.imported) done('imported');
        const icon = status.state === 'indexing' || status.embedding.state === 'preparing' ? '$(sync~spin)' : '$(history)';
        item.text = `${icon} ${await running(server, status)}`;
        item.tooltip = tooltip(status);
        answered = true;
        item.accessibilityInformation = { label: l10n.t('Whence remembers {0} memories', status.total), role: 'button' };
      } catch (error) {
        [item.text, item.tooltip] = ['$(warning) Whence', error instanceof Error ? error.message : String(error)];
      }
    }
    item.show();
  };
  // The time of a session goes on.
  const clock = setInterval(() => void (server.state === 'ready' && item.text.includes('$(record)') && refresh()), MINUTE);
  return { refresh, dispose: () => { clearInterval(clock); menu.dispose(); item.dispose(); } };
}
