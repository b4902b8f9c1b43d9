/**
 * Every column of the database: what is personal in it, and what is not. docs/privacy.md is made from this table, and
 * `aislechat audit-data` walks it. A test compares it with the schema of either engine, so a new column does not pass
 * until somebody has decided what it is.
 */

import type { ErasedKind } from '@aislechat/contract';

/** Whose data a column holds. */
export type Subject = 'customer' | 'shopper' | 'customer, shopper' | 'agent';

/** Until when a column is kept. */
export const spans = {
  chat: '24 hours after the end of the order',
  evidence: '`report_evidence_days` after the report; at most as long as the order',
  order: '`order_retention_days` after the end of the order',
  person: '`person_retention_days` after the person was last active, if they have no orders by then',
  audit: '`audit_retention_days`',
  receipt: '`receipt_retention_days`, and as long as the order',
  token: '24 hours after the token expired',
  'sign-in': '30 days after the device last used it, or until the shopper’s tokens are revoked',
  hold: '15 days after the hold expired',
  link: '15 minutes, or until it is used',
  'opt-out': 'until the number answers START',
  callback: '7 days; 30 if it could not be delivered; at most as long as the order',
  attempt: '7 days; at most as long as the order',
} as const;
export type Span = keyof typeof spans;

/** What the person's own request does: an export shows the column, an erasure empties it. */
export type OnRequest = 'exported and erased' | 'exported' | 'erased' | 'neither';

export interface PersonalColumn {
  of: Subject;
  why: string;
  until: Span;
  onRequest: OnRequest;
  /** What receipts call it, if an erasure reaches it. */
  kinds: readonly ErasedKind[];
}

export interface TableOfData {
  /** The column by which the rows of an order are found, if any; those of a person. */
  order?: string;
  customer?: string;
  shopper?: string;
  /** The column that names an order or a person as `order:` or `user:` and our number. */
  subject?: string;
  /** Whether only PostgreSQL has the table. */
  isPostgres?: true;
  personal: Record<string, PersonalColumn>;
  other: string[];
}

const column = (
  of: Subject,
  until: Span,
  onRequest: OnRequest,
  why: string,
  kinds: readonly ErasedKind[] = [],
): PersonalColumn => ({ of, why, until, onRequest, kinds });

export const personalData: Record<string, TableOfData> = {
  users: {
    customer: 'id',
    personal: {
      external_id: column(
        'customer',
        'person',
        'exported and erased',
        'the retailer names the customer by it',
        ['ids'],
      ),
      first_name: column('customer', 'person', 'exported and erased', 'shoppers address the customer by it', [
        'names',
      ]),
      last_name: column('customer', 'person', 'exported and erased', 'the retailer’s systems read it back', [
        'names',
      ]),
      phone_number: column(
        'customer',
        'person',
        'exported and erased',
        'the retailer’s systems read it back',
        ['phone_numbers'],
      ),
      locale: column('customer', 'person', 'exported and erased', 'the language of the customer', [
        'languages',
      ]),
      avatar_url: column('customer', 'person', 'exported and erased', 'the picture shown in the chat', [
        'avatars',
      ]),
      active_at: column('customer', 'person', 'neither', 'the retention counts from this day'),
    },
    other: ['retailer_id', 'id', 'erased_at'],
  },
  shoppers: {
    shopper: 'id',
    personal: {
      external_id: column(
        'shopper',
        'person',
        'exported and erased',
        'the retailer names the shopper by it',
        ['ids'],
      ),
      display_name: column('shopper', 'person', 'exported and erased', 'customers see it in the chat', [
        'names',
      ]),
      avatar_url: column('shopper', 'person', 'exported and erased', 'the picture shown in the chat', [
        'avatars',
      ]),
      email: column('shopper', 'person', 'exported and erased', 'the retailer’s systems read it back', [
        'email_addresses',
      ]),
      phone: column('shopper', 'person', 'exported and erased', 'no two shoppers have the same', [
        'phone_numbers',
      ]),
      active_at: column('shopper', 'person', 'neither', 'the retention counts from this day'),
    },
    other: ['retailer_id', 'id', 'erased_at'],
  },
  tokens: {
    customer: 'user_id',
    shopper: 'shopper_id',
    personal: {
      user_id: column('customer', 'token', 'neither', 'for whom the token speaks'),
      shopper_id: column('shopper', 'token', 'neither', 'for whom the token speaks'),
      agent: column('agent', 'token', 'neither', 'the audit log names the agent'),
    },
    other: ['token_hash', 'retailer_id', 'application_id', 'scopes', 'issued_at', 'expires_at', 'revoked_at'],
  },
  sign_ins: {
    shopper: 'shopper_id',
    personal: {
      shopper_id: column('shopper', 'sign-in', 'erased', 'who stays signed in on the device', ['ids']),
    },
    other: ['retailer_id', 'id', 'application_id', 'secret_hash', 'former_hash', 'expires_at'],
  },
  holds: {
    customer: 'user_id',
    personal: {
      user_id: column('customer', 'hold', 'erased', 'whose slot it is', ['slots']),
      service_option_id: column('customer', 'hold', 'erased', 'the hour that the customer chose', ['slots']),
    },
    other: ['retailer_id', 'id', 'expires_at'],
  },
  orders: {
    order: 'id',
    customer: 'user_id',
    shopper: 'current_shopper_id',
    personal: {
      external_id: column('customer', 'order', 'exported', 'the retailer’s own ID of the order'),
      user_id: column('customer', 'order', 'neither', 'whose order it is, as our number'),
      current_shopper_id: column('shopper', 'order', 'neither', 'who has the order, as our number'),
      link_devices: column(
        'customer',
        'chat',
        'neither',
        'recognizes the devices that the link is bound to, as hashes of their secrets',
      ),
    },
    other: [
      'retailer_id',
      'id',
      'fulfillment_type',
      'fulfillment_version',
      'workflow_state',
      'cancellation_reason',
      'seq',
      'version',
      'last_event_at',
      'created_at',
      'ended_at',
      'expires_at',
      'erased_at',
      'unread_by_user',
      'unread_by_shopper',
      'erasing_to',
      'user_reachable',
      'shopper_reachable',
      'link_number',
      'link_revoked_at',
      'chat_closed_at',
    ],
  },
  order_details: {
    order: 'order_id',
    personal: {
      details: column(
        'customer, shopper',
        'order',
        'exported and erased',
        'address, instructions and window of the delivery; who picks the order up, and the rating; the shopper’s position only while the order is on its way',
        ['addresses', 'notes', 'languages', 'pickups', 'ratings'],
      ),
    },
    other: ['retailer_id', 'order_id'],
  },
  order_items: {
    order: 'order_id',
    personal: {
      item: column(
        'customer',
        'order',
        'exported and erased',
        'what was ordered, with the customer’s notes',
        ['notes'],
      ),
    },
    other: ['retailer_id', 'order_id', 'line_num', 'position', 'status'],
  },
  assignments: {
    order: 'order_id',
    shopper: 'shopper_id',
    personal: {
      shopper_id: column('shopper', 'order', 'exported', 'who had the order, as our number'),
      assigned_at: column('shopper', 'order', 'exported', 'since when'),
    },
    other: ['retailer_id', 'order_id', 'seq'],
  },
  batches: {
    shopper: 'shopper_id',
    personal: { shopper_id: column('shopper', 'order', 'neither', 'who picks the batch, as our number') },
    other: ['retailer_id', 'id', 'batch_type', 'workflow_state'],
  },
  batch_orders: { order: 'order_id', personal: {}, other: ['retailer_id', 'batch_id', 'order_id'] },
  order_events: {
    order: 'order_id',
    personal: {
      data: column('customer, shopper', 'order', 'exported', 'the log of the order, as numbers and states'),
    },
    other: ['retailer_id', 'order_id', 'seq', 'type', 'at'],
  },
  order_reports: {
    order: 'order_id',
    personal: {
      reported_by: column('customer, shopper', 'order', 'neither', 'which side reported the chat'),
      reason: column('customer, shopper', 'order', 'neither', 'why, from a list'),
    },
    other: ['retailer_id', 'order_id', 'id', 'messages', 'created_at', 'resolved_at'],
  },
  report_evidence: {
    order: 'order_id',
    shopper: 'sender_id',
    personal: {
      sender_id: column(
        'customer, shopper',
        'evidence',
        'erased',
        'who wrote a message that is held as evidence, as our number',
        ['evidence'],
      ),
      sealed: column(
        'customer, shopper',
        'evidence',
        'erased',
        'its text, encrypted (PostgreSQL); on SQLite it is in `message_texts.body`',
        ['evidence'],
      ),
      wrapped_key: column(
        'customer, shopper',
        'evidence',
        'erased',
        'the key of its text, encrypted with a key outside of the database (PostgreSQL)',
        ['evidence'],
      ),
      checksum: column('customer, shopper', 'evidence', 'erased', 'a damaged text is never served (SQLite)', [
        'evidence',
      ]),
    },
    other: [
      'retailer_id',
      'order_id',
      'report_id',
      'seq',
      'sender_type',
      'sent_at',
      'has_image',
      'held_since',
      'held_until',
      'text_id',
      'key_epoch',
    ],
  },
  message_texts: {
    personal: {
      body: column('customer, shopper', 'chat', 'exported and erased', 'the text of a message (SQLite)', [
        'texts',
      ]),
      image: column('customer, shopper', 'chat', 'exported and erased', 'the address of a picture (SQLite)', [
        'images',
      ]),
    },
    other: ['id'],
  },
  messages: {
    order: 'order_id',
    shopper: 'sender_id',
    personal: {
      sender_id: column('customer, shopper', 'order', 'exported', 'who wrote it, as our number'),
      recipient_id: column('customer, shopper', 'order', 'exported', 'to whom, as our number'),
      read_at: column('customer, shopper', 'order', 'exported', 'the other side sees it'),
      delivered_at: column('customer, shopper', 'order', 'neither', 'the other side sees it'),
      sealed: column(
        'customer, shopper',
        'chat',
        'exported and erased',
        'the text of a message and the address of a picture, encrypted (PostgreSQL)',
        ['texts', 'images'],
      ),
      checksum: column('customer, shopper', 'chat', 'erased', 'a damaged text is never served (SQLite)', [
        'texts',
      ]),
    },
    other: [
      'retailer_id',
      'order_id',
      'seq',
      'sender_type',
      'created_at',
      'text_id',
      'image_id',
      'has_image',
      'key_seq',
    ],
  },
  order_keys: {
    order: 'order_id',
    isPostgres: true,
    personal: {
      wrapped: column(
        'customer, shopper',
        'chat',
        'erased',
        'the key of an order’s texts, encrypted with a key outside of the database (PostgreSQL)',
        ['texts'],
      ),
    },
    other: ['retailer_id', 'order_id', 'first_seq', 'epoch'],
  },
  lifecycle_messages: {
    order: 'order_id',
    personal: {},
    other: ['retailer_id', 'order_id', 'seq', 'type', 'body', 'created_at'],
  },
  idempotency_keys: {
    order: 'order_id',
    shopper: 'sender_id',
    personal: {
      sender_id: column('customer, shopper', 'chat', 'erased', 'whose key it is, as our number', ['texts']),
      payload_hash: column(
        'customer, shopper',
        'chat',
        'erased',
        'a keyed hash of the text, to recognize a repetition',
        ['texts'],
      ),
    },
    other: ['retailer_id', 'order_id', 'key_hash', 'seq', 'created_at', 'timezone'],
  },
  images: {
    order: 'order_id',
    shopper: 'sender_id',
    personal: {
      sender_id: column(
        'customer, shopper',
        'chat',
        'erased',
        'who sent the picture, as our number; the picture is a file or an object in a bucket',
        ['images'],
      ),
      wrapped_key: column(
        'customer, shopper',
        'chat',
        'erased',
        'the key of a picture’s files, encrypted with a key outside of the database (PostgreSQL)',
        ['images'],
      ),
    },
    other: [
      'retailer_id',
      'order_id',
      'id',
      'sender_type',
      'seq',
      'width',
      'height',
      'created_at',
      'erased_at',
      'key_epoch',
    ],
  },
  stream_tickets: {
    order: 'order_id',
    personal: {},
    other: ['ticket_hash', 'retailer_id', 'order_id', 'token_hash', 'expires_at'],
  },
  erasure_receipts: {
    order: 'order_id',
    personal: {
      order_external_id: column('customer', 'receipt', 'neither', 'which order the receipt is about'),
    },
    other: [
      'retailer_id',
      'order_id',
      'erased_at',
      'messages',
      'evidence',
      'held',
      'held_until',
      'images',
      'subscriptions',
      'phone_numbers',
      'provider_copies',
      'reason',
      'verified_at',
      'key_epoch',
    ],
  },
  person_erasures: {
    customer: 'person_id',
    shopper: 'person_id',
    personal: {
      person_id: column(
        'customer, shopper',
        'receipt',
        'neither',
        'whom the receipt is about, as our number',
      ),
    },
    other: [
      'retailer_id',
      'kind',
      'erased_at',
      'orders',
      'messages',
      'evidence',
      'images',
      'subscriptions',
      'phone_numbers',
      'provider_copies',
      'marked_to',
      'verified_at',
    ],
  },
  audit_entries: {
    subject: 'subject',
    personal: {
      subject: column(
        'customer, shopper',
        'audit',
        'neither',
        'what was looked at or changed, as our number',
      ),
      agent: column('agent', 'audit', 'neither', 'who looked or changed it'),
      reason: column('customer, shopper', 'audit', 'neither', 'why; write case numbers here, not names'),
      detail: column('agent', 'audit', 'neither', 'what was changed in settings and applications'),
    },
    other: ['retailer_id', 'id', 'at', 'application_id', 'action'],
  },
  support_links: {
    personal: { agent: column('agent', 'link', 'neither', 'who may sign in with it') },
    other: ['code_hash', 'retailer_id', 'application_id', 'expires_at'],
  },
  callback_deliveries: {
    order: 'order_id',
    personal: {
      metadata: column(
        'customer, shopper',
        'callback',
        'neither',
        'what is sent to the retailer: IDs and states',
      ),
    },
    other: [
      'retailer_id',
      'endpoint_id',
      'order_id',
      'seq',
      'event_name',
      'at',
      'state',
      'attempts',
      'failures',
      'due_at',
      'give_up_at',
      'claimed_by',
      'finished_at',
    ],
  },
  callback_attempts: {
    order: 'order_id',
    personal: {
      answer: column(
        'customer, shopper',
        'attempt',
        'neither',
        'the first 256 bytes of your system’s answer, with secrets masked; it holds people only if that answer does',
      ),
    },
    other: [
      'retailer_id',
      'endpoint_id',
      'order_id',
      'seq',
      'attempt',
      'at',
      'duration_ms',
      'status',
      'error',
    ],
  },
  callback_endpoints: {
    personal: {},
    other: [
      'retailer_id',
      'id',
      'name',
      'url',
      'state',
      'signing_secret',
      'former_signing_secret',
      'former_secret_until',
      'token_url',
      'client_id',
      'client_secret',
      'scope',
      'resource',
      'token_lifetime_s',
      'created_at',
      'version',
    ],
  },
  push_subscriptions: {
    order: 'order_id',
    customer: 'user_id',
    shopper: 'shopper_id',
    personal: {
      user_id: column('customer', 'chat', 'erased', 'whose device it is, as our number', ['subscriptions']),
      shopper_id: column('shopper', 'person', 'erased', 'whose device it is, as our number', [
        'subscriptions',
      ]),
      endpoint_hash: column(
        'customer, shopper',
        'person',
        'erased',
        'recognizes a device that subscribes again; a customer’s goes with the chat',
        ['subscriptions'],
      ),
      sealed_subscription: column(
        'customer, shopper',
        'person',
        'erased',
        'where and how a device is notified, sealed; a customer’s goes with the chat',
        ['subscriptions'],
      ),
    },
    other: ['retailer_id', 'id', 'order_id', 'language', 'created_at'],
  },
  order_phones: {
    order: 'order_id',
    personal: {
      sealed_number: column('customer', 'chat', 'erased', 'the number for text messages, sealed', [
        'phone_numbers',
      ]),
      number_hash: column('customer', 'chat', 'erased', 'finds the order of an incoming text message', [
        'phone_numbers',
      ]),
    },
    other: ['retailer_id', 'order_id'],
  },
  link_codes: {
    order: 'order_id',
    personal: {
      device_hash: column('customer', 'chat', 'neither', 'recognizes the device that asked for a code'),
      code_hash: column('customer', 'chat', 'neither', 'checks the code that was sent for another device'),
    },
    other: ['retailer_id', 'order_id', 'sent_at', 'tries', 'hour_at', 'hour_codes'],
  },
  sms_opt_outs: {
    personal: {
      number_hash: column('customer', 'opt-out', 'neither', 'a number that wants no text messages'),
    },
    other: ['retailer_id', 'stopped_at'],
  },
  sms_copies: {
    order: 'order_id',
    personal: {
      provider_id: column(
        'customer, shopper',
        'chat',
        'erased',
        'the copy of a text at the provider of text messages',
        ['provider_copies'],
      ),
    },
    other: ['retailer_id', 'order_id', 'erased_at'],
  },
  sms_senders: {
    personal: {},
    other: ['retailer_id', 'adapter', 'number', 'account', 'url', 'sealed_secret', 'created_at'],
  },
  sms_received: { personal: {}, other: ['retailer_id', 'provider_id', 'received_at'] },
  notifications: {
    order: 'order_id',
    personal: {},
    other: [
      'retailer_id',
      'order_id',
      'seq',
      'recipient',
      'last_seq',
      'events',
      'kind',
      'at',
      'state',
      'channel',
      'reason',
      'provider_id',
      'attempts',
      'failures',
      'due_at',
      'give_up_at',
      'claimed_by',
      'finished_at',
    ],
  },
  callback_subscriptions: { personal: {}, other: ['retailer_id', 'event_name', 'endpoint_id'] },
  retailers: {
    personal: {},
    other: [
      'id',
      'settings',
      'clock_offset_ms',
      'clock_frozen_at',
      'next_id',
      'version',
      'organization_id',
      'banner',
    ],
  },
  applications: {
    personal: {},
    other: [
      'retailer_id',
      'id',
      'client_id',
      'secret_hash',
      'name',
      'scopes',
      'state',
      'created_at',
      'home_id',
    ],
  },
  assertion_keys: {
    personal: {},
    other: ['retailer_id', 'application_id', 'key_id', 'algorithm', 'public_key', 'created_at'],
  },
  used_assertions: { personal: {}, other: ['retailer_id', 'assertion_hash', 'expires_at'] },
  service_values: { personal: {}, other: ['name', 'value'] },
  leases: { personal: {}, other: ['name', 'holder', 'beat'] },
  schema_migrations: { personal: {}, other: ['version', 'name'] },
};
