// npm test [-- --no-e2e | --quick]: set up, then every check in order, and what failed at the end.  npm run lint: those without tests.
import os from 'node:os';
import { Failure, at, inVenv, main, run, tool } from './lib.mjs';
import { buildClient } from '../clients/typescript/build.mjs';
import { buildTests } from './build.mjs';
import { makeVsix } from './package.mjs';
import { patience, slowness } from './patience.mjs';
import { setup } from './setup.mjs';
import { browser, vscodeServer } from '../tests/e2e/setup-vscode.mjs';

const python = (...args) => () => run(inVenv('python'), args);
const node = (...args) => () => run(process.execPath, args);

/** Check types; what is unchanged since the last time is not looked at again. */
const tsc = (name, ...args) => node(tool('typescript', 'bin', 'tsc'), '--noEmit', '--incremental', '--tsBuildInfoFile', at('dist-test', `${name}.tsbuildinfo`), ...args);

const SOURCES = ['server', 'tests', 'benchmarks'];

async function unitTests() {
  const bundles = await buildTests('extension/test');
  if (bundles.length) await run(process.execPath, ['--test', ...bundles]);
}

/** The REST face's client, built as it is published, against a real server. */
async function clientTests() {
  await buildClient();
  await run(process.execPath, ['--test', `--test-timeout=${patience(300_000)}`, ...await buildTests('clients/typescript/tests')]);
}

const LINT = [
  ['Python lint (ruff check)', python('-m', 'ruff', 'check', ...SOURCES)],
  ['Python format (ruff format --check)', python('-m', 'ruff', 'format', '--check', ...SOURCES)],
  ['Python types (mypy)', python('-m', 'mypy')],
  ['Layers (import-linter)', () => run(inVenv('lint-imports'), [])],
  ['TypeScript types (tsc)', tsc('extension')],
  ['TypeScript types of the client (tsc)', tsc('client', '-p', at('clients', 'typescript'))],
  ['TypeScript lint (eslint)', node(tool('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.')],
];
/** One more than there are cores: a test waits for processes a third of its time. */
const WORKERS = Math.min(4, os.availableParallelism() + 1);
const PYTEST = ['-m', 'pytest', '-q', '--numprocesses', String(WORKERS), '--dist', 'worksteal'];
const NODE_TESTS = [
  ['TypeScript unit tests (node --test)', unitTests],
  ['TypeScript client (node --test)', clientTests],
];
let editor = Promise.resolve();   // settles once a real VS Code is there
const PACKAGE = ['Build and package', makeVsix];
// It uses the package: with one from yesterday it would prove nothing.
const END_TO_END = ['End to end in VS Code', async () => { await editor; await node(at('tests', 'e2e', 'run.mjs'))(); }, PACKAGE];

/** Set up, and fetch the real VS Code while the first checks keep one core busy.  What fails there is tried again, and told, at its end. */
async function prepareAll() {
  await prepare();
  editor = vscodeServer().then(browser).catch(() => {});
}

const USAGE = `Usage: npm test [-- --quick | --no-e2e]

Sets up, then lints, checks types and layers, tests, packages, and uses the package in a real VS Code.
A step that fails does not keep the others from running, unless they need it; the end says what failed.

  --quick    for before a push, in under 3 minutes: all checks that run no tests, the tests of what needs no process,
             one test of each kind of process (pytest -m quick), and Node's; no package and no VS Code
  --no-e2e   leave out the end-to-end tests, which need a Chromium, Chrome or Edge
  --lint     only the checks that run no tests (npm run lint)

One test: .venv/bin/python -m pytest tests/retrieval/test_query.py -k WORDS
Waits are longer on a slower machine: TEST_SLOWNESS=4 npm test says how much slower, where measuring it misleads.`;

/** Set up, and measure how long things take here, while nothing else runs. */
async function prepare() {
  await setup({ model: true });
  if (slowness() > 1) console.log(`setup: this machine is ${slowness()} times slower than usual; waits are as much longer`);
}

/** The steps that the options choose, the set-up first: [name, work, the step that it needs]. */
function choose(args) {
  const has = option => args.includes(`--${option}`);
  if (has('lint')) return [['Set-up', setup], ...LINT];
  const first = ['Set-up', has('quick') || has('no-e2e') ? prepare : prepareAll];
  if (has('quick')) return [first, ...LINT, ['Quick Python tests (pytest -m quick)', python(...PYTEST, '-m', 'quick')], ...NODE_TESTS];
  return [first, ...LINT, ['Python tests (pytest)', python(...PYTEST)], ...NODE_TESTS, PACKAGE, ...(has('no-e2e') ? [] : [END_TO_END])];
}

const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Run steps, whatever becomes of those before, and sum up; returns the exit code.  Nothing runs after a failure of the first, the set-up. */
export async function runAll(steps) {
  const summary = [];
  const failed = new Map();
  for (const [name, work, needed] of steps) {
    const lacks = [steps[0][0], needed?.[0]].find(step => failed.has(step));
    if (lacks !== undefined) {
      summary.push(['not run', `${name}: it needs ${lacks}`]);
      continue;
    }
    const started = performance.now();
    console.log(`\n=== ${name}`);
    try {
      await work();
      summary.push([seconds(started), name]);
    } catch (error) {
      console.error(error instanceof Failure ? error.message : error);
      failed.set(name, error);
      summary.push([seconds(started), `${name}: FAILED`]);
    }
  }

  console.log('\n=== Summary');
  for (const [time, line] of summary) console.log(`${time.padStart(9)}  ${line}`);
  for (const [name, error] of failed) console.log(`\n${name} failed: ${error.message}`);
  console.log(`${summary.filter(([time]) => time !== 'not run').length - failed.size} passed, ${failed.size} failed`);
  return failed.size ? 1 : 0;
}

await main(import.meta.url, async args => {
  if (args.includes('--help')) return console.log(USAGE);
  const unknown = args.find(arg => !['--no-e2e', '--lint', '--quick'].includes(arg));
  if (unknown) throw new Failure(`Unknown option ${unknown}.\n\n${USAGE}`);
  process.exitCode = await runAll(choose(args));
});
