/** Views that draw: webviews that run one script of ours and can reach nothing but the editor. */
import { randomBytes } from 'node:crypto';
import type { ExtensionContext, Webview, WebviewPanel } from 'vscode';
import { Uri, ViewColumn, env, window } from 'vscode';

/** What the views of graph and costs ask for: to open a file, to put one in the middle, to switch models on or off; or, with nothing, to be told what to draw. */
export interface Asked {
  readonly open?: string;
  readonly center?: string;
  readonly models?: 'on' | 'off';
}

/** Where a view opens, and whether the focus goes there. */
interface Place {
  readonly viewColumn: ViewColumn;
  readonly preserveFocus: boolean;
}

/**
 * Open the view `name`, which dist/NAME.js draws and dist/NAME.css dresses.
 *
 * `answer` gets what it asks, once it can draw and as the user acts, and posts what is to be drawn.
 */
export function openView(
  context: ExtensionContext, name: string, title: string, answer: (asked: unknown, panel: WebviewPanel) => Promise<unknown>,
  place: Place = { viewColumn: ViewColumn.Active, preserveFocus: false },
): WebviewPanel {
  const panel = window.createWebviewPanel(`whence.${name}`, title, place, { enableFindWidget: true });
  draw(context, panel.webview, name, asked => answer(asked, panel));
  return panel;
}

/** Have dist/NAME.js draw in a webview, which can reach nothing but that and dist/NAME.css. */
export function draw(context: ExtensionContext, webview: Webview, name: string, answer: (asked: unknown) => Promise<unknown>): void {
  const root = Uri.joinPath(context.extensionUri, 'dist');
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  const file = (ending: string) => webview.asWebviewUri(Uri.joinPath(root, `${name}.${ending}`)).toString();
  const nonce = randomBytes(16).toString('base64url');
  webview.onDidReceiveMessage((asked: unknown) => answer(asked)
    .catch((error: unknown) => window.showErrorMessage(error instanceof Error ? error.message : String(error))));
  webview.html = `<!DOCTYPE html><html lang="${env.language}"><head><meta charset="utf-8"><title>${name}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource};">
<link rel="stylesheet" href="${file('css')}"></head><body><script nonce="${nonce}" src="${file('js')}"></script></body></html>`;
}
