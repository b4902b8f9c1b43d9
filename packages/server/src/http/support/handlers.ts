import { limits, type RouteNameOf, routes, schemas, supportScope, wireTime } from '@aislechat/contract';
import { endSession } from '../../domain/access/oauth.ts';
import { newSupportLink, openSupportSession } from '../../domain/access/support-links.ts';
import { type Reading, readForSupport } from '../../domain/chat/support.ts';
import { wireOrderMessages } from '../chat/wire.ts';
import { wireSummary } from '../orders/wire.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import type { Quotas } from '../pipeline/quota.ts';

export const supportHandlers = (quotas: Quotas): Handlers<RouteNameOf<'support'>> => ({
  async getSupportConversation({ context, caller, request, reply, params }) {
    const { reason, agent } = parse(routes.getSupportConversation.query, request.query);
    const reference = orderReference(request, params.order_id!);
    const earlier = readingOf(request.headers['if-none-match']);
    const why = { reason, agent };
    const { content, entryId, state } = await readForSupport(context, caller, reference, { why, earlier });
    reply.header('cache-control', 'no-store').header('etag', `"${entryId}.${state}"`);
    if (!content) return reply.code(304).send();
    return {
      order: wireSummary(content.summary),
      ...wireOrderMessages(content.conversation, caller.retailer),
    };
  },

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
      timezone: session.retailer.timezone,
    };
  },

  async endSession({ context, caller }) {
    await endSession(context, caller);
    return { success: true };
  },
});

/** The reading whose answer had this `ETag`; undefined for one that we do not write. */
function readingOf(etag: string | undefined): Reading | undefined {
  const [, entryId, state] = /^(?:W\/)?"(\d{1,15})\.([\d-]{1,60})"$/.exec(etag ?? '') ?? [];
  return entryId === undefined || state === undefined ? undefined : { entryId: Number(entryId), state };
}
