-- What came of each household of an exit when the procedure ended.
ALTER TABLE exit_case ADD COLUMN outcome smallint NOT NULL DEFAULT 0;  -- ExitCase.Outcome
