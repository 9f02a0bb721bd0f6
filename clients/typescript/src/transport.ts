import { SekhaAPIError, SekhaConnectionError, errorOf } from './errors.js';
import type { Routes } from './api.js';

export interface MemoryConfig {
  /** Where `whence serve` listens, such as `http://localhost:8080`. */
  baseURL: string;
  /** Its key, of at least 32 characters. */
  apiKey: string;
  /** The label of conversations that are kept without one. */
  defaultLabel?: string;
  /** Milliseconds to wait for an answer; of a stream, for its beginning. 0 waits for ever. Default: 30000. */
  timeout?: number;
  /** How often a request that changed nothing is sent again: one that only reads, or that came too often. Default: 0. */
  maxRetries?: number;
  /** Used in place of the global `fetch`. */
  fetch?: typeof fetch;
}

export interface RequestOptions {
  /** Cancels the request, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

type Asked<R extends keyof Routes> = Omit<Routes[R], 'answer'>;

/** What says nothing: it fits wherever everything may be left out. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- that is what it is for
export type Nothing = Record<never, never>;

/** What a request says; nothing where its route needs nothing. */
export type Said<R extends keyof Routes> = Nothing extends Asked<R> ? [said?: Asked<R>, options?: RequestOptions] : [said: Asked<R>, options?: RequestOptions];

interface Parts {
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  body?: unknown;
}

const READS = new Set<string>(['GET', 'POST /api/v1/query', 'POST /api/v1/query/smart', 'POST /api/v1/search/fts', 'POST /api/v1/context/assemble', 'POST /api/v1/export']);
const LONGEST_PAUSE = 30_000;

/** Sends requests to one server. */
export class Transport {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;
  readonly #timeout: number;
  readonly #retries: number;

  /** Throws a TypeError for an address that is none, or a key that no header can hold. */
  constructor(config: MemoryConfig) {
    this.#base = new URL(config.baseURL).href.replace(/\/+$/, '');
    this.#headers = { Authorization: `Bearer ${config.apiKey}` };
    new Headers(this.#headers);
    // The browser's own fetch must be called as a function of the window.
    this.#fetch = config.fetch ?? ((...args) => fetch(...args));
    this.#timeout = config.timeout ?? 30_000;
    this.#retries = config.maxRetries ?? 0;
  }

  /** The answer of any route of the OpenAPI document, typed by it. */
  async request<R extends keyof Routes>(route: R, ...[said, options]: Said<R>): Promise<Routes[R]['answer']> {
    const answer = await this.#retried(route, said ?? {}, 'application/json', options?.signal, async (response, failed) => {
      const text = await response.text().catch((error: unknown) => failed(error));
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new SekhaAPIError('The server answered what is not JSON.', response.status);
      }
    });
    return answer as Routes[R]['answer'];
  }

  /** The text of an answer as it comes, in pieces of any size. Stopping early ends the request. */
  async *stream(route: keyof Routes, said: Parts, accept: string, signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
    const { body, failed } = await this.#retried(route, said, accept, signal, (response, failed) => Promise.resolve({ body: response.body, failed }));
    if (!body) return;
    const reader = body.getReader();
    const decoder = new TextDecoder();
    // Some runtimes leave a read waiting when its request is aborted, so the signal is listened to here too.
    const left = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }));
    left.catch(() => undefined);
    try {
      for (;;) {
        signal?.throwIfAborted();
        const { done, value } = await Promise.race([reader.read(), left]).catch((error: unknown) => failed(error));
        const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
        if (text) yield text;
        if (done) return;
      }
    } finally {
      void reader.cancel().catch(() => undefined);
    }
  }

  async #retried<T>(route: string, said: Parts, accept: string, signal: AbortSignal | undefined, read: (response: Response, failed: Failed) => Promise<T>): Promise<T> {
    const [method = '', path = ''] = route.split(' ');
    const reads = READS.has(method) || READS.has(route);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(method, address(path, said), said.body, accept, signal, read);
      } catch (error) {
        const pause = attempt < this.#retries ? pauseAfter(error, reads, attempt) : undefined;
        if (pause === undefined) throw error;
        await wait(pause, signal);
      }
    }
  }

  async #once<T>(method: string, path: string, body: unknown, accept: string, signal: AbortSignal | undefined, read: (response: Response, failed: Failed) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const late = new AbortController();
    const timer = this.#timeout > 0 ? setTimeout(() => late.abort(), this.#timeout) : undefined;
    const failed: Failed = error => {
      if (signal?.aborted) throw signal.reason;
      const message = late.signal.aborted ? `The server did not answer within ${this.#timeout} ms.` : 'The server could not be reached, or broke off.';
      throw new SekhaConnectionError(message, { cause: error });
    };
    try {
      const response = await this.#fetch(this.#base + path, {
        method,
        headers: { ...this.#headers, Accept: accept, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
        // The key goes to the address that was named, and nowhere else.
        redirect: 'error',
      }).catch((error: unknown) => failed(error));
      if (!response.ok) throw await errorOf(response);
      return await read(response, failed);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Tells why a request came to nothing, by throwing it. */
type Failed = (error: unknown) => never;

function address(path: string, said: Parts): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(said.path?.[name] ?? ''));
  const words = Object.entries(said.query ?? {}).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]]));
  return words.length ? `${filled}?${new URLSearchParams(words).toString()}` : filled;
}

/** Milliseconds until an attempt after this error, or undefined where there must be none. */
function pauseAfter(error: unknown, reads: boolean, attempt: number): number | undefined {
  if (error instanceof SekhaAPIError && 'retryAfter' in error) return Math.min(Number(error.retryAfter) * 1000, LONGEST_PAUSE);
  const passing = error instanceof SekhaConnectionError || (error instanceof SekhaAPIError && error.statusCode >= 500);
  return reads && passing ? Math.min(500 * 2 ** attempt, LONGEST_PAUSE) : undefined;
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the caller's own reason, as fetch does
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
