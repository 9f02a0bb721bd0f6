import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { MemoryController, SekhaAPIError, SekhaAuthError, SekhaConnectionError, SekhaError, SekhaNotFoundError, SekhaRateLimitError, type MemoryConfig } from '../src/index.js';
import { KEY, serve, type Server } from './server.js';

const TALK = {
  messages: [
    { role: 'user' as const, content: 'How do we handle authentication?' },
    { role: 'assistant' as const, content: 'We use JWT tokens with rotation.' },
  ],
  label: 'Project:AI',
  folder: 'Work/2025',
};

/** A server that answers as a test wants, for what a good server never does. */
async function stub(answer: http.RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}

describe('against whence serve', () => {
  let server: Server;
  let memory: MemoryController;
  const to = (config: Partial<MemoryConfig> = {}) => new MemoryController({ baseURL: server.url, apiKey: KEY, ...config });

  before(async () => {
    server = await serve();
    memory = to({ defaultLabel: 'Work' });
  });
  after(() => server.stop());

  test('what the quick start shows', async () => {
    const conversation = await memory.create(TALK);
    assert.equal(conversation.label, 'Project:AI');
    assert.equal(conversation.folder, 'Work/2025');
    assert.deepEqual(conversation.messages, TALK.messages);
    assert.ok(Date.parse(conversation.created_at) > 0);

    const context = await memory.assembleContext({ query: 'authentication patterns', labels: ['Project:AI', 'Security'], tokenBudget: 8000 });
    assert.equal(context.conversations_used, 1);
    assert.equal(context.context_budget, 8000);
    assert.ok(context.token_count > 0);
    assert.match(context.context[0]?.messages.map(each => each.content).join('\n') ?? '', /JWT/);

    const results = await memory.search('JWT implementation', { limit: 10 });
    assert.equal(results[0]?.conversation_id, conversation.id);
    assert.ok(results[0].score > 0);
    assert.equal((await memory.search('JWT', { label: 'Another' })).length, 0);

    assert.deepEqual((await memory.pin(conversation.id)).updated, ['pinned']);
    assert.equal((await memory.get(conversation.id)).status, 'pinned');
    await memory.unpin(conversation.id);
    await memory.updateLabel(conversation.id, 'Project:AI-Archive');
    assert.deepEqual([(await memory.get(conversation.id)).label, (await memory.get(conversation.id)).folder], ['Project:AI-Archive', 'Work/2025']);

    const suggestions = await memory.getPruningSuggestions(0);
    assert.equal(suggestions[0]?.id, conversation.id);
    assert.ok(suggestions[0].reason);
    assert.deepEqual(await memory.getPruningSuggestions(), []);

    await memory.archive(conversation.id);
    assert.equal((await memory.get(conversation.id)).status, 'archived');
    await memory.unarchive(conversation.id);
    const markdown = await memory.export('Project:AI-Archive', 'markdown');
    assert.match(markdown, /## Project:AI-Archive[^]*JWT tokens/);
    let streamed = '';
    for await (const chunk of memory.exportStream('Project:AI-Archive')) streamed += chunk;
    assert.equal(streamed, markdown);
    await memory.delete(conversation.id);
    await assert.rejects(memory.get(conversation.id), SekhaNotFoundError);
  });

  test('a conversation without a label gets the default one', async () => {
    const { label, ...rest } = TALK;
    assert.ok(label);
    const kept = await memory.create(rest);
    assert.equal(kept.label, 'Work');
    assert.equal(await memory.count({ label: 'Work' }), 1);
    assert.equal((await memory.list({ label: 'Work' })).conversations[0]?.id, kept.id);
    await memory.updateFolder(kept.id, 'Elsewhere');
    assert.equal((await memory.list({ folder: 'Elsewhere' })).total, 1);
    assert.equal((await memory.searchWords('"rotation', 5))[0]?.id, kept.id);
    const [message] = (await memory.get(kept.id)).messages;
    assert.ok(message);
    assert.ok((await memory.scoreMessage(message.id)).score >= 1);
    assert.ok((await memory.summarize(kept.id, 'weekly')).summary);
    const other = await memory.create(rest);
    assert.equal((await memory.suggestLabels(kept.id))[0]?.label, 'Work', 'what is near to it has that label');
    await memory.delete(other.id);
    assert.equal((await memory.prune([kept.id])).archived, 1);
    await memory.delete(kept.id);
  });

  test('every kind of memory and every operation', async () => {
    const { ids } = await memory.request('POST /api/v1/memories', { body: { kind: 'decision', title: 'Use JWT', decision: 'We use JWT.' } });
    const [id] = ids;
    assert.ok(id);
    await memory.request('PATCH /api/v1/memories/{id}', { path: { id }, body: { importance: 9 } });
    const found = await memory.request('GET /api/v1/memories', { query: { kinds: 'decision', min_importance: 9 } });
    assert.equal(found.results[0]?.memory.id, id);
    // What is remembered is found a moment later, once it is indexed.
    const deadline = Date.now() + 60_000 * Number(process.env['TEST_SLOWNESS'] ?? 1);
    let hits = await memory.operation('search', { query: 'JWT' });
    while (hits.hits.length === 0 && Date.now() < deadline) hits = await memory.operation('search', { query: 'JWT' });
    assert.equal(hits.hits[0]?.id, id);
    assert.ok((await memory.operation('status')).total >= 1);
    assert.ok((await memory.stats()).total_memories >= 1);
  });

  test('an export of many pieces comes whole, line by line, and can be left early', async () => {
    const said = Array.from({ length: 40 }, (_, at) => `line ${at} é 🜁 ${'x'.repeat(4000)}`);
    const { id } = await memory.create({ label: 'Long', messages: said.map(content => ({ role: 'user' as const, content })) });
    let pieces = 0;
    for await (const piece of memory.exportStream('Long')) pieces += piece ? 1 : 0;
    assert.ok(pieces > 1, 'an export of 160 kB in one piece is not streamed');
    const lines: string[] = [];
    for await (const line of memory.exportLines('Long')) lines.push(line);
    for (const each of said) assert.ok(lines.some(line => line.includes(each)));
    const [talk] = JSON.parse(await memory.export('Long', 'json')) as { messages: { content: string }[] }[];
    assert.deepEqual(talk?.messages.map(each => each.content), said);
    for await (const piece of memory.exportStream('Long')) {
      assert.ok(piece);
      break;
    }
    await memory.delete(id);
  });

  test('a request is cancelled with the reason that its signal gives', async () => {
    const before = await memory.count();
    const controller = new AbortController();
    const promise = memory.create(TALK, { signal: controller.signal });
    controller.abort();
    await assert.rejects(promise, { name: 'AbortError' });
    await assert.rejects(memory.stats({ signal: AbortSignal.abort(new RangeError('enough')) }), RangeError);
    const streaming = new AbortController();
    await assert.rejects(async () => {
      for await (const piece of memory.exportStream(undefined, 'json', { signal: streaming.signal })) streaming.abort(new RangeError(piece && 'enough'));
      streaming.signal.throwIfAborted();
    }, RangeError);
    // What was already under way may have been kept; nothing else was.
    assert.ok((await memory.count()) - before <= 1);
  });

  test('refusals are errors of their own class, with the words of the server', async () => {
    for (const apiKey of ['sk-your-api-key-here', 'x'.repeat(40)]) {
      await assert.rejects(to({ apiKey }).create(TALK), (error: unknown) => {
        assert.ok(error instanceof SekhaAuthError && error instanceof SekhaAPIError && error instanceof SekhaError);
        assert.equal(error.statusCode, 401);
        assert.match(error.message, /key is missing or wrong/);
        return true;
      });
    }
    await assert.rejects(memory.create({ messages: [] }), { name: 'SekhaAPIError', statusCode: 400, code: 400, message: /messages/ });
    await assert.rejects(memory.get('no/such?thing'), SekhaNotFoundError);
    await assert.rejects(to({ apiKey: 'x'.repeat(40) }).export(), SekhaAuthError);
  });

  test('both builds of the package work on their own', async () => {
    const built = path.resolve('clients', 'typescript', 'dist');
    const use = `const memory = new MemoryController({ baseURL: '${server.url}', apiKey: '${KEY}' });
      memory.get('none').catch(error => console.log(error instanceof SekhaNotFoundError, error.statusCode));`;
    const sources = [
      ['--input-type=module', `import { MemoryController } from '${pathToFileURL(path.join(built, 'esm', 'client.js')).href}';
        import { SekhaNotFoundError } from '${pathToFileURL(path.join(built, 'esm', 'errors.js')).href}'; ${use}`],
      ['--input-type=commonjs', `const { MemoryController, SekhaNotFoundError } = require(${JSON.stringify(path.join(built, 'cjs', 'index.js'))}); ${use}`],
    ] as const;
    for (const [kind, source] of sources) {
      const { stdout } = await promisify(execFile)(process.execPath, [kind, '--eval', source]);
      assert.equal(stdout, 'true 404\n');
    }
  });
});

test('too many requests are told apart, and sent again only if asked', async () => {
  const server = await serve('--rate', '1');
  try {
    const memory = new MemoryController({ baseURL: server.url, apiKey: KEY });
    await memory.stats();
    await assert.rejects(memory.stats(), (error: unknown) => error instanceof SekhaRateLimitError && error.retryAfter >= 1);
  } finally {
    await server.stop();
  }
});

test('a server that is not there, is slow, or talks nonsense', async () => {
  const asked = { apiKey: KEY, baseURL: 'http://127.0.0.1:1' };
  await assert.rejects(new MemoryController(asked).stats(), SekhaConnectionError);
  assert.throws(() => new MemoryController({ ...asked, baseURL: 'nowhere' }), TypeError);
  assert.throws(() => new MemoryController({ ...asked, apiKey: 'a\nb' }), TypeError);
  await stub(() => undefined, async baseURL => {
    await assert.rejects(new MemoryController({ ...asked, baseURL, timeout: 50 }).stats(), { name: 'SekhaConnectionError', message: /50 ms/ });
  });
  await stub((_, response) => response.end('<html>'), async baseURL => {
    await assert.rejects(new MemoryController({ ...asked, baseURL }).stats(), { name: 'SekhaAPIError', message: /not JSON/ });
  });
  await stub((_, response) => response.writeHead(502).end('<html>'), async baseURL => {
    await assert.rejects(new MemoryController({ ...asked, baseURL }).stats(), { name: 'SekhaAPIError', statusCode: 502 });
  });
  await stub((_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(), async baseURL => {
    await assert.rejects(new MemoryController({ ...asked, baseURL }).stats(), SekhaConnectionError);
  });
  await stub((_, response) => {
    response.write('half');
    setImmediate(() => response.destroy());
  }, async baseURL => {
    await assert.rejects(new MemoryController({ ...asked, baseURL }).export(), SekhaConnectionError);
  });
});

test('nothing is sent twice, unless asked and only what changes nothing', async () => {
  const heard: string[] = [];
  const leaving = new AbortController();
  let leave = false;
  await stub((request, response) => {
    heard.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (leave) response.once('finish', () => leaving.abort(new RangeError('enough')));
    response.writeHead(heard.length < 3 ? 503 : 200).end('{"results": []}');
  }, async baseURL => {
    await assert.rejects(new MemoryController({ baseURL, apiKey: KEY }).search('x'), { statusCode: 503 });
    await assert.rejects(new MemoryController({ baseURL, apiKey: KEY, maxRetries: 3 }).create(TALK), { statusCode: 503 });
    heard.length = 1;
    assert.deepEqual(await new MemoryController({ baseURL, apiKey: KEY, maxRetries: 3 }).search('x'), []);
    assert.equal(heard.length, 3);
    heard.length = 0;
    leave = true;
    await assert.rejects(new MemoryController({ baseURL, apiKey: KEY, maxRetries: 3 }).search('x', { signal: leaving.signal }), RangeError);
    assert.equal(heard.length, 1);
  });
});
