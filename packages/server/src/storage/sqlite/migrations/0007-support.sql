-- The support agent a token speaks for, by the name the operator gave.
ALTER TABLE tokens ADD COLUMN agent TEXT;

-- For a support agent to sign in with. Used once, short-lived.
CREATE TABLE support_links (
  code_hash TEXT NOT NULL PRIMARY KEY,
  retailer_id INTEGER NOT NULL,
  application_id INTEGER NOT NULL,
  agent TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id)
) STRICT, WITHOUT ROWID;

-- What was changed, where no log of an order has it.
ALTER TABLE audit_entries ADD COLUMN detail TEXT;

-- Receipts are listed by time.
CREATE INDEX erasure_receipts_by_time ON erasure_receipts (retailer_id, erased_at, order_id);
