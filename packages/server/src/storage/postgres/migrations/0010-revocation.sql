-- What it takes to revoke all tokens of an application or a support agent.
CREATE INDEX tokens_by_application ON tokens (retailer_id, application_id) WHERE revoked_at IS NULL;
CREATE INDEX tokens_by_agent ON tokens (retailer_id, agent) WHERE agent IS NOT NULL;
CREATE INDEX support_links_by_application ON support_links (retailer_id, application_id);

-- What is forgotten once it has run out is found without looking at what lives.
CREATE INDEX stream_tickets_by_expiry ON stream_tickets (retailer_id, expires_at);
