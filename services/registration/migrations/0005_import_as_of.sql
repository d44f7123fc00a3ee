-- The day that the rows of an import describe: ages are judged on it, and its new members join on it.
ALTER TABLE import ADD COLUMN as_of date;
UPDATE import SET as_of = (create_time AT TIME ZONE 'Asia/Shanghai')::date;
ALTER TABLE import ALTER COLUMN as_of SET NOT NULL;

-- Statistics of what was just staged: without them the planner takes a whole province for a handful of rows. Only the
-- owner of a table may gather them.
CREATE FUNCTION analyze_import() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE import_household, import_member, import_income, import_living;
END $$;
