/**
 * Support agents sign in with a code that an operator made for them by name. It serves once and soon; the token that it
 * gives reaches what `client_or_support` routes show, and carries the agent's name, which the audit log takes from it.
 */
import { limits, supportScope } from '@aislechat/contract';
import type { RetailerRow } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';
import type { Caller } from './access.ts';
import { hashSecret, isSecret, newSecret } from './secrets.ts';

/** The command line has no more than this. */
type Needs = Pick<Context, 'store' | 'clock'>;

export async function newSupportLink(
  { store, clock }: Needs,
  { retailer, applicationId }: Pick<Caller, 'retailer' | 'applicationId'>,
  agent: string,
  detail?: Record<string, unknown>,
): Promise<{ code: string; expiresAt: number }> {
  const code = newSecret();
  const now = retailerNow(clock, retailer);
  const expiresAt = now + limits.supportLinkLifetimeMs;
  await store.write(async (tx) => {
    if ((await tx.supportLinks.count(retailer.id, now)) >= limits.supportLinks) {
      throw new Refusal('limit_reached', 'support links');
    }
    await tx.supportLinks.insert({
      retailerId: retailer.id,
      codeHash: hashSecret(code),
      applicationId,
      agent,
      expiresAt,
    });
    const subject = { type: 'application', id: applicationId } as const;
    await audit(tx, { retailer, applicationId, agent }, now, {
      action: 'support_link',
      subject,
      detail,
    });
  });
  return { code, expiresAt };
}

export interface SupportSession {
  accessToken: string;
  agent: string;
  issuedAt: number;
  retailer: RetailerRow;
}

/** Unknown, used and too old are the same. @throws Refusal token_invalid */
export async function openSupportSession({ store, clock }: Needs, code: string): Promise<SupportSession> {
  const accessToken = newSecret();
  // Read first: who has no code must not hold up those who write.
  if (!isSecret(code) || !(await store.read.supportLinks.exists(hashSecret(code))))
    throw new Refusal('token_invalid');
  return store.write(async (tx) => {
    const link = await tx.supportLinks.take(hashSecret(code));
    if (!link) throw new Refusal('token_invalid');
    const { retailerId, applicationId, agent } = link;
    const retailer = (await tx.retailers.find(retailerId))!;
    const application = await tx.applications.find(retailerId, applicationId);
    const issuedAt = retailerNow(clock, retailer);
    if (issuedAt >= link.expiresAt || application?.state !== 'enabled') throw new Refusal('token_invalid');
    await tx.tokens.insert({
      tokenHash: hashSecret(accessToken),
      retailerId,
      applicationId,
      userId: null,
      shopperId: null,
      agent,
      scopes: supportScope,
      issuedAt,
      expiresAt: issuedAt + limits.supportSessionSeconds * 1000,
      revokedAt: null,
    });
    const subject = { type: 'application', id: applicationId } as const;
    await audit(tx, { retailer, applicationId, agent }, issuedAt, { action: 'support_session', subject });
    return { accessToken, agent, issuedAt, retailer };
  });
}
