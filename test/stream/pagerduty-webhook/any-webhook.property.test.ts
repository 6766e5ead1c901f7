import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ACKNOWLEDGED, aReceiver, bodyOf, signed } from './a-webhook.ts';

const aHeader = fc.constantFrom(
  'x-pagerduty-signature',
  'X-PagerDuty-Signature',
  '__proto__',
  'host',
  'cookie',
);
const aSignature = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^v1=[0-9a-f]{64}(,v1=[0-9a-f]{64}){0,3}$/),
  fc.constant(`v1=${'0'.repeat(64)}`),
);
const headers = fc.dictionary(aHeader, fc.oneof(aSignature, fc.array(aSignature, { maxLength: 3 })));
const right = bodyOf(ACKNOWLEDGED, { incident_key: 'acme/alert-1' });
const bytes = fc.oneof(fc.uint8Array({ maxLength: 2_000 }), fc.constant(right));

test('no bytes and no headers make it throw, and none without a signature make it act', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, headers, async (body, given) => {
      const { webhook, acts } = aReceiver();
      expect(await webhook({ headers: given, body })).toMatchObject({ status: 401 });
      expect(acts).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('whatever is signed is answered, and is acted on only if it says so', async () => {
  const event = fc.record(
    {
      event_type: fc.oneof(
        fc.constantFrom('incident.acknowledged', 'incident.resolved', 'constructor'),
        fc.jsonValue(),
      ),
      agent: fc.oneof(fc.constant(ACKNOWLEDGED.event.agent), fc.jsonValue()),
      data: fc.oneof(
        fc.record({
          id: fc.oneof(fc.constant('P1'), fc.jsonValue()),
          incident_key: fc.oneof(fc.constant('acme/a'), fc.jsonValue()),
        }),
        fc.jsonValue(),
      ),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    fc.jsonValue(),
    event.map((one) => ({ event: one })),
  );
  await fc.assert(
    fc.asyncProperty(body, async (value) => {
      const { send, acts } = aReceiver();
      const text = Buffer.from(JSON.stringify(value));
      expect(await send(text, signed(text))).toMatchObject({ status: 200 });
      for (const act of acts) expect(act).toMatchObject({ alert: 'acme/a', by: { id: 'pagerduty:PJ0LVEB' } });
    }),
    { numRuns: 500 },
  );
});
