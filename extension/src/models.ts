/** Language models: the user's approval of what they may cost, the editor's own models, and keys in its secret storage. */
import type { CancellationToken, ExtensionContext, WebviewPanel } from 'vscode';
import { LanguageModelChatMessage, l10n, lm, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Server } from './client';
import { openPage } from './documents';
import type { Approval, CompletionAnswer, CompletionRequest, Estimate, ProviderRequest } from './protocol';
import { APPROVE, COMPLETE, INSTALL } from './protocol';
import type { Asked } from './view';
import { openView } from './view';

const KEYS = 'whence.keys';
const PROVIDERS = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'MISTRAL_API_KEY', 'OPENROUTER_API_KEY', 'AZURE_API_KEY'];

/** The keys of providers that the user gave, by the names of their environment variables. */
export async function secrets({ secrets: storage }: ExtensionContext): Promise<Record<string, string>> {
  const kept = await storage.get(KEYS);
  return kept ? JSON.parse(kept) as Record<string, string> : {};
}

/** Ask the user about an estimate. What would be sent can be read before; to close the message is to refuse. */
async function approve(estimate: Estimate): Promise<Approval> {
  const [send, read, refuse] = [l10n.t('Send'), l10n.t('Show What Would Be Sent'), l10n.t('Don’t Send')];
  for (;;) {
    const answer = await window.showInformationMessage(`Whence: ${estimate.note}`, send, read, refuse);
    if (answer !== read) return { approved: answer === send };
    await openPage(l10n.t('What Would Be Sent'), estimate.prompt);
  }
}

/** Let one of the editor's own models answer. */
async function complete({ messages, pictures }: CompletionRequest, token: CancellationToken): Promise<CompletionAnswer> {
  const [model] = await lm.selectChatModels();
  if (!model) throw new Error(l10n.t('the editor offers no language model; sign in to one, or choose another in the setting whence.model'));
  if (pictures.length) throw new Error(l10n.t('the editor’s models are not shown pictures; choose another in the setting whence.visionModel'));
  // The API knows no system messages; instructions come first as the user's.
  const asked = messages.map(({ role, content }) => role === 'assistant' ? LanguageModelChatMessage.Assistant(content) : LanguageModelChatMessage.User(content));
  const response = await model.sendRequest(asked, { justification: l10n.t('Whence asks with your approval.') }, token);
  let text = '';
  for await (const part of response.text) text += part;
  const count = async (of: string) => Math.max(0, await model.countTokens(of, token));
  return { text, model: model.name, tokensIn: await count(messages.map(({ content }) => content).join('\n')), tokensOut: await count(text) };
}

/** Fetches what providers' models are asked with, visibly; how many megabytes that are, and the work itself. */
export interface Providers {
  readonly megabytes: () => Promise<number>;
  readonly install: () => Thenable<void>;
}

/** Ask whether what a provider's model needs may be fetched, and fetch it. */
async function provide({ model }: ProviderRequest, { megabytes, install }: Providers): Promise<Approval> {
  const download = l10n.t('Download');
  const question = l10n.t('The model {0} needs a further download of {1} MB, once. Nothing is sent to it without your approval.', model, await megabytes());
  if (await window.showInformationMessage(question, download, l10n.t('Not Now')) !== download) return { approved: false };
  await install();
  return { approved: true };
}

/** Answer what the server asks about models. */
export const answerAboutModels = (providers: Providers) => (client: LanguageClient): void => {
  client.onRequest(APPROVE, approve);
  client.onRequest(COMPLETE, complete);
  client.onRequest(INSTALL, (request: ProviderRequest) => provide(request, providers));
};

/** Keep a provider's key in the editor's secret storage, or forget it. */
export async function setKey(context: ExtensionContext, server: Server): Promise<void> {
  const known = await secrets(context);
  const items = [...new Set([...Object.keys(known), ...PROVIDERS])].map(label => ({ label, description: known[label] ? l10n.t('is set') : '' }));
  const other = { label: l10n.t('Another…'), description: '' };
  const chosen = await window.showQuickPick([...items, other], { title: l10n.t('Set API Key'), placeHolder: l10n.t('The key’s name, as the provider’s environment variable') });
  const name = chosen === other ? (await window.showInputBox({ title: l10n.t('Set API Key'), prompt: l10n.t('The name of the environment variable') }))?.trim() : chosen?.label;
  if (!name) return;
  const key = await window.showInputBox({ title: name, prompt: l10n.t('The key; empty to forget it. It stays in the editor’s secret storage.'), password: true, ignoreFocusOut: true });
  if (key === undefined) return;
  const kept = Object.fromEntries(Object.entries({ ...known, [name]: key.trim() }).filter(([, value]) => value));
  await context.secrets.store(KEYS, JSON.stringify(kept));
  await server.tellSecrets(kept);
}

let shown: WebviewPanel | undefined;

/** Draw what models cost, in the place of what is open of it: figures by day, model and operation, and what is left of the budgets. */
export function showCosts(context: ExtensionContext, server: Server): void {
  const words = {
    title: l10n.t('What models cost'), days: l10n.t('Days'), models: l10n.t('Models'), operations: l10n.t('Operations'), budgets: l10n.t('Budgets'),
    day: l10n.t('Today'), month: l10n.t('This month'), requests: l10n.t('Requests'), tokensIn: l10n.t('Tokens in'), tokensOut: l10n.t('Tokens out'),
    cost: l10n.t('Cost'), unknown: l10n.t('of unknown price'), total: l10n.t('All'), none: l10n.t('No model was asked yet.'),
    stopped: l10n.t('All models are switched off.'), stop: l10n.t('Stop All Models'), resume: l10n.t('Allow Models Again'),
  };
  shown?.dispose();
  shown = openView(context, 'costs', l10n.t('Costs'), async (asked, { webview }) => {
    const { models } = asked as Asked;
    if (models) await switchModels(server, models === 'on');
    await webview.postMessage({ costs: await server.ask('costs', {}), words });
  });
}

/** Switch all models off, in every window and process, or on again. */
const switchModels = (server: Server, on: boolean) => server.ask(on ? 'resume_models' : 'stop_models', {});
