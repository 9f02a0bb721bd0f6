/** The status bar item: whether Whence is there, how much it remembers, and in its tooltip the rest. */
import { MarkdownString, StatusBarAlignment, env, l10n, window } from 'vscode';
import type { Server, State } from './client';
import { excuse } from './client';
import { tame } from './markdown';
import type { Status } from './protocol';

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

/** Show the item. `refresh` makes it say what is so now. */
export function showStatus(server: Server): { refresh: () => Promise<void>; dispose: () => void } {
  const item = window.createStatusBarItem('whence.status', StatusBarAlignment.Left, 10);
  item.name = 'Whence';
  item.command = 'whence.memory.focus';
  const refresh = async () => {
    [item.text, item.tooltip] = [`${ICONS[server.state] ?? '$(history)'} Whence`, excuse(server.state)];
    if (server.state === 'ready') {
      try {
        const status = await server.ask('status', {});
        const icon = status.state === 'indexing' || status.embedding.state === 'preparing' ? '$(sync~spin)' : '$(history)';
        item.text = `${icon} ${status.total.toLocaleString(env.language)}`;
        item.tooltip = tooltip(status);
        item.accessibilityInformation = { label: l10n.t('Whence remembers {0} memories', status.total) };
      } catch (error) {
        [item.text, item.tooltip] = ['$(warning) Whence', error instanceof Error ? error.message : String(error)];
      }
    }
    item.show();
  };
  return { refresh, dispose: () => item.dispose() };
}
