/** Whatever goes wrong between a client and `whence serve`, but for what the caller cancelled:
 *
 *     SekhaError
 *     ├── SekhaConnectionError     no answer: refused, broken off, or not in time
 *     └── SekhaAPIError            an answer that says what is wrong
 *         ├── SekhaAuthError       401, 403: the key
 *         ├── SekhaNotFoundError   404: there is no such thing
 *         └── SekhaRateLimitError  429: too many requests
 */
export class SekhaError extends Error {
  override name = 'SekhaError';
}

/** The server could not be reached, or did not answer in time. */
export class SekhaConnectionError extends SekhaError {
  override name = 'SekhaConnectionError';
}

/** The server refused. `message` is its own sentence. */
export class SekhaAPIError extends SekhaError {
  override name = 'SekhaAPIError';

  constructor(
    message: string,
    /** The HTTP status, which is the answer's `code` too. */
    readonly statusCode: number,
  ) {
    super(message);
  }

  /** The answer's `code`. */
  get code(): number {
    return this.statusCode;
  }
}

/** The key is missing or wrong. */
export class SekhaAuthError extends SekhaAPIError {
  override name = 'SekhaAuthError';
}

/** There is nothing by that id. */
export class SekhaNotFoundError extends SekhaAPIError {
  override name = 'SekhaNotFoundError';
}

/** Too many requests. */
export class SekhaRateLimitError extends SekhaAPIError {
  override name = 'SekhaRateLimitError';

  constructor(
    message: string,
    statusCode: number,
    /** Seconds until the server answers again. */
    readonly retryAfter: number,
  ) {
    super(message, statusCode);
  }
}

/** The error that an answer with a status of 400 or more tells. Never rejects, whatever the answer holds. */
export async function errorOf(answer: Response): Promise<SekhaAPIError> {
  const text = await answer.text().catch(() => '');
  const message = told(text) ?? `The server answered ${answer.status}.`;
  switch (answer.status) {
    case 401:
    case 403:
      return new SekhaAuthError(message, answer.status);
    case 404:
      return new SekhaNotFoundError(message, answer.status);
    case 429:
      return new SekhaRateLimitError(message, answer.status, Number(answer.headers.get('retry-after')) || 1);
    default:
      return new SekhaAPIError(message, answer.status);
  }
}

function told(text: string): string | undefined {
  try {
    const values: unknown = JSON.parse(text);
    return typeof values === 'object' && values !== null && 'error' in values && typeof values.error === 'string' ? values.error : undefined;
  } catch {
    return undefined;
  }
}
