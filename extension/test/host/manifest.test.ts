import * as assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';

interface Manifest { contributes: { commands?: { command: string }[] } }

describe('the installed extension', () => {
  it('activates and registers every command that its manifest promises', async () => {
    const extension = extensions.getExtension('whence.whence');
    assert.ok(extension, 'whence.whence is not installed');
    await extension.activate();
    const { contributes } = extension.packageJSON as Manifest;
    const registered = new Set(await commands.getCommands(true));
    assert.deepEqual((contributes.commands ?? []).map(({ command }) => command).filter(command => !registered.has(command)), []);
  });
});
