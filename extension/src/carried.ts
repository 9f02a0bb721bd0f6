/** The wheels that a package of the extension for one platform carries, so that a set-up needs no network. Nothing here knows the editor. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Sizes, Wheels } from './progress';
import { pythonsOf, wheelsOf } from './progress';

/** A folder of wheels and the names of what lies there. */
export interface Shelf {
  readonly folder: string;
  readonly files: readonly string[];
}

/** The shelf of the extension; empty in a package for all platforms. */
export async function shelfOf(extension: string): Promise<Shelf> {
  const folder = path.join(extension, 'dist', 'wheels');
  return { folder, files: await fs.readdir(folder).catch(() => []) };
}

/** Those of the wheels that are not on the shelf. */
export const missingOf = ({ files }: Shelf, wheels: Wheels): Wheels => Object.fromEntries(Object.entries(wheels).filter(([, [file]]) => !files.includes(file)));

/** The Python for which all wheels of a lock are on the shelf, as in `3.12`; undefined where there is none. */
export const coveredPython = (shelf: Shelf, sizes: Sizes, lock: string, platform: string): string | undefined =>
  pythonsOf(sizes, lock, platform).find(python => !Object.keys(missingOf(shelf, wheelsOf(sizes, lock, platform, python))).length);

/** The path of a package's wheel on the shelf, if it is there and what was locked. */
export async function soundWheel({ folder }: Shelf, wheels: Wheels, name: string): Promise<string | undefined> {
  const [file = '', , sha256] = wheels[name] ?? [];
  const content = await fs.readFile(path.join(folder, file)).catch(() => undefined);
  return content && createHash('sha256').update(content).digest('hex') === sha256 ? path.join(folder, file) : undefined;
}
