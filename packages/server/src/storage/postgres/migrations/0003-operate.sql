-- The orders that show a shopper's name, for when it changes.
CREATE INDEX assignments_by_shopper ON assignments (retailer_id, shopper_id, order_id);
-- What operators list.
CREATE INDEX orders_by_state ON orders (retailer_id, workflow_state, id);
CREATE INDEX orders_active ON orders (retailer_id, id) WHERE ended_at IS NULL;
CREATE INDEX audit_entries_by_subject ON audit_entries (retailer_id, subject, id);
CREATE INDEX used_assertions_by_expiry ON used_assertions (retailer_id, expires_at);
-- Tokens are revoked with their user.
CREATE INDEX tokens_by_user ON tokens (retailer_id, user_id) WHERE user_id IS NOT NULL;
