-- Rules as effective-dated data, and the decisions made by them. A document's shard is the county, city, province or
-- country (100000) that it is made for, so that all documents that may replace each other are in one shard.
CREATE TABLE policy_document (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  kind         text NOT NULL,
  area         bigint NOT NULL,
  purpose      text NOT NULL,
  state        smallint NOT NULL,             -- bangfu.policy.v1.PolicyDocument.State
  version      integer NOT NULL DEFAULT 0,    -- among the published ones of its kind, area and purpose; 0 before
  row_version  bigint NOT NULL DEFAULT 1,     -- counts changes of the row
  body         bytea NOT NULL,                -- bangfu.policy.v1.PolicyDocument
  PRIMARY KEY (shard, id)
);
CREATE INDEX policy_document_kind ON policy_document (kind, id);
CREATE UNIQUE INDEX policy_document_version ON policy_document (shard, kind, area, purpose, version) WHERE version > 0;

-- Locked by whoever changes what is in force for a kind, area and purpose.
CREATE TABLE policy_key (
  shard        integer NOT NULL,
  kind         text NOT NULL,
  area         bigint NOT NULL,
  purpose      text NOT NULL,
  version      integer NOT NULL DEFAULT 0,                -- the last one given
  known_time   timestamptz NOT NULL DEFAULT '-infinity',  -- of the last change: each is later than the one before
  PRIMARY KEY (shard, kind, area, purpose)
);

-- Which document applies on which days, and from when until when that was known. What is known now does not overlap.
CREATE TABLE policy_holding (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  policy       bigint NOT NULL,               -- policy_document.id
  kind         text NOT NULL,
  area         bigint NOT NULL,
  purpose      text NOT NULL,
  valid_from   date NOT NULL,
  valid_to     date NOT NULL DEFAULT 'infinity',
  known_from   timestamptz NOT NULL,
  known_to     timestamptz NOT NULL DEFAULT 'infinity',
  PRIMARY KEY (shard, id),
  CHECK (valid_from < valid_to AND known_from < known_to)
);
CREATE INDEX policy_holding_key ON policy_holding (shard, kind, area, purpose) WHERE known_to = 'infinity';
CREATE INDEX policy_holding_policy ON policy_holding (shard, policy) WHERE known_to = 'infinity';

-- New with each change of what is in force, and never the same twice, also after a rollback: a replica sees with one look
-- whether what it keeps is current.
CREATE TABLE policy_revision (
  singleton    boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  revision     bigint NOT NULL DEFAULT 0
);
INSERT INTO policy_revision DEFAULT VALUES;

CREATE TABLE policy_decision (
  shard        integer NOT NULL,              -- of the record that was decided about
  id           bigint NOT NULL,
  subject      bigint NOT NULL,               -- the record
  area         bigint NOT NULL,
  rule         text NOT NULL,
  body         bytea NOT NULL,                -- bangfu.policy.v1.DecisionRecord
  PRIMARY KEY (shard, id)
);
CREATE INDEX policy_decision_subject ON policy_decision (shard, subject, id);
COMMENT ON TABLE policy_decision IS 'append-only: decisions as they were made';
