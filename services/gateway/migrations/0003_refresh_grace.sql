-- The refresh token before the newest: taken once more for a moment, since the answer to it may have been lost.
ALTER TABLE session ADD COLUMN previous_digest bytea NOT NULL DEFAULT '';
