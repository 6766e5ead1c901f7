/** Who called: from what API Gateway's authorizers say, the surest word first. Never from a header that anybody can send. */
import type { Actor } from '../domain/event/audit-event.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Of HTTP APIs (`jwt`, `iam`, `lambda`) and of REST APIs (`claims` of Cognito; else the authorizer's own context). */
export interface Authorizer extends Fields {
  readonly jwt?: { readonly claims?: Fields };
  readonly iam?: Fields;
  readonly lambda?: Fields | null;
  readonly claims?: Fields;
}

/** `requestContext.identity` of REST APIs. */
export interface Identity extends Fields {
  readonly sourceIp?: string | null;
}

export const ANONYMOUS: Actor = { type: 'anonymous', id: 'anonymous' };

export function actorOf(said: { readonly authorizer?: Authorizer; readonly identity?: Identity }): Actor {
  const { authorizer = {}, identity = {} } = said;
  const claims = authorizer.jwt?.claims ?? authorizer.claims;
  return (
    (claims && byClaims(claims)) ??
    (authorizer.iam && byIam(authorizer.iam)) ??
    byAuthorizerContext(authorizer.lambda ?? authorizer) ??
    byIam(identity) ??
    byCognitoIdentity(identity) ??
    byApiKey(identity) ??
    ANONYMOUS
  );
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
function byClaims(claims: Fields): Actor | undefined {
  const id = text(claims.sub) ?? text(claims.client_id);
  if (id === undefined) return;
  const client = text(claims.client_id) ?? text(claims.azp);
  // A token of the client-credentials grant is the client's own.
  const ofClient = client === id || id === `${client}@clients` || text(claims.gty) === 'client-credentials';
  const roles = list(claims.roles);
  const groups = list(claims['cognito:groups'] ?? claims.groups);
  const name = text(claims.name) ?? text(claims['cognito:username']) ?? text(claims.username);
  const email = text(claims.email);
  const sessionId = text(claims.sid) ?? text(claims.origin_jti);
  return {
    type: ofClient ? 'service' : 'user',
    id,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(roles.length > 0 && { roles }),
    ...(groups.length > 0 && { groups }),
    ...(sessionId !== undefined && { sessionId }),
    ...(list(claims.amr).includes('mfa') && { mfa: true }),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
function byIam(iam: Fields): Actor | undefined {
  const id = text(iam.userArn);
  if (id === undefined) return;
  const credentialId = text(iam.accessKey);
  return { type: id.includes(':user/') ? 'user' : 'service', id, ...(credentialId && { credentialId }) };
}

/** What a Lambda authorizer puts into its context is its own choice: `principalId` is there always on REST APIs. */
function byAuthorizerContext(context: Fields): Actor | undefined {
  const id = text(context.principalId) ?? text(context.sub) ?? text(context.userId);
  if (id === undefined) return;
  const name = text(context.name);
  const email = text(context.email);
  return { type: 'user', id, ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
}

function byCognitoIdentity(identity: Fields): Actor | undefined {
  const id = text(identity.cognitoIdentityId);
  return id === undefined ? undefined : { type: 'user', id };
}

/** The key's id; the key itself stands beside it in the event and is left there. */
function byApiKey(identity: Fields): Actor | undefined {
  const id = text(identity.apiKeyId);
  return id === undefined ? undefined : { type: 'api_key', id, credentialId: id };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** HTTP APIs hand over a claim that is an array as text, `[a b]`. */
function list(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((entry) => typeof entry === 'string');
  if (typeof claim !== 'string') return [];
  return claim
    .replace(/^\[|\]$/g, '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
}
