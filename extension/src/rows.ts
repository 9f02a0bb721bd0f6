/** What is done with the memories chosen in the tree: edited, filed, linked, put away and brought back. */
import { l10n, window } from 'vscode';
import type { Server } from './client';
import type { Acknowledged, LinkParams, OrganizeParams } from './protocol';
import { choose } from './search';
import { SAID_MS } from './words';

type Relation = LinkParams['relation'];

export type Rows = (server: Server, ids: readonly string[]) => Promise<unknown>;

/** Say what was done, with a button that takes it back. */
async function told({ note }: Acknowledged, back: () => Promise<unknown>): Promise<void> {
  const undo = l10n.t('Undo');
  if (await window.showInformationMessage(note, undo)) await back();
}

const organize = (server: Server, ids: readonly string[], changes: Omit<OrganizeParams, 'ids'>) => server.ask('organize', { ids, ...changes });

/** Set importance, labels or folder of all at once. */
async function file(server: Server, ids: readonly string[]): Promise<void> {
  const [importance, add, remove, folder] = [l10n.t('Importance'), l10n.t('Add Labels'), l10n.t('Remove Labels'), l10n.t('Folder')];
  const what = await window.showQuickPick([importance, add, remove, folder], { title: l10n.t('{0} memories', ids.length) });
  if (what === importance) {
    const chosen = await window.showQuickPick(Array.from({ length: 10 }, (_, n) => String(10 - n)), { placeHolder: l10n.t('From 1, a trifle, to 10, never forget') });
    if (chosen) await organize(server, ids, { importance: Number(chosen) });
  } else if (what) {
    const prompt = what === folder ? l10n.t('A path such as team/architecture; empty for none') : l10n.t('Labels, separated by commas');
    const value = await window.showInputBox({ title: what, prompt });
    if (value === undefined) return;
    const words = value.split(',').map(each => each.trim()).filter(Boolean);
    await organize(server, ids, what === folder ? { folder: value.trim() } : what === add ? { addLabels: words } : { removeLabels: words });
  }
}

const RELATIONS: Readonly<Record<Relation, string>> = {
  implements: l10n.t('implements'), solved_by: l10n.t('is solved by'), caused_by: l10n.t('is caused by'),
  supersedes: l10n.t('supersedes'), about: l10n.t('is about'), part_of: l10n.t('is part of'),
};

/** Relate the chosen memories to another. */
async function link(server: Server, ids: readonly string[]): Promise<void> {
  const items = Object.entries(RELATIONS).map(([relation, label]) => ({ label, relation: relation as Relation }));
  const how = await window.showQuickPick(items, { title: l10n.t('Link to…'), placeHolder: l10n.t('How it relates to the other memory') });
  const to = how && await choose({ ask: (query, token) => server.ask('search', { query }, token), title: l10n.t('Link to…'), placeholder: l10n.t('The other memory') });
  if (!how || !to) return;
  const { relation } = how;
  let note = '';
  for (const source of ids) ({ note } = await server.ask('link', { source, relation, target: to.id }));
  const undo = l10n.t('Undo');
  if (await window.showInformationMessage(note, undo)) for (const source of ids) await server.ask('unlink', { source, relation, target: to.id });
}

/** The commands on rows of the tree, by their names. */
export const ROWS: Readonly<Record<string, Rows>> = {
  link, organize: file,
  pin: (server, ids) => organize(server, ids, { pinned: true }),
  unpin: (server, ids) => organize(server, ids, { pinned: false }),
  archive: async (server, ids) => told(await organize(server, ids, { archived: true }), () => organize(server, ids, { archived: false })),
  unarchive: (server, ids) => organize(server, ids, { archived: false }),
  delete: async (server, ids) => told(await server.ask('forget', { ids }), () => server.ask('restore', { ids })),
  restore: (server, ids) => server.ask('restore', { ids }),
  merge: async (server, ids) => {
    const { note } = await server.ask('merge', { ids });
    window.setStatusBarMessage(note, SAID_MS);
  },
};
