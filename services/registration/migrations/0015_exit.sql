-- Exit: what is found of households and villages, what is planned, which villages and counties are poor, and exits on
-- their way through procedures. Records are messages of bangfu.registration.v1, kept whole (body); what lists select by
-- stands in columns beside them.

CREATE TABLE guarantee (
  shard         integer NOT NULL,
  household_id  bigint NOT NULL,
  year          smallint NOT NULL,
  unmet         integer NOT NULL,              -- bit 1 << item for each item that is not met
  body          bytea NOT NULL,                -- GuaranteeRecord
  version       integer NOT NULL,
  updated_by    text NOT NULL,
  update_time   timestamptz NOT NULL,
  PRIMARY KEY (shard, household_id, year),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id)
);
CREATE INDEX guarantee_unmet ON guarantee (year, shard, household_id) WHERE unmet <> 0;

CREATE TABLE exit_plan (
  shard         integer NOT NULL,
  area          bigint NOT NULL,
  year          smallint NOT NULL,
  body          bytea NOT NULL,                -- ExitPlan
  version       integer NOT NULL,
  updated_by    text NOT NULL,
  update_time   timestamptz NOT NULL,
  PRIMARY KEY (shard, area, year)
);
CREATE INDEX exit_plan_area ON exit_plan (area, year);

CREATE TABLE village_profile (
  shard         integer NOT NULL,
  area          bigint NOT NULL,
  year          smallint NOT NULL,
  body          bytea NOT NULL,                -- VillageProfile
  version       integer NOT NULL,
  updated_by    text NOT NULL,
  update_time   timestamptz NOT NULL,
  PRIMARY KEY (shard, area, year)
);

CREATE TABLE poverty_area (
  shard         integer NOT NULL,
  area          bigint NOT NULL,
  level         smallint NOT NULL CHECK (level IN (3, 5)),
  state         smallint NOT NULL,             -- PovertyArea.State
  exit_year     smallint NOT NULL,             -- 0 while it is not out
  body          bytea NOT NULL,                -- PovertyArea
  version       integer NOT NULL,
  updated_by    text NOT NULL,
  update_time   timestamptz NOT NULL,
  PRIMARY KEY (shard, area)
);
CREATE INDEX poverty_area_level ON poverty_area (level, area) INCLUDE (state, exit_year);

-- Versions of these four that were superseded.
CREATE TABLE exit_record_version (
  shard         integer NOT NULL,
  record        text NOT NULL,                 -- guarantee, exit_plan, village_profile, poverty_area
  subject       bigint NOT NULL,               -- household or area
  year          smallint NOT NULL,             -- 0 for poverty_area
  version       integer NOT NULL,
  known_from    timestamptz NOT NULL,
  known_to      timestamptz NOT NULL,
  updated_by    text NOT NULL,
  body          bytea NOT NULL,
  PRIMARY KEY (shard, record, subject, year, version)
);
COMMENT ON TABLE exit_record_version IS 'append-only: history';

-- Procedures by which households leave, with what they are to be marked as, and the households in them.
CREATE TABLE exit_procedure (
  shard         integer NOT NULL,
  id            bigint NOT NULL,               -- procedure
  area          bigint NOT NULL,
  year          smallint NOT NULL,             -- of the exit
  date          date NOT NULL,                 -- judged for
  exit_flag     text NOT NULL,                 -- 1 out, 2 pre-exit
  PRIMARY KEY (shard, id)
);
CREATE TABLE exit_case (
  shard         integer NOT NULL,
  procedure_id  bigint NOT NULL,
  household_id  bigint NOT NULL,
  inputs        bytea NOT NULL,                -- HouseholdExitInputs, without consent
  decision_id   bigint NOT NULL,               -- policy_decision with which it was put on the list
  accepts       boolean,
  recognised    boolean,
  evidence      text NOT NULL DEFAULT '',
  recorder      text NOT NULL DEFAULT '',
  record_time   timestamptz,
  PRIMARY KEY (shard, procedure_id, household_id)
);

-- What became of them.
CREATE TABLE household_exit (
  shard         integer NOT NULL,
  id            bigint NOT NULL,
  household_id  bigint NOT NULL,
  area          bigint NOT NULL,               -- village then
  kind          smallint NOT NULL,             -- HouseholdExitEntry.Kind
  year          smallint NOT NULL,
  body          bytea NOT NULL,                -- HouseholdExitEntry
  PRIMARY KEY (shard, id)
);
CREATE INDEX household_exit_area ON household_exit (area, id);
COMMENT ON TABLE household_exit IS 'append-only: exits and their corrections';

-- What came out in a year is counted by it without looking at the rows.
CREATE INDEX household_exit_year ON household (exit_year, area)
  INCLUDE (exit_flag, member_count, monitor_type, risk_eliminated) WHERE exit_year > 0 AND state = 1 AND type = 1;
