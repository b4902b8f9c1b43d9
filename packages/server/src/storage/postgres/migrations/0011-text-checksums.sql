-- Tells a text that is damaged on disk from one that was written so. NULL: written before there was this, or erased.
ALTER TABLE messages ADD COLUMN checksum BIGINT;
