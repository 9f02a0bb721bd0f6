import { Transport, type MemoryConfig, type Nothing, type RequestOptions, type Said } from './transport.js';
import type * as api from './api.js';

export type { MemoryConfig, RequestOptions } from './transport.js';

export interface Message {
  role: 'user' | 'assistant' | 'system' | 'tool';
  content: string;
}

export interface CreateConversationRequest {
  messages: Message[];
  /** Default: the configuration's `defaultLabel`. */
  label?: string;
  folder?: string;
  /** From 1 to 10. Default: 5. */
  importance?: number;
  metadata?: Record<string, unknown>;
}

/** A conversation with what was said. */
export type Conversation = api.Talk & { readonly messages: readonly { readonly role: string; readonly content: string }[] };

export interface ContextRequest {
  query: string;
  /** Only conversations with one of these. */
  labels?: string[];
  /** Default: 8000. */
  tokenBudget?: number;
}

export interface SearchOptions extends RequestOptions {
  /** At most so many. Default: 10. */
  limit?: number;
  /** How many of the best to pass over. */
  offset?: number;
  /** Only conversations with this label. */
  label?: string;
  /** Which conversations may answer. */
  filters?: api.Filters;
}

export interface Chosen {
  label?: string;
  folder?: string;
}

/** What an operation is asked with; nothing where it needs nothing. */
type Params<N extends keyof api.Operations> = Nothing extends api.Operations[N]['params']
  ? [params?: api.Operations[N]['params'], options?: RequestOptions]
  : [params: api.Operations[N]['params'], options?: RequestOptions];

export type ExportFormat = 'markdown' | 'json';

const TOKEN_BUDGET = 8000;
const MEDIA: Readonly<Record<ExportFormat, string>> = { markdown: 'text/markdown', json: 'application/x-json-text' };

/** The memory that a `whence serve` gives out. Every method takes a signal that cancels it, and rejects with a SekhaError. */
export class MemoryController {
  readonly #transport: Transport;
  readonly #label: string | undefined;

  constructor(config: MemoryConfig) {
    this.#transport = new Transport(config);
    this.#label = config.defaultLabel;
  }

  // ------------------------------------------------------------ conversations

  /** Keep a conversation. */
  async create(asked: CreateConversationRequest, options?: RequestOptions): Promise<Conversation> {
    const label = asked.label ?? this.#label;
    const kept = await this.request('POST /api/v1/conversations', { body: { ...asked, ...(label === undefined ? {} : { label }) } }, options);
    return { ...kept, messages: asked.messages };
  }

  /** A conversation with what was said. */
  get(id: string, options?: RequestOptions): Promise<api.TalkWhole> {
    return this.request('GET /api/v1/conversations/{id}', { path: { id } }, options);
  }

  /** A page of conversations, the newest first. */
  list(asked: NonNullable<api.Routes['GET /api/v1/conversations']['query']> = {}, options?: RequestOptions): Promise<api.Listed> {
    return this.request('GET /api/v1/conversations', { query: asked }, options);
  }

  /** How many conversations there are. */
  async count(asked: Chosen = {}, options?: RequestOptions): Promise<number> {
    return (await this.request('GET /api/v1/conversations/count', { query: asked }, options)).count;
  }

  /** Give a conversation another label, and another folder where one is said. */
  updateLabel(id: string, label: string, folder?: string | null, options?: RequestOptions): Promise<api.Done> {
    return this.request('PUT /api/v1/conversations/{id}/label', { path: { id }, body: { label, folder: folder ?? null } }, options);
  }

  /** Put a conversation into another folder. */
  updateFolder(id: string, folder: string, options?: RequestOptions): Promise<api.Done> {
    return this.request('PUT /api/v1/conversations/{id}/folder', { path: { id }, body: { folder } }, options);
  }

  /** Pinned conversations come first, and are never pruned. */
  pin(id: string, options?: RequestOptions): Promise<api.Done> {
    return this.request('PUT /api/v1/conversations/{id}/pin', { path: { id } }, options);
  }

  unpin(id: string, options?: RequestOptions): Promise<api.Done> {
    return this.request('PUT /api/v1/conversations/{id}/unpin', { path: { id } }, options);
  }

  /** Archived conversations are left out of searches that don't ask for them. */
  archive(id: string, options?: RequestOptions): Promise<api.Done> {
    return this.request('PUT /api/v1/conversations/{id}/archive', { path: { id } }, options);
  }

  unarchive(id: string, options?: RequestOptions): Promise<api.Done> {
    return this.request('PUT /api/v1/conversations/{id}/unarchive', { path: { id } }, options);
  }

  /** Move a conversation to the bin. */
  delete(id: string, options?: RequestOptions): Promise<api.Done> {
    return this.request('DELETE /api/v1/conversations/{id}', { path: { id } }, options);
  }

  // ------------------------------------------------------------ search

  /** The conversations that answer, by words and by meaning, the best first. */
  async search(query: string, options: SearchOptions = {}): Promise<readonly api.Result[]> {
    const { limit = 10, offset = 0, label, filters = {}, signal } = options;
    const body = { query, limit, offset, filters: { ...filters, ...(label === undefined ? {} : { label }) } };
    return (await this.request('POST /api/v1/query/smart', { body }, signal && { signal })).results;
  }

  /** The conversations that hold the words, whatever punctuation stands between them. */
  async searchWords(query: string, limit = 10, options?: RequestOptions): Promise<readonly api.Result[]> {
    return (await this.request('POST /api/v1/search/fts', { body: { query, limit } }, options)).results;
  }

  /** What matters for a task, within a budget of tokens. */
  assembleContext(asked: ContextRequest, options?: RequestOptions): Promise<api.Context> {
    const body = { query: asked.query, labels: asked.labels ?? [], token_budget: asked.tokenBudget ?? TOKEN_BUDGET };
    return this.request('POST /api/v1/context/assemble', { body }, options);
  }

  // ------------------------------------------------------------ upkeep

  /** Conversations that may be archived, each with the reason; nothing happens to them. */
  async getPruningSuggestions(thresholdDays?: number, options?: RequestOptions): Promise<readonly api.PruneSuggestion[]> {
    const body = thresholdDays === undefined ? {} : { threshold_days: thresholdDays };
    return (await this.request('POST /api/v1/prune/dry-run', { body }, options)).suggestions;
  }

  /** Archive conversations; pinned ones stay. */
  prune(ids: string[], options?: RequestOptions): Promise<api.Pruned> {
    return this.request('POST /api/v1/prune/execute', { body: { conversation_ids: ids } }, options);
  }

  /** What a conversation's last day, week or month came to. */
  summarize(id: string, level: 'daily' | 'weekly' | 'monthly' = 'daily', options?: RequestOptions): Promise<api.TalkSummary> {
    return this.request('POST /api/v1/summarize', { body: { conversation_id: id, level } }, options);
  }

  /** Labels that a conversation may have, the likeliest first. */
  async suggestLabels(id: string, options?: RequestOptions): Promise<readonly api.LabelSuggestion[]> {
    return (await this.request('POST /api/v1/labels/suggest', { body: { conversation_id: id } }, options)).suggestions;
  }

  /** How much a message matters, from 1 to 10. */
  scoreMessage(id: string, options?: RequestOptions): Promise<api.Score> {
    return this.request('POST /api/v1/messages/score', { body: { message_id: id } }, options);
  }

  stats(options?: RequestOptions): Promise<api.Stats> {
    return this.request('GET /api/v1/stats', {}, options);
  }

  // ------------------------------------------------------------ export

  /** The conversations with a label, or all, as one text. */
  async export(label?: string, format: ExportFormat = 'markdown', options?: RequestOptions): Promise<string> {
    let text = '';
    for await (const piece of this.exportStream(label, format, options)) text += piece;
    return text;
  }

  /** The same piece by piece, so that no memory must hold it whole. */
  exportStream(label?: string, format: ExportFormat = 'markdown', options?: RequestOptions): AsyncGenerator<string, void, undefined> {
    const body = { format, ...(label === undefined ? {} : { label }) };
    return this.#transport.stream('POST /api/v1/export', { body }, MEDIA[format], options?.signal);
  }

  /** The same line by line, without the line ends. */
  async *exportLines(label?: string, format: ExportFormat = 'markdown', options?: RequestOptions): AsyncGenerator<string, void, undefined> {
    let rest = '';
    for await (const piece of this.exportStream(label, format, options)) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest) yield rest;
  }

  // ------------------------------------------------------------ everything else

  /** Ask any operation of the engine, by its name. */
  operation<N extends keyof api.Operations>(name: N, ...[params, options]: Params<N>): Promise<api.Operations[N]['result']> {
    const route = `POST /api/v1/operations/${name}` as const;
    // The types of the two maps agree, which the compiler can't follow through a name that it doesn't know.
    return this.#transport.request<keyof api.Routes>(route, { body: params ?? {} }, options) as Promise<api.Operations[N]['result']>;
  }

  /** Ask any route of the OpenAPI document, such as `request('GET /api/v1/memories', { query: { kinds: 'decision' } })`. */
  request<R extends keyof api.Routes>(route: R, ...said: Said<R>): Promise<api.Routes[R]['answer']> {
    return this.#transport.request(route, ...said);
  }
}
