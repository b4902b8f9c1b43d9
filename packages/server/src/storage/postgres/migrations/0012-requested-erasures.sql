-- An erasure that was asked for goes in slices. Up to this event nobody reads a text any more; NULL: none is under way.
ALTER TABLE orders ADD COLUMN erasing_to BIGINT;
CREATE INDEX orders_being_erased ON orders (retailer_id, user_id, id) WHERE erasing_to IS NOT NULL;

-- A page of a person's orders is found without a look at the others.
CREATE INDEX orders_of_user ON orders (retailer_id, user_id, id);
DROP INDEX orders_by_user;

-- Up to this order those of the person are being erased; NULL: the erasure is finished.
ALTER TABLE person_erasures ADD COLUMN marked_to BIGINT;
CREATE INDEX person_erasures_under_way ON person_erasures (retailer_id, user_id) WHERE marked_to IS NOT NULL;
