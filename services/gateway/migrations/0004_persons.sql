-- One person, one account: keyed digest of the person's identity number. Null for the first administrators and for
-- accounts of before.

ALTER TABLE account ADD COLUMN identity_digest bytea;
CREATE UNIQUE INDEX account_person ON account (identity_digest);
