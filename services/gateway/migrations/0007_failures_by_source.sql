-- Failures to sign in are counted by where they come from and in all ('' stands for everywhere). Of the source, too, only
-- the digest is kept.
ALTER TABLE sign_in_failure ADD COLUMN source_digest bytea NOT NULL DEFAULT '';
ALTER TABLE sign_in_failure DROP CONSTRAINT sign_in_failure_pkey;
ALTER TABLE sign_in_failure ADD PRIMARY KEY (name_digest, source_digest);
