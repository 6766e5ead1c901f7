/** A home that is closed by default: an issuer of viewers' tokens, two producers with rights of their own. */
import type { Home } from '../../src/local/home.ts';
import type { HomeOptions } from '../../src/local/home-options.ts';
import { AUDIENCE, aKey, anIssuer, aToken, ISSUER } from '../stream/auth/an-issuer.ts';
import { aHome } from './a-home.ts';

export const BILLING = {
  accessKeyId: 'AKBILLING',
  secretAccessKey: 'the-secret-of-billing',
  tenants: ['acme'],
  sources: ['audit.billing'],
};
export const EVERYWHERE = {
  accessKeyId: 'AKEVERYWHERE',
  secretAccessKey: 'the-secret-of-everywhere',
  tenants: '*',
  sources: '*',
} as const;

export async function aClosedHome(
  options: HomeOptions = {},
): Promise<{ home: Home; token: (claims?: Readonly<Record<string, unknown>>) => Promise<string> }> {
  const key = await aKey('first');
  const home = await aHome({
    issuer: { url: ISSUER, audience: AUDIENCE },
    producers: [BILLING, EVERYWHERE],
    fetch: anIssuer(key).fetch,
    ...options,
  });
  return { home, token: (claims) => aToken(key, Date.now(), claims) };
}
