/** What only a development home offers, to this machine alone: tokens for the asking, its issuer's papers, faults. */
import { isObject, kindOf } from '../../domain/protocol/fields.ts';
import { isTenantId } from '../../domain/tenant-id.ts';
import type { Role } from '../../stream/ports.ts';
import type { FaultSwitch } from '../faults.ts';
import { type Answer, type HttpRequest, json, mediaType } from '../http/answer.ts';
import type { Routes } from '../http/serve.ts';
import type { DevelopmentIssuer, TokenRequest } from './issuer.ts';

export interface DevelopmentOptions {
  readonly issuerUrl: string;
  readonly issuer: DevelopmentIssuer;
  readonly tenants: () => readonly string[];
  readonly faults: FaultSwitch;
  readonly now: () => number;
}

const MAX_BYTES = 16 * 1024;
const ROLES: readonly string[] = ['viewer', 'operator', 'auditor'] satisfies readonly Role[];
const MAX_TOKEN_SECONDS = 30 * 24 * 60 * 60;
const MAX_NAME_CHARS = 256;

export function developmentRoutes({ issuerUrl, issuer, tenants, faults, now }: DevelopmentOptions): Routes {
  return {
    '/dev/token': {
      POST: (request) =>
        withJson(request, async (value) =>
          json(200, await issuer.token(issuerUrl, tokenRequest(value), now())),
        ),
    },
    '/dev/tenants': { GET: () => json(200, { tenants: tenants() }) },
    '/dev/.well-known/openid-configuration': {
      GET: () =>
        json(200, {
          issuer: issuerUrl,
          jwks_uri: `${issuerUrl}/jwks.json`,
          token_endpoint: `${issuerUrl}/token`,
          response_types_supported: ['token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['EdDSA'],
        }),
    },
    '/dev/jwks.json': { GET: () => json(200, issuer.jwks) },
    '/dev/faults': {
      GET: () => json(200, faults.now),
      POST: (request) => withJson(request, (value) => json(200, faults.set(value))),
    },
  };
}

async function withJson(
  request: HttpRequest,
  answer: (value: unknown) => Answer | Promise<Answer>,
): Promise<Answer> {
  if (mediaType(request.headers) !== 'application/json')
    return json(415, { message: 'send application/json' });
  try {
    return await answer(JSON.parse((await request.body(MAX_BYTES)).toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return json(400, { message: 'the body is not JSON' });
    if (error instanceof RangeError) return json(400, { message: error.message });
    throw error;
  }
}

function tokenRequest(value: unknown): TokenRequest {
  if (!isObject(value))
    throw new RangeError(`send an object such as {"tenant": "acme"}, got ${kindOf(value)}`);
  const {
    tenant,
    tenants = [tenant],
    roles = ['viewer'],
    subject = 'developer',
    name,
    expiresInSeconds = 3600,
  } = value;
  if (!Array.isArray(tenants) || tenants.length === 0 || !tenants.every(isTenantId)) {
    throw new RangeError(
      'tenant (or tenants, a list): must be a tenant id of 1 to 64 characters of A-Z a-z 0-9 . _ -',
    );
  }
  if (!Array.isArray(roles) || !roles.every((role) => ROLES.includes(role)))
    throw new RangeError(`roles: must be a list of ${ROLES.join(', ')}`);
  if (typeof subject !== 'string' || subject === '' || subject.length > MAX_NAME_CHARS)
    throw new RangeError(`subject: must be a string of 1 to ${MAX_NAME_CHARS} characters`);
  if (name !== undefined && (typeof name !== 'string' || name.length > MAX_NAME_CHARS))
    throw new RangeError(`name: must be a string of at most ${MAX_NAME_CHARS} characters`);
  if (
    typeof expiresInSeconds !== 'number' ||
    !(expiresInSeconds > 0 && expiresInSeconds <= MAX_TOKEN_SECONDS)
  ) {
    throw new RangeError(`expiresInSeconds: must be a number up to ${MAX_TOKEN_SECONDS}`);
  }
  return { tenants, roles, subject, expiresInSeconds, ...(name !== undefined && { name }) };
}
