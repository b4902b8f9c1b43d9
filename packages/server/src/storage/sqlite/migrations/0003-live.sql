ALTER TABLE retailers ADD COLUMN privacy_masks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE retailers ADD COLUMN signed_assertions TEXT NOT NULL DEFAULT 'accepted';

ALTER TABLE shoppers ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX shoppers_by_external_id ON shoppers (retailer_id, external_id);

ALTER TABLE users ADD COLUMN erased_at INTEGER;

-- The shopper a token speaks for, as user_id is the user.
ALTER TABLE tokens ADD COLUMN shopper_id INTEGER;

ALTER TABLE messages ADD COLUMN delivered_at INTEGER;
ALTER TABLE messages ADD COLUMN image_id INTEGER;

-- Messages that the customer, and the shoppers, have not read yet: kept in the transaction that changes them.
ALTER TABLE orders ADD COLUMN unread_by_user INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN unread_by_shopper INTEGER NOT NULL DEFAULT 0;
UPDATE orders
SET unread_by_user = (
      SELECT COUNT(*) FROM messages m
      WHERE m.retailer_id = orders.retailer_id AND m.order_id = orders.id AND m.sender_type = 'driver'
        AND m.read_at IS NULL AND m.text_id IS NOT NULL
    ),
    unread_by_shopper = (
      SELECT COUNT(*) FROM messages m
      WHERE m.retailer_id = orders.retailer_id AND m.order_id = orders.id AND m.sender_type = 'user'
        AND m.read_at IS NULL AND m.text_id IS NOT NULL
    );
CREATE INDEX orders_of_shopper ON orders (retailer_id, current_shopper_id) WHERE erased_at IS NULL;

-- Keys that signed assertions are checked with. `public_key` is a JWK.
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

-- A signed assertion serves once; its hash is kept until it has run out.
CREATE TABLE used_assertions (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  assertion_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, assertion_hash)
) STRICT, WITHOUT ROWID;

-- For clients that cannot send a header when they open a stream. Used once, short-lived.
CREATE TABLE stream_tickets (
  ticket_hash TEXT NOT NULL PRIMARY KEY,
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  order_id INTEGER NOT NULL,
  token_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE images (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  sender_type TEXT NOT NULL,
  sender_id INTEGER NOT NULL,
  -- The message that carries it; null until then.
  seq INTEGER,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, order_id, id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- Who looked at what, and why. Only ever appended to.
CREATE TABLE audit_entries (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  agent TEXT,
  reason TEXT,
  PRIMARY KEY (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- Proof that a person was erased, without content.
CREATE TABLE person_erasures (
  retailer_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  erased_at INTEGER NOT NULL,
  orders INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  images INTEGER NOT NULL,
  PRIMARY KEY (retailer_id, user_id, erased_at),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id)
) STRICT, WITHOUT ROWID;
