-- The support agent a token speaks for, by the name the operator gave.
ALTER TABLE tokens ADD COLUMN agent TEXT;

-- For a support agent to sign in with. Used once, short-lived.
CREATE TABLE support_links (
  code_hash TEXT NOT NULL PRIMARY KEY,
  retailer_id BIGINT NOT NULL,
  application_id BIGINT NOT NULL,
  agent TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  FOREIGN KEY (retailer_id, application_id) REFERENCES applications (retailer_id, id)
);

-- What was changed, where no log of an order has it.
ALTER TABLE audit_entries ADD COLUMN detail TEXT;

-- Receipts are listed by time.
CREATE INDEX erasure_receipts_by_time ON erasure_receipts (retailer_id, erased_at, order_id);

-- A link is found by its hash before the retailer is known, as a ticket is.
CREATE POLICY of_retailer ON support_links USING (aislechat_retailer() IN (0, retailer_id));
ALTER TABLE support_links ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
