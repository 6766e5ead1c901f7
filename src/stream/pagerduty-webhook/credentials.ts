/** What is needed to hear PagerDuty: the secrets that it signs with, and a key to ask what an incident is made of. */
import { isObject } from '../../domain/protocol/fields.ts';

export interface PagerDutyCredentials {
  /** Of the webhook subscription; while a new one takes over, both. */
  readonly secrets: readonly string[];
  /** A read-only key of PagerDuty's REST API. */
  readonly apiKey?: string;
}

export interface CredentialsSource {
  get(): Promise<PagerDutyCredentials>;
  /** Asked when a signature is not right: true if the next `get` reads anew, because the secret may have changed. */
  refuse?(): boolean;
}

/** From one stored secret: the signing secret alone, or JSON of `secret`, `previousSecret` and `apiKey`.
 * @throws Error that says what is missing, and nothing of what is there. */
export function readCredentials(text: string): PagerDutyCredentials {
  if (!text.trimStart().startsWith('{')) return credentialsOf({ secret: text.trim() });
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw new Error('the secret of PagerDuty’s webhook begins as JSON and is none');
  }
  return credentialsOf(isObject(fields) ? fields : {});
}

export function credentialsOf(fields: {
  readonly secret?: unknown;
  readonly previousSecret?: unknown;
  readonly apiKey?: unknown;
}): PagerDutyCredentials {
  const { secret, previousSecret, apiKey } = fields;
  if (!isText(secret)) throw new Error('the secret of PagerDuty’s webhook has no field `secret`');
  return {
    secrets: [secret, previousSecret].filter(isText),
    ...(isText(apiKey) && { apiKey }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
