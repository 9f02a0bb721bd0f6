// How long to wait for what should happen: bounds that a slow machine gets more of, by the yardstick of tests/patience.py.
import { at, inVenv, output } from './lib.mjs';

/** How many times slower than usual this machine is, at least 1; measured once, and told to every process started after. */
export function slowness() {
  process.env.TEST_SLOWNESS ??= output(inVenv('python'), [at('tests', 'patience.py')]) ?? '1';
  return Number(process.env.TEST_SLOWNESS);
}

/** Milliseconds after which what takes `ms` at the very most on a usual machine has not happened. */
export const patience = ms => Math.ceil(ms * slowness());
