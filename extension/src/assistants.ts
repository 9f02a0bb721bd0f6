/** What assistants in this editor and beside it reach: tools, our MCP server, and its configuration for others. */
import type { LanguageModelTool } from 'vscode';
import { EventEmitter, LanguageModelTextPart, LanguageModelToolResult, McpStdioServerDefinition, Uri, env, l10n, lm, window, workspace } from 'vscode';
import type { Server } from './client';
import { environment } from './python';
import type { ContextParams, SearchParams, WhyParams } from './protocol';

const MOST_HITS = 10;

const said = (text: string) => new LanguageModelToolResult([new LanguageModelTextPart(text)]);

/** A tool that asks the server and answers with text. */
function tool<T>(title: string, work: (input: T) => Promise<string>, confirm?: (input: T) => string): LanguageModelTool<T> {
  return {
    prepareInvocation: ({ input }) => ({
      invocationMessage: title,
      ...(confirm && { confirmationMessages: { title, message: confirm(input) } }),
    }),
    invoke: async ({ input }) => said(await work(input)),
  };
}

/** An absolute path or a workspace's own, as the server takes a file. */
const fileUri = (path: string) => {
  const inside = workspace.workspaceFolders?.[0]?.uri;
  return /^([a-z]:)?[\\/]/i.test(path) ? Uri.file(path).toString() : inside ? Uri.joinPath(inside, path).toString() : path;
};

/** How the MCP server is started on a folder. */
const launch = (python: string, folder: string) => ({ command: python, args: ['-P', '-m', 'whence', 'mcp', '--project', folder] });

/** Offer memory to the editor's assistants. */
export function serveAssistants(server: Server): { dispose: () => void }[] {
  const changed = new EventEmitter<void>();
  const home = environment()['WHENCE_HOME'];
  return [
    changed,
    server.onDidChange(now => { if (!now) changed.fire(); }),
    lm.registerMcpServerDefinitionProvider('whence', {
      onDidChangeMcpServerDefinitions: changed.event,
      // Called whenever the editor likes: it must not ask the user for anything.
      provideMcpServerDefinitions: () => server.state === 'ready' && server.python
        ? (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ name, uri }) => {
          const { command, args } = launch(server.python, uri.fsPath);
          return new McpStdioServerDefinition(l10n.t('Whence: memory of {0}', name), command, args, home ? { WHENCE_HOME: home } : {});
        })
        : [],
    }),
    lm.registerTool('whence_search', tool<SearchParams>(l10n.t('Searching memory'), async ({ query, kinds }) => {
      const { hits, note } = await server.ask('search', { query, ...(kinds && { kinds }), limit: MOST_HITS });
      return hits.map(({ id, kind, title, createdAt, snippet }) => `${id} ${kind} ${createdAt.slice(0, 10)} ${title}\n${snippet}`).join('\n\n') || note;
    })),
    lm.registerTool('whence_context', tool<ContextParams>(l10n.t('Gathering context'), async ({ query, budget }) => {
      const { markdown, note } = await server.ask('context', { query, ...(budget && { budget }) });
      return markdown || note;
    })),
    lm.registerTool('whence_why', tool<WhyParams>(l10n.t('Asking why'), async ({ file, start, end }) => {
      const { markdown, note } = await server.ask('why', { file: fileUri(file), ...(start && { start }), ...(end && { end }) });
      return markdown || note;
    })),
    lm.registerTool('whence_remember', tool<Record<string, unknown>>(l10n.t('Remembering'), async memory => {
      const { note, ids } = await server.ask('remember', { memory: { ...memory, source: 'assistant' } });
      return `${note} ${ids[0] ?? ''}`;
    }, memory => Object.values(memory).join('\n\n'))),
  ];
}

const TARGETS = {
  'Claude Code': { file: '.mcp.json', key: 'mcpServers' },
  Cursor: { file: '.cursor/mcp.json', key: 'mcpServers' },
  'VS Code': { file: '.vscode/mcp.json', key: 'servers' },
} as const;

/** Write or copy what an assistant needs to start our MCP server; it is shown before anything is written. */
export async function connectAssistant(server: Server): Promise<void> {
  const folder = workspace.workspaceFolders?.[0];
  if (!folder || !server.python) return void window.showInformationMessage(l10n.t('Open a folder and set Whence up first.'));
  const { command, args } = launch(server.python, folder.uri.fsPath);
  const name = await window.showQuickPick([...Object.keys(TARGETS), 'Codex'], { title: l10n.t('Connect an Assistant') });
  if (!name) return;
  const target = name in TARGETS ? TARGETS[name as keyof typeof TARGETS] : undefined;
  if (!target) {
    // Codex keeps one file for all projects, in the user's home: what belongs there is copied, not written.
    const toml = `[mcp_servers.whence]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n`;
    await env.clipboard.writeText(toml);
    await window.showTextDocument(await workspace.openTextDocument({ content: toml, language: 'toml' }));
    return void window.showInformationMessage(l10n.t('Copied. Paste it into ~/.codex/config.toml.'));
  }
  const uri = Uri.joinPath(folder.uri, ...target.file.split('/'));
  const old = await workspace.fs.readFile(uri).then(bytes => new TextDecoder().decode(bytes), () => '{}');
  let merged: Record<string, unknown>;
  try {
    merged = JSON.parse(old) as Record<string, unknown>;
  } catch {
    return void window.showErrorMessage(l10n.t('{0} is not plain JSON, so it is left as it is.', target.file));
  }
  merged[target.key] = { ...merged[target.key] as object | undefined, whence: { command, args } };
  const text = `${JSON.stringify(merged, undefined, 2)}\n`;
  await window.showTextDocument(await workspace.openTextDocument({ content: text, language: 'json' }));
  const [write, copy] = [l10n.t('Write {0}', target.file), l10n.t('Copy')];
  const chosen = await window.showInformationMessage(l10n.t('This is what {0} would hold.', target.file), write, copy);
  if (chosen === copy) await env.clipboard.writeText(text);
  if (chosen === write) await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}
