-- Where a retailer's events are sent to. What is sealed is encrypted with the server's key.
CREATE TABLE callback_endpoints (
  retailer_id INTEGER NOT NULL REFERENCES retailers (id),
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Sealed. The former secret still signs, beside the present one, until it runs out.
  signing_secret TEXT NOT NULL,
  former_signing_secret TEXT,
  former_secret_until INTEGER,
  -- How to get the token that a callback carries; null where it carries none.
  token_url TEXT,
  client_id TEXT,
  -- Sealed.
  client_secret TEXT,
  scope TEXT,
  resource TEXT,
  token_lifetime_s INTEGER,
  created_at INTEGER NOT NULL,
  -- Raised with every change of the row.
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
  -- Attempts in a row that failed, since the event or since it was replayed.
  failures INTEGER NOT NULL,
  -- When it is sent next; null while an earlier one of the order waits, and once it is finished.
  due_at INTEGER,
  give_up_at INTEGER NOT NULL,
  -- The process that is sending it.
  claimed_by TEXT,
  finished_at INTEGER,
  PRIMARY KEY (retailer_id, endpoint_id, order_id, seq),
  FOREIGN KEY (retailer_id, endpoint_id) REFERENCES callback_endpoints (retailer_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
-- Of the events of an order one is due at a time: they arrive in their order.
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
  PRIMARY KEY (retailer_id, endpoint_id, order_id, seq, attempt),
  FOREIGN KEY (retailer_id, endpoint_id, order_id, seq)
    REFERENCES callback_deliveries (retailer_id, endpoint_id, order_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX callback_attempts_by_time ON callback_attempts (retailer_id, at);

-- Whose messages `chat_message_created` tells of: 'all' or 'customer'.
ALTER TABLE retailers ADD COLUMN chat_callbacks TEXT NOT NULL DEFAULT 'all';
