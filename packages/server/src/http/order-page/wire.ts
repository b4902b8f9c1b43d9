/** Converts the page of an order to the contract's shapes. */
import { type schemas, wireTime } from '@aislechat/contract';
import type { PageView } from '../../domain/orders/page.ts';
import { isStaged } from '../../domain/orders/pickup.ts';
import { wireLocation, wireOrderItems } from '../order-status/wire.ts';

export function wirePage(page: PageView): schemas.OrderPage {
  const { order, details, retailer, steps, items, location, destination, lateSince, hasChat, locale } = page;
  const wire: schemas.OrderPage = {
    order_id: order.externalId,
    id: order.id,
    workflow_state: order.workflowState,
    fulfillment_type: order.fulfillmentType,
    created_at: wireTime(order.createdAt),
    timezone: retailer.timezone,
    steps: steps.map(({ step, reachedAt, isSkipped }) => ({
      step,
      ...(reachedAt !== undefined && { reached_at: wireTime(reachedAt) }),
      ...(isSkipped && { skipped: true }),
    })),
    items: wireOrderItems(items).line_items,
    retailer: {
      name: retailer.name,
      brand_color: retailer.brandColor,
      ...(retailer.logoUrl !== '' && { logo_url: retailer.logoUrl }),
      ...(retailer.mapTilesUrl !== '' && {
        map: { tiles_url: retailer.mapTilesUrl, attribution: retailer.mapAttribution },
      }),
    },
    has_chat: hasChat,
  };
  if (retailer.customerQuickRepliesShown) wire.quick_replies = [...retailer.customerQuickReplies];
  if (details.windowStartsAt !== undefined) wire.window_starts_at = wireTime(details.windowStartsAt);
  if (details.windowEndsAt !== undefined) wire.window_ends_at = wireTime(details.windowEndsAt);
  if (location) wire.location = wireLocation(location);
  if (destination) wire.destination = destination;
  if (lateSince !== undefined) wire.late_since = wireTime(lateSince);
  if (order.endedAt !== null) wire.ended_at = wireTime(order.endedAt);
  if (order.expiresAt !== null) wire.expires_at = wireTime(order.expiresAt);
  if (locale !== undefined) wire.locale = locale;
  if (order.fulfillmentType === 'pickup') wire.pickup = pickupOf(page);
  if (details.rating) {
    wire.rating = { rating_value: details.rating.value, highlights: details.rating.highlights };
  }
  return wire;
}

function pickupOf({ order, details, retailer }: PageView): NonNullable<schemas.OrderPage['pickup']> {
  const { etaAt, arrivedAt, delegate } = details.pickup ?? {};
  return {
    is_ready: isStaged(order),
    ...(retailer.pickupInstructions !== '' && { instructions: retailer.pickupInstructions }),
    ...(etaAt !== undefined && { eta: wireTime(etaAt) }),
    ...(arrivedAt !== undefined && { arrived_at: wireTime(arrivedAt) }),
    ...(delegate && { delegate_name: delegate.name }),
  };
}
