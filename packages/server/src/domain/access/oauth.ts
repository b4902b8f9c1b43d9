/** Access tokens. Connect: "Generate an access token", "Permissions and scopes", "Revoke an access token". */
import {
  connectScopes,
  type GrantType,
  grantTypes,
  limits,
  ratingScope,
  refreshGrant,
  type Scope,
  shopperGrant,
} from '@aislechat/contract';
import type { ApplicationRow, RetailerRow, ShopperReference, TokenRow, Writer } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { OAuthRefusal } from '../errors.ts';
import { noteShopperActivity, noteUserActivity } from '../people/activity.ts';
import type { Caller } from './access.ts';
import { isSigned, type SignedAssertion, type SubjectKind, verifyAssertion } from './assertions.ts';
import { hashSecret, newSecret, sameText } from './secrets.ts';
import { readRefreshToken, renewSignIn, signIn, signInOf } from './sign-ins.ts';

export interface TokenRequest {
  clientId: string | undefined;
  clientSecret: string | undefined;
  grantType: string | undefined;
  scope: string | undefined;
  assertion: string | undefined;
  refreshToken: string | undefined;
  /** The slug of the banner that the request names. */
  banner: string | undefined;
  /** Called with the authenticated application; may throw to refuse it. */
  admit?: (application: ApplicationRow) => void;
}

export interface IssuedToken {
  accessToken: string;
  /** Only for a shopper who stays signed in. */
  refreshToken: string | undefined;
  scopes: string[];
  issuedAt: number;
  retailer: RetailerRow;
}

/** The scopes each grant can give. Connect ties each of its APIs to particular grants. */
const scopesOfGrant: Record<GrantType, readonly Scope[]> = {
  client_credentials: [...connectScopes, ratingScope, 'aislechat:operate'],
  fulfillment_user_assertion: ['connect:post_checkout', ratingScope],
  [shopperGrant]: ['aislechat:shopper'],
  [refreshGrant]: [],
};

/** Asks for a refresh token (OpenID Connect Core, section 11). */
const offlineAccess = 'offline_access';

/** @throws OAuthRefusal */
export async function issueToken(context: Context, request: TokenRequest): Promise<IssuedToken> {
  if (!request.grantType) throw new OAuthRefusal('invalid_request');
  if (!isGrantType(request.grantType)) throw new OAuthRefusal('unsupported_grant_type');
  if (request.grantType === refreshGrant) return refresh(context, request);
  const rows = await authenticateApplication(context, request.clientId, request.clientSecret);
  if (rows[0].state === 'disabled') throw new OAuthRefusal('invalid_client');
  request.admit?.(rows[0]);

  const places = await placesOf(context, rows, request);
  const [{ application, retailer, issuedAt }] = places;
  const { grantType: grant, assertion = '' } = request;
  const { signed, ...subject } = await subjectOf(
    context,
    retailer,
    application,
    { grant, assertion },
    issuedAt,
  );
  const { scopes, staysSignedIn } = grantedScopes(application, request.grantType, request.scope);

  return context.store.write(async (tx) => {
    if (signed && !(await tx.usedAssertions.use(retailer.id, signed.hash, signed.expiresAt))) {
      throw new OAuthRefusal('invalid_grant');
    }
    const accessToken = newSecret();
    for (const place of places) {
      const { issuedAt } = place;
      await insertToken(tx, place.application, { accessToken, subject, scopes, issuedAt });
    }
    const refreshToken = staysSignedIn
      ? await signIn(tx, application, subject.shopperId!, issuedAt)
      : undefined;
    return { accessToken, refreshToken, scopes, issuedAt, retailer };
  });
}

/** Where a token will act. */
interface Place {
  application: ApplicationRow;
  retailer: RetailerRow;
  /** By the retailer's clock. */
  issuedAt: number;
}

/**
 * A client's token reaches every banner of the organization, and each request names one. A person belongs to one
 * banner, which is fixed now. @throws OAuthRefusal invalid_request
 */
async function placesOf(
  { store, clock }: Context,
  rows: readonly ApplicationRow[],
  { grantType, banner }: TokenRequest,
): Promise<[Place, ...Place[]]> {
  const placeOf = async (application: ApplicationRow): Promise<Place> => {
    const retailer = (await store.read.retailers.find(application.retailerId))!;
    return { application, retailer, issuedAt: retailerNow(clock, retailer) };
  };
  const all = await Promise.all(rows.map(placeOf));
  const isAnywhere = ({ retailer }: Place) =>
    retailer.banner === null || grantType === 'client_credentials' || retailer.banner === banner;
  const [first, ...others] = all.filter(isAnywhere);
  if (!first) throw new OAuthRefusal('invalid_request');
  return [first, ...others];
}

/** Continues a sign-in. A shopper's device has no client secret: its refresh token is the proof. */
async function refresh(context: Context, request: TokenRequest): Promise<IssuedToken> {
  if (!request.refreshToken) throw new OAuthRefusal('invalid_request');
  const presented = readRefreshToken(request.refreshToken);
  if (!presented) throw new OAuthRefusal('invalid_grant');
  const { retailerId, applicationId, shopperId, expiresAt } = await signInOf(context, presented);
  const { read } = context.store;
  const application = (await read.applications.find(retailerId, applicationId))!;
  const isOthers = request.clientId !== undefined && !sameText(request.clientId, application.clientId);
  if (application.state === 'disabled' || isOthers) throw new OAuthRefusal('invalid_grant');
  request.admit?.(application);
  const retailer = (await read.retailers.find(retailerId))!;
  const issuedAt = retailerNow(context.clock, retailer);
  if (issuedAt >= expiresAt) throw new OAuthRefusal('invalid_grant');
  const { scopes } = grantedScopes(application, shopperGrant, request.scope);
  return context.store.write(async (tx) => {
    const subject = { userId: null, shopperId };
    // Locks the shopper before the sign-in, as an erasure does.
    const accessToken = newSecret();
    await insertToken(tx, application, { accessToken, subject, scopes, issuedAt });
    const refreshToken = await renewSignIn(tx, retailerId, presented, issuedAt);
    return { accessToken, refreshToken, scopes, issuedAt, retailer };
  });
}

/** Stores the hash of a token. */
async function insertToken(
  tx: Writer,
  application: ApplicationRow,
  { accessToken, subject, scopes, issuedAt }: NewToken,
): Promise<void> {
  const { retailerId } = application;
  const { userId, shopperId } = subject;
  // Locked, so that an application being disabled or rotated along with its tokens is not issued another one.
  if (!(await tx.applications.hold(application))) throw new OAuthRefusal('invalid_client');
  // Locked, so that a person being erased is not issued another token.
  if (userId !== null) {
    const user = await tx.users.lock(retailerId, { id: userId });
    if (user?.erasedAt !== null) throw new OAuthRefusal('invalid_grant');
  }
  if (shopperId !== null) {
    const shopper = await tx.shoppers.lock(retailerId, { id: shopperId });
    if (shopper?.erasedAt !== null) throw new OAuthRefusal('invalid_grant');
  }
  const token: TokenRow = {
    tokenHash: hashSecret(accessToken),
    retailerId,
    applicationId: application.id,
    userId,
    shopperId,
    agent: null,
    scopes: scopes.join(','),
    issuedAt,
    expiresAt: issuedAt + limits.tokenLifetimeSeconds * 1000,
    revokedAt: null,
  };
  await tx.tokens.insert(token);
  if (userId !== null) await noteUserActivity(tx, { retailerId, id: userId }, issuedAt);
  if (shopperId !== null) await noteShopperActivity(tx, { retailerId, id: shopperId }, issuedAt);
  // A client that requests a token for every call keeps working, but stores no more than this many.
  const isPersons = userId !== null || shopperId !== null;
  const most = isPersons ? limits.tokensPerPerson : limits.tokensPerApplication;
  for (const revoked of await tx.tokens.deleteOldest(token, issuedAt, most)) {
    tx.changed({ retailerId, revoked });
  }
}

interface NewToken {
  accessToken: string;
  subject: Subject;
  scopes: string[];
  issuedAt: number;
}

/**
 * Only the application that obtained a token may revoke it; for a refresh token, having it is enough. An unknown token counts
 * as already revoked.
 * @returns the retailer that the token was for, if it is known
 */
export async function revokeToken(
  context: Context,
  request: { clientId: string | undefined; clientSecret: string | undefined; token: string | undefined },
): Promise<RetailerRow | undefined> {
  const device = readRefreshToken(request.token);
  if (device) {
    const row = await context.store.read.signIns.find(device.id);
    if (!row) return undefined;
    return context.store.write(async (tx) => {
      await tx.signIns.delete(row.retailerId, row.id);
      return tx.retailers.find(row.retailerId);
    });
  }
  const applications = await authenticateApplication(context, request.clientId, request.clientSecret);
  if (!request.token) throw new OAuthRefusal('invalid_request');
  const tokenHash = hashSecret(request.token);
  const tokens = await context.store.read.tokens.all(tokenHash);
  if (tokens.length === 0) return undefined;
  const isOwn = ({ retailerId, applicationId }: TokenRow) =>
    applications.some(
      (application) => application.retailerId === retailerId && application.id === applicationId,
    );
  if (!tokens.every(isOwn)) throw new OAuthRefusal('unauthorized_client');
  const retailer = await revokeEverywhere(context, tokens);
  context.access.forgetToken(request.token);
  return retailer;
}

/** Revokes the caller's own token. */
export async function endSession(context: Context, { tokenHash }: Caller): Promise<void> {
  await revokeEverywhere(context, await context.store.read.tokens.all(tokenHash));
}

/** Revokes all rows of one token. @returns one of their retailers */
async function revokeEverywhere(
  { store, clock }: Context,
  tokens: readonly TokenRow[],
): Promise<RetailerRow | undefined> {
  return store.write(async (tx) => {
    let retailer: RetailerRow | undefined;
    for (const { retailerId, tokenHash } of tokens) {
      retailer = (await tx.retailers.find(retailerId))!;
      await tx.tokens.revoke(retailerId, tokenHash, retailerNow(clock, retailer));
      tx.changed({ retailerId, revoked: tokenHash });
    }
    return retailer;
  });
}

const isConnects = (scope: string): boolean => (connectScopes as readonly string[]).includes(scope);
const isGrantType = (text: string): text is GrantType => (grantTypes as readonly string[]).includes(text);

/**
 * Looked up by the hash of the secret, so that a wrong secret and an unknown client fail alike and take the same
 * time.
 * @returns the rows of the application: one, or one for each banner of its organization
 */
async function authenticateApplication(
  context: Context,
  clientId: string | undefined,
  clientSecret: string | undefined,
): Promise<[ApplicationRow, ...ApplicationRow[]]> {
  const secretHash = hashSecret(clientSecret ?? '');
  const [first, ...others] = await context.store.read.applications.allBySecretHash(secretHash);
  if (!first || !sameText(first.clientId, clientId ?? '')) throw new OAuthRefusal('invalid_client');
  return [first, ...others];
}

function grantedScopes(
  application: ApplicationRow,
  grant: GrantType,
  requested: string | undefined,
): { scopes: string[]; staysSignedIn: boolean } {
  const possible = application.scopes
    .split(',')
    .filter((scope) => (scopesOfGrant[grant] as readonly string[]).includes(scope));
  const all = (requested ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  const staysSignedIn = grant === shopperGrant && all.includes(offlineAccess);
  const names = staysSignedIn ? all.filter((scope) => scope !== offlineAccess) : all;
  // A client that names no scope gets the scopes of Connect's orders and chats. The others must be requested by name or
  // have their own grant.
  const defaults = possible.filter((scope) => grant === shopperGrant || isConnects(scope));
  const scopes = names.length === 0 ? defaults : [...new Set(names)];
  if (scopes.length === 0 || scopes.some((scope) => !possible.includes(scope))) {
    throw new OAuthRefusal('invalid_scope');
  }
  return { scopes, staysSignedIn };
}

interface Subject {
  userId: number | null;
  shopperId: number | null;
  /** The signed assertion that named the subject; it must not be accepted again. */
  signed?: SignedAssertion;
}

/** Who the token will speak for. @throws OAuthRefusal invalid_grant */
async function subjectOf(
  { store }: Context,
  retailer: RetailerRow,
  application: ApplicationRow,
  { grant, assertion }: { grant: GrantType; assertion: string },
  now: number,
): Promise<Subject> {
  if (grant === 'client_credentials') return { userId: null, shopperId: null };
  const kind: SubjectKind = grant === 'fulfillment_user_assertion' ? 'user' : 'shopper';
  let signed: SignedAssertion | undefined;
  if (isSigned(assertion)) {
    signed = await verifyAssertion(store, application, kind, assertion, now);
    // Otherwise an assertion for one banner's user would serve for the user of the same ID in another.
    const isForHere = retailer.banner === null || signed?.banner === retailer.banner;
    if (!signed || !isForHere) throw new OAuthRefusal('invalid_grant');
  } else if (retailer.signedAssertions === 'required') {
    throw new OAuthRefusal('invalid_grant');
  }
  if (kind === 'user') {
    const externalId = signed ? signed.subject : readAssertion(assertion);
    const user =
      externalId === undefined ? undefined : await store.read.users.findByExternalId(retailer.id, externalId);
    if (!user) throw new OAuthRefusal('invalid_grant');
    return { userId: user.id, shopperId: null, ...(signed && { signed }) };
  }
  const reference = signed ? { externalId: signed.subject } : readShopperAssertion(assertion);
  const shopper = reference && (await store.read.shoppers.findByReference(retailer.id, reference));
  if (!shopper) throw new OAuthRefusal('invalid_grant');
  return { userId: null, shopperId: shopper.id, ...(signed && { signed }) };
}

/**
 * The shopper in Base64 of `{"shopper_id": ...}`: a string is the retailer's own ID, a number is the Aislechat ID.
 */
export function readShopperAssertion(assertion: string): ShopperReference | undefined {
  const value = memberOf(textOfAssertion(assertion), 'shopper_id');
  if (typeof value === 'string' && value !== '') return { externalId: value };
  return Number.isSafeInteger(value) ? { id: value as number } : undefined;
}

/**
 * The user ID in Base64 of `{"user_id": "..."}`, in either alphabet, with or without padding. The example in
 * Connect's tutorials lacks the quotes around the value and clients have copied it, so that form is accepted too.
 */
export function readAssertion(assertion: string): string | undefined {
  const text = textOfAssertion(assertion);
  const value = memberOf(text, 'user_id');
  if (value === notJson) {
    const unquoted = /^\{\s*"?user_id"?\s*:([^"{},]+)\}$/.exec(text!.trim())?.[1]?.trim();
    return unquoted || undefined;
  }
  if (typeof value === 'string' && value !== '') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/**
 * Undefined when the text is too long, not Base64 or not UTF-8. An ID is never repaired, because it could become
 * another person's.
 */
function textOfAssertion(assertion: string): string | undefined {
  if (assertion.length > limits.assertionCharacters) return undefined;
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(assertion)) return undefined;
  try {
    return strictUtf8.decode(Buffer.from(assertion, 'base64'));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

const notJson = Symbol('not JSON');

function memberOf(text: string | undefined, name: string): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text)?.[name];
  } catch (error) {
    if (error instanceof SyntaxError) return notJson;
    throw error;
  }
}
