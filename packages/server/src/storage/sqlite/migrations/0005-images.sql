-- Set when the order's texts are erased; the row goes once its files are gone.
ALTER TABLE images ADD COLUMN erased_at INTEGER;
