// Stands before an extension's script: writes down what loading that and its `activate` take, a JSON line each. VS Code's own figure
// counts the time in which other extensions load as well.
const fs = require('node:fs');
const { performance } = require('node:perf_hooks');
const process = require('node:process');

/** What the script exports, measured into a file: milliseconds that went by, and those of processor time of all threads. */
module.exports = (script, file) => {
  function measured(what, work) {
    const [before, cpu] = [performance.now(), process.cpuUsage()];
    try {
      return work();
    } finally {
      const { user, system } = process.cpuUsage(cpu);
      fs.appendFileSync(file, `${JSON.stringify({ what, wall: performance.now() - before, cpu: (user + system) / 1000 })}\n`);
    }
  }
  const { activate, ...others } = measured('load', () => require(script));
  return { ...others, activate: context => measured('activate', () => activate(context)) };
};
