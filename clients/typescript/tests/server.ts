// `whence serve` of the project's own environment, in a folder of the test's own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const KEY = 'k'.repeat(40);

export interface Server {
  url: string;
  stop(): Promise<void>;
}

export async function serve(...words: string[]): Promise<Server> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'whence client é-'));
  const python = process.platform === 'win32' ? path.join('.venv', 'Scripts', 'python.exe') : path.join('.venv', 'bin', 'python');
  const child = spawn(path.resolve(python), ['-m', 'whence', 'serve', '--port', '0', '--set', 'embedding.model=none', ...words], {
    cwd: folder,
    env: { ...process.env, WHENCE_HOME: path.join(folder, 'home'), WHENCE_CONFIG: path.join(folder, 'whence.toml'), WHENCE_API_KEY: KEY, COLUMNS: '80' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  };
  let said = '';
  for await (const piece of child.stderr) {
    said += String(piece);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (url) return { url, stop };
  }
  await stop();
  throw new Error(`the server did not start: ${said}`);
}
