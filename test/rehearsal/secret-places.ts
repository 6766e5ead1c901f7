/** Keys of destinations in the emulator's Secrets Manager and Parameter Store, by turns in each way that there is. */
import { jsonCall } from '../../src/aws/http/json-call.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { CREDENTIALS, type MiniStack, REGION } from './ministack.ts';

/** Keeps a key; what a destination's configuration says of it. */
export type Keep = (name: string, key: string) => Promise<object>;

export function secretPlaces(cloud: MiniStack): Keep {
  const put = async (service: 'secretsmanager' | 'ssm', target: string, input: object) => {
    const client = makeSignedClient({
      endpoint: cloud.url,
      service,
      region: REGION,
      credentials: () => CREDENTIALS,
    });
    await jsonCall({ client, target, version: '1.1', timeoutMs: 10_000 })(input);
    client.close();
  };
  const secret = (Name: string, SecretString: string) =>
    put('secretsmanager', 'secretsmanager.CreateSecret', {
      Name,
      SecretString,
      ClientRequestToken: `rehearsal-${crypto.randomUUID()}`,
    });
  const ways: readonly Keep[] = [
    async (name, key) => {
      await secret(`rehearsal/${name}`, JSON.stringify({ other: 'x', key }));
      return { secret: `rehearsal/${name}`, field: 'key' };
    },
    async (name, key) => {
      const parameter = `/rehearsal/${name}`;
      await put('ssm', 'AmazonSSM.PutParameter', { Name: parameter, Value: key, Type: 'SecureString' });
      return { parameter };
    },
    async (name, key) => {
      await secret(`rehearsal/${name}`, key);
      return { secret: `rehearsal/${name}` };
    },
  ];
  let kept = 0;
  return (name, key) => (ways[kept++ % ways.length] as Keep)(name, key);
}
