-- The day that the rows of an import describe: ages are judged on it, and its new members join on it.
ALTER TABLE import ADD COLUMN as_of date;
UPDATE import SET as_of = (create_time AT TIME ZONE 'Asia/Shanghai')::date;
ALTER TABLE import ALTER COLUMN as_of SET NOT NULL;

-- The first staged row of a key is found in the index alone, whatever the planner knows of the table.
DROP INDEX import_household_key;
CREATE INDEX import_household_key ON import_household (shard, import_id, household_key, row_number);

-- Statistics of what was just staged: without them the planner takes a whole province for a handful of rows. Only the
-- owner of a table may gather them. Of the columns by which statements choose; the others would cost more than they tell.
CREATE FUNCTION analyze_import() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE import_household (shard, import_id, row_number, verdict, household_key);
  ANALYZE import_member (shard, import_id, household_row, row_number, verdict, id_digest);
  ANALYZE import_income (shard, import_id, household_row, row_number, verdict);
  ANALYZE import_living (shard, import_id, household_row, row_number, verdict);
END $$;
