/** The language server of this window: starting it, asking it, stopping it. */
import * as vscode from 'vscode';
import type * as Library from 'vscode-languageclient/node';
import type { Changed, Operations } from './protocol';
import { CHANGED, METHODS } from './protocol';
import { environment } from './packages';
import { debugging } from './python';

/** Why there is, or isn't, an answer: no folder is open; set-up was never done, or runs; the server starts, answers, or failed. */
export type State = 'noFolder' | 'needed' | 'settingUp' | 'starting' | 'ready' | 'failed';

/** Told what a long request does, and how many percent are done. */
export type Progress = (message: string, percentage: number) => void;

/** The folder that a request concerns: that of the active editor, else the first. */
export function folder(): vscode.WorkspaceFolder | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  return (active && vscode.workspace.getWorkspaceFolder(active)) ?? vscode.workspace.workspaceFolders?.[0];
}

/** Keys that only the editor knows. */
const EDITOR_KEYS = new Set(['insertContextAs', 'interpreter', 'lines']);

/** Every option of the server; the keys that only the editor knows are left out. */
function settings(): object {
  const all = vscode.workspace.getConfiguration().get<Record<string, unknown>>('whence', {});
  return Object.fromEntries(Object.entries(all).filter(([name]) => !EDITOR_KEYS.has(name)));
}

/**
 * What the server's process is started with. glibc gives each thread an arena of its own and returns little of what was
 * freed in it; with two arenas the server holds 484 instead of 586 MB after a large import.
 */
function surroundings(): NodeJS.ProcessEnv {
  const own = environment();
  return process.platform === 'linux' ? { MALLOC_ARENA_MAX: '2', ...own } : own;
}

/** Why nothing can be asked, and what to do. */
export function excuse(state: State): string {
  switch (state) {
    case 'noFolder': return vscode.l10n.t('Whence remembers folders: open one first.');
    case 'needed': return vscode.l10n.t('Whence is not set up yet: run “Whence: Set Up / Repair Environment”.');
    case 'settingUp': return vscode.l10n.t('Whence is being set up; try again in a moment.');
    case 'starting': return vscode.l10n.t('Whence is starting.');
    default: return vscode.l10n.t('Whence is not running. Its log tells why; “Set Up / Repair Environment” may help.');
  }
}

/** What a server needs of those who know more of the editor. */
export interface Owner {
  /** Keys of providers, by the names of their environment variables. */
  readonly secrets: () => Promise<object>;
  /** Answer what the server asks by itself. Called with every client, before it starts. */
  readonly answer: (client: Library.LanguageClient) => void;
  /** The server stopped again and again, and is not started once more. */
  readonly gaveUp: () => void;
}

export class Server implements vscode.Disposable {
  private client: Library.LanguageClient | undefined;
  private library: typeof Library | undefined;
  private readonly changed = new vscode.EventEmitter<Changed | undefined>();
  private current: State = 'starting';
  private keys: object = {};
  private starts = 0;

  /** The Python that the server was last started with. */
  python = '';

  /** Memories or the status changed; without a value, the server's own state did. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly log: vscode.LogOutputChannel, private readonly storage: string, private readonly owner: Owner) {}

  get state(): State { return this.current; }

  set state(state: State) {
    this.current = state;
    void vscode.commands.executeCommand('setContext', 'whence.state', state);
    void vscode.commands.executeCommand('setContext', 'whence.ready', state === 'ready');
    this.changed.fire(undefined);
  }

  /** Start the server with this Python. It starts again by itself when it crashes, up to four times in three minutes. */
  async start(python: string): Promise<void> {
    const start = ++this.starts;
    await this.stop();
    this.state = 'starting';
    this.python = python;
    this.keys = await this.owner.secrets();
    // Loaded only now: a window that opens does not wait for it.
    const library = this.library = await import('vscode-languageclient/node');
    if (start !== this.starts) return;   // a later one took over while this one waited
    const client: Library.LanguageClient = new library.LanguageClient('whence', 'Whence', {
      command: python,
      // -P and the working directory keep the folder's own modules out of the server.
      args: ['-P', ...debugging(), '-m', 'whence', 'lsp'],
      options: { cwd: this.storage, env: surroundings() },
    }, {
      documentSelector: [{ scheme: 'file' }],
      outputChannel: this.log,
      initializationOptions: () => ({ settings: settings(), trusted: vscode.workspace.isTrusted, asks: true, secrets: this.keys }),
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (...args) => usual.error(...args),
        closed: async () => {
          const answer = await usual.closed();
          if (answer.action === library.CloseAction.DoNotRestart) this.owner.gaveUp();
          return { ...answer, handled: true };
        },
      },
    });
    const usual: Library.ErrorHandler = client.createDefaultErrorHandler();
    this.client = client;
    this.owner.answer(client);
    client.onNotification(CHANGED, (changed: Changed) => this.changed.fire(changed));
    client.onDidChangeState(({ newState }) => {
      if (this.client === client) this.state = newState === library.State.Running ? 'ready' : newState === library.State.Starting ? 'starting' : 'failed';
    });
    await client.start();
  }

  async stop(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    // A client that failed to start has nothing to stop, and says so by throwing.
    await client?.dispose(5000).catch((error: unknown) => this.log.debug(String(error)));
  }

  /** Ask the server. Waits while it starts; rejects with a sentence that can be shown. What is long tells its progress. */
  async ask<K extends keyof Operations>(
    operation: K, params: Operations[K]['params'], token?: vscode.CancellationToken, progress?: Progress,
  ): Promise<Operations[K]['result']> {
    await this.started();
    const { client, library } = this;
    if (this.state !== 'ready' || !client || !library) throw new Error(excuse(this.state));
    // A memory or a row of the tree is known by its id, whichever folder it is in.
    const byId = 'id' in params || 'ids' in params || 'parent' in params;
    const workspaceFolder = byId || 'workspaceFolder' in params ? undefined : folder()?.uri.toString();
    const workDoneToken = progress && `whence-${operation}-${Date.now()}`;
    const heard = workDoneToken && client.onProgress(library.WorkDoneProgress.type, workDoneToken, told => {
      if (told.kind !== 'end') progress(told.message ?? '', told.percentage ?? 0);
    });
    try {
      const asked = { ...params, ...(workspaceFolder && { workspaceFolder }), ...(workDoneToken && { workDoneToken }) };
      // An undefined token would be sent as a second, positional parameter.
      return await client.sendRequest<Operations[K]['result']>(METHODS[operation], asked, token ?? library.CancellationToken.None);
    } catch (error) {
      throw error instanceof library.ResponseError && error.code === library.LSPErrorCodes.RequestCancelled ? new vscode.CancellationError() : error;
    } finally {
      if (heard) heard.dispose();
    }
  }

  /** Wait while it starts. */
  async started(): Promise<void> {
    while (this.state === 'starting') await new Promise<void>(resolve => { const once = this.onDidChange(() => { once.dispose(); resolve(); }); });
  }

  /** Tell the server of changed settings. */
  async configure(): Promise<void> {
    if (this.state === 'ready') await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: settings() });
  }

  /** Hand over the keys of providers. */
  async tellSecrets(secrets: object): Promise<void> {
    this.keys = secrets;
    if (this.state === 'ready') await this.client?.sendNotification('whence/secrets', secrets);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
