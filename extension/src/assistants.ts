/** What the editor's own assistants reach: tools, and our MCP server. */
import type { LanguageModelTool } from 'vscode';
import { EventEmitter, LanguageModelTextPart, LanguageModelToolResult, McpStdioServerDefinition, Uri, l10n, lm, workspace } from 'vscode';
import type { Server } from './client';
import { environment } from './packages';
import type { ContextParams, SearchParams, WhyParams } from './protocol';
import { done } from './steps';

const MOST_HITS = 10;

const said = (text: string) => new LanguageModelToolResult([new LanguageModelTextPart(text)]);

/** A tool that asks the server and answers with text. */
function tool<T>(title: string, work: (input: T) => Promise<string>, confirm?: (input: T) => string): LanguageModelTool<T> {
  return {
    prepareInvocation: ({ input }) => ({
      invocationMessage: title,
      ...(confirm && { confirmationMessages: { title, message: confirm(input) } }),
    }),
    invoke: async ({ input }) => { done('connected'); return said(await work(input)); },
  };
}

/** An absolute path or a workspace's own, as the server takes a file. */
const fileUri = (path: string) => {
  const inside = workspace.workspaceFolders?.[0]?.uri;
  return /^([a-z]:)?[\\/]/i.test(path) ? Uri.file(path).toString() : inside ? Uri.joinPath(inside, path).toString() : path;
};

/** Settings without which an MCP server would look at another memory than the editor, by their environment variables. */
const SHARED = {
  'storage.uri': 'WHENCE_STORAGE_URI', 'storage.projects': 'WHENCE_STORAGE_PROJECTS', 'embedding.model': 'WHENCE_EMBEDDING_MODEL',
} as const;

/** What the user chose of these. */
function chosen(): Record<string, string> {
  const settings = workspace.getConfiguration('whence');
  const home = environment()['WHENCE_HOME'];
  const entries = Object.entries(SHARED).map(([key, variable]) => {
    const { defaultValue } = settings.inspect<string | string[]>(key) ?? {};
    const value = String(settings.get<string | string[]>(key, ''));
    return [variable, value === String(defaultValue) ? '' : value] as const;
  });
  return Object.fromEntries([...entries, ['WHENCE_HOME', home ?? ''] as const].filter(([, value]) => value));
}

/** How the MCP server is started on a folder. */
export const launch = (python: string, folder: string) => ({ command: python, args: ['-P', '-m', 'whence', 'mcp', '--project', folder], env: chosen() });

/** Offer memory to the editor's assistants. */
export function serveAssistants(server: Server): { dispose: () => void }[] {
  const changed = new EventEmitter<void>();
  return [
    changed,
    server.onDidChange(now => { if (!now) changed.fire(); }),
    lm.registerMcpServerDefinitionProvider('whence', {
      onDidChangeMcpServerDefinitions: changed.event,
      // Called whenever the editor likes: it must not ask the user for anything.
      provideMcpServerDefinitions: () => server.state === 'ready' && server.python
        ? (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ name, uri }) => {
          const { command, args, env } = launch(server.python, uri.fsPath);
          return new McpStdioServerDefinition(l10n.t('Whence: memory of {0}', name), command, args, env);
        })
        : [],
      // Called where an assistant is about to use it.
      resolveMcpServerDefinition: definition => { done('connected'); return definition; },
    }),
    lm.registerTool('whence_search', tool<SearchParams>(l10n.t('Searching memory'), async ({ query, kinds }) => {
      const { hits, note } = await server.ask('search', { query, ...(kinds && { kinds }), limit: MOST_HITS });
      return hits.map(({ id, kind, title, createdAt, snippet }) => `${id} ${kind} ${createdAt.slice(0, 10)} ${title}\n${snippet}`).join('\n\n') || note;
    })),
    lm.registerTool('whence_context', tool<ContextParams>(l10n.t('Gathering context'), async ({ query, budget }) => {
      const { markdown, note } = await server.ask('context', { query, ...(budget && { budget }) });
      return markdown || note;
    })),
    lm.registerTool('whence_why', tool<WhyParams>(l10n.t('Asking why'), async ({ file, start, end, thorough }) => {
      const { markdown, note, unfollowed } = await server.ask('why', { file: fileUri(file), ...(start && { start }), ...(end && { end }), ...(thorough && { thorough }) });
      return (markdown || note) + (unfollowed ? '\nTo follow those lines, ask again with "thorough": true.' : '');
    })),
    lm.registerTool('whence_remember', tool<Record<string, unknown>>(l10n.t('Remembering'), async memory => {
      const { note, ids } = await server.ask('remember', { memory: { ...memory, source: 'assistant' } });
      return `${note} ${ids[0] ?? ''}`;
    }, memory => Object.values(memory).join('\n\n'))),
  ];
}
