/** Connecting assistants outside the editor: the configuration that starts our MCP server, and instructions that say when to use it. */
import type { ExtensionContext } from 'vscode';
import { Uri, env, l10n, window, workspace } from 'vscode';
import { launch } from './assistants';
import type { Server } from './client';
import { done } from './steps';

/** Files of the project that tell an assistant of MCP servers, and under which key. */
const TARGETS = {
  'Claude Code': { file: '.mcp.json', key: 'mcpServers' },
  Cursor: { file: '.cursor/mcp.json', key: 'mcpServers' },
  'VS Code': { file: '.vscode/mcp.json', key: 'servers' },
} as const;

/** Files of the project that assistants read instructions from, and what each wants written above them. */
const INSTRUCTIONS = {
  'Claude Code': {
    file: '.claude/skills/whence/SKILL.md',
    above: '---\nname: whence\ndescription: The memory of this project. Use before a task, before changing unclear code, when something fails, and when something was decided.\n---\n\n',
  },
  Cursor: { file: '.cursor/rules/whence.mdc', above: '---\ndescription: The memory of this project\nalwaysApply: true\n---\n\n' },
  'VS Code': { file: '.github/instructions/whence.instructions.md', above: '---\napplyTo: "**"\n---\n\n' },
} as const;

/** Show what a file of the project would hold, and write it or copy it if the user says so; whether that was done. */
async function propose(folder: Uri, file: string, text: string, language: string): Promise<boolean> {
  const uri = Uri.joinPath(folder, ...file.split('/'));
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language }));
  const [write, copy] = [l10n.t('Write {0}', file), l10n.t('Copy')];
  const chosen = await window.showInformationMessage(l10n.t('This is what {0} would hold.', file), write, copy);
  if (chosen === copy) await env.clipboard.writeText(text);
  if (chosen === write) await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return chosen !== undefined;
}

/** Copy what belongs into a file that is not the project's, and say where. */
async function hand(text: string, language: string, where: string): Promise<void> {
  await env.clipboard.writeText(text);
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language }));
  void window.showInformationMessage(l10n.t('Copied. Paste it into {0}.', where));
}

async function configure(folder: Uri, python: string, name: string): Promise<void> {
  const { command, args, env: variables } = launch(python, folder.fsPath);
  const own = Object.keys(variables).length > 0;
  if (!(name in TARGETS)) {
    // Codex keeps one file for all projects, in the user's home: what belongs there is copied, not written.
    const lines = Object.entries(variables).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`).join('');
    const toml = `[mcp_servers.whence]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n`;
    await hand(own ? `${toml}\n[mcp_servers.whence.env]\n${lines}` : toml, 'toml', '~/.codex/config.toml');
    done('connected');
    return;
  }
  const { file, key } = TARGETS[name as keyof typeof TARGETS];
  const old = await workspace.fs.readFile(Uri.joinPath(folder, ...file.split('/'))).then(bytes => new TextDecoder().decode(bytes), () => '{}');
  let merged: Record<string, unknown>;
  try {
    merged = JSON.parse(old) as Record<string, unknown>;
  } catch {
    return void window.showErrorMessage(l10n.t('{0} is not plain JSON, so it is left as it is.', file));
  }
  merged[key] = { ...merged[key] as object | undefined, whence: { command, args, ...(own && { env: variables }) } };
  if (await propose(folder, file, `${JSON.stringify(merged, undefined, 2)}\n`, 'json')) done('connected');
}

async function instruct(context: ExtensionContext, folder: Uri, name: string): Promise<void> {
  const text = new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(context.extensionUri, 'media', 'instructions.md')));
  if (!(name in INSTRUCTIONS)) return hand(text, 'markdown', 'AGENTS.md');
  const { file, above } = INSTRUCTIONS[name as keyof typeof INSTRUCTIONS];
  await propose(folder, file, above + text, 'markdown');
}

/** Write or copy what an assistant needs: how our MCP server is started, or when to use it. All is shown before it is written. */
export async function connectAssistant(context: ExtensionContext, server: Server): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (!folder || !server.python) return void window.showInformationMessage(l10n.t('Open a folder and set Whence up first.'));
  const items = [...Object.keys(TARGETS), 'Codex'].flatMap(label => [
    { label, description: l10n.t('how to start the server'), work: () => configure(folder, server.python, label) },
    { label, description: l10n.t('instructions: when to use it'), work: () => instruct(context, folder, label) },
  ]).sort((one, other) => one.description.localeCompare(other.description));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Connect an Assistant'), matchOnDescription: true });
  await chosen?.work();
}
