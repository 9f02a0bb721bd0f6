/** The tree of memories: one row of the server's is one item here; what is kept on this side is what was asked to be shown. */
import type { TreeView, Uri } from 'vscode';
import { EventEmitter, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState, commands, window } from 'vscode';
import type { Server } from './client';
import { tame } from './markdown';
import { currentFile } from './place';
import type { TreeNode } from './protocol';

const STATES = { no: TreeItemCollapsibleState.None, collapsed: TreeItemCollapsibleState.Collapsed, expanded: TreeItemCollapsibleState.Expanded };

/** What a row says on hovering, below its picture: one of ours, where `tame` lets none of others through. */
function tooltip(node: TreeNode, media: Uri): MarkdownString {
  const text = new MarkdownString(`${node.picture && `![](${node.picture}.svg)\n\n`}${tame(node.tooltip)}`);
  text.baseUri = media;
  return text;
}

function item(node: TreeNode, media: Uri): TreeItem {
  const row = new TreeItem(node.label, STATES[node.expandable]);
  row.id = node.id;
  row.description = node.description;
  row.contextValue = node.contextValue;
  if (node.icon) row.iconPath = new ThemeIcon(node.icon);
  if (node.tooltip) row.tooltip = tooltip(node, media);
  if (node.command) row.command = { command: node.command, title: '' };
  else if (node.memory || node.location) row.command = { command: 'whence.open', title: '', arguments: [node] };
  return row;
}

/** The tree of memories in the side bar. */
export interface Tree {
  readonly view: TreeView<TreeNode>;
  /** Ask for the rows again. */
  readonly refresh: () => void;
  /** Show only what fits a text; all without one. */
  readonly filter: (text: string) => void;
  /** Show only what concerns the active editor's file, or what concerns any. */
  readonly onlyFile: (only: boolean) => void;
  readonly dispose: () => void;
}

/**
 * Show the tree.
 * @param media the folder of its pictures, with a slash at its end.
 */
export function showTree(server: Server, media: Uri): Tree {
  const changed = new EventEmitter<undefined>();
  let filter = '';
  let only = false;
  let file = '';
  const view = window.createTreeView<TreeNode>('whence.memory', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: node => item(node, media),
      getChildren: async parent => {
        // Without a server there are no rows, and the view shows its welcome content.
        if (server.state !== 'ready' && server.state !== 'starting') return [];
        const asked = parent?.id ?? (filter && `found/${encodeURIComponent(filter)}`);
        const { nodes, message } = await server.ask('children', { parent: asked, ...(only && { file }) });
        if (!parent) {
          view.message = message;
          // Only who has heard that nothing is remembered may be told so.
          void commands.executeCommand('setContext', 'whence.empty', !nodes.length);
        }
        return [...nodes];
      },
    },
    canSelectMany: true,
    showCollapseAll: true,
  });
  const refresh = () => changed.fire(undefined);
  const show = (text: string) => {
    filter = text.trim();
    void commands.executeCommand('setContext', 'whence.filtered', !!filter);
    refresh();
  };
  const onlyFile = (wanted: boolean) => {
    only = wanted;
    file = currentFile() || file;
    void commands.executeCommand('setContext', 'whence.onlyFile', only);
    refresh();
  };
  // A page or a terminal in front is no file: the last one stays.
  const followed = window.onDidChangeActiveTextEditor(() => {
    const here = currentFile();
    if (!only || !here || here === file) return;
    file = here;
    refresh();
  });
  return { view, refresh, filter: show, onlyFile, dispose: () => { followed.dispose(); view.dispose(); changed.dispose(); } };
}
