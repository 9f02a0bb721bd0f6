/** How far uv is with fetching and installing, out of what it prints, in words for a person. Nothing here knows the editor. */

/** Puts a text into the user's language; {0}, {1} and so on are filled in. */
export type Translate = (text: string, ...filled: (string | number)[]) => string;

/** What is being done, and how much of the whole is done: 0 to 1. */
export interface Step {
  readonly message: string;
  readonly done: number;
}

/** The file name, bytes and sha256 of each package's wheel. */
export type Wheels = Readonly<Record<string, readonly [file: string, bytes: number, sha256: string]>>;

/** `requirements/wheels.json`: the wheels of each lock file: `any` for all, `linux-x64` for a platform, `linux-x64 3.12` for a Python on it. */
export type Sizes = Readonly<Record<string, Readonly<Record<string, Wheels>>>>;

const MEGABYTE = 1_000_000;
const DOWNLOADED = 0.9;

/** The wheels that a lock brings to a Python, as in `3.12`, on a platform, as in `linux-x64`. Where that is not listed, the largest of all. */
export function wheelsOf(sizes: Sizes, lock: string, platform: string, python = ''): Wheels {
  const { any = {}, ...places } = sizes[lock] ?? {};
  const largest = (among: readonly string[]) => [...among].sort((a, b) => total(places[b] ?? {}) - total(places[a] ?? {}))[0] ?? '';
  const here = platform in places ? platform : largest(Object.keys(places).filter(name => !name.includes(' ')));
  const own = `${here} ${python}`;
  return { ...any, ...places[here], ...places[own in places ? own : largest(pythonsOf(sizes, lock, here).map(each => `${here} ${each}`))] };
}

/** The Pythons that have wheels of their own on a platform. */
export const pythonsOf = (sizes: Sizes, lock: string, platform: string) =>
  Object.keys(sizes[lock] ?? {}).flatMap(place => place.startsWith(`${platform} `) ? [place.slice(platform.length + 1)] : []);

const total = (wheels: Wheels) => Object.values(wheels).reduce((sum, [, bytes]) => sum + bytes, 0);

/** Whole megabytes, at least one. */
export const megabytes = (wheels: Wheels) => Math.max(1, Math.round(total(wheels) / MEGABYTE));

/**
 * Gives a function that takes uv's lines and tells of each what it means; undefined of those that mean nothing to people.
 * `wheels` are those to be fetched. uv names the larger packages as they come and go; the small ones are known to be there when it has prepared all.
 */
export function follow(wheels: Wheels, translate: Translate): (line: string) => Step | undefined {
  const all = megabytes(wheels);
  const none = !Object.keys(wheels).length;
  const coming = new Set<string>();
  let bytes = 0;
  const step = (): Step => {
    const now = [...coming].join(', ');
    const there = Math.round(bytes / MEGABYTE);
    const message = now ? translate('Downloading packages: {0} of {1} MB ({2})', there, all, now) : translate('Downloading packages: {0} of {1} MB', there, all);
    return { message, done: DOWNLOADED * Math.min(1, bytes / MEGABYTE / all) };
  };
  return line => {
    const [, verb = '', name = ''] = /^\s*(Resolved|Downloading|Downloaded|Prepared|Installed)\s+(\S+)/.exec(line) ?? [];
    switch (verb) {
      case 'Resolved': return none ? { message: translate('Installing packages'), done: 0 } : step();
      case 'Downloading': coming.add(name); return step();
      case 'Downloaded':
        if (!coming.delete(name)) return undefined;
        bytes += wheels[name]?.[1] ?? 0;
        return step();
      case 'Prepared': return { message: translate('Installing packages'), done: DOWNLOADED };
      case 'Installed': return { message: translate('Packages are installed'), done: 1 };
      default: return undefined;
    }
  };
}

/** Whether what a program printed says that a package index could not be asked, which may pass. */
export const saysNoForNow = (printed: string) =>
  /dns error|error sending request|connection (?:broken|error|reset|refused|aborted|closed)|network is unreachable|temporary failure|timed? ?out|max retries|HTTP status (?:server error|client error \((?:403|408|425|429))|\b50[0-4] (?:Server|Service|Bad|Gateway|Internal)|NewConnectionError/i
    .test(printed);
