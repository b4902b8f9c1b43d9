import { eventId, type RouteNameOf, routes, schemas, wireTime } from '@aislechat/contract';
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

  resolveReports: acting(resolveReports),
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
  ...(report.resolvedAt !== null && { resolved_at: wireTime(report.resolvedAt) }),
});
