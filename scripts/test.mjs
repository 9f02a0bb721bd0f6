// npm test [-- --no-e2e]: set up, then every check in order; the first that fails ends it.  npm run lint: those without tests.
import { Failure, at, inVenv, main, run, tool } from './lib.mjs';
import { buildClient } from '../clients/typescript/build.mjs';
import { buildTests } from './build.mjs';
import { makeVsix } from './package.mjs';
import { setup } from './setup.mjs';

const python = (...args) => () => run(inVenv('python'), args);
const node = (...args) => () => run(process.execPath, args);

const SOURCES = ['server', 'tests', 'benchmarks'];

async function unitTests() {
  const bundles = await buildTests('extension/test');
  if (bundles.length) await run(process.execPath, ['--test', ...bundles]);
}

/** The REST face's client, built as it is published, against a real server. */
async function clientTests() {
  await buildClient();
  await run(process.execPath, ['--test', '--test-timeout=120000', ...await buildTests('clients/typescript/tests')]);
}

const LINT = [
  ['Set-up', setup],
  ['Python lint (ruff check)', python('-m', 'ruff', 'check', ...SOURCES)],
  ['Python format (ruff format --check)', python('-m', 'ruff', 'format', '--check', ...SOURCES)],
  ['Python types (mypy)', python('-m', 'mypy')],
  ['Layers (import-linter)', () => run(inVenv('lint-imports'), [])],
  ['TypeScript types (tsc)', node(tool('typescript', 'bin', 'tsc'), '--noEmit')],
  ['TypeScript types of the client (tsc)', node(tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', at('clients', 'typescript'))],
  ['TypeScript lint (eslint)', node(tool('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.')],
];
const TESTS = [
  ['Python tests (pytest)', python('-m', 'pytest', '-q', '--numprocesses', 'auto', '--maxprocesses', '4', '--dist', 'worksteal')],
  ['TypeScript unit tests (node --test)', unitTests],
  ['TypeScript client (node --test)', clientTests],
  ['Build and package', makeVsix],
];
const END_TO_END = ['End to end in VS Code', node(at('tests', 'e2e', 'run.mjs'))];

const USAGE = `Usage: npm test [-- --no-e2e]

Sets up, then lints, checks types and layers, tests, packages, and uses the package in a real VS Code.

  --no-e2e   leave out the end-to-end tests, which need a Chromium, Chrome or Edge
  --lint     only the checks that run no tests (npm run lint)`;

const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`;

await main(import.meta.url, async args => {
  if (args.includes('--help')) return console.log(USAGE);
  const unknown = args.find(arg => !['--no-e2e', '--lint'].includes(arg));
  if (unknown) throw new Failure(`Unknown option ${unknown}.\n\n${USAGE}`);
  const steps = args.includes('--lint') ? LINT : [...LINT, ...TESTS, ...(args.includes('--no-e2e') ? [] : [END_TO_END])];

  const done = [];
  let failed;
  for (const [name, work] of steps) {
    const started = performance.now();
    console.log(`\n=== ${name}`);
    try {
      await work();
      done.push([name, seconds(started)]);
    } catch (error) {
      failed = name;
      done.push([`${name}: FAILED`, seconds(started)]);
      console.error(error instanceof Failure ? error.message : error);
      break;
    }
  }

  console.log('\n=== Summary');
  for (const [name, time] of done) console.log(`${time.padStart(9)}  ${name}`);
  for (const [name] of steps.slice(done.length)) console.log(`  not run  ${name}`);
  if (failed) process.exitCode = 1;
  console.log(`${done.length - (failed ? 1 : 0)} passed, ${failed ? 1 : 0} failed`);
});
