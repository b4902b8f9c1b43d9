-- What shoppers have ready to tap, as a JSON array of texts; none: what their page brings.
ALTER TABLE retailers ADD COLUMN quick_replies TEXT NOT NULL DEFAULT '[]';
