/** Lambda's extension API and the bus, as far as the middleware speaks to them: a process of its own. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whoever asks for the next invocation waits here; so do invocations that nobody has asked for. */
let asking: ServerResponse | undefined;
const told: { readonly requestId: string; readonly answer: ServerResponse }[] = [];

const server = createServer(async (incoming, answer) => {
  let text = '';
  for await (const part of incoming) text += part;
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://stub');
  if (pathname.endsWith('/register')) {
    answer.setHeader('lambda-extension-identifier', 'bench').end('{}');
  } else if (pathname.endsWith('/event/next')) {
    asking = answer;
    match();
  } else if (pathname === '/invoke') {
    told.push({ requestId: searchParams.get('id') ?? '', answer });
    match();
  } else {
    const { Entries } = JSON.parse(text) as { Entries: unknown[] };
    answer.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'e' })) }));
  }
});

/** The extension has an invocation when it has asked; whoever began it hears so then. */
function match(): void {
  const next = asking && told.shift();
  if (!asking || !next) return;
  const { requestId } = next;
  asking.end(JSON.stringify({ eventType: 'INVOKE', requestId, deadlineMs: Date.now() + 60_000 }));
  asking = undefined;
  next.answer.end();
}

server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
