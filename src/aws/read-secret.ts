/** Reads a destination's secrets where a deployment keeps them: Secrets Manager or Parameter Store. */
import type { ReadSecret } from '../sink/secrets.ts';
import { jsonCall } from './http/json-call.ts';
import type { SignedClient } from './http/signed-client.ts';

interface Clients {
  readonly secretsManager: Pick<SignedClient, 'withHeaders'>;
  readonly parameterStore: Pick<SignedClient, 'withHeaders'>;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function makeReadSecret({ secretsManager, parameterStore }: Clients): ReadSecret {
  const getSecret = jsonCall<{ SecretId: string }, { SecretString?: string }>({
    client: secretsManager,
    target: 'secretsmanager.GetSecretValue',
    version: '1.1',
  });
  const getParameter = jsonCall<{ Name: string; WithDecryption: true }, { Parameter?: { Value?: string } }>({
    client: parameterStore,
    target: 'AmazonSSM.GetParameter',
    version: '1.1',
  });
  return async (ref) => {
    if ('secret' in ref) return fieldOf((await getSecret({ SecretId: ref.secret })).SecretString, ref);
    if (!('parameter' in ref)) throw new Error('a secret of this deployment is in no place that AWS has');
    const { Parameter } = await getParameter({ Name: ref.parameter, WithDecryption: true });
    return fieldOf(Parameter?.Value, ref);
  };
}

/** The whole, or one field of a secret that is JSON. Errors never hold any of it. */
function fieldOf(value: string | undefined, { field }: { readonly field?: string }): string {
  if (field === undefined) {
    if (!value) throw new Error('the secret is empty');
    return value.trim();
  }
  let fields: unknown;
  try {
    fields = JSON.parse(value ?? '');
  } catch {
    throw new Error(`the secret is no JSON, so it has no field ${field}`);
  }
  const found = (fields as Readonly<Record<string, unknown>> | null)?.[field];
  if (typeof found !== 'string' || found === '') throw new Error(`the secret has no field ${field}`);
  return found;
}
