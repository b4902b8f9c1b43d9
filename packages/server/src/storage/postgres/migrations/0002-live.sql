ALTER TABLE retailers ADD COLUMN privacy_masks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE retailers ADD COLUMN signed_assertions TEXT NOT NULL DEFAULT 'accepted';

ALTER TABLE shoppers ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX shoppers_by_external_id ON shoppers (retailer_id, external_id);

ALTER TABLE users ADD COLUMN erased_at BIGINT;

-- The shopper a token speaks for, as user_id is the user.
ALTER TABLE tokens ADD COLUMN shopper_id BIGINT;

ALTER TABLE messages ADD COLUMN delivered_at BIGINT;
ALTER TABLE messages ADD COLUMN image_id BIGINT;

-- Messages that the customer, and the shoppers, have not read yet: kept in the transaction that changes them.
ALTER TABLE orders ADD COLUMN unread_by_user BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN unread_by_shopper BIGINT NOT NULL DEFAULT 0;
-- The owner is held to the policies too; for this one change of all rows it is not.
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE messages NO FORCE ROW LEVEL SECURITY;
UPDATE orders
SET unread_by_user = (
      SELECT COUNT(*) FROM messages m
      WHERE m.retailer_id = orders.retailer_id AND m.order_id = orders.id AND m.sender_type = 'driver'
        AND m.read_at IS NULL AND m.body IS NOT NULL
    ),
    unread_by_shopper = (
      SELECT COUNT(*) FROM messages m
      WHERE m.retailer_id = orders.retailer_id AND m.order_id = orders.id AND m.sender_type = 'user'
        AND m.read_at IS NULL AND m.body IS NOT NULL
    );
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE INDEX orders_of_shopper ON orders (retailer_id, current_shopper_id) WHERE erased_at IS NULL;

-- Keys that signed assertions are checked with. `public_key` is a JWK.
CREATE TABLE assertion_keys (
  retailer_id BIGINT NOT NULL,
  application_id BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  public_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (retailer_id, application_id, key_id),
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id)
);

-- A signed assertion serves once; its hash is kept until it has run out.
CREATE TABLE used_assertions (
  retailer_id BIGINT NOT NULL REFERENCES retailers (id),
  assertion_hash TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (retailer_id, assertion_hash)
);

-- For clients that cannot send a header when they open a stream. Used once, short-lived.
CREATE TABLE stream_tickets (
  ticket_hash TEXT NOT NULL PRIMARY KEY,
  retailer_id BIGINT NOT NULL REFERENCES retailers (id),
  order_id BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE images (
  retailer_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  sender_type TEXT NOT NULL,
  sender_id BIGINT NOT NULL,
  -- The message that carries it; null until then.
  seq BIGINT,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (retailer_id, order_id, id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
);

-- Who looked at what, and why. Only ever appended to.
CREATE TABLE audit_entries (
  retailer_id BIGINT NOT NULL REFERENCES retailers (id),
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  application_id BIGINT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  agent TEXT,
  reason TEXT,
  PRIMARY KEY (retailer_id, id)
);

-- Proof that a person was erased, without content.
CREATE TABLE person_erasures (
  retailer_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  erased_at BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  images BIGINT NOT NULL,
  PRIMARY KEY (retailer_id, user_id, erased_at),
  FOREIGN KEY (retailer_id, user_id) REFERENCES users (retailer_id, id)
);

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'assertion_keys', 'used_assertions', 'images', 'audit_entries', 'person_erasures'
  ] LOOP
    EXECUTE format('CREATE POLICY of_retailer ON %I USING (retailer_id = aislechat_retailer())', name);
  END LOOP;

  -- A ticket is found by its hash before the retailer is known, as a token is.
  CREATE POLICY of_retailer ON stream_tickets USING (aislechat_retailer() IN (0, retailer_id));

  FOREACH name IN ARRAY ARRAY[
    'assertion_keys', 'used_assertions', 'images', 'audit_entries', 'person_erasures', 'stream_tickets'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
  END LOOP;
END $$;
