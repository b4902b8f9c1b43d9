/**
 * The storage port: what the domain may ask of a database. Reads see only committed data; a writer exists only
 * inside a transaction. It contains no rules. An engine (SQLite or PostgreSQL) provides the few operations in which
 * databases really differ.
 */
import type { KeyObject } from 'node:crypto';
import type { ImageKey } from './images/files.ts';
import type { EpochKeys } from './keys/epochs.ts';
import type { Query, Sql } from './sql.ts';

export { canBeStored } from './sql.ts';
export { DamagedText } from './tables/messages.ts';
export { OrderGone } from './tables/orders.ts';

import { applicationReader, applicationWriter } from './tables/applications.ts';
import { assertionKeyReader, assertionKeyWriter } from './tables/assertion-keys.ts';
import {
  assignmentReader,
  assignmentWriter,
  type ShopperOfOrder,
  shoppersOfOrder,
} from './tables/assignments.ts';
import { auditEntryReader, auditEntryWriter } from './tables/audit-entries.ts';
import { batchReader, batchWriter } from './tables/batches.ts';
import {
  attemptsOfDelivery,
  type CallbackAttemptRow,
  type CallbackDeliveryRow,
  callbackDeliveryReader,
  callbackDeliveryWriter,
  type DeliveryKey,
  deliveryByKey,
  keyOfDelivery,
} from './tables/callback-deliveries.ts';
import { callbackEndpointReader, callbackEndpointWriter } from './tables/callback-endpoints.ts';
import { erasureReceiptReader, erasureReceiptWriter } from './tables/erasure-receipts.ts';
import { holdWriter } from './tables/holds.ts';
import { idempotencyKeyReader, idempotencyKeyWriter } from './tables/idempotency-keys.ts';
import { imageReader, imageWriter } from './tables/images.ts';
import { leaseReader, leaseWriter } from './tables/leases.ts';
import {
  type LifecycleMessageOfOrder,
  lifecycleMessagesAfter,
  lifecycleMessagesOfOrder,
  lifecycleMessageWriter,
} from './tables/lifecycle-messages.ts';
import { linkCodeWriter } from './tables/link-codes.ts';
import {
  type MessageOfLog,
  type MessageOfOrder,
  type MessageTexts,
  messageReader,
  messageWriter,
  type Party,
  type StoredMessage,
  type TextKey,
  withoutText,
} from './tables/messages.ts';
import { notificationReader, notificationWriter } from './tables/notifications.ts';
import {
  eventsAfter,
  fromStored,
  type OrderEventRow,
  orderEventReader,
  orderEventWriter,
  type StoredOrderEvent,
} from './tables/order-events.ts';
import { orderItemReader, orderItemWriter } from './tables/order-items.ts';
import { orderRemovalReader, orderRemovalWriter } from './tables/order-removals.ts';
import { orderReportReader, orderReportWriter } from './tables/order-reports.ts';
import { orderSummaryReader } from './tables/order-summaries.ts';
import { OrderGone, type OrderRow, orderById, orderReader, orderWriter } from './tables/orders.ts';
import { personErasureReader, personErasureWriter } from './tables/person-erasures.ts';
import { personalRowReader } from './tables/personal-rows.ts';
import { pushSubscriptionReader, pushSubscriptionWriter } from './tables/push-subscriptions.ts';
import { type EvidenceTexts, reportEvidenceReader, reportEvidenceWriter } from './tables/report-evidence.ts';
import { retailerReader, retailerWriter } from './tables/retailers.ts';
import { serviceValueReader, serviceValueWriter } from './tables/service-values.ts';
import { shopperReader, shopperWriter } from './tables/shoppers.ts';
import { signInReader, signInWriter } from './tables/sign-ins.ts';
import { streamTicketReader, streamTicketWriter } from './tables/stream-tickets.ts';
import { supportLinkReader, supportLinkWriter } from './tables/support-links.ts';
import { textMessageReader, textMessageWriter } from './tables/text-messages.ts';
import { type TokenSubject, tokenReader, tokenWriter } from './tables/tokens.ts';
import { usedAssertionWriter } from './tables/used-assertions.ts';
import { userReader, userWriter } from './tables/users.ts';

export type { Epoch, EpochKeys } from './keys/epochs.ts';
export type { ApplicationRow } from './tables/applications.ts';
export type { AssertionKeyRow } from './tables/assertion-keys.ts';
export type { ShopperOfOrder } from './tables/assignments.ts';
export type { AuditEntryOfList, AuditEntryRow } from './tables/audit-entries.ts';
export type { BatchRow } from './tables/batches.ts';
export type {
  CallbackAttemptRow,
  CallbackDeliveryRow,
  CallbackEvent,
  DeliveryFilter,
  DeliveryKey,
  DeliveryPosition,
} from './tables/callback-deliveries.ts';
export type { CallbackEndpointRow, CallbackTokenSource } from './tables/callback-endpoints.ts';
export type {
  ErasureReceiptRow,
  ReceiptKey,
  ReceiptPosition,
} from './tables/erasure-receipts.ts';
export type { ImageRow } from './tables/images.ts';
export type { LeaseRow } from './tables/leases.ts';
export type { LifecycleMessageOfOrder } from './tables/lifecycle-messages.ts';
export type { LinkCodeRow } from './tables/link-codes.ts';
export type {
  ErasedTexts,
  EventRange,
  MessageOfLog,
  MessageOfOrder,
  MessageRow,
  MessageTexts,
  Party,
  TextKey,
} from './tables/messages.ts';
export type {
  NotificationFilter,
  NotificationKey,
  NotificationOutcome,
  NotificationPosition,
  NotificationRow,
} from './tables/notifications.ts';
export type { OrderEventRow } from './tables/order-events.ts';
export type { Alternative, ItemDetails, OrderItemRow, Product } from './tables/order-items.ts';
export type { EndPosition } from './tables/order-removals.ts';
export type { OrderReportOfList, OrderReportRow } from './tables/order-reports.ts';
export type { AssignmentOfOrder, OrderFilter, OrderSummaryRow } from './tables/order-summaries.ts';
export type {
  Coordinates,
  DeliveryWishes,
  ExpiryPosition,
  LocatedOrder,
  OrderDetails,
  OrderReference,
  OrderRow,
  Pickup,
  PositionOfUser,
  Rating,
} from './tables/orders.ts';
export type { PersonErasureRow } from './tables/person-erasures.ts';
export type { PushSubscriptionRow, SubscriberReference } from './tables/push-subscriptions.ts';
export type { EvidenceRange, EvidenceRow, Holding } from './tables/report-evidence.ts';
export type { RetailerRow } from './tables/retailers.ts';
export type { ShopperReference, ShopperRow } from './tables/shoppers.ts';
export type { SignInRow } from './tables/sign-ins.ts';
export type { OrderPhoneRow, SmsCopyRow, SmsSenderRow } from './tables/text-messages.ts';
export type { TokenOfCaller, TokenRow, TokenSubject } from './tables/tokens.ts';
export type { IdlePerson, IdlePosition, UserName, UserReference, UserRow } from './tables/users.ts';

/** The database cannot answer now: its disk is full or broken, it is closing, or too many writes are waiting. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}

/** The keys that texts and image files are encrypted with, and the keys of epochs that those are encrypted with in turn. */
export interface OrderKeys {
  readonly epochs: EpochKeys;
  /** The oldest epoch that encrypts a key of the retailer; undefined if there is none. */
  oldestEpoch(retailerId: number): Promise<number | undefined>;
  epochsInUse(retailerId: number): Promise<number[]>;
  /**
   * Encrypts at most `limit` keys of the retailer anew, with the key of the newest epoch; returns how many. A key that
   * is damaged or being deleted is left as it is.
   */
  wrapAnew(retailerId: number, limit: number): Promise<number>;
  /** The key of an image's files; undefined if the image is erased or has none. @throws StorageUnavailable */
  ofImage(image: ImageKey): Promise<KeyObject | undefined>;
  /** The same, but makes a key if the image has none. @throws StorageUnavailable */
  forImage(image: ImageKey): Promise<KeyObject | undefined>;
}

export interface Engine {
  /** Independent reads of committed data. */
  readonly sql: Sql;
  /** Several reads from one snapshot; returns the rows of each query, in order. */
  snapshot(queries: Query[]): Promise<unknown[][]>;
  /**
   * Runs `unit` in a transaction. If it throws, the transaction is rolled back. Once the promise resolves, its
   * changes are on disk. `unit` must await nothing but the given `sql`.
   * @throws StorageUnavailable
   */
  write<T>(unit: (sql: Sql) => Promise<T>): Promise<T>;
  readonly texts: MessageTexts;
  readonly evidence: EvidenceTexts;
  /** Undefined if texts are overwritten in place instead of encrypted. */
  readonly keys: OrderKeys | undefined;
  /** Whether other server processes may use the same database. */
  readonly isShared: boolean;
  /** Whether another process may have written since the last call. */
  othersHaveWritten(): Promise<boolean>;
  /** Removes the remains of erased texts; true once nothing is left that this engine can reach. */
  scrub(): Promise<boolean>;
  /**
   * Overwrites what deleted rows left in unused parts of the files, where the engine can; true once nothing is left. It
   * reads the whole database, so it is for once an hour, and for a person's own request. @throws StorageUnavailable
   */
  cleanPages(): Promise<boolean>;
  /** Frees the space of at most `limit` erased texts; returns how many. */
  reclaim(limit: number): Promise<number>;
  /** @throws StorageUnavailable when the database does not answer */
  ping(): Promise<void>;
  /** Returns the database's time of day, if several processes share the database. */
  readonly time: (() => Promise<number>) | undefined;
  /** Makes a meaningless write. @throws StorageUnavailable when writing fails */
  probe(): Promise<void>;
  /** Resolves with the cause when the database has failed permanently. */
  readonly failed: Promise<Error>;
  /** Notifies the caches and followers in every process of a change. Notifications may get lost. */
  announce(change: Change): void;
  /**
   * @param listener called with each change, and with undefined when some may have been missed; `isOurs` if this
   * process made the change
   */
  onChange(listener: ChangeListener): void;
  close(): Promise<void>;
}

export type ChangeListener = (change: Change | undefined, isOurs: boolean) => void;

/** A change that is committed, or never stored, and that concerns others than its author. */
export interface Change {
  retailerId: number;
  /** The order that changed; if missing, the retailer's settings or clock changed. */
  orderId?: number;
  /** Who is typing in the order's chat; then nothing else has changed. */
  typing?: Party;
  /** SHA-256 of a revoked access token; then nothing else has changed. */
  revoked?: string;
  /** The subject whose tokens were all revoked; then nothing else has changed. */
  revokedOf?: TokenSubject;
}

/** Whether tokens were revoked and nothing else changed. */
export const isRevocation = (change: Change | undefined): boolean =>
  change?.revoked !== undefined || change?.revokedOf !== undefined;

type Texts = Pick<Engine, 'texts' | 'evidence'>;

const readers = (sql: Sql, { texts, evidence }: Texts) => ({
  applications: applicationReader(sql),
  assertionKeys: assertionKeyReader(sql),
  assignments: assignmentReader(sql),
  auditEntries: auditEntryReader(sql),
  batches: batchReader(sql),
  callbackDeliveries: callbackDeliveryReader(sql),
  callbackEndpoints: callbackEndpointReader(sql),
  erasureReceipts: erasureReceiptReader(sql),
  idempotencyKeys: idempotencyKeyReader(sql),
  images: imageReader(sql),
  leases: leaseReader(sql),
  messages: messageReader(sql, texts),
  notifications: notificationReader(sql),
  orderEvents: orderEventReader(sql),
  orderItems: orderItemReader(sql),
  orderRemovals: orderRemovalReader(sql),
  orderReports: orderReportReader(sql),
  orders: orderReader(sql),
  orderSummaries: orderSummaryReader(sql),
  personErasures: personErasureReader(sql),
  personalRows: personalRowReader(sql),
  pushSubscriptions: pushSubscriptionReader(sql),
  reportEvidence: reportEvidenceReader(sql, evidence),
  retailers: retailerReader(sql),
  serviceValues: serviceValueReader(sql),
  shoppers: shopperReader(sql),
  signIns: signInReader(sql),
  streamTickets: streamTicketReader(sql),
  supportLinks: supportLinkReader(sql),
  textMessages: textMessageReader(sql),
  tokens: tokenReader(sql),
  users: userReader(sql),
});

const writers = (sql: Sql, { texts, evidence }: Texts) => ({
  applications: { ...applicationReader(sql), ...applicationWriter(sql) },
  assertionKeys: { ...assertionKeyReader(sql), ...assertionKeyWriter(sql) },
  assignments: { ...assignmentReader(sql), ...assignmentWriter(sql) },
  auditEntries: { ...auditEntryReader(sql), ...auditEntryWriter(sql) },
  batches: { ...batchReader(sql), ...batchWriter(sql) },
  callbackDeliveries: { ...callbackDeliveryReader(sql), ...callbackDeliveryWriter(sql) },
  callbackEndpoints: { ...callbackEndpointReader(sql), ...callbackEndpointWriter(sql) },
  erasureReceipts: { ...erasureReceiptReader(sql), ...erasureReceiptWriter(sql) },
  holds: holdWriter(sql),
  idempotencyKeys: { ...idempotencyKeyReader(sql), ...idempotencyKeyWriter(sql) },
  images: { ...imageReader(sql), ...imageWriter(sql) },
  lifecycleMessages: lifecycleMessageWriter(sql),
  leases: { ...leaseReader(sql), ...leaseWriter(sql) },
  linkCodes: linkCodeWriter(sql),
  messages: { ...messageReader(sql, texts), ...messageWriter(sql, texts) },
  notifications: { ...notificationReader(sql), ...notificationWriter(sql) },
  orderEvents: { ...orderEventReader(sql), ...orderEventWriter(sql) },
  orderItems: { ...orderItemReader(sql), ...orderItemWriter(sql) },
  orderRemovals: orderRemovalWriter(sql),
  orderReports: { ...orderReportReader(sql), ...orderReportWriter(sql) },
  orders: { ...orderReader(sql), ...orderWriter(sql) },
  orderSummaries: orderSummaryReader(sql),
  personErasures: { ...personErasureReader(sql), ...personErasureWriter(sql) },
  pushSubscriptions: { ...pushSubscriptionReader(sql), ...pushSubscriptionWriter(sql) },
  reportEvidence: { ...reportEvidenceReader(sql, evidence), ...reportEvidenceWriter(sql, evidence) },
  retailers: { ...retailerReader(sql), ...retailerWriter(sql) },
  serviceValues: { ...serviceValueReader(sql), ...serviceValueWriter(sql) },
  shoppers: { ...shopperReader(sql), ...shopperWriter(sql) },
  signIns: { ...signInReader(sql), ...signInWriter(sql) },
  streamTickets: { ...streamTicketReader(sql), ...streamTicketWriter(sql) },
  supportLinks: { ...supportLinkReader(sql), ...supportLinkWriter(sql) },
  textMessages: { ...textMessageReader(sql), ...textMessageWriter(sql) },
  tokens: { ...tokenReader(sql), ...tokenWriter(sql) },
  usedAssertions: usedAssertionWriter(sql),
  users: { ...userReader(sql), ...userWriter(sql) },
});

/** Everything that a reader of one conversation sees, from one snapshot. */
export interface ConversationRows {
  /** The order's version in that snapshot. */
  version: number;
  customer: { id: number; firstName: string; avatarUrl: string };
  currentShopperId: number | null;
  shoppers: ShopperOfOrder[];
  messages: MessageOfOrder[];
  lifecycleMessages: LifecycleMessageOfOrder[];
}

/** Part of an order's log with the data its events refer to, from one snapshot. */
export interface LogRows {
  order: OrderRow;
  events: OrderEventRow[];
  /** Every message among the events, and possibly others. */
  messages: MessageOfLog[];
  lifecycleMessages: LifecycleMessageOfOrder[];
  shoppers: ShopperOfOrder[];
}

/** A delivery with its attempts. */
export interface DeliveryRows {
  delivery: CallbackDeliveryRow;
  attempts: CallbackAttemptRow[];
}

/** What a shopper sees of an order, from one snapshot. Of the customer's name, only the first name. */
export interface ShopperConversationRows {
  order: OrderRow;
  customerFirstName: string;
  messages: MessageOfOrder[];
  lifecycleMessages: LifecycleMessageOfOrder[];
}

const customerOfOrder = `
  SELECT u.first_name AS "firstName"
  FROM orders o
  JOIN users u ON u.retailer_id = o.retailer_id AND u.id = o.user_id
  WHERE o.retailer_id = $1 AND o.id = $2`;

const conversationHead = `
  SELECT
    o.version,
    o.erasing_to AS "erasingTo",
    o.current_shopper_id AS "currentShopperId",
    u.id AS "userId",
    u.first_name AS "firstName",
    u.avatar_url AS "avatarUrl"
  FROM orders o
  JOIN users u ON u.retailer_id = o.retailer_id AND u.id = o.user_id
  WHERE o.retailer_id = $1 AND o.id = $2`;

export type Reader = Omit<ReturnType<typeof readers>, 'messages'> & {
  messages: ReturnType<typeof messageReader> & {
    /** The messages of an order that still have their text, in sequence. */
    list(retailerId: number, orderId: number): Promise<MessageOfOrder[]>;
  };
  /** @param parts lets the caller leave out what the response does not show @throws OrderGone */
  conversation(
    retailerId: number,
    orderId: number,
    parts: { messages: boolean; lifecycleMessages: boolean },
  ): Promise<ConversationRows>;
  /** All messages and notices of an order, or only the latest message. @throws OrderGone */
  shopperSide(order: OrderRow, messages: 'all' | 'latest'): Promise<ShopperConversationRows>;
  /** A delivery and the results of its attempts, from one snapshot. */
  deliveryWithAttempts(key: DeliveryKey): Promise<DeliveryRows | undefined>;
  /** At most `limit` events after number `after`. @throws OrderGone */
  log(retailerId: number, orderId: number, after: number, limit: number): Promise<LogRows>;
};

export type Writer = ReturnType<typeof writers> & {
  /** Announces a change once the transaction is committed. */
  changed(change: Change): void;
};

export interface Store {
  readonly read: Reader;
  readonly isShared: boolean;
  readonly keys: Engine['keys'];
  othersHaveWritten: Engine['othersHaveWritten'];
  /** One transaction; see `Engine.write`. @throws StorageUnavailable */
  write<T>(unit: (tx: Writer) => Promise<T>): Promise<T>;
  scrub: Engine['scrub'];
  cleanPages: Engine['cleanPages'];
  reclaim: Engine['reclaim'];
  ping: Engine['ping'];
  probe: Engine['probe'];
  readonly time: Engine['time'];
  readonly failed: Engine['failed'];
  announce: Engine['announce'];
  onChange: Engine['onChange'];
  close: Engine['close'];
}

export function createStore(engine: Engine): Store {
  const transactions = new WeakMap<Sql, ReturnType<typeof writers>>();
  const writerOver = (sql: Sql): ReturnType<typeof writers> => {
    let writer = transactions.get(sql);
    if (!writer) {
      writer = writers(sql, engine);
      transactions.set(sql, writer);
    }
    return writer;
  };

  /** The rows of each query, from one snapshot; of a query that is left out, none. */
  const snapshot = async <Name extends string>(
    queries: Record<Name, Query | undefined>,
  ): Promise<Record<Name, unknown[]>> => {
    const names = (Object.keys(queries) as Name[]).filter((name) => queries[name] !== undefined);
    const results = await engine.snapshot(names.map((name) => queries[name]!));
    const rows = {} as Record<Name, unknown[]>;
    for (const name of Object.keys(queries) as Name[]) rows[name] = results[names.indexOf(name)] ?? [];
    return rows;
  };

  const keysOf = (values: Query['values']): Query | undefined =>
    engine.texts.keys === undefined ? undefined : { text: engine.texts.keys, values };

  /** The messages of an order whose text nobody is erasing. */
  const readable = <Message extends MessageOfLog>(
    { retailerId, id, erasingTo }: Pick<OrderRow, 'retailerId' | 'id' | 'erasingTo'>,
    messages: unknown[],
    keys: unknown[],
  ): Promise<Message[]> =>
    engine.texts.opened(
      retailerId,
      id,
      (messages as StoredMessage[]).filter((row) => !isBeingErased(row, erasingTo)),
      keys as TextKey[],
    );

  const all = readers(engine.sql, engine);
  return {
    read: {
      ...all,
      messages: {
        ...all.messages,
        async list(retailerId, orderId) {
          const values: Query['values'] = [retailerId, orderId];
          const rows = await snapshot({
            messages: { text: engine.texts.ofOrder, values },
            keys: keysOf(values),
          });
          return readable({ retailerId, id: orderId, erasingTo: null }, rows.messages, rows.keys);
        },
      },
      async conversation(retailerId, orderId, parts) {
        const values: Query['values'] = [retailerId, orderId];
        const rows = await snapshot({
          head: { text: conversationHead, values },
          shoppers: { text: shoppersOfOrder, values },
          messages: parts.messages ? { text: engine.texts.ofOrder, values } : undefined,
          keys: parts.messages ? keysOf(values) : undefined,
          notices: parts.lifecycleMessages ? { text: lifecycleMessagesOfOrder, values } : undefined,
        });
        const [head] = rows.head as ConversationHead[];
        if (!head) throw new OrderGone();
        const { version, erasingTo, currentShopperId, userId, firstName, avatarUrl } = head;
        return {
          version,
          customer: { id: userId, firstName, avatarUrl },
          currentShopperId,
          shoppers: rows.shoppers as ShopperOfOrder[],
          messages: await readable<MessageOfOrder>(
            { retailerId, id: orderId, erasingTo },
            rows.messages,
            rows.keys,
          ),
          lifecycleMessages: rows.notices as LifecycleMessageOfOrder[],
        };
      },
      async shopperSide({ retailerId, id }, which) {
        const values: Query['values'] = [retailerId, id];
        const rows = await snapshot({
          order: { text: orderById, values },
          customer: { text: customerOfOrder, values },
          messages: { text: which === 'all' ? engine.texts.ofOrder : engine.texts.latest, values },
          keys: keysOf(values),
          notices: which === 'all' ? { text: lifecycleMessagesOfOrder, values } : undefined,
        });
        const [order] = rows.order as OrderRow[];
        if (!order) throw new OrderGone();
        return {
          order,
          customerFirstName: (rows.customer as { firstName: string }[])[0]!.firstName,
          messages: await readable<MessageOfOrder>(order, rows.messages, rows.keys),
          lifecycleMessages: rows.notices as LifecycleMessageOfOrder[],
        };
      },
      async deliveryWithAttempts(key) {
        const values: Query['values'] = [...keyOfDelivery(key)];
        const rows = await snapshot({
          delivery: { text: deliveryByKey, values },
          attempts: { text: attemptsOfDelivery, values },
        });
        const [delivery] = rows.delivery as CallbackDeliveryRow[];
        return delivery && { delivery, attempts: rows.attempts as CallbackAttemptRow[] };
      },
      async log(retailerId, orderId, after, limit) {
        const values: Query['values'] = [retailerId, orderId];
        const rows = await snapshot({
          order: { text: orderById, values },
          events: { text: eventsAfter, values: [...values, after, limit] },
          messages: { text: engine.texts.after, values: [...values, after, limit] },
          keys: keysOf(values),
          notices: { text: lifecycleMessagesAfter, values: [...values, after] },
          shoppers: { text: shoppersOfOrder, values },
        });
        const [order] = rows.order as OrderRow[];
        if (!order) throw new OrderGone();
        const hidden = (rows.messages as StoredMessage[]).filter((row) =>
          isBeingErased(row, order.erasingTo),
        );
        return {
          order,
          events: (rows.events as StoredOrderEvent[]).map(fromStored),
          messages: [
            ...hidden.map(withoutText),
            ...(await readable<MessageOfLog>(order, rows.messages, rows.keys)),
          ],
          lifecycleMessages: rows.notices as LifecycleMessageOfOrder[],
          shoppers: rows.shoppers as ShopperOfOrder[],
        };
      },
    },
    isShared: engine.isShared,
    keys: engine.keys,
    othersHaveWritten: () => engine.othersHaveWritten(),
    async write(unit) {
      let changes: Change[] = [];
      const value = await engine.write((sql) => {
        // A unit may run more than once.
        changes = [];
        return unit({ ...writerOver(sql), changed: (change) => changes.push(change) });
      });
      for (const change of changes) engine.announce(change);
      return value;
    },
    scrub: () => engine.scrub(),
    cleanPages: () => engine.cleanPages(),
    reclaim: (limit) => engine.reclaim(limit),
    ping: () => engine.ping(),
    probe: () => engine.probe(),
    time: engine.time,
    failed: engine.failed,
    announce: (change) => engine.announce(change),
    onChange: (listener) => engine.onChange(listener),
    close: () => engine.close(),
  };
}

/** Readers see none of the text being erased from the moment the erasure starts, rather than slice by slice. */
const isBeingErased = ({ seq }: StoredMessage, erasingTo: number | null): boolean =>
  erasingTo !== null && seq <= erasingTo;

interface ConversationHead {
  version: number;
  erasingTo: number | null;
  currentShopperId: number | null;
  userId: number;
  firstName: string;
  avatarUrl: string;
}
