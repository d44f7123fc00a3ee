-- What every service's database holds: request ids, the event feed, the audit log, leases.
-- Applied first in all databases. Tables whose comment begins with "append-only" lose UPDATE and DELETE for the
-- application's role (see migrate.cc).

-- The answer to each request that had an effect, so that a repeat gets the first answer.
CREATE TABLE request_claim (
  key         bytea PRIMARY KEY,           -- SHA-256 of subject, method and request id, first 16 bytes
  digest      bytea NOT NULL,              -- keyed digest of the request, to refuse the same id with other content
  response    bytea NOT NULL,              -- the answer, masked: ids and codes, no sealed values
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX request_claim_age ON request_claim USING brin (created_at);

-- Written with the effect, moved to event_log by the sequencer after commit.
CREATE TABLE event_outbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  area        bigint NOT NULL,
  body        bytea NOT NULL               -- bangfu.events.v1.Event without its position
);
CREATE TABLE event_log (
  position    bigint PRIMARY KEY,          -- dense: 1, 2, 3 …
  area        bigint NOT NULL,
  body        bytea NOT NULL
);
COMMENT ON TABLE event_log IS 'append-only: the feed';

-- Written with the effect, moved to audit_log and sealed by the sequencer after commit.
CREATE TABLE audit_outbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  body        bytea NOT NULL               -- bangfu.audit.v1.AuditRecord, the exact bytes that are hashed
);
CREATE TABLE audit_log (
  position    bigint PRIMARY KEY,
  body        bytea NOT NULL
);
COMMENT ON TABLE audit_log IS 'append-only: leaves of the Merkle log';
CREATE TABLE audit_checkpoint (
  size        bigint PRIMARY KEY,
  body        bytea NOT NULL               -- bangfu.audit.v1.Checkpoint, signed
);
COMMENT ON TABLE audit_checkpoint IS 'append-only: signed tree heads';

-- Who sequences, until when. The fence grows with each change of holder.
CREATE TABLE sequencer (
  singleton       boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  holder          text NOT NULL DEFAULT '',
  fence           bigint NOT NULL DEFAULT 0,
  expires_at      timestamptz NOT NULL DEFAULT '-infinity',
  event_position  bigint NOT NULL DEFAULT 0,
  audit_position  bigint NOT NULL DEFAULT 0,
  frontier        bytea NOT NULL DEFAULT ''::bytea   -- Merkle frontier at audit_position
);
INSERT INTO sequencer DEFAULT VALUES;

-- How far this service has followed each other service's feed; moved in the transaction of the effect.
CREATE TABLE feed_cursor (
  service     text PRIMARY KEY,
  position    bigint NOT NULL
);
