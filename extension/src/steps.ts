/** The walkthrough: opening it, and which of its steps are done. */
import type { ExtensionContext } from 'vscode';
import { commands, workspace } from 'vscode';

const OPENED = 'walkthroughOpened';

/** Say that a step is done, which the walkthrough then ticks. The first step is when `whence.ready` says so. */
export const done = (step: 'imported' | 'asked' | 'connected') => void commands.executeCommand('setContext', `whence.${step}`, true);

/** Open the walkthrough. */
export const getStarted = (context: ExtensionContext) => commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, false);

/** Open it once after the install; not in a folder that is not trusted, nor where the user wants no walkthroughs opened. */
export async function openOnce(context: ExtensionContext): Promise<void> {
  if (!workspace.isTrusted || context.globalState.get(OPENED)) return;
  await context.globalState.update(OPENED, true);
  if (workspace.getConfiguration('workbench.welcomePage.walkthroughs').get<boolean>('openOnInstall') !== false) await getStarted(context);
}
