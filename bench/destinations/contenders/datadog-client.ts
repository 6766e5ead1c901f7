/** Datadog's own client, as its documents show it, with compression on; the same mapping as ours. */
import { client, v2 } from '@datadog/datadog-api-client';
import { toDatadog } from '../../../src/domain/mappers/to-datadog.ts';
import type { MakeBring } from '../contender.ts';

export const make: MakeBring = (url) => {
  const logs = new v2.LogsApi(
    client.createConfiguration({
      authMethods: { apiKeyAuth: 'key' },
      baseServer: new client.BaseServerConfiguration(url, {}),
    }),
  );
  return async (events) => {
    const body = events.map((event) => {
      const {
        ddsource,
        ddtags,
        hostname: host,
        message,
        service,
        ...additionalProperties
      } = toDatadog(event);
      return { ddsource, ddtags, hostname: host, message, service, additionalProperties };
    });
    await logs.submitLog({ body: body as never, contentEncoding: 'gzip' });
  };
};
