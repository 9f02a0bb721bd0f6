/** The tree of memories: one row of the server's is one item here, and nothing is kept on this side. */
import type { TreeView } from 'vscode';
import { EventEmitter, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState, window } from 'vscode';
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

/** Show the tree; `refresh` makes it ask for its rows again. */
export function showTree(server: Server): { view: TreeView<TreeNode>; refresh: () => void; dispose: () => void } {
  const changed = new EventEmitter<undefined>();
  const view = window.createTreeView<TreeNode>('whence.memory', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: item,
      getChildren: async parent => {
        // Without a server there are no rows, and the view shows its welcome content.
        if (server.state !== 'ready' && server.state !== 'starting') return [];
        return [...(await server.ask('children', { parent: parent?.id ?? '' })).nodes];
      },
    },
    canSelectMany: true,
    showCollapseAll: true,
  });
  return { view, refresh: () => changed.fire(undefined), dispose: () => { view.dispose(); changed.dispose(); } };
}
