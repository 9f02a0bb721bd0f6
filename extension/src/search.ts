/** Searching: a quick pick that asks the server at every pause in typing and shows the hit under the cursor. */
import type { CancellationToken, QuickInputButton, QuickPickItem } from 'vscode';
import { CancellationTokenSource, QuickPickItemKind, ThemeIcon, commands, l10n, window } from 'vscode';
import type { Server } from './client';
import { openHit, peeking } from './documents';
import { plain } from './markdown';
import type { Focus, Hit, SearchResult } from './protocol';

const PAUSE = 120;

interface Item extends QuickPickItem {
  readonly hit?: Hit;
}

interface Button extends QuickInputButton {
  readonly command: string;
}

/** How a search goes. */
export interface Search {
  readonly ask: (query: string, token: CancellationToken) => Promise<SearchResult>;
  readonly placeholder?: string;
  readonly title?: string;
  readonly query?: string;
}

/** Let the user search and choose a hit. */
export function choose({ ask: find, placeholder, title, query }: Search): Promise<Hit | undefined> {
  const pick = window.createQuickPick<Item>();
  const buttons: Button[] = [
    { iconPath: new ThemeIcon('insert'), tooltip: l10n.t('Insert'), command: 'whence.insert' },
    { iconPath: new ThemeIcon('copy'), tooltip: l10n.t('Copy as Markdown'), command: 'whence.copy' },
  ];
  const peek = peeking();
  let asked = new CancellationTokenSource();
  let pending: NodeJS.Timeout | undefined;
  let resting: NodeJS.Timeout | undefined;
  /** What the rows that show were asked for. */
  let answered: string | undefined;
  let accepted = false;

  const ask = async () => {
    asked.cancel();
    const { token } = asked = new CancellationTokenSource();
    pick.busy = true;
    const words = pick.value;
    try {
      const { hits, note, weak } = await find(words, token);
      if (token.isCancellationRequested) return;
      answered = words;
      const items = hits.map(hit => ({
        label: `$(${hit.icon}) ${plain(hit.title)}`, description: plain(hit.description) + (hit.alike.length ? ` · ${l10n.t('{0} more alike', hit.alike.length)}` : ''),
        detail: plain(hit.snippet), alwaysShow: true, buttons: hit.why ? [...buttons, { iconPath: new ThemeIcon('info'), tooltip: hit.why }] : buttons, hit,
      }));
      // What does not fit well says so before it is read.
      pick.items = !hits.length ? [{ label: note, alwaysShow: true }] : weak ? [{ label: note, kind: QuickPickItemKind.Separator }, ...items] : items;
    } catch (error) {
      if (!token.isCancellationRequested) pick.items = [{ label: error instanceof Error ? error.message : String(error), alwaysShow: true }];
    } finally {
      if (!token.isCancellationRequested) pick.busy = false;
    }
  };

  pick.placeholder = placeholder ?? l10n.t('Words, a file, an error, a question');
  pick.title = title;
  // Order and choice are the server's. The last is missing from VS Code's types, not from VS Code.
  Object.assign(pick, { matchOnDescription: false, matchOnDetail: false, sortByLabel: false });
  pick.value = query ?? '';
  return new Promise(resolve => {
    pick.onDidChangeValue(() => { clearTimeout(pending); pending = setTimeout(() => void ask(), PAUSE); });
    pick.onDidChangeActive(([item]) => {
      clearTimeout(resting);
      const hit = item?.hit;
      if (item) resting = setTimeout(() => void (hit ? peek.show(hit) : peek.clear()), PAUSE);
    });
    pick.onDidTriggerItemButton(({ button, item }) => {
      if (!('command' in button)) return void window.showInformationMessage(item.hit?.why ?? '');
      pick.hide();
      void commands.executeCommand((button as Button).command, { memory: item.hit?.id });
    });
    pick.onDidAccept(() => void (async () => {
      const [chosen] = pick.selectedItems;
      // Who is quicker than the answer means the first of what it finds, not what shows still of other words.
      const late = pick.value !== answered;
      clearTimeout(pending);
      clearTimeout(resting);
      if (late) await ask();
      const hit = late ? pick.items.find(({ hit }) => hit)?.hit : chosen?.hit;
      // That nothing was found is to be read.
      if (late && (pick.value !== answered || !hit)) return;
      accepted = true;
      pick.hide();
      void peek.close().then(() => resolve(hit));
    })());
    pick.onDidHide(() => {
      clearTimeout(pending);
      clearTimeout(resting);
      asked.cancel();
      pick.dispose();
      if (!accepted) void peek.close().then(() => resolve(undefined));
    });
    pick.show();
    void ask();
  });
}

/** Search all memories and open what is chosen. */
export async function search(server: Server, focus: Focus, query: string): Promise<void> {
  const hit = await choose({ ask: (text, token) => server.ask('search', { query: text, focus }, token), query });
  if (hit) await openHit(hit);
}
