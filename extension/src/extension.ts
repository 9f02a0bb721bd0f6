import type { ExtensionContext } from 'vscode';
import { window } from 'vscode';

/** Called by VS Code once its window is up. */
export function activate(context: ExtensionContext): void {
  const item = window.createStatusBarItem('whence.status');
  item.text = 'Whence';
  item.show();
  context.subscriptions.push(item);
}
