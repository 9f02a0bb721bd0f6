import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { CodeAction, Hover, MarkdownString, TextDocument } from 'vscode';
import { ConfigurationTarget, Diagnostic, DiagnosticSeverity, Position, Range, Selection, TabInputCustom, Uri, commands, env, extensions, languages, window, workspace } from 'vscode';
import type { Api } from '../../src/extension';
import type { TreeNode } from '../../src/protocol';

/** How many times slower than usual this machine is, as tests/patience.py measured. */
const SLOWNESS = Number(process.env['TEST_SLOWNESS'] ?? 1);

/** Poll until `probe` gives something truthy, and give it back. What it throws meanwhile counts as "not yet". */
async function until<T>(what: string, probe: () => T | Promise<T>, ms = 60_000): Promise<NonNullable<T>> {
  const patience = ms * SLOWNESS;
  const end = Date.now() + patience;
  for (let last: unknown = undefined; ;) {
    try {
      const value = await probe();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s for ${what}; last: ${String(last)}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** The processes of the language server that this extension host started. */
function servers(): number[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n').map(line => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === process.pid && args.join(' ').endsWith('-m whence lsp')).map(([pid]) => Number(pid));
}

describe('memory in the editor', function () {
  let api: Api;
  let file: TextDocument;
  let id: string;
  let node: TreeNode;

  const hits = async (query: string) => (await api.ask('search', { query })).hits;
  const append = async (text: string) => {
    const editor = await window.showTextDocument(file);
    await editor.edit(edit => edit.insert(new Position(file.lineCount, 0), text));
    assert.ok(await file.save());
  };

  before('sets up through the command', async function () {
    this.timeout(240_000 * SLOWNESS);
    const extension = extensions.getExtension<Api>('whence.whence');
    assert.ok(extension);
    api = await extension.activate();
    await assert.rejects(api.ask('status', {}), /not set up yet/);
    await commands.executeCommand('whence.setUp');
    assert.equal((await api.ask('status', {})).capture, 'on');
    const folder = workspace.workspaceFolders?.[0];
    assert.ok(folder);
    file = await workspace.openTextDocument(Uri.joinPath(folder.uri, 'notes.txt'));
  });

  it('remembers a save', async () => {
    await append('the quokka is nocturnal\n');
    const [hit] = await until('the change', async () => { const found = await hits('quokka'); return found.length ? found : undefined; });
    assert.ok(hit);
    id = hit.id;
    node = (await api.ask('children', { parent: '' })).nodes[0] ?? assert.fail('the tree is empty');
    while (!node.memory) node = (await api.ask('children', { parent: node.id })).nodes[0] ?? assert.fail(`nothing below ${node.id}`);
    assert.equal(node.memory, id);
  });

  it('opens a memory as a rendered document with its title', async () => {
    await commands.executeCommand('whence.open', node);
    const tab = await until('the tab', () => window.tabGroups.activeTabGroup.activeTab);
    assert.ok(tab.input instanceof TabInputCustom);
    assert.equal(tab.input.uri.scheme, 'whence');
    assert.ok(tab.label.includes('notes.txt') && !tab.label.endsWith('.md'), tab.label);
  });

  it('brings a document up to date when its memory changes', async () => {
    const document = await workspace.openTextDocument(Uri.from({ scheme: 'whence', path: `/${id}/x.md` }));
    assert.match(document.getText(), /quokka/);
    assert.doesNotMatch(document.getText(), /observed at dusk/);
    await api.ask('update', { id, changes: { reason: 'It was observed at dusk' } });
    await until('the new reason', () => document.getText().includes('observed at dusk'));
  });

  it('says in the document when there is no such memory', async () => {
    const document = await workspace.openTextDocument(Uri.from({ scheme: 'whence', path: '/nothing/x.md' }));
    assert.match(document.getText(), /There is no memory nothing/);
  });

  it('copies a memory as Markdown', async () => {
    await commands.executeCommand('whence.copy', node);
    assert.equal(await env.clipboard.readText(), (await api.ask('get', { id })).markdown);
  });

  it('inserts a memory the way that context goes, and replaces nothing', async () => {
    const choose = (way?: string) => workspace.getConfiguration('whence').update('insertContextAs', way, ConfigurationTarget.Global);
    const editor = await window.showTextDocument(await workspace.openTextDocument({ content: 'before = after\n', language: 'python' }));
    editor.selection = new Selection(0, 0, 0, 6);
    await choose('comment');
    await commands.executeCommand('whence.insert', node);
    const lines = editor.document.getText().trimEnd().split('\n');
    assert.equal(lines.pop(), 'before = after');
    assert.match(lines.join('\n'), /quokka/);
    assert.deepEqual(lines.filter(line => !line.startsWith('#')), []);
    await choose('clipboard');
    await env.clipboard.writeText('');
    await commands.executeCommand('whence.insert', node);
    assert.equal(await env.clipboard.readText(), (await api.ask('get', { id })).markdown);
    await choose();
  });

  it('pins and unpins', async () => {
    await commands.executeCommand('whence.pin', node);
    assert.equal((await api.ask('get', { id })).memory.pinned, true);
    await commands.executeCommand('whence.unpin', node);
    assert.equal((await api.ask('get', { id })).memory.pinned, false);
  });

  it('deletes, and what is deleted can be restored', async () => {
    // Its message waits for a click on "Undo", which the story in the window does.
    void commands.executeCommand('whence.delete', node);
    await until('it to go', async () => !(await hits('quokka')).length);
    await api.ask('restore', { ids: [id] });
    await until('it to come back', async () => (await hits('quokka')).length);
  });

  it('archives, and takes out of the archive', async () => {
    // Its message waits for a click, as that of deleting does.
    void commands.executeCommand('whence.archive', node);
    await until('it to be archived', async () => (await api.ask('get', { id })).memory.archived);
    assert.deepEqual(await hits('quokka'), []);
    await commands.executeCommand('whence.unarchive', node);
    await until('it to come back', async () => (await hits('quokka')).length);
  });

  it('offers to record a problem from its light bulb', async () => {
    const problems = languages.createDiagnosticCollection('quokka');
    problems.set(file.uri, [new Diagnostic(new Range(1, 0, 1, 3), 'the quokka is no wombat', DiagnosticSeverity.Error)]);
    const actions = await commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', file.uri, new Range(1, 0, 1, 3));
    problems.dispose();
    assert.ok(actions.some(({ command }) => command?.command === 'whence.recordProblem'), JSON.stringify(actions.map(({ title }) => title)));
  });

  const told = async () => (await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', file.uri, new Position(1, 2)))
    .flatMap(({ contents }) => contents).map(each => (each as MarkdownString).value).join('\n');

  it('tells why on hovering, once that is switched on', async () => {
    assert.doesNotMatch(await told(), /Whence/);
    await workspace.getConfiguration('whence').update('lines', 'all', true);
    await until('the reason', async () => /Whence[\s\S]*observed at dusk/.test(await told()));
    await workspace.getConfiguration('whence').update('lines', undefined, true);
  });

  it('tells a decision in force at the lines that it is about', async () => {
    const selection = [{ file: file.uri.toString(), start: 2, end: 2 }];
    await api.ask('remember', { memory: { kind: 'decision', decision: 'Wombats rest at noon', selection } });
    await until('the decision', async () => /Decision: .*Wombats rest at noon/.test(await told()));
  });

  it('finds rows of the tree by a text', async () => {
    const { nodes } = await api.ask('children', { parent: `found/${encodeURIComponent('quokka nocturnal')}` });
    assert.ok(nodes.some(({ memory }) => memory === id));
  });

  it('keeps one session at a time, and sums it up', async () => {
    await api.ask('start_session', { goal: 'Watch the quokka' });
    await assert.rejects(api.ask('start_session', { goal: 'Another' }), /Watch the quokka/);
    await append('which sleeps by day\n');
    await until('the change in the session', async () => ((await api.ask('current_session', {})).memories));
    const { session } = await api.ask('end_session', { success: true });
    assert.match(session?.summary ?? '', /notes\.txt/);
  });

  it('shows a sentence for what is wrong, and nothing else', async () => {
    await assert.rejects(api.ask('get', { id: 'nothing' }), { message: 'There is no memory nothing.' });
    await assert.rejects(api.ask('form', { kind: 'nothing' }), { message: /^No memory of kind/ });
  });

  it('tells how a long request comes along', async () => {
    const told: string[] = [];
    const { note } = await api.ask('rebuild', {}, undefined, message => told.push(message));
    assert.match(note, /made anew/);
    assert.ok(told.length > 0);
  });

  it('passes on a changed setting', async () => {
    const capture = workspace.getConfiguration('whence.capture');
    await capture.update('enabled', false, true);
    await until('capture to stop', async () => (await api.ask('status', {})).capture === 'off');
    await capture.update('enabled', undefined, true);
    await until('capture to go on', async () => (await api.ask('status', {})).capture === 'on');
  });

  it('starts the server again when it was killed, and nothing is lost', async () => {
    const [pid] = servers();
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    await until('another server', () => { const [other] = servers(); return other && other !== pid; });
    await until('its answer', async () => (await hits('quokka')).some(hit => hit.id === id));
    await append('and eats leaves\n');
    await until('the next change', async () => (await hits('leaves')).length);
  });
});
