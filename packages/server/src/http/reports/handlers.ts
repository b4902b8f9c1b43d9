import { eventId, type RouteNameOf, routes, schemas, wireTime } from '@aislechat/contract';
import { readEvidence } from '../../domain/chat/evidence.ts';
import {
  closeChat,
  keepApart,
  listReports,
  reopenChat,
  reportChat,
  resolveReports,
} from '../../domain/chat/reports.ts';
import { retailerNow } from '../../domain/clock.ts';
import type { OrderReportOfList } from '../../storage/store.ts';
import { type Exchange, type Handlers, orderReference } from '../pipeline/exchange.ts';
import { idCursors } from '../pipeline/paging.ts';
import { parse } from '../pipeline/parse.ts';

export const reportHandlers: Handlers<RouteNameOf<'reports'>> = {
  async reportChat({ context, caller, request, params }) {
    const read = () => {
      const { reason, message_ids: messageIds = [] } = parse(schemas.ReportRequest, request.body);
      return { reason, messageIds };
    };
    await reportChat(context, caller, orderReference(request, params.order_id!), read);
    return { success: true };
  },

  async listReports({ context, caller, request }) {
    const query = parse(routes.listReports.query, request.query);
    const which = query.resolved === undefined ? 'all' : query.resolved ? 'resolved' : 'open';
    const now = retailerNow(context.clock, caller.retailer);
    const { rows, next } = await listReports(context, caller, which, idCursors.pageOf(query));
    return { reports: rows.map((report) => wireReport(report, now)), next: idCursors.cursorOf(next) };
  },

  async resolveReports({ context, caller, request, params }) {
    const { erase_evidence: erasesEvidence = false } = parse(schemas.ReportResolution, request.body);
    await resolveReports(context, caller, orderReference(request, params.order_id!), erasesEvidence);
    return { success: true };
  },

  async getEvidence({ context, caller, request, reply, params }) {
    const { reason, agent } = parse(routes.getEvidence.query, request.query);
    const reference = orderReference(request, params.order_id!);
    reply.header('cache-control', 'no-store');
    const held = await readEvidence(context, caller, reference, { reason, agent });
    return {
      messages: held.map((message) => ({
        id: eventId(message.orderId, message.seq),
        report_id: message.reportId,
        sender_type: message.senderType,
        created_at: wireTime(message.sentAt),
        body: message.body,
        has_image: message.hasImage === 1,
        held_until: wireTime(message.endsAt),
      })),
    };
  },

  closeChat: acting(closeChat),
  reopenChat: acting(reopenChat),
  keepApart: acting(keepApart),
};

/** A handler that only names an order. */
function acting(act: typeof closeChat) {
  return async ({ context, caller, request, params }: Exchange) => {
    await act(context, caller, orderReference(request, params.order_id!));
    return { success: true };
  };
}

const wireReport = (report: OrderReportOfList, now: number): schemas.Report => ({
  id: report.id,
  order_id: report.orderExternalId,
  reported_by: report.reportedBy,
  reason: report.reason,
  message_ids: report.messages.map((seq) => eventId(report.orderId, seq)),
  created_at: wireTime(report.createdAt),
  chat_closed: report.chatClosedAt !== null,
  ...(report.expiresAt !== null && {
    text_until: wireTime(report.expiresAt),
    text_seconds_left: Math.max(0, Math.floor((report.expiresAt - now) / 1000)),
  }),
  held_messages: report.held,
  ...(report.heldUntil !== null && { held_until: wireTime(report.heldUntil) }),
  ...(report.resolvedAt !== null && { resolved_at: wireTime(report.resolvedAt) }),
});
