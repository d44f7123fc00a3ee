-- Procedures that run in this service: identification, exit, approval, disclosure. What they may do is their definition.

-- Definitions as procedures were started with them; a policy that changes later does not touch what runs.
CREATE TABLE procedure_definition (
  digest          bytea PRIMARY KEY,           -- SHA-256 of the body
  body            bytea NOT NULL               -- bangfu.procedure.v1.ProcedureDefinition
);
COMMENT ON TABLE procedure_definition IS 'append-only: what procedures were started with';

CREATE TABLE procedure (
  shard           integer NOT NULL,
  id              bigint NOT NULL,
  kind            text NOT NULL,
  area            bigint NOT NULL,
  state           smallint NOT NULL,           -- bangfu.procedure.v1.Procedure.State
  step            text NOT NULL,
  definition      bytea NOT NULL,              -- procedure_definition.digest
  version         integer NOT NULL,            -- actions taken, and one for the start
  body            bytea NOT NULL,              -- bangfu.procedure.v1.Procedure without its subjects
  todo            integer[] NOT NULL,          -- who can do something: level × 100 + role
  wait_until      timestamptz,                 -- before that there is nothing to do but wait
  due_time        timestamptz,                 -- from then on it is overdue
  PRIMARY KEY (shard, id)
);
CREATE INDEX procedure_area ON procedure (area, id);
CREATE INDEX procedure_due ON procedure (due_time) WHERE state = 1;

CREATE TABLE procedure_subject (
  shard           integer NOT NULL,
  procedure_id    bigint NOT NULL,
  ordinal         integer NOT NULL,            -- place in the list
  kind            text NOT NULL,
  subject         text NOT NULL,
  state           smallint NOT NULL,           -- bangfu.procedure.v1.Subject.State
  step            text NOT NULL DEFAULT '',
  note            text NOT NULL DEFAULT '',
  excluded        text NOT NULL DEFAULT '',    -- accounts, separated by line feeds
  PRIMARY KEY (shard, procedure_id, ordinal)
);
-- A subject is in one running procedure of a kind at most.
CREATE UNIQUE INDEX procedure_subject_active ON procedure_subject (shard, kind, subject) WHERE state = 1;
CREATE INDEX procedure_subject_subject ON procedure_subject (subject, shard, procedure_id);

-- Every action as it was taken: the procedure is what these make of it.
CREATE TABLE procedure_entry (
  shard           integer NOT NULL,
  procedure_id    bigint NOT NULL,
  number          integer NOT NULL,            -- version of the procedure after it
  body            bytea NOT NULL,              -- bangfu.procedure.v1.ProcedureEntry
  PRIMARY KEY (shard, procedure_id, number)
);
COMMENT ON TABLE procedure_entry IS 'append-only: what was done';

-- Notices as they were posted.
CREATE TABLE procedure_notice (
  shard           integer NOT NULL,
  procedure_id    bigint NOT NULL,
  step            text NOT NULL,
  round           integer NOT NULL,
  body            bytea NOT NULL,              -- bangfu.procedure.v1.NoticeText
  PRIMARY KEY (shard, procedure_id, step, round)
);
COMMENT ON TABLE procedure_notice IS 'append-only: what was posted';
