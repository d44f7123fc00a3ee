-- Answers of request_claim are sealed from now on. Those kept in clear go: a request that was answered before this is no
-- longer recognised when it is repeated.
TRUNCATE request_claim;
-- Claims are forgotten after some months, the oldest first, by a chore that looks every second.
DROP INDEX request_claim_age;
CREATE INDEX request_claim_age ON request_claim (created_at);

-- Two holders are kept apart by the lock of the row, not by a number. Programs that count it are older than this and
-- refuse a newer database anyway.
ALTER TABLE sequencer DROP COLUMN fence;

-- How often the step of a job was begun. A job that ends its process, or never gets through, is not tried for ever.
ALTER TABLE operation ADD COLUMN attempts smallint NOT NULL DEFAULT 0;
