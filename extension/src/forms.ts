/** Recording a memory by hand: the server's form, one question after the other. */
import type { QuickInput, QuickInputButton } from 'vscode';
import { QuickInputButtons, l10n, window } from 'vscode';
import type { Form, FormField } from './protocol';

type Answer = { readonly value: string } | 'back' | undefined;

/** An input box has one line; this stands for the end of one. */
const LINE_END = '⏎';

function showing(input: QuickInput, form: Form, step: number): Promise<'back' | undefined> {
  input.title = form.title;
  input.step = step + 1;
  input.totalSteps = form.fields.length;
  input.ignoreFocusOut = true;
  return new Promise(resolve => { input.onDidHide(() => { resolve(undefined); input.dispose(); }); input.show(); });
}

const backButton = (step: number): QuickInputButton[] => (step ? [QuickInputButtons.Back] : []);

function askLine(form: Form, field: FormField, step: number, value: string): Promise<Answer> {
  const box = window.createInputBox();
  box.prompt = field.prompt;
  box.placeholder = field.required ? '' : l10n.t('May stay empty');
  box.value = value.trim().replace(/\r?\n/g, LINE_END);
  box.buttons = backButton(step);
  return new Promise(resolve => {
    box.onDidChangeValue(() => { box.validationMessage = undefined; });
    box.onDidTriggerButton(() => { resolve('back'); box.hide(); });
    box.onDidAccept(() => {
      const given = box.value.replaceAll(LINE_END, '\n').trim();
      if (field.required && !given) { box.validationMessage = l10n.t('This can’t be left empty.'); return; }
      resolve({ value: given });
      box.hide();
    });
    void showing(box, form, step).then(resolve);
  });
}

function askChoice(form: Form, field: FormField, step: number, value: string): Promise<Answer> {
  const pick = window.createQuickPick();
  pick.placeholder = field.prompt;
  pick.items = field.choices.map(label => ({ label }));
  pick.activeItems = pick.items.filter(({ label }) => label === (value || field.default));
  pick.buttons = backButton(step);
  return new Promise(resolve => {
    pick.onDidTriggerButton(() => { resolve('back'); pick.hide(); });
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems;
      if (chosen) { resolve({ value: chosen.label }); pick.hide(); }
    });
    void showing(pick, form, step).then(resolve);
  });
}

/** Fill in a form, beginning with what `answers` holds, and keep every answer there. False when it was left with Escape. */
export async function fillIn(form: Form, answers: Record<string, string>): Promise<boolean> {
  let step = 0;
  for (let field = form.fields[0]; field; field = form.fields[step]) {
    const ask = field.shape === 'choice' ? askChoice : askLine;
    const answer = await ask(form, field, step, answers[field.name] ?? field.default);
    if (answer === undefined) return false;
    if (answer !== 'back') answers[field.name] = answer.value;
    step += answer === 'back' ? -1 : 1;
  }
  return true;
}
