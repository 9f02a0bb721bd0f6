/** The walkthrough: opening it, and which of its steps are done. */
import type { ExtensionContext, Memento } from 'vscode';
import { commands, workspace } from 'vscode';

type Step = 'ready' | 'imported' | 'asked' | 'connected';

const [OPENED, DONE] = ['walkthroughOpened', 'walkthroughDone'];
const MOMENT = 1000;

/** Where it is kept which steps were ever done. */
let kept: Memento | undefined;
/** Those that the walkthrough was told of since the window opened. */
const told = new Set<Step>();

/** Keep in mind what is done, in this window and for later ones. */
export const keepSteps = ({ globalState }: ExtensionContext) => { kept = globalState; };

/**
 * Tell the walkthrough that a step is done: it ticks it for good. It hears only of a key that becomes true once it is
 * there, which it is from the first time that one is shown: so the key is true for a moment, and told again then.
 */
function tell(step: Step): void {
  const set = (now: boolean) => void commands.executeCommand('setContext', `whence.step.${step}`, now);
  set(true);
  setTimeout(set, MOMENT, false);
}

/** A step is done. */
export function done(step: Step): void {
  if (told.has(step)) return;
  told.add(step);
  tell(step);
  const before = kept?.get<readonly Step[]>(DONE, []) ?? [];
  if (!before.includes(step)) void kept?.update(DONE, [...before, step]);
}

/** Open the walkthrough, and have it tick what was done before it was there. */
export async function getStarted({ extension, globalState }: ExtensionContext): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#start`, false);
  setTimeout(() => globalState.get<readonly Step[]>(DONE, []).forEach(tell), MOMENT);
}

/** Open it once after the install; not in a folder that is not trusted, nor where the user wants no walkthroughs opened. */
export async function openOnce(context: ExtensionContext): Promise<void> {
  if (!workspace.isTrusted || context.globalState.get(OPENED)) return;
  await context.globalState.update(OPENED, true);
  if (workspace.getConfiguration('workbench.welcomePage.walkthroughs').get<boolean>('openOnInstall') !== false) await getStarted(context);
}
