// A client of the official TypeScript SDK, driven by tests/test_mcp.py: `node client.mjs '{"command": ..., "args": ...}'` or
// `node client.mjs '{"url": ..., "token": ...}'`. It prints one JSON object with what it was answered.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const asked = JSON.parse(process.argv[2]);
const transport = asked.url
  ? new StreamableHTTPClientTransport(new URL(asked.url), { requestInit: { headers: { Authorization: `Bearer ${asked.token}` } } })
  : new StdioClientTransport({ command: asked.command, args: asked.args, env: process.env, stderr: 'inherit' });
const client = new Client({ name: 'whence-test', version: '1.0.0' });
const patience = { timeout: 60_000 * Number(process.env.TEST_SLOWNESS ?? 1) };
await client.connect(transport, patience);
try {
  // Once tools are listed, the SDK checks structured content against each tool's output schema.
  const { tools } = await client.listTools(undefined, patience);
  const call = (name, given) => client.callTool({ name, arguments: given }, undefined, patience);
  const kept = await call('remember', { kind: 'decision', content: asked.says, fields: { rationale: 'Told by Node.' }, labels: ['node'] });
  const [id] = kept.structuredContent.ids;
  const got = await call('get', { ids: [id] });
  const listed = await call('search', {});
  const begun = await call('session', { action: 'current' });
  const wrong = await call('get', { ids: ['none'] });
  const resource = await client.readResource({ uri: `whence://memory/${id}` });
  process.stdout.write(JSON.stringify({
    tools: tools.map(tool => tool.name),
    id,
    title: got.content[0].text.match(/^# (.*)$/m)[1],
    listed: [...listed.content[0].text.matchAll(/^([0-9a-f-]{36}) /gm)].map(found => found[1]),
    session: begun.content[0].text,
    wrong: { isError: wrong.isError, text: wrong.content[0].text },
    resource: resource.contents[0].text,
  }));
} finally {
  await client.close();
}
