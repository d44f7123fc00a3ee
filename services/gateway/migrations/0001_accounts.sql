-- Accounts of persons, their passwords, sessions and grants; clients of departments. Not sharded: accounts are few.
-- Names are of ASCII and sort by their bytes.

CREATE TABLE account (
  account_id           text COLLATE "C" PRIMARY KEY CHECK (account_id ~ '^[a-z0-9.-]{3,40}$'),
  display_name         text NOT NULL,
  unit                 text NOT NULL DEFAULT '',
  disabled             boolean NOT NULL DEFAULT false,
  password_hash        text NOT NULL,                  -- Argon2id with its parameters and salt
  password_changed_at  timestamptz NOT NULL,
  must_change          boolean NOT NULL,
  totp_secret          bytea NOT NULL DEFAULT '',      -- sealed; empty without a second factor
  totp_pending         bytea NOT NULL DEFAULT '',      -- sealed; enrolled, not confirmed
  totp_last_step       bigint NOT NULL DEFAULT 0,      -- each code is accepted once
  created_at           timestamptz NOT NULL
);

-- The last passwords of each account, the present one among them.
CREATE TABLE password_history (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id     text COLLATE "C" NOT NULL REFERENCES account,
  password_hash  text NOT NULL
);
CREATE INDEX password_history_account ON password_history (account_id, id);

-- Failures in a row, by the name that was typed, whether there is such an account or not. The name itself is not kept:
-- people type passwords there.
CREATE TABLE sign_in_failure (
  name_digest     bytea PRIMARY KEY,                   -- SHA-256
  failed_count    int NOT NULL,
  locked_until    timestamptz,
  last_failed_at  timestamptz NOT NULL
);
CREATE INDEX sign_in_failure_age ON sign_in_failure (last_failed_at);

CREATE TABLE session (
  session_id      text PRIMARY KEY,
  account_id      text COLLATE "C" NOT NULL REFERENCES account,
  family_digest   bytea NOT NULL UNIQUE,               -- SHA-256 of what its refresh tokens have in common
  refresh_digest  bytea NOT NULL,                      -- SHA-256 of what only the newest has
  second_factor   boolean NOT NULL,
  created_at      timestamptz NOT NULL,
  last_used_at    timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  ended_at        timestamptz
);
CREATE INDEX session_running ON session (account_id) WHERE ended_at IS NULL;
CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX session_age ON session (expires_at);

CREATE TABLE grant_record (
  grant_id    text PRIMARY KEY,
  account_id  text COLLATE "C" NOT NULL REFERENCES account,
  role        text NOT NULL,                           -- name in bangfu.options.v1.Role
  areas       bigint[] NOT NULL,
  end_date    date NOT NULL,
  state       text NOT NULL CHECK (state IN ('PROPOSED', 'APPROVED', 'REVOKED')),
  proposer    text NOT NULL,
  approver    text NOT NULL DEFAULT '',
  -- Two persons, and business roles always somewhere.
  CHECK (state <> 'APPROVED' OR (approver <> '' AND approver <> proposer)),
  CHECK ((role IN ('SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDIT_ADMIN')) = (cardinality(areas) = 0))
);
CREATE INDEX grant_record_account ON grant_record (account_id);

CREATE TABLE department_client (
  client_id         text COLLATE "C" PRIMARY KEY CHECK (client_id ~ '^[a-z0-9-]{3,40}$'),
  department        text NOT NULL,
  legal_basis       text NOT NULL,
  purposes          text[] NOT NULL CHECK (cardinality(purposes) > 0),
  areas             bigint[] NOT NULL CHECK (cardinality(areas) > 0),
  calls_per_minute  int NOT NULL CHECK (calls_per_minute > 0),
  end_date          date NOT NULL,
  state             text NOT NULL CHECK (state IN ('PROPOSED', 'APPROVED', 'REVOKED')),
  secret_digest     bytea NOT NULL,                    -- keyed digest: the secret is 80 random bits
  proposer          text NOT NULL,
  approver          text NOT NULL DEFAULT '',
  revoked_at        timestamptz,
  CHECK (state <> 'APPROVED' OR (approver <> '' AND approver <> proposer))
);
CREATE INDEX department_client_revoked ON department_client (revoked_at) WHERE revoked_at IS NOT NULL;
