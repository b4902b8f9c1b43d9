import type {
  CancellationReason,
  FulfillmentType,
  RatingHighlight,
  RatingValue,
  schemas,
  WorkflowState,
} from '@aislechat/contract';
import { canBeStored, type Sql } from '../sql.ts';

/** The order was deleted since it was found. */
export class OrderGone extends Error {
  override readonly name = 'OrderGone';
}

/** The part of an order that every operation on it needs. */
export interface OrderRow {
  retailerId: number;
  id: number;
  externalId: string;
  userId: number;
  fulfillmentType: FulfillmentType;
  fulfillmentVersion: number;
  workflowState: WorkflowState;
  cancellationReason: CancellationReason | null;
  currentShopperId: number | null;
  /** Number of the last event in the order's log; 0 before the first. */
  seq: number;
  /** Incremented by every change to anything a reader of the conversation sees. */
  version: number;
  lastEventAt: number;
  createdAt: number;
  /** First delivery or cancellation; null while the order is active. */
  endedAt: number | null;
  expiresAt: number | null;
  erasedAt: number | null;
  /** The texts up to this event are being erased on request. Nobody can read them any more. */
  erasingTo: number | null;
  /** Messages from shoppers that the customer has not read. */
  unreadByUser: number;
  /** Messages from the customer that no shopper has read. */
  unreadByShopper: number;
  /** 1 if a notification could reach the customer, or the shopper who has the order; 0 if none can. */
  userReachable: number;
  shopperReachable: number;
  /** The number of the link to the order's page. Links with an earlier number have ended. */
  linkNumber: number;
  /** When the link was revoked; null if it works. */
  linkRevokedAt: number | null;
  /** The hashes of the secrets of the devices that the link is bound to, oldest first, separated by commas. */
  linkDevices: string;
  /** When an operator closed the chat; null if the order's state decides. */
  chatClosedAt: number | null;
}

/** In degrees. */
export interface Coordinates {
  latitude: number;
  longitude: number;
}

/** How the customer wants the groceries delivered. */
export interface DeliveryWishes {
  address?: schemas.Address;
  dropoffLocation?: string;
  instructions?: string;
  leaveUnattended?: boolean;
}

/** What is known of an order besides its state. It is stored apart from the order's row, which every message rewrites. */
export interface OrderDetails {
  locale?: string;
  storeLocation?: string;
  windowStartsAt?: number;
  windowEndsAt?: number;
  bagCount?: number;
  /** The shopper's location, only while the order is being delivered. */
  location?: Coordinates & { at?: number };
  wishes?: DeliveryWishes;
  pickup?: Pickup;
  rating?: Rating;
}

/** How an order is picked up at the store. */
export interface Pickup {
  /** When the customer expects to arrive. */
  etaAt?: number;
  arrivedAt?: number;
  isDelegateHere?: boolean;
  /** Who picks it up instead of the customer. */
  delegate?: { name: string; phoneNumber: string };
}

export interface Rating {
  value: RatingValue;
  highlights: RatingHighlight[];
}

/** How a request names an order: by the retailer's string or by our number, never by both. */
export type OrderReference = { externalId: string } | { id: number };

const columns = `
  retailer_id AS "retailerId",
  id,
  external_id AS "externalId",
  user_id AS "userId",
  fulfillment_type AS "fulfillmentType",
  fulfillment_version AS "fulfillmentVersion",
  workflow_state AS "workflowState",
  cancellation_reason AS "cancellationReason",
  current_shopper_id AS "currentShopperId",
  seq,
  version,
  last_event_at AS "lastEventAt",
  created_at AS "createdAt",
  ended_at AS "endedAt",
  expires_at AS "expiresAt",
  erased_at AS "erasedAt",
  erasing_to AS "erasingTo",
  unread_by_user AS "unreadByUser",
  unread_by_shopper AS "unreadByShopper",
  user_reachable AS "userReachable",
  shopper_reachable AS "shopperReachable",
  link_number AS "linkNumber",
  link_revoked_at AS "linkRevokedAt",
  link_devices AS "linkDevices",
  chat_closed_at AS "chatClosedAt"`;

/**
 * The part of an order that decides who reaches its chat, and whether an earlier response is still current. Polls read it
 * again and again, and reading all columns costs more than twice as much.
 */
export type LocatedOrder = Pick<
  OrderRow,
  'retailerId' | 'id' | 'userId' | 'fulfillmentVersion' | 'currentShopperId' | 'version' | 'expiresAt'
>;

const locatedColumns = `
  retailer_id AS "retailerId",
  id,
  user_id AS "userId",
  fulfillment_version AS "fulfillmentVersion",
  current_shopper_id AS "currentShopperId",
  version,
  expires_at AS "expiresAt"`;

const selectById = (selected: string) => `SELECT ${selected} FROM orders WHERE retailer_id = $1 AND id = $2`;
export const orderById = selectById(columns);

function finder<Row>(selected: string) {
  const byId = selectById(selected);
  const byExternalId = `SELECT ${selected} FROM orders WHERE retailer_id = $1 AND external_id = $2`;
  return async (sql: Sql, retailerId: number, order: OrderReference, ending = '') => {
    if ('id' in order) return sql.one<Row>(byId + ending, retailerId, order.id);
    return canBeStored(order.externalId)
      ? sql.one<Row>(byExternalId + ending, retailerId, order.externalId)
      : undefined;
  };
}

const findOrder = finder<OrderRow>(columns);
const locateOrder = finder<LocatedOrder>(locatedColumns);

/** The order after which a slice of expired orders starts. */
export interface ExpiryPosition {
  expiresAt: number;
  id: number;
}

/** The order after which a slice starts, in sequence of users. */
export type PositionOfUser = Pick<OrderRow, 'userId' | 'id'>;

export const orderReader = (sql: Sql) => ({
  find: (retailerId: number, order: OrderReference) => findOrder(sql, retailerId, order),

  locate: (retailerId: number, order: OrderReference) => locateOrder(sql, retailerId, order),

  /** @throws OrderGone */
  async details(retailerId: number, id: number): Promise<OrderDetails> {
    const row = await sql.one<{ details: string }>(
      'SELECT details FROM order_details WHERE retailer_id = $1 AND order_id = $2',
      retailerId,
      id,
    );
    if (!row) throw new OrderGone();
    return JSON.parse(row.details);
  },

  /** The last number in the log of each of these orders. */
  async numbers(retailerId: number, ids: number[]): Promise<Map<number, number>> {
    const rows = await sql.all<{ id: number; seq: number }>(
      `SELECT id, seq FROM orders WHERE retailer_id = $1 AND id ${sql.isInList('BIGINT')}`,
      retailerId,
      JSON.stringify(ids),
    );
    return new Map(rows.map(({ id, seq }) => [id, seq]));
  },

  /** A shopper's current orders whose chat had not expired before `now`, most recently active first. */
  ofShopper(retailerId: number, shopperId: number, now: number, limit: number): Promise<OrderRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM orders
       WHERE retailer_id = $1 AND current_shopper_id = $2 AND erased_at IS NULL
         AND (expires_at IS NULL OR expires_at >= $3)
       ORDER BY last_event_at DESC, id DESC
       LIMIT $4`,
      retailerId,
      shopperId,
      now,
      limit,
    );
  },

  /** The latest orders of a user, newest first. */
  latestOfUser(retailerId: number, userId: number, limit: number): Promise<OrderRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM orders
       WHERE retailer_id = $1 AND user_id = $2
       ORDER BY id DESC
       LIMIT $3`,
      retailerId,
      userId,
      limit,
    );
  },

  /** The number of a user's active orders; stops counting at `most`. */
  async countOpen(retailerId: number, userId: number, most: number): Promise<number> {
    const row = await sql.one<{ orders: number }>(
      `SELECT count(*) AS orders
       FROM (
         SELECT 1 FROM orders WHERE retailer_id = $1 AND user_id = $2 AND ended_at IS NULL LIMIT $3
       ) AS open_orders`,
      retailerId,
      userId,
      most,
    );
    return row!.orders;
  },

  /** Orders whose chat expired before `now` and still has its text, oldest expiry first, following `after`. */
  expired(
    retailerId: number,
    now: number,
    limit: number,
    after: ExpiryPosition = { expiresAt: 0, id: 0 },
  ): Promise<OrderRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM orders
       WHERE retailer_id = $1 AND expires_at < $2 AND erased_at IS NULL
         AND (expires_at > $4 OR (expires_at = $4 AND id > $5))
       ORDER BY expires_at, id
       LIMIT $3`,
      retailerId,
      now,
      limit,
      after.expiresAt,
      after.id,
    );
  },

  /** Orders with a requested erasure in progress, following `after`: of all users, or of one. */
  beingErased(
    retailerId: number,
    limit: number,
    after: PositionOfUser = { userId: 0, id: 0 },
    upToUser = Number.MAX_SAFE_INTEGER,
  ): Promise<OrderRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM orders
       WHERE retailer_id = $1 AND erasing_to IS NOT NULL AND (user_id, id) > ($3, $4) AND user_id <= $5
       ORDER BY user_id, id
       LIMIT $2`,
      retailerId,
      limit,
      after.userId,
      after.id,
      upToUser,
    );
  },
});

export const orderWriter = (sql: Sql) => ({
  /** Finds and locks the order until the transaction ends. */
  lock: (retailerId: number, order: OrderReference) => findOrder(sql, retailerId, order, sql.forUpdate),

  async insert(order: OrderRow, details: OrderDetails): Promise<void> {
    await sql.send(
      `INSERT INTO orders (retailer_id, id, external_id, user_id, fulfillment_type, fulfillment_version,
         workflow_state, seq, version, last_event_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      order.retailerId,
      order.id,
      order.externalId,
      order.userId,
      order.fulfillmentType,
      order.fulfillmentVersion,
      order.workflowState,
      order.seq,
      order.version,
      order.lastEventAt,
      order.createdAt,
    );
    await sql.send(
      'INSERT INTO order_details (retailer_id, order_id, details) VALUES ($1, $2, $3)',
      order.retailerId,
      order.id,
      JSON.stringify(details),
    );
  },

  /** Writes all mutable fields of an order and increments its version. */
  async update(order: OrderRow): Promise<void> {
    await sql.send(
      `UPDATE orders
       SET workflow_state = $3,
           cancellation_reason = $4,
           current_shopper_id = $5,
           seq = $6,
           last_event_at = $7,
           ended_at = $8,
           expires_at = $9,
           erased_at = $10,
           unread_by_user = $11,
           unread_by_shopper = $12,
           erasing_to = $13,
           version = version + 1
       WHERE retailer_id = $1 AND id = $2`,
      order.retailerId,
      order.id,
      order.workflowState,
      order.cancellationReason,
      order.currentShopperId,
      order.seq,
      order.lastEventAt,
      order.endedAt,
      order.expiresAt,
      order.erasedAt,
      order.unreadByUser,
      order.unreadByShopper,
      order.erasingTo,
    );
  },

  /** The part of `update` needed when only an event is added, as for every message. */
  async advance(order: OrderRow): Promise<void> {
    await sql.send(
      `UPDATE orders
       SET seq = $3,
           last_event_at = $4,
           unread_by_user = $5,
           unread_by_shopper = $6,
           version = version + 1
       WHERE retailer_id = $1 AND id = $2`,
      order.retailerId,
      order.id,
      order.seq,
      order.lastEventAt,
      order.unreadByUser,
      order.unreadByShopper,
    );
  },

  async setChatClosed({ retailerId, id, chatClosedAt }: OrderRow): Promise<void> {
    await sql.send(
      'UPDATE orders SET chat_closed_at = $3 WHERE retailer_id = $1 AND id = $2',
      retailerId,
      id,
      chatClosedAt,
    );
  },

  async setLink({ retailerId, id, linkNumber, linkRevokedAt, linkDevices }: OrderRow): Promise<void> {
    await sql.send(
      `UPDATE orders
       SET link_number = $3,
           link_revoked_at = $4,
           link_devices = $5
       WHERE retailer_id = $1 AND id = $2`,
      retailerId,
      id,
      linkNumber,
      linkRevokedAt,
      linkDevices,
    );
  },

  /**
   * Hides everything written in these orders up to now from readers, and sets their unread counts to 0. The logs of those
   * that have not expired get an event of it.
   */
  async startErasing(retailerId: number, ids: number[], now: number): Promise<void> {
    const these = `retailer_id = $1 AND id ${sql.isInList('BIGINT')}`;
    const unexpired = '(expires_at IS NULL OR expires_at >= $3)';
    const values = [retailerId, JSON.stringify(ids), now] as const;
    await sql.send(
      `UPDATE orders
       SET erasing_to = seq,
           seq = CASE WHEN ${unexpired} THEN seq + 1 ELSE seq END,
           last_event_at = CASE WHEN ${unexpired} AND last_event_at < $3 THEN $3 ELSE last_event_at END,
           unread_by_user = 0,
           unread_by_shopper = 0,
           version = version + 1
       WHERE ${these}`,
      ...values,
    );
    await sql.send(
      `INSERT INTO order_events (retailer_id, order_id, seq, type, at, data)
       SELECT retailer_id, id, seq, 'texts_erased', last_event_at, '{"up_to":' || erasing_to || '}'
       FROM orders
       WHERE ${these} AND ${unexpired}`,
      ...values,
    );
  },

  /** Notes that a notification could reach the customer of a locked order. */
  async setUserReachable(retailerId: number, id: number): Promise<void> {
    await sql.send(
      'UPDATE orders SET user_reachable = 1 WHERE retailer_id = $1 AND id = $2 AND user_reachable = 0',
      retailerId,
      id,
    );
  },

  /** Notes whether a notification could reach the shopper who has just got a locked order. */
  async findShopperReachable(retailerId: number, id: number, shopperId: number): Promise<void> {
    await sql.send(
      `UPDATE orders
       SET shopper_reachable = CASE WHEN EXISTS (
         SELECT 1 FROM push_subscriptions s WHERE s.retailer_id = $1 AND s.shopper_id = $3
       ) THEN 1 ELSE 0 END
       WHERE retailer_id = $1 AND id = $2`,
      retailerId,
      id,
      shopperId,
    );
  },

  /** Notes that a notification could reach the shopper in every order that they have. */
  async setShopperReachable(retailerId: number, shopperId: number): Promise<void> {
    await sql.send(
      `UPDATE orders
       SET shopper_reachable = 1
       WHERE retailer_id = $1 AND current_shopper_id = $2 AND erased_at IS NULL AND shopper_reachable = 0`,
      retailerId,
      shopperId,
    );
  },

  async setDetails(retailerId: number, id: number, details: OrderDetails): Promise<void> {
    await sql.send(
      'UPDATE order_details SET details = $3 WHERE retailer_id = $1 AND order_id = $2',
      retailerId,
      id,
      JSON.stringify(details),
    );
  },

  /** The customer's name is part of every response about their orders. */
  async raiseVersionsOfUser(retailerId: number, userId: number): Promise<void> {
    await sql.send(
      'UPDATE orders SET version = version + 1 WHERE retailer_id = $1 AND user_id = $2',
      retailerId,
      userId,
    );
  },

  /** So is the name of every shopper who ever had the order. */
  async raiseVersionsOfShopper(retailerId: number, shopperId: number): Promise<void> {
    await sql.send(
      `UPDATE orders
       SET version = version + 1
       WHERE retailer_id = $1
         AND id IN (SELECT order_id FROM assignments WHERE retailer_id = $1 AND shopper_id = $2)`,
      retailerId,
      shopperId,
    );
  },
});
