/** Access tokens. Connect: "Generate an access token", "Permissions and scopes", "Revoke an access token". */
import { type GrantType, grantTypes, limits, type Scope, scopes } from '@aislechat/contract';
import type { ApplicationRow } from '../storage/store.ts';
import { retailerNow } from './clock.ts';
import type { Context } from './context.ts';
import { OAuthRefusal } from './errors.ts';
import { hashSecret, newSecret, sameText } from './secrets.ts';

export interface TokenRequest {
  clientId: string | undefined;
  clientSecret: string | undefined;
  grantType: string | undefined;
  scope: string | undefined;
  assertion: string | undefined;
}

export interface IssuedToken {
  accessToken: string;
  scopes: string[];
  issuedAt: number;
}

/** The scopes a grant can give. Connect couples each API with its grants. */
const scopesOfGrant: Record<GrantType, readonly Scope[]> = {
  client_credentials: scopes,
  fulfillment_user_assertion: ['connect:post_checkout'],
};

/** @throws OAuthRefusal */
export async function issueToken(context: Context, request: TokenRequest): Promise<IssuedToken> {
  if (!request.grantType) throw new OAuthRefusal('invalid_request');
  if (!isGrantType(request.grantType)) throw new OAuthRefusal('unsupported_grant_type');
  const application = await authenticateApplication(context, request.clientId, request.clientSecret);
  if (application.state === 'disabled') throw new OAuthRefusal('invalid_client');

  const userId =
    request.grantType === 'fulfillment_user_assertion'
      ? await userOfAssertion(context, application.retailerId, request.assertion)
      : null;
  const granted = grantedScopes(application, request.grantType, request.scope);

  const retailer = await context.store.read.retailers.find(application.retailerId);
  const issuedAt = retailerNow(context.clock, retailer!);
  const accessToken = newSecret();
  await context.store.write((tx) =>
    tx.tokens.insert({
      tokenHash: hashSecret(accessToken),
      retailerId: application.retailerId,
      applicationId: application.id,
      userId,
      scopes: granted.join(','),
      issuedAt,
      expiresAt: issuedAt + limits.tokenLifetimeSeconds * 1000,
      revokedAt: null,
    }),
  );
  return { accessToken, scopes: granted, issuedAt };
}

/** Only the application that issued a token may revoke it; an unknown token is as good as revoked. */
export async function revokeToken(
  context: Context,
  request: { clientId: string | undefined; clientSecret: string | undefined; token: string | undefined },
): Promise<void> {
  const application = await authenticateApplication(context, request.clientId, request.clientSecret);
  if (!request.token) throw new OAuthRefusal('invalid_request');
  const tokenHash = hashSecret(request.token);
  const token = await context.store.read.tokens.find(tokenHash);
  if (!token) return;
  if (token.retailerId !== application.retailerId || token.applicationId !== application.id) {
    throw new OAuthRefusal('unauthorized_client');
  }
  const retailer = await context.store.read.retailers.find(token.retailerId);
  await context.store.write((tx) =>
    tx.tokens.revoke(token.retailerId, tokenHash, retailerNow(context.clock, retailer!)),
  );
  context.access.forgetToken(request.token);
}

const isGrantType = (text: string): text is GrantType => (grantTypes as readonly string[]).includes(text);

/**
 * Looked up by the secret's hash, so that a wrong secret and an unknown client are the same miss and take
 * the same time.
 */
async function authenticateApplication(
  context: Context,
  clientId: string | undefined,
  clientSecret: string | undefined,
): Promise<ApplicationRow> {
  const secretHash = hashSecret(clientSecret ?? '');
  const application = await context.store.read.applications.findBySecretHash(secretHash);
  if (!application || !sameText(application.clientId, clientId ?? '')) {
    throw new OAuthRefusal('invalid_client');
  }
  return application;
}

function grantedScopes(
  application: ApplicationRow,
  grant: GrantType,
  requested: string | undefined,
): string[] {
  const possible = application.scopes
    .split(',')
    .filter((scope) => (scopesOfGrant[grant] as readonly string[]).includes(scope));
  const asked = (requested ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  const granted = asked.length === 0 ? possible : [...new Set(asked)];
  if (granted.length === 0 || granted.some((scope) => !possible.includes(scope))) {
    throw new OAuthRefusal('invalid_scope');
  }
  return granted;
}

async function userOfAssertion(
  context: Context,
  retailerId: number,
  assertion: string | undefined,
): Promise<number> {
  const externalId = readAssertion(assertion ?? '');
  const user =
    externalId === undefined
      ? undefined
      : await context.store.read.users.findByExternalId(retailerId, externalId);
  if (!user) throw new OAuthRefusal('invalid_grant');
  return user.id;
}

/**
 * The user ID inside Base64 of `{"user_id": "..."}`, in either alphabet, padded or not. The sample printed
 * in Connect's tutorials has lost the quotes around the value, and clients copied it: that is read too.
 */
export function readAssertion(assertion: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(assertion)) return undefined;
  const text = Buffer.from(assertion, 'base64').toString('utf8');
  try {
    const value = JSON.parse(text)?.user_id;
    if (typeof value === 'string' && value !== '') return value;
    return Number.isSafeInteger(value) ? String(value) : undefined;
  } catch {
    return /^\s*\{\s*"?user_id"?\s*:\s*([^"{},\s][^"{},]*?)\s*\}\s*$/.exec(text)?.[1];
  }
}
