import * as fs from 'node:fs';
import * as path from 'node:path';
import Mocha from 'mocha';

/** Called by VS Code inside its extension host: runs the mocha tests that lie beside the bundle of this file. */
export function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 180_000 * Number(process.env['TEST_SLOWNESS'] ?? 1), reporter: 'dot' });
  for (const name of fs.readdirSync(__dirname)) if (name.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, name));
  return new Promise((resolve, reject) => {
    mocha.run(failures => { if (failures) reject(new Error(`${failures} tests failed`)); else resolve(); });
  });
}
