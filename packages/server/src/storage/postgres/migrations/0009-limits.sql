-- What the limits of living tokens and tickets count.
CREATE INDEX tokens_by_shopper ON tokens (retailer_id, shopper_id) WHERE shopper_id IS NOT NULL;
CREATE INDEX tokens_of_applications ON tokens (retailer_id, application_id, expires_at)
  WHERE user_id IS NULL AND shopper_id IS NULL;
CREATE INDEX stream_tickets_by_token ON stream_tickets (retailer_id, token_hash);
CREATE INDEX support_links_by_expiry ON support_links (retailer_id, expires_at);
