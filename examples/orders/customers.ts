/** Calls the orders API as a few customers would, over HTTP, so that there is something to see. */
interface Call {
  readonly who?: string;
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** `last` is the order that was placed last. */
  readonly path: '/orders' | '/orders/last' | '/orders/0';
  readonly body?: object;
}

const STORY: readonly Call[] = [
  {
    who: 'ada',
    method: 'POST',
    path: '/orders',
    body: { items: [{ sku: 'tea', count: 2 }], card: '4111 1111 1111 1111' },
  },
  { who: 'ada', method: 'GET', path: '/orders/last' },
  { who: 'grace', method: 'POST', path: '/orders', body: { items: [{ sku: 'lamp', count: 1 }] } },
  { who: 'grace', method: 'DELETE', path: '/orders/last' },
  { method: 'GET', path: '/orders/last' },
  { who: 'alan', method: 'GET', path: '/orders/0' },
];

/** One call every `everyMs` until the signal stops it. */
export async function visit(url: string, everyMs: number, signal: AbortSignal): Promise<void> {
  let last = '0';
  for (let i = 0; !signal.aborted; i++) {
    const { who, method, path, body } = STORY[i % STORY.length] as Call;
    const response = await fetch(url + path.replace('last', last), {
      method,
      signal,
      headers: {
        'user-agent': 'orders-example',
        ...(who && { authorization: `Bearer ${who}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch(() => undefined);
    const order = response?.status === 201 ? ((await response.json()) as { id: string }) : undefined;
    if (order) last = order.id;
    else await response?.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
  }
}
