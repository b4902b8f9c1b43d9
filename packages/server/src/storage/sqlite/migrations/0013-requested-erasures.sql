-- An erasure that was asked for goes in slices. Up to this event nobody reads a text any more; NULL: none is under way.
ALTER TABLE orders ADD COLUMN erasing_to INTEGER;
CREATE INDEX orders_being_erased ON orders (retailer_id, user_id, id) WHERE erasing_to IS NOT NULL;

-- Up to this order those of the person are being erased; NULL: the erasure is finished.
ALTER TABLE person_erasures ADD COLUMN marked_to INTEGER;
CREATE INDEX person_erasures_under_way ON person_erasures (retailer_id, user_id) WHERE marked_to IS NOT NULL;
