// Required by the extension host (NODE_OPTIONS): writes down what loading Whence's script and its `activate` take, a JSON line each to
// the file that METER names. VS Code's own figure counts the time in which other extensions load as well.
const fs = require('node:fs');
const { performance } = require('node:perf_hooks');
const process = require('node:process');
const Module = require('node:module');

const SCRIPT = /whence[^/\\]*[/\\]dist[/\\]extension\.js$/;
const load = Module._extensions['.js'];

/** Do it, and write down the milliseconds that went by and those of processor time, of all threads of this process. */
function measured(what, work) {
  const [before, cpu] = [performance.now(), process.cpuUsage()];
  try {
    return work();
  } finally {
    const { user, system } = process.cpuUsage(cpu);
    fs.appendFileSync(process.env.METER, `${JSON.stringify({ what, wall: performance.now() - before, cpu: (user + system) / 1000 })}\n`);
  }
}

Module._extensions['.js'] = (module, file) => {
  if (!SCRIPT.test(file)) return load(module, file);
  measured('load', () => load(module, file));
  const { activate, ...others } = module.exports;
  module.exports = { ...others, activate: context => measured('activate', () => activate(context)) };
};
