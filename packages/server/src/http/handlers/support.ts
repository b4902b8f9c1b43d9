/** Signing support agents in, and anybody of the console out. */
import { limits, schemas, supportScope } from '@aislechat/contract';
import { endSession } from '../../domain/oauth.ts';
import { newSupportLink, openSupportSession } from '../../domain/support.ts';
import type { Handlers } from '../exchange.ts';
import { parse } from '../parse.ts';
import type { Quotas } from '../quota.ts';
import { wireTime } from '../wire.ts';

type Names = 'createSupportLink' | 'createSupportSession' | 'endSession';

export const supportHandlers = (quotas: Quotas): Handlers<Names> => ({
  async createSupportLink({ context, caller, request, reply }) {
    const { agent } = parse(schemas.SupportLinkRequest, request.body);
    reply.header('cache-control', 'no-store');
    const { code, expiresAt } = await newSupportLink(context, caller, agent);
    return { support_code: code, agent, expires_at: wireTime(expiresAt) };
  },

  async createSupportSession({ context, request, reply }) {
    const { support_code } = parse(schemas.SupportSessionRequest, request.body);
    reply.header('cache-control', 'no-store');
    const session = await quotas.lookUp(request.ip, () => openSupportSession(context, support_code));
    return {
      access_token: session.accessToken,
      token_type: 'Bearer',
      expires_in: limits.supportSessionSeconds,
      created_at: Math.floor(session.issuedAt / 1000),
      scope: supportScope,
      agent: session.agent,
    };
  },

  async endSession({ context, caller }) {
    await endSession(context, caller);
    return { success: true };
  },
});
