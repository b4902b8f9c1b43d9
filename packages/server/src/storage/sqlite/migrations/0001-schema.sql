CREATE TABLE retailers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The retailer's settings, as JSON under the names of the contract's table of settings.
  settings TEXT NOT NULL,
  clock_offset_ms INTEGER NOT NULL,
  clock_frozen_at INTEGER,
  next_id INTEGER NOT NULL DEFAULT 1001,
  version INTEGER NOT NULL DEFAULT 1,
  -- For one of an organization's banners: the organization's first retailer, and the slug that selects this one.
  organization_id INTEGER REFERENCES retailers (id),
  banner TEXT,
  UNIQUE (organization_id, banner),
  CHECK ((organization_id IS NULL) = (banner IS NULL))
) STRICT;

CREATE TABLE applications (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  client_id TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- An organization's application has a row in each banner. This is the retailer of the first one; null in that one.
  home_id INTEGER REFERENCES retailers (id),
  PRIMARY KEY (retailer_id, id),
  UNIQUE (client_id, retailer_id),
  UNIQUE (secret_hash, retailer_id)
) STRICT, WITHOUT ROWID;
-- No two organizations share a client ID or a secret: they identify the caller.
CREATE UNIQUE INDEX applications_by_client ON applications (client_id) WHERE home_id IS NULL;
CREATE UNIQUE INDEX applications_by_secret ON applications (secret_hash) WHERE home_id IS NULL;

CREATE TABLE users (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  external_id TEXT,
  first_name TEXT NOT NULL,
  last_name TEXT,
  phone_number TEXT,
  locale TEXT,
  avatar_url TEXT NOT NULL,
  erased_at INTEGER,
  -- When the person was last heard of, to the day. A person without orders is deleted some time after.
  active_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_external_id ON users (retailer_id, external_id);
CREATE INDEX users_by_activity ON users (retailer_id, active_at, id);
-- For searching the orders of a phone number.
CREATE INDEX users_by_phone ON users (retailer_id, phone_number) WHERE phone_number IS NOT NULL;

CREATE TABLE tokens (
  -- A client's token has a row in each banner that it reaches.
  token_hash TEXT NOT NULL,
  retailer_id INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  user_id INTEGER,
  scopes TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  -- The shopper whom a token represents, as user_id is the user.
  shopper_id INTEGER,
  -- The support agent whom a token represents, under the name that the operator gave.
  agent TEXT,
  PRIMARY KEY (token_hash, retailer_id),
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_expiry ON tokens (retailer_id, expires_at);
-- For revoking a user's tokens.
CREATE INDEX tokens_by_user ON tokens (retailer_id, user_id) WHERE user_id IS NOT NULL;
-- For counting valid tokens and tickets against their limits.
CREATE INDEX tokens_by_shopper ON tokens (retailer_id, shopper_id) WHERE shopper_id IS NOT NULL;
CREATE INDEX tokens_of_applications ON tokens (retailer_id, application_id, expires_at)
  WHERE user_id IS NULL AND shopper_id IS NULL;
-- For revoking all tokens of an application or a support agent.
CREATE INDEX tokens_by_application ON tokens (retailer_id, application_id) WHERE revoked_at IS NULL;
CREATE INDEX tokens_by_agent ON tokens (retailer_id, agent) WHERE agent IS NOT NULL;

CREATE TABLE shoppers (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  avatar_url TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  external_id TEXT,
  erased_at INTEGER,
  -- As of users.
  active_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX shoppers_by_phone ON shoppers (retailer_id, phone);
CREATE UNIQUE INDEX shoppers_by_external_id ON shoppers (retailer_id, external_id);
CREATE INDEX shoppers_by_activity ON shoppers (retailer_id, active_at, id);

CREATE TABLE holds (
  retailer_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  service_option_id INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, user_id),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_by_expiry ON holds (retailer_id, expires_at);

CREATE TABLE orders (
  retailer_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  fulfillment_type TEXT NOT NULL,
  fulfillment_version INTEGER NOT NULL,
  workflow_state TEXT NOT NULL,
  cancellation_reason TEXT,
  current_shopper_id INTEGER,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  last_event_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  expires_at INTEGER,
  erased_at INTEGER,
  -- The numbers of messages unread by the customer and by the shoppers, updated in the transaction that changes them.
  unread_by_user INTEGER NOT NULL DEFAULT 0,
  unread_by_shopper INTEGER NOT NULL DEFAULT 0,
  -- 1 if a notification could reach the customer or the shopper who has the order, so that most messages need no
  -- look-up.
  user_reachable INTEGER NOT NULL DEFAULT 0,
  shopper_reachable INTEGER NOT NULL DEFAULT 0,
  -- A requested erasure proceeds in slices. Texts up to this event are hidden from readers; NULL: none is in progress.
  erasing_to INTEGER,
  -- Only the link with this number opens the order's page. When it was revoked; NULL: it works.
  link_number INTEGER NOT NULL DEFAULT 1,
  link_revoked_at INTEGER,
  -- The hashes of the secrets of the devices that the link is bound to, oldest first, separated by commas.
  link_devices TEXT NOT NULL DEFAULT '',
  -- When an operator closed the chat; NULL: the state of the order decides.
  chat_closed_at INTEGER,
  PRIMARY KEY (retailer_id, id),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id),
  FOREIGN KEY (retailer_id, current_shopper_id) REFERENCES shoppers (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_by_external_id ON orders (retailer_id, external_id);
CREATE INDEX orders_by_user ON orders (retailer_id, user_id);
CREATE INDEX orders_to_erase ON orders (retailer_id, expires_at)
  WHERE expires_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX orders_of_shopper ON orders (retailer_id, current_shopper_id) WHERE erased_at IS NULL;
-- For the operators' lists of orders.
CREATE INDEX orders_by_state ON orders (retailer_id, workflow_state, id);
-- Includes `ended_at`, since otherwise the planner uses the primary key and reads all orders.
CREATE INDEX orders_active ON orders (retailer_id, ended_at, id) WHERE ended_at IS NULL;
-- What is deleted some time after its end.
CREATE INDEX orders_ended ON orders (retailer_id, ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX orders_being_erased ON orders (retailer_id, user_id, id) WHERE erasing_to IS NOT NULL;

-- Separate from orders, whose row every message rewrites.
CREATE TABLE order_details (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (retailer_id, order_id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_items (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  line_num TEXT NOT NULL,
  position INTEGER NOT NULL,
  status TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (retailer_id, order_id, line_num),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignments (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  shopper_id INTEGER NOT NULL,
  assigned_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, order_id, seq),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id),
  FOREIGN KEY (retailer_id, shopper_id) REFERENCES shoppers (retailer_id, id)
) STRICT, WITHOUT ROWID;
-- For finding the orders that show a shopper's name when it changes.
CREATE INDEX assignments_by_shopper ON assignments (retailer_id, shopper_id, order_id);

CREATE TABLE batches (
  retailer_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  shopper_id INTEGER NOT NULL,
  batch_type TEXT NOT NULL,
  workflow_state TEXT NOT NULL,
  PRIMARY KEY (retailer_id, id),
  FOREIGN KEY (retailer_id, shopper_id) REFERENCES shoppers (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX batches_by_shopper ON batches (retailer_id, shopper_id);

CREATE TABLE batch_orders (
  retailer_id INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, batch_id, order_id),
  FOREIGN KEY (retailer_id, batch_id) REFERENCES batches (retailer_id, id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_orders_by_order ON batch_orders (retailer_id, order_id);

-- The log of an order consists of these rows and those of messages, numbered together.
CREATE TABLE order_events (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (retailer_id, order_id, seq),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- Text of messages. Rows are only ever appended and overwritten in place, so SQLite never moves them to
-- another page and no copy stays behind: no index, no foreign key, no growing column belongs here.
-- A text is TEXT, and once erased a BLOB of as many zeros. STRICT cannot express "either".
CREATE TABLE message_texts (
  id INTEGER PRIMARY KEY,
  body NOT NULL,
  image
);

CREATE TABLE messages (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  sender_type TEXT NOT NULL,
  sender_id INTEGER NOT NULL,
  recipient_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  read_at INTEGER,
  text_id INTEGER,
  delivered_at INTEGER,
  image_id INTEGER,
  -- Detects a text that was damaged on disk. NULL: erased.
  checksum INTEGER,
  PRIMARY KEY (retailer_id, order_id, seq),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lifecycle_messages (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, order_id, seq),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  sender_id INTEGER NOT NULL,
  key_hash TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  timezone TEXT NOT NULL,
  PRIMARY KEY (retailer_id, order_id, sender_id, key_hash),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure_receipts (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  erased_at INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  images INTEGER NOT NULL,
  -- Reported messages that were held as evidence and were erased, and those that stayed held, until when at the latest.
  evidence INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  held_until INTEGER,
  -- Push subscriptions, phone numbers, and copies that a provider of text messages held.
  subscriptions INTEGER NOT NULL DEFAULT 0,
  phone_numbers INTEGER NOT NULL DEFAULT 0,
  provider_copies INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL,
  verified_at INTEGER,
  -- The newest epoch whose key could read a copy of what was erased. NULL where nothing is encrypted.
  key_epoch INTEGER,
  -- The retailer's own ID of the order, which the receipt outlives.
  order_external_id TEXT NOT NULL,
  PRIMARY KEY (retailer_id, order_id, erased_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_receipts_unverified ON erasure_receipts (verified_at) WHERE verified_at IS NULL;
-- For listing receipts by time.
CREATE INDEX erasure_receipts_by_time ON erasure_receipts (retailer_id, erased_at, order_id);

-- Reports about the chat of an order. They name messages by number and hold no text.
CREATE TABLE order_reports (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  reported_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  messages TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  resolved_at INTEGER,
  PRIMARY KEY (retailer_id, order_id, id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_reports_by_time ON order_reports (retailer_id, id);

-- Reported messages that are held as evidence, each for one report.
CREATE TABLE report_evidence (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  report_id INTEGER NOT NULL,
  -- The number of the message.
  seq INTEGER NOT NULL,
  sender_type TEXT NOT NULL,
  sender_id INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  -- 1 if a picture was in the message; pictures are not held.
  has_image INTEGER NOT NULL,
  -- When it was reported, and until when it is held at most. The retailer's setting can end it earlier.
  held_since INTEGER NOT NULL,
  held_until INTEGER NOT NULL,
  -- Its text is a copy in message_texts.
  text_id INTEGER NOT NULL,
  -- As of messages.
  checksum INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, order_id, report_id, seq),
  FOREIGN KEY (retailer_id, order_id, report_id) REFERENCES order_reports (retailer_id, order_id, id)
) STRICT, WITHOUT ROWID;
-- For finding what is held no longer.
CREATE INDEX report_evidence_by_end ON report_evidence (retailer_id, held_until);
CREATE INDEX report_evidence_by_report ON report_evidence (retailer_id, held_since);

-- Values that the service generates once, such as the key of its keyed hashes.
CREATE TABLE service_values (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which process does a piece of background work. Its holder increments `beat`; no clocks are compared.
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  beat INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys for verifying signed assertions. `public_key` is a JWK.
CREATE TABLE assertion_keys (
  retailer_id INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  public_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, application_id, key_id),
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- A signed assertion works once; its hash is kept until it expires.
CREATE TABLE used_assertions (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  assertion_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, assertion_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertions_by_expiry ON used_assertions (retailer_id, expires_at);

-- For clients that cannot send a header when they open a stream. A ticket is short-lived and works once.
-- Devices on which a shopper stays signed in. `id` is the first part of the refresh token, and `secret_hash` of the second;
-- `former_hash` is of the token before.
CREATE TABLE sign_ins (
  id TEXT NOT NULL PRIMARY KEY,
  retailer_id INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  shopper_id INTEGER NOT NULL,
  secret_hash TEXT NOT NULL,
  former_hash TEXT,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id),
  FOREIGN KEY (retailer_id, shopper_id) REFERENCES shoppers (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_by_expiry ON sign_ins (retailer_id, expires_at);
CREATE INDEX sign_ins_by_shopper ON sign_ins (retailer_id, shopper_id);

CREATE TABLE stream_tickets (
  ticket_hash TEXT NOT NULL PRIMARY KEY,
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  order_id INTEGER NOT NULL,
  token_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stream_tickets_by_token ON stream_tickets (retailer_id, token_hash);
-- For finding expired rows without reading the others.
CREATE INDEX stream_tickets_by_expiry ON stream_tickets (retailer_id, expires_at);

CREATE TABLE images (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  sender_type TEXT NOT NULL,
  sender_id INTEGER NOT NULL,
  -- The message with the image; null until it is sent.
  seq INTEGER,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  -- Set when the order's texts are erased; the row is deleted after its files.
  erased_at INTEGER,
  -- The key of its files, encrypted with the key of an epoch; null once erased, and always on SQLite.
  key_epoch INTEGER,
  wrapped_key BLOB,
  PRIMARY KEY (retailer_id, order_id, id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- Who accessed or changed what, and why. Rows are added, never changed, and deleted once old.
CREATE TABLE audit_entries (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  agent TEXT,
  reason TEXT,
  -- What was changed, unless an order's log has it.
  detail TEXT,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_entries_by_subject ON audit_entries (retailer_id, subject, id);
CREATE INDEX audit_entries_by_action ON audit_entries (retailer_id, action, id);

-- Proof that a user or a shopper was erased, without content. It outlives the person.
CREATE TABLE person_erasures (
  retailer_id INTEGER NOT NULL,
  -- Users and shoppers take their numbers from one sequence.
  person_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  erased_at INTEGER NOT NULL,
  orders INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  evidence INTEGER NOT NULL DEFAULT 0,
  images INTEGER NOT NULL,
  subscriptions INTEGER NOT NULL,
  phone_numbers INTEGER NOT NULL,
  provider_copies INTEGER NOT NULL,
  -- The last of the person's orders that are being erased; NULL: the erasure is complete.
  marked_to INTEGER,
  -- When no file held the person any more.
  verified_at INTEGER,
  PRIMARY KEY (retailer_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_erasures_under_way ON person_erasures (retailer_id, person_id) WHERE marked_to IS NOT NULL;
CREATE INDEX person_erasures_unverified ON person_erasures (verified_at) WHERE verified_at IS NULL;
CREATE INDEX person_erasures_by_time ON person_erasures (retailer_id, erased_at);

-- Where a retailer's events are sent. Sealed values are encrypted with the server's key.
CREATE TABLE callback_endpoints (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Sealed. Until it expires, the former secret signs as well as the current one.
  signing_secret TEXT NOT NULL,
  former_signing_secret TEXT,
  former_secret_until INTEGER,
  -- How to get a callback's token; null if it carries none.
  token_url TEXT,
  client_id TEXT,
  -- Sealed.
  client_secret TEXT,
  scope TEXT,
  resource TEXT,
  token_lifetime_s INTEGER,
  created_at INTEGER NOT NULL,
  -- Incremented with every change of the row.
  version INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE callback_subscriptions (
  retailer_id INTEGER NOT NULL,
  event_name TEXT NOT NULL,
  endpoint_id INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, event_name, endpoint_id),
  FOREIGN KEY (retailer_id, endpoint_id) REFERENCES callback_endpoints (retailer_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX callback_subscriptions_by_endpoint ON callback_subscriptions (retailer_id, endpoint_id);

-- The outbox: one row per event and endpoint, written with the event. IDs and states only.
CREATE TABLE callback_deliveries (
  retailer_id INTEGER NOT NULL,
  endpoint_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  event_name TEXT NOT NULL,
  metadata TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  -- Consecutive failed attempts since the event or its last replay.
  failures INTEGER NOT NULL,
  -- When it is sent next; null while an earlier delivery of the order is pending, and once it is finished.
  due_at INTEGER,
  give_up_at INTEGER NOT NULL,
  -- The process that is sending it.
  claimed_by TEXT,
  finished_at INTEGER,
  PRIMARY KEY (retailer_id, endpoint_id, order_id, seq),
  FOREIGN KEY (retailer_id, endpoint_id) REFERENCES callback_endpoints (retailer_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
-- One event of an order is due at a time, so that events arrive in order.
CREATE UNIQUE INDEX callback_deliveries_head ON callback_deliveries (retailer_id, endpoint_id, order_id)
  WHERE due_at IS NOT NULL;
CREATE INDEX callback_deliveries_due ON callback_deliveries (retailer_id, endpoint_id, due_at)
  WHERE due_at IS NOT NULL AND claimed_by IS NULL;
CREATE INDEX callback_deliveries_claimed ON callback_deliveries (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX callback_deliveries_newest ON callback_deliveries (retailer_id, at, order_id, seq, endpoint_id);
CREATE INDEX callback_deliveries_by_order ON callback_deliveries (retailer_id, order_id);
CREATE INDEX callback_deliveries_by_state ON callback_deliveries (state, retailer_id, endpoint_id) WHERE state <> 'delivered';
CREATE INDEX callback_deliveries_finished ON callback_deliveries (retailer_id, finished_at) WHERE state = 'delivered';

CREATE TABLE callback_attempts (
  retailer_id INTEGER NOT NULL,
  endpoint_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  -- The beginning of the receiver's answer, without secrets.
  answer TEXT,
  PRIMARY KEY (retailer_id, endpoint_id, order_id, seq, attempt),
  FOREIGN KEY (retailer_id, endpoint_id, order_id, seq)
    REFERENCES callback_deliveries (retailer_id, endpoint_id, order_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX callback_attempts_by_time ON callback_attempts (retailer_id, at);

-- For support agents to sign in. A link is short-lived and works once.
CREATE TABLE support_links (
  code_hash TEXT NOT NULL PRIMARY KEY,
  retailer_id INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  agent TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX support_links_by_expiry ON support_links (retailer_id, expires_at);
CREATE INDEX support_links_by_application ON support_links (retailer_id, application_id);

-- Devices that may be woken. The address and the keys that encrypt for it are sealed with the server's key.
CREATE TABLE push_subscriptions (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  -- Whose device it is: a customer's, for one order, or a shopper's.
  user_id INTEGER,
  order_id INTEGER,
  shopper_id INTEGER,
  endpoint_hash TEXT NOT NULL,
  sealed_subscription TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, id),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id) ON DELETE CASCADE,
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id) ON DELETE CASCADE,
  FOREIGN KEY (retailer_id, shopper_id) REFERENCES shoppers (retailer_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX push_subscriptions_by_endpoint ON push_subscriptions (retailer_id, endpoint_hash);
CREATE INDEX push_subscriptions_by_order ON push_subscriptions (retailer_id, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (retailer_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX push_subscriptions_by_shopper ON push_subscriptions (retailer_id, shopper_id)
  WHERE shopper_id IS NOT NULL;

-- The number to which text messages about an order go, sealed. Its hash finds the order of an incoming message.
CREATE TABLE order_phones (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  sealed_number TEXT NOT NULL,
  number_hash TEXT NOT NULL,
  PRIMARY KEY (retailer_id, order_id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_phones_by_number ON order_phones (retailer_id, number_hash);

-- The code that lets one more device use the link of an order, as a keyed hash, and how many were sent.
CREATE TABLE link_codes (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  -- Hashes of the secret of the device that asked for the code, and of the code.
  device_hash TEXT NOT NULL,
  code_hash TEXT,
  sent_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  -- When the hour began in which `hour_codes` codes were sent.
  hour_at INTEGER NOT NULL,
  hour_codes INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, order_id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- Numbers that answered STOP, as keyed hashes, until they answer START.
CREATE TABLE sms_opt_outs (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  number_hash TEXT NOT NULL,
  stopped_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, number_hash)
) STRICT, WITHOUT ROWID;

-- How a retailer sends and receives text messages. The secret is sealed.
CREATE TABLE sms_senders (
  retailer_id INTEGER NOT NULL PRIMARY KEY REFERENCES retailers (id),
  adapter TEXT NOT NULL,
  number TEXT NOT NULL,
  account TEXT,
  url TEXT,
  sealed_secret TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Incoming text messages that were handled, so that a repetition does nothing.
CREATE TABLE sms_received (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  provider_id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, provider_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sms_received_by_time ON sms_received (retailer_id, received_at);

-- Text messages whose provider holds a copy of what somebody wrote, until that copy is deleted.
CREATE TABLE sms_copies (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  provider_id TEXT NOT NULL,
  -- Set when the order's texts are erased; the row is deleted after the copy.
  erased_at INTEGER,
  PRIMARY KEY (retailer_id, order_id, provider_id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- The outbox of notifications: one row per bundle of events and side, written with the event. IDs and states only.
CREATE TABLE notifications (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  -- Who is notified: `user` or `driver`.
  recipient TEXT NOT NULL,
  -- The first and the last event of the bundle, and how many they are.
  seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  events INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  -- How it was sent, and why it was refused or not sent.
  channel TEXT,
  reason TEXT,
  -- What the provider of text messages calls it, to record later what became of it.
  provider_id TEXT,
  attempts INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  -- When it is sent next; null while an earlier one of the order and side is pending, and once it is finished.
  due_at INTEGER,
  give_up_at INTEGER NOT NULL,
  -- The process that is sending it.
  claimed_by TEXT,
  finished_at INTEGER,
  PRIMARY KEY (retailer_id, order_id, seq),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;
-- One notification of an order and side is due at a time, so that they arrive in order.
CREATE UNIQUE INDEX notifications_head ON notifications (retailer_id, order_id, recipient) WHERE due_at IS NOT NULL;
CREATE INDEX notifications_due ON notifications (retailer_id, due_at) WHERE due_at IS NOT NULL AND claimed_by IS NULL;
CREATE INDEX notifications_claimed ON notifications (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX notifications_newest ON notifications (retailer_id, at, order_id, seq);
CREATE INDEX notifications_by_provider ON notifications (retailer_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX notifications_unfinished ON notifications (state, retailer_id) WHERE state IN ('pending', 'dead');
CREATE INDEX notifications_finished ON notifications (retailer_id, finished_at) WHERE finished_at IS NOT NULL;
