-- What of an import was not written, and what an undo took back and left.
ALTER TABLE import ADD COLUMN recount boolean NOT NULL DEFAULT false;  -- the counts of its files are not those of its rows
ALTER TABLE import ADD COLUMN undone_count bigint NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN kept_count bigint NOT NULL DEFAULT 0;
ALTER TABLE import_file ADD COLUMN refused_count bigint NOT NULL DEFAULT 0;

-- The imports that were checked to the end and whose staged rows are there. Unlogged like the staged rows, so that it is
-- lost with them: an import that is not in here is checked again.
CREATE UNLOGGED TABLE import_staged (
  shard      integer NOT NULL,
  import_id  bigint NOT NULL,
  PRIMARY KEY (shard, import_id)
);
