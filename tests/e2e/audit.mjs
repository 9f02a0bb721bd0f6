// What the Python processes inside VS Code asked of the network, as audit/sitecustomize.py wrote it down:
//
//   const server = await startServer({ vsix: [vsix], env: auditing(file) });
//   ...
//   const entries = audited(file);
//   assert.ok(processes(entries).some(line => line.includes('whence lsp')));   // the audit was on
//   assert.deepEqual(foreignRequests(entries, registryHosts()), []);
//
// Python's own sockets only.  Not seen: uv, native libraries, and Pythons started with -I or -E, such as set-up's pip.
import fs from 'node:fs';
import path from 'node:path';
import { at, inVenv, output } from '../../scripts/lib.mjs';

const LOOPBACK = /^(localhost|127\.[\d.]+|::1|::ffff:127\.[\d.]+|0\.0\.0\.0|::|)$/i;
const LOOKUP = /^socket\.get/;
const TRAFFIC = /^socket\.(connect|send)/;

/** The variables to start a server with so that its Python processes are audited into `file`. */
export const auditing = file => ({ PYTHONPATH: at('tests', 'e2e', 'audit'), WHENCE_AUDIT: file });

/** The entries of an audit file: {pid, event, value}, value being the argv, the name or the address. */
export function audited(file) {
  if (!fs.existsSync(file)) return [];
  return fs.readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line));
}

/** The hosts that installing packages may reach: pip's own index, what the machine is set to use instead, and its proxies. */
export function registryHosts() {
  const own = output(inVenv('python'), ['-c', 'from pip._internal.models.index import PyPI; print(PyPI.netloc, PyPI.file_storage_domain)']) ?? '';
  const config = output(inVenv('python'), ['-m', 'pip', 'config', 'list']) ?? '';
  const settings = Object.entries(process.env).filter(([name]) => /^(PIP|UV)_.*(INDEX|LINKS)|_PROXY$/i.test(name)).map(([, value]) => value);
  const urls = [config, ...settings].join(' ').match(/\bhttps?:\/\/[^\s'"]+/g) ?? [];
  return new Set([...own.split(/\s+/).filter(Boolean), ...urls.map(url => new URL(url).hostname)]);
}

/**
 * The entries that went elsewhere than loopback and the allowed hosts; none should.  A connection to an address counts as
 * one to an allowed host when its process looked such a host up before.
 */
export function foreignRequests(entries, allowed) {
  const mayConnect = new Set();
  return entries.filter(({ pid, event, value }) => {
    const local = value === null || (typeof value === 'string' && LOOPBACK.test(value));
    if (LOOKUP.test(event)) {
      if (allowed.has(value)) mayConnect.add(pid);
      return !local && !allowed.has(value);
    }
    return TRAFFIC.test(event) && !local && !mayConnect.has(pid);
  });
}

/** The command lines of the Python processes that were seen: proof that the audit was on. */
export const processes = entries => entries.filter(({ event }) => event === 'start').map(({ value }) => [path.basename(value[0]), ...value.slice(1)].join(' '));
