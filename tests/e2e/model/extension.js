// A language model that answers what a setting says, and a command that uses a tool as an assistant does.
/* global require, exports */
const vscode = require('vscode');

/** What was shown, by its name. */
const shown = new Map();

const words = message => (typeof message === 'string' ? message : message.content.map(part => part.value ?? '').join(''));

const model = {
  provideLanguageModelChatInformation: () => [{
    id: 'test', name: 'Test Model', family: 'test', version: '1', maxInputTokens: 100_000, maxOutputTokens: 4000, capabilities: {}, isUserSelectable: true,
  }],
  provideTokenCount: async (_model, text) => Math.ceil(words(text).length / 4),
  async provideLanguageModelChatResponse(_model, _messages, _options, progress) {
    progress.report(new vscode.LanguageModelTextPart(vscode.workspace.getConfiguration('whenceTest').get('answer', '')));
  },
};

/** Show text as a document with a name, where a test can read it. */
async function show(name, text) {
  shown.set(name, text);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: 'whence-test', path: `/${Date.now()}/${name}` })));
}
/** Call the tool whose name ends so; those of an MCP server begin with the server's name. */
async function call() {
  const name = await vscode.window.showInputBox({ title: 'Tool', ignoreFocusOut: true }) ?? '';
  const input = JSON.parse(await vscode.window.showInputBox({ title: 'Input', ignoreFocusOut: true }) ?? '{}');
  const [prefix, last] = name.split('_');
  const tool = vscode.lm.tools.find(each => each.name === name || (each.name.startsWith(`${prefix}_`) && each.name.endsWith(`_${last}`)));
  const { content } = await vscode.lm.invokeTool(tool?.name ?? name, { input, toolInvocationToken: undefined });
  await show(name, content.map(part => part.value ?? '').join('\n'));
}

exports.activate = context => {
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider('whence-test', { provideTextDocumentContent: ({ path }) => shown.get(path.split('/').at(-1)) }),
    vscode.lm.registerLanguageModelChatProvider('whence-test', model),
    vscode.commands.registerCommand('whenceTest.call', () => call().catch(error => show('failed', error.message))),
  );
};
