/** The tree of memories: one row of the server's is one item here, and nothing is kept on this side. */
import type { TreeView } from 'vscode';
import { EventEmitter, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState, commands, l10n, window } from 'vscode';
import type { Server } from './client';
import { tame } from './markdown';
import type { TreeNode } from './protocol';

const STATES = { no: TreeItemCollapsibleState.None, collapsed: TreeItemCollapsibleState.Collapsed, expanded: TreeItemCollapsibleState.Expanded };

function item(node: TreeNode): TreeItem {
  const row = new TreeItem(node.label, STATES[node.expandable]);
  row.id = node.id;
  row.description = node.description;
  row.contextValue = node.contextValue;
  if (node.icon) row.iconPath = new ThemeIcon(node.icon);
  if (node.tooltip) row.tooltip = new MarkdownString(tame(node.tooltip));
  if (node.memory || node.location) row.command = { command: 'whence.open', title: '', arguments: [node] };
  return row;
}

/** The tree of memories in the side bar. */
export interface Tree {
  readonly view: TreeView<TreeNode>;
  /** Ask for the rows again. */
  readonly refresh: () => void;
  /** Show only what fits a text; all without one. */
  readonly filter: (text: string) => void;
  readonly dispose: () => void;
}

/** Show the tree. */
export function showTree(server: Server): Tree {
  const changed = new EventEmitter<undefined>();
  let filter = '';
  const view = window.createTreeView<TreeNode>('whence.memory', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: item,
      getChildren: async parent => {
        // Without a server there are no rows, and the view shows its welcome content.
        if (server.state !== 'ready' && server.state !== 'starting') return [];
        return [...(await server.ask('children', { parent: parent?.id ?? (filter && `found/${encodeURIComponent(filter)}`) })).nodes];
      },
    },
    canSelectMany: true,
    showCollapseAll: true,
  });
  const refresh = () => changed.fire(undefined);
  const show = (text: string) => {
    filter = text.trim();
    view.message = filter && l10n.t('Showing what fits “{0}”', filter);
    void commands.executeCommand('setContext', 'whence.filtered', !!filter);
    refresh();
  };
  return { view, refresh, filter: show, dispose: () => { view.dispose(); changed.dispose(); } };
}
