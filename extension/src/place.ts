/** Where the user is: the file, the selection, what was edited lately and what is wrong here. */
import type { TextEditor, WorkspaceFolder } from 'vscode';
import { DiagnosticSeverity, Range, TabInputText, Uri, languages, window, workspace } from 'vscode';
import type { Focus, Selection } from './protocol';

const [RECENT, PROBLEMS] = [10, 5];

/** Files edited in this window, the latest first. */
let edited: readonly string[] = [];

/** Keep in mind what is edited. */
export const watchEdits = () => workspace.onDidChangeTextDocument(({ document: { uri }, contentChanges }) => {
  const file = uri.toString();
  if (!contentChanges.length || uri.scheme !== 'file' || edited[0] === file || !workspace.getWorkspaceFolder(uri)) return;
  edited = [file, ...edited.filter(other => other !== file)].slice(0, RECENT);
});

/** The active editor's file as the server takes it, where it is a file of the workspace. */
export function currentFile(editor = window.activeTextEditor): string {
  const uri = editor?.document.uri;
  return uri?.scheme === 'file' && workspace.getWorkspaceFolder(uri) ? uri.toString() : '';
}

/** A file of the workspace that is open in a tab, in front or behind; the tabs in front come first. */
export function fileBehind(): Uri | undefined {
  const tabs = window.tabGroups.all.flatMap(group => group.tabs).sort((one, other) => Number(other.isActive) - Number(one.isActive));
  const files = tabs.map(({ input }) => input instanceof TabInputText ? input.uri : undefined);
  return files.find(uri => uri?.scheme === 'file' && workspace.getWorkspaceFolder(uri));
}

/** The file of a workspace's folder that the project knows by a path from the repository's top. */
export async function placed({ uri: folder }: WorkspaceFolder, path: string): Promise<Uri | undefined> {
  // The folder may lie below the repository's top: what is there under the whole name, or under a part of it, is meant.
  const parts = path.split('/');
  for (let from = 0; from < parts.length; from++) {
    const uri = Uri.joinPath(folder, ...parts.slice(from));
    if (await workspace.fs.stat(uri).then(() => true, () => false)) return uri;
  }
  return undefined;
}

/** What is wrong in a file, the nearest to the cursor first. */
function problems({ document, selection: { active } }: TextEditor): string[] {
  const found = languages.getDiagnostics(document.uri).filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
  const far = (line: number) => Math.abs(line - active.line);
  return found.sort((one, other) => far(one.range.start.line) - far(other.range.start.line)).slice(0, PROBLEMS).map(({ message }) => message);
}

export function focus(editor = window.activeTextEditor): Focus {
  const file = currentFile(editor);
  if (!editor || !file) return { recent: edited };
  return { file, line: editor.selection.active.line + 1, recent: edited.filter(other => other !== file), diagnostics: problems(editor) };
}

/** The lines that are selected, whole, as they are in the editor; undefined where nothing of a file of the workspace is. */
export function selection(editor = window.activeTextEditor): Selection | undefined {
  const file = currentFile(editor);
  if (!editor || !file || editor.selection.isEmpty) return undefined;
  const { start, end } = editor.selection;
  // A selection that ends where a line begins does not mean that line.
  const last = Math.max(start.line, end.line - (end.character ? 0 : 1));
  const text = editor.document.isDirty ? editor.document.getText(new Range(start.line, 0, last, editor.document.lineAt(last).text.length)) : '';
  return { file, start: start.line + 1, end: last + 1, text };
}

export function selected(editor = window.activeTextEditor): string {
  return editor ? editor.document.getText(editor.selection).trim() : '';
}
