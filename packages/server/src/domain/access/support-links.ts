/**
 * Support agents sign in with a code that an operator issued in their name. The code is short-lived and works once.
 * The resulting token can call the `client_or_support` routes and carries the agent's name, which the audit log
 * records.
 */
import { limits, supportScope } from '@aislechat/contract';
import type { RetailerRow } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';
import type { Caller } from './access.ts';
import { hashSecret, isSecret, newSecret } from './secrets.ts';

/** The subset of the context that the command line has. */
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

/** Unknown, used and expired codes are refused alike. @throws Refusal token_invalid */
export async function openSupportSession({ store, clock }: Needs, code: string): Promise<SupportSession> {
  const accessToken = newSecret();
  // Checked with a read first, so that callers without a code cannot hold up the writer.
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
