-- Data quality: runs of a pack of rules over an area, what they find, and what is counted for scores.
CREATE TABLE quality_run (
  shard            integer NOT NULL,
  id               bigint NOT NULL,               -- also of its operation
  area             bigint NOT NULL,
  year             smallint NOT NULL,
  pack             text NOT NULL,                 -- purpose of the policy
  date             date NOT NULL,                 -- ages are reached on it
  policy_id        text NOT NULL,
  subject          text NOT NULL,
  -- How far it is: the last household of the last page that is written, then the same for members.
  done_area        bigint NOT NULL DEFAULT 0,
  done_id          bigint NOT NULL DEFAULT 0,
  member_area      bigint NOT NULL DEFAULT 0,
  member_id        bigint NOT NULL DEFAULT 0,
  households_done  boolean NOT NULL DEFAULT false,
  household_count  bigint NOT NULL DEFAULT 0,
  person_count     bigint NOT NULL DEFAULT 0,
  new_count        bigint NOT NULL DEFAULT 0,
  kept_count       bigint NOT NULL DEFAULT 0,
  fixed_count      bigint NOT NULL DEFAULT 0,
  create_time      timestamptz NOT NULL,
  finish_time      timestamptz,
  PRIMARY KEY (shard, id)
);
CREATE INDEX quality_run_area ON quality_run (area, id);

-- From the first finding until it is mended. shard is that of the household.
CREATE TABLE quality_issue (
  shard          integer NOT NULL,
  id             bigint NOT NULL,
  household_id   bigint NOT NULL,
  rule           smallint NOT NULL,               -- QualityRule.Code
  record         smallint NOT NULL CHECK (record BETWEEN 1 AND 4),  -- QualityIssue.Record
  record_id      bigint NOT NULL,                 -- household, member, or year of the household's report
  field          text NOT NULL,
  area           bigint NOT NULL,                 -- village of the household when last checked
  year           smallint NOT NULL,               -- of income and living conditions when last found
  severity       smallint NOT NULL,
  owner          smallint NOT NULL,
  fix            text NOT NULL,
  found          text NOT NULL,                   -- nothing personal
  expected       text NOT NULL,
  state          smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 4),  -- open, waiver requested, waived, fixed
  assignee       text NOT NULL DEFAULT '',
  due_date       date NOT NULL,
  found_date     date NOT NULL,                   -- the last time that it was new
  policy_id      text NOT NULL,                   -- by which it was last found
  run_id         bigint,                          -- of the run that first found it
  run_shard      integer,
  waiver         text NOT NULL DEFAULT '',
  waiver_by      text NOT NULL DEFAULT '',
  reopen_count   integer NOT NULL DEFAULT 0,
  version        integer NOT NULL DEFAULT 1,
  check_time     timestamptz NOT NULL,            -- what was found later than it is not undone by an older look
  fix_time       timestamptz,
  PRIMARY KEY (shard, id)
);
-- The same finding is the same issue.
CREATE UNIQUE INDEX quality_issue_identity ON quality_issue (shard, household_id, rule, record, record_id, field);
CREATE INDEX quality_issue_area ON quality_issue (area, id) INCLUDE (state, rule, severity);

CREATE TABLE quality_note (
  shard         integer NOT NULL,
  issue_id      bigint NOT NULL,
  id            bigint NOT NULL,
  kind          smallint NOT NULL,                -- QualityNote.Kind
  subject       text NOT NULL,
  time          timestamptz NOT NULL,
  body          text NOT NULL,
  PRIMARY KEY (shard, issue_id, id)
);
COMMENT ON TABLE quality_note IS 'append-only: what was done about issues';

-- What a run counted by village and rule; rule 0 counts the village itself. shard is the county of the village.
CREATE TABLE quality_tally (
  shard                    integer NOT NULL,
  run_shard                integer NOT NULL,
  run_id                   bigint NOT NULL,
  area                     bigint NOT NULL,
  rule                     smallint NOT NULL,
  household_count          bigint NOT NULL,       -- rule 0: judged; else: with a finding that is not waived
  issue_count              bigint NOT NULL DEFAULT 0,
  person_count             bigint NOT NULL DEFAULT 0,
  problem_household_count  bigint NOT NULL DEFAULT 0,
  stale_household_count    bigint NOT NULL DEFAULT 0,
  unconfirmed_days         bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (shard, run_shard, run_id, area, rule)
);
CREATE INDEX quality_tally_run ON quality_tally (run_shard, run_id, area);
