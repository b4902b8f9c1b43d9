CREATE TABLE retailers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  timezone TEXT NOT NULL,
  shopper_information_removal INTEGER NOT NULL,
  chat_enabled INTEGER NOT NULL,
  chat_opens_at TEXT NOT NULL,
  last_mile_chat INTEGER NOT NULL,
  absent_shopper TEXT NOT NULL,
  clock_offset_ms INTEGER NOT NULL,
  clock_frozen_at INTEGER,
  next_id INTEGER NOT NULL DEFAULT 1001,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE applications (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  client_id TEXT NOT NULL UNIQUE,
  secret_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  external_id TEXT,
  first_name TEXT NOT NULL,
  last_name TEXT,
  phone_number TEXT,
  locale TEXT,
  avatar_url TEXT NOT NULL,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_external_id ON users (retailer_id, external_id);

CREATE TABLE tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  retailer_id INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  user_id INTEGER,
  scopes TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_expiry ON tokens (retailer_id, expires_at);

CREATE TABLE shoppers (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  avatar_url TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX shoppers_by_phone ON shoppers (retailer_id, phone);

CREATE TABLE holds (
  retailer_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  service_option_id INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, user_id),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id)
) STRICT, WITHOUT ROWID;

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
  details TEXT NOT NULL,
  PRIMARY KEY (retailer_id, id),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id),
  FOREIGN KEY (retailer_id, current_shopper_id) REFERENCES shoppers (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_by_external_id ON orders (retailer_id, external_id);
CREATE INDEX orders_by_user ON orders (retailer_id, user_id);
CREATE INDEX orders_to_erase ON orders (retailer_id, expires_at)
  WHERE expires_at IS NOT NULL AND erased_at IS NULL;

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

CREATE TABLE batches (
  retailer_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  shopper_id INTEGER NOT NULL,
  batch_type TEXT NOT NULL,
  workflow_state TEXT NOT NULL,
  PRIMARY KEY (retailer_id, id),
  FOREIGN KEY (retailer_id, shopper_id) REFERENCES shoppers (retailer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch_orders (
  retailer_id INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, batch_id, order_id),
  FOREIGN KEY (retailer_id, batch_id) REFERENCES batches (retailer_id, id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- The log of an order: these rows and those of messages, which are events of their own, numbered together.
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
-- A text is TEXT while it lives and a BLOB of as many zeros once erased. STRICT cannot say "either".
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
  reason TEXT NOT NULL,
  verified_at INTEGER,
  PRIMARY KEY (retailer_id, order_id, erased_at),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_receipts_unverified ON erasure_receipts (verified_at) WHERE verified_at IS NULL;

-- Values the service makes for itself once, such as the key of its keyed hashes.
CREATE TABLE service_values (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
