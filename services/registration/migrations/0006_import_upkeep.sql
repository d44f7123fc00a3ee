-- What is still kept of an import: 2 everything, 1 what an undo needs, 0 its counts and findings.
ALTER TABLE import ADD COLUMN keeps smallint NOT NULL DEFAULT 2 CHECK (keeps BETWEEN 0 AND 2);
CREATE INDEX import_keeping ON import (shard, id) WHERE keeps > 0;

-- Of those that belong to no file, the young may be those of an upload under way.
ALTER TABLE import_chunk ADD COLUMN create_time timestamptz NOT NULL DEFAULT now();

-- The households of which an import wrote something: an undo walks them instead of the whole area.
CREATE TABLE import_written (
  shard         integer NOT NULL,
  import_id     bigint NOT NULL,
  record_shard  integer NOT NULL,
  household_id  bigint NOT NULL,
  PRIMARY KEY (shard, import_id, record_shard, household_id)
);
INSERT INTO import_written (shard, import_id, record_shard, household_id)
SELECT import.shard, import.id, written.shard, written.household_id
FROM (SELECT import_id, shard, id AS household_id FROM household WHERE import_id IS NOT NULL
      UNION SELECT import_id, shard, household_id FROM member WHERE import_id IS NOT NULL
      UNION SELECT import_id, shard, household_id FROM income WHERE import_id IS NOT NULL
      UNION SELECT import_id, shard, household_id FROM living_condition WHERE import_id IS NOT NULL
      UNION SELECT import_id, shard, household_id FROM record_version WHERE import_id IS NOT NULL) AS written
JOIN import ON import.id = written.import_id;

-- A number is unique in its county, and an import above counties asks which counties have it.
CREATE UNIQUE INDEX household_number ON household (national_id, shard) WHERE national_id IS NOT NULL AND state = 1;
DROP INDEX household_national_id;

-- The first staged row of a key, and whether the key is that of a household in another county as well.
DROP INDEX import_household_key;
CREATE INDEX import_household_key ON import_household (shard, import_id, household_key, record_shard, row_number);
