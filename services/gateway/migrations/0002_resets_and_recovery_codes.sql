-- A reset that one administrator proposed and another has to approve; and codes for whoever has lost the second factor.

ALTER TABLE account ADD COLUMN reset_proposer text NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN reset_proposed_at timestamptz;  -- null: nothing is proposed

-- The codes that are left: using one deletes it.
CREATE TABLE recovery_code (
  account_id   text COLLATE "C" NOT NULL REFERENCES account,
  code_digest  bytea NOT NULL,                           -- keyed digest: the code is 80 random bits
  PRIMARY KEY (account_id, code_digest)
);
