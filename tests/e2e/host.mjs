// Mocha tests inside the extension host: what `code --extensionTestsPath` is for the desktop VS Code.
import path from 'node:path';
import { format } from 'node:util';
import { patience } from '../../scripts/patience.mjs';
import { openWindow } from './vscode.mjs';

const NOISE = /AgentHost|AccountPolicyGate|builtin extensions|Creating a socket|connection token|native-watchdog/;

/**
 * Run a CommonJS module's `run(): Promise<void>` inside the extension host of a server started with `hostTests`.
 * extension: the unpacked extension's folder, without which VS Code runs no tests.  Returns {code, log}; code 0 is success.
 */
export async function runExtensionTests(server, folder, { extension, tests, ms = 120_000 }) {
  const uri = file => `vscode-remote://127.0.0.1:${server.port}${path.resolve(file)}`;
  const log = [];
  let timer;
  let finish;
  const finished = new Promise(resolve => { finish = resolve; });
  const window = await openWindow(server, folder, {
    payload: [['extensionDevelopmentPath', uri(extension)], ['extensionTestsPath', uri(tests)]],
    expose: {
      codeAutomationLog: (type, parts) => {
        const line = format(...[parts].flat());
        if (!NOISE.test(line)) log.push(`[${type}] ${line}`);
      },
      codeAutomationExit: finish,
    },
  });
  try {
    const late = new Promise(resolve => { timer = setTimeout(resolve, patience(ms), `no end within ${patience(ms) / 1000} s`); });
    return { code: await Promise.race([finished, late]), log };
  } finally {
    clearTimeout(timer);
    await window.close();
  }
}
