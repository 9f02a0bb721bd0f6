/** Whence in VS Code: sets up and starts the server, and shows what it says. All else is the server's. */
import type { CancellationToken, ExtensionContext } from 'vscode';
import { CancellationError, ExtensionMode, ProgressLocation, Uri, commands, env, l10n, window, workspace } from 'vscode';
import { Server } from './client';
import { attempt, registerCommands } from './commands';
import { serveDocuments } from './documents';
import { answerAboutModels, secrets } from './models';
import { fileBehind } from './place';
import type { Step } from './progress';
import * as python from './python';
import { showStatus } from './status';
import { getStarted, keepSteps, openOnce } from './steps';
import { showTree } from './tree';

const REFRESH_MS = 200;
const PYTHON_SITE = 'https://www.python.org/downloads/';

/** What other extensions may use: every request that `protocol.ts` lists. */
export interface Api {
  readonly ask: Server['ask'];
}

let server: Server | undefined;

/** Do what takes long, with what is done and how much of the whole in a notification that can cancel it. */
function visibly<T>(title: string, work: (tell: (step: Step) => void, token: CancellationToken) => Promise<T>): Thenable<T> {
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    let before = 0;
    return work(({ message, done }) => {
      progress.report({ message, increment: 100 * (done - before) });
      before = done;
    }, token);
  });
}

export function activate(context: ExtensionContext): Api {
  const log = window.createOutputChannel('Whence', { log: true });
  const shop = (): python.Workshop => ({
    storage: context.globalStorageUri.fsPath, extension: context.extensionPath, log,
    interpreter: workspace.getConfiguration('whence').get('interpreter', '').trim(),
    development: context.extensionMode === ExtensionMode.Development,
  });
  const whence = server = new Server(log, context.globalStorageUri.fsPath, {
    secrets: () => secrets(context),
    answer: answerAboutModels({
      megabytes: () => python.providerDownloads(shop()),
      install: () => visibly(l10n.t('Downloading support for providers’ models'), (tell, token) => python.installProviders(shop(), tell, token)),
    }),
    gaveUp: () => void offer(l10n.t('Whence’s server stopped again and again, and was not started once more.'), { [l10n.t('Repair')]: setUp }),
  });
  keepSteps(context);
  const tree = showTree(whence, Uri.joinPath(context.extensionUri, 'media', 'welcome/'));
  const status = showStatus(whence, context);
  const documents = serveDocuments(context, whence);

  const [again, showLog] = [l10n.t('Set Up'), l10n.t('Show Log')];
  /** Show an error with buttons and what they do; the log is always one of them. */
  const offer = async (message: string, actions: Record<string, () => unknown>) => {
    const all = { ...actions, [showLog]: () => log.show() };
    const chosen = await window.showErrorMessage(message, ...Object.keys(all));
    if (chosen) await attempt(() => all[chosen]?.());
  };
  const choose = async () => {
    const [file] = await window.showOpenDialog({ title: l10n.t('A Python of version 3.11 or newer') }) ?? [];
    if (!file) return;
    await workspace.getConfiguration('whence').update('interpreter', file.fsPath, true);
    await setUp();
  };

  /** Start the server if its environment is there; else set up again after an update, or show how to begin. */
  const begin = async () => {
    if (!workspace.workspaceFolders?.length) { whence.state = 'noFolder'; return; }
    const found = await python.ready(shop());
    if (whence.state === 'settingUp') return;
    if (found) {
      await whence.start(found);
      await python.tidy(shop());
    } else if (await python.wasSetUp(shop())) await setUp();
    else {
      whence.state = 'needed';
      void attempt(() => openOnce(context));
    }
  };

  /** Say once that it works, with what can come next. */
  const sayReady = async () => {
    await whence.started();   // a setting that changed meanwhile starts it once more
    if (whence.state !== 'ready') return;
    const next: Record<string, string> = {
      [l10n.t('Import History')]: 'whence.importHistory', ...(fileBehind() && { [l10n.t('Ask Why Here')]: 'whence.why' }), [l10n.t('Get Started')]: 'whence.getStarted',
    };
    const chosen = await window.showInformationMessage(l10n.t('Whence is ready.'), ...Object.keys(next));
    const command = chosen && next[chosen];
    if (command) await commands.executeCommand(command);
  };

  /** Make the environment anew, visibly, and start the server with it. */
  const setUp = async (bring = false) => {
    if (whence.state === 'settingUp') return;
    const first = !await python.wasSetUp(shop());
    await whence.stop();
    whence.state = 'settingUp';
    try {
      const made = await visibly(l10n.t('Setting up Whence'), (tell, token) => python.make(shop(), tell, token, bring));
      if (workspace.workspaceFolders?.length) await whence.start(made);
      else whence.state = 'noFolder';
      if (first) void attempt(sayReady);
    } catch (error) {
      const old = await python.ready(shop()).catch(() => undefined);
      if (old) await whence.start(old);
      else whence.state = 'needed';
      if (error instanceof CancellationError) return;
      const message = error instanceof Error ? error.message : String(error);
      log.error(message);
      const get = () => env.openExternal(Uri.parse(PYTHON_SITE));
      const fetch = error instanceof python.NoPython && error.fetchable ? { [l10n.t('Let uv Fetch One')]: () => setUp(true) } : {};
      if (error instanceof python.NoPython) void offer(message, { ...fetch, [l10n.t('Choose Interpreter')]: choose, [l10n.t('Get Python')]: get });
      else void offer(l10n.t('Whence could not be set up: {0}', message.split('\n').at(-1) ?? ''), { [again]: setUp });
    }
  };
  // One after the other: what makes us begin again may come while we begin.
  let begun = Promise.resolve();
  const beginAgain = () => begun = begun.then(() => attempt(async () => {
    try {
      await begin();
    } catch (error) {
      whence.state = 'failed';
      throw error;
    }
  }));

  let waiting: NodeJS.Timeout | undefined;
  const refresh = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { tree.refresh(); void status.refresh(); }, REFRESH_MS);
  };
  context.subscriptions.push(
    log, whence, tree, status, documents,
    whence.onDidChange(changed => { documents.refresh(changed?.ids ?? []); refresh(); }),
    ...registerCommands(whence, tree, context),
    commands.registerCommand('whence.setUp', () => attempt(setUp)),
    commands.registerCommand('whence.getStarted', () => attempt(() => getStarted(context))),
    commands.registerCommand('whence.showLog', () => log.show()),
    commands.registerCommand('whence.refresh', () => whence.state === 'failed' ? beginAgain() : refresh()),
    workspace.onDidChangeWorkspaceFolders(() => whence.state === 'noFolder' ? beginAgain() : refresh()),
    workspace.onDidGrantWorkspaceTrust(() => beginAgain()),
    workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('whence.interpreter')) void beginAgain();
      else if (event.affectsConfiguration('whence')) void attempt(() => whence.configure());
    }),
    // The count is of the active editor's folder.
    window.onDidChangeActiveTextEditor(() => void (workspace.workspaceFolders?.[1] && status.refresh())),
    // Another window may have set up meanwhile.
    window.onDidChangeWindowState(({ focused }) => focused && whence.state === 'needed' && void beginAgain()),
  );
  void status.refresh();
  void beginAgain();
  return { ask: whence.ask.bind(whence) };
}

export const deactivate = () => server?.stop();
