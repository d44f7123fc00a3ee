-- The call that asked for the step of a job: its session and its trace, for the audit records that the job writes.
ALTER TABLE operation ADD COLUMN session text NOT NULL DEFAULT '';
ALTER TABLE operation ADD COLUMN trace text NOT NULL DEFAULT '';
