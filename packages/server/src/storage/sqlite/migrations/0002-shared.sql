-- What was ordered leaves the row that every message rewrites.
CREATE TABLE order_details (
  retailer_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (retailer_id, order_id),
  FOREIGN KEY (retailer_id, order_id) REFERENCES orders (retailer_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO order_details (retailer_id, order_id, details) SELECT retailer_id, id, details FROM orders;
ALTER TABLE orders DROP COLUMN details;

-- Which process does a piece of background work. `beat` is raised by its holder; no clock is compared.
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  beat INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
