// VS Code's server as a process: with a VSIX installed, on a port of 127.0.0.1, and gone again without a trace.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../../scripts/lib.mjs';
import { patience } from '../../scripts/patience.mjs';
import { vscodeServer } from './setup-vscode.mjs';

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Poll until `probe` gives something truthy, and give it back.  What it throws meanwhile counts as "not yet".  A slow machine gets more than `ms`. */
export async function until(what, probe, ms = 60_000, step = 100) {
  const end = Date.now() + patience(ms);
  for (;;) {
    let last;
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${patience(ms) / 1000} s for ${what}; last: ${last?.message ?? JSON.stringify(last)}`);
    await sleep(step);
  }
}

/** The port itself when 127.0.0.1 has it free, any free one for 0; undefined when it is taken. */
export const freePort = (wanted = 0) => new Promise((resolve, reject) => {
  const server = net.createServer();
  server.once('error', error => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
  server.listen(wanted, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** What a VS Code server is started with.  profile: {data, extensions, env}, two folders and the environment inside. */
async function command({ data, extensions, env }) {
  const { node, entry } = await vscodeServer();
  fs.mkdirSync(extensions, { recursive: true });
  return {
    node,
    // Its own configuration file, or code-server leaves one in the home.
    args: [entry, '--config', path.join(data, 'code-server.yaml'), '--user-data-dir', data, '--extensions-dir', extensions],
    // No gallery, and no call to one.  VSCODE_CLI: this environment holds, and not that of a login shell.
    env: { ...env, EXTENSIONS_GALLERY: '{}', VSCODE_CLI: '1' },
  };
}

/** Install a VSIX into a profile. */
export async function installVsix(profile, file) {
  const { node, args, env } = await command(profile);
  const { status, stdout, stderr } = spawnSync(node, [...args, '--install-extension', path.resolve(file), '--force'], { env, encoding: 'utf8', timeout: patience(120_000) });
  if (status !== 0 || !/successfully installed/.test(stdout + stderr)) throw new Failure(`VS Code did not install ${file} (${status}):\n${stdout}\n${stderr}`);
}

/** Serve a profile, without a password and, unless `trust` is false, with every folder trusted.  Returns {base, stop(), ended}, ended a promise. */
export async function serve(profile, { port, logFile, trust = true, args: more = [] }) {
  const { node, args, env } = await command(profile);
  const base = `http://127.0.0.1:${port}`;
  const socket = path.join(os.tmpdir(), `whence-${process.pid}-${port}.sock`);   // a socket's path ends at 108 bytes
  const out = fs.openSync(logFile, 'a');
  // A process group of its own, so that stop() can take the extension host and all that it started along.
  const child = spawn(node, [...args, '--session-socket', socket, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry',
    '--disable-update-check', '--disable-getting-started-override', ...(trust ? ['--disable-workspace-trust'] : []), ...more], { env, stdio: ['ignore', out, out], detached: true });
  fs.closeSync(out);

  let how;
  const ended = new Promise(resolve => {
    child.once('exit', (status, signal) => {
      how = signal ?? `status ${status}`;
      resolve(how);
    });
  });
  /** Signal a process or, by a negative id, a group; false when there is none. */
  const signal = (id, name) => {
    try {
      return process.kill(id, name);
    } catch {
      return false;
    }
  };
  const gone = ms => until('the end of VS Code', () => !signal(-child.pid, 0), ms).then(() => true, () => false);
  const killAll = () => signal(-child.pid, 'SIGKILL');
  process.once('exit', killAll);
  const stop = async () => {
    // The server first and alone: it lets its extensions end in order, and the memory's last writes with them.
    signal(child.pid, 'SIGTERM');
    if (!await gone(3000)) signal(-child.pid, 'SIGTERM');
    if (!await gone(3000)) killAll();
    process.off('exit', killAll);
    fs.rmSync(socket, { force: true });
  };

  try {
    await until('the VS Code server', async () => {
      if (how !== undefined) return true;
      return (await fetch(`${base}/healthz`)).ok;
    }, 60_000);
    if (how !== undefined) throw new Error(`The VS Code server ended with ${how}.`);
  } catch (error) {
    await stop();
    throw new Failure(`${error.message}\n${fs.readFileSync(logFile, 'utf8').slice(-4000)}`);
  }
  return { base, stop, ended };
}
