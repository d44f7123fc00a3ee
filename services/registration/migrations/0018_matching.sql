-- Comparison with lists of departments (数据比对) and three-way reconciliation (三方一致). Identity numbers stand here as
-- keyed digests only; what lists say is sealed and deleted when its retention ends.

INSERT INTO dictionary_entry (dictionary, code, label, valid_from, source) VALUES
  ('MATCH_VEHICLE', '01', '小型载客汽车', '2014-01-01', '本系统'),
  ('MATCH_VEHICLE', '02', '大中型载客汽车', '2014-01-01', '本系统'),
  ('MATCH_VEHICLE', '03', '载货汽车', '2014-01-01', '本系统'),
  ('MATCH_VEHICLE', '04', '农用车', '2014-01-01', '本系统'),
  ('MATCH_VEHICLE', '05', '摩托车', '2014-01-01', '本系统'),
  ('MATCH_VEHICLE', '06', '工程机械', '2014-01-01', '本系统'),
  ('MATCH_VEHICLE', '99', '其他车辆', '2014-01-01', '本系统'),
  ('MATCH_PROPERTY', '01', '商品住房', '2014-01-01', '本系统'),
  ('MATCH_PROPERTY', '02', '商业用房', '2014-01-01', '本系统'),
  ('MATCH_PROPERTY', '03', '自建住房', '2014-01-01', '本系统'),
  ('MATCH_PROPERTY', '04', '易地搬迁安置住房', '2014-01-01', '本系统'),
  ('MATCH_PROPERTY', '05', '保障性住房', '2014-01-01', '本系统'),
  ('MATCH_PROPERTY', '99', '其他房屋', '2014-01-01', '本系统'),
  ('MATCH_COMPANY_ROLE', '01', '法定代表人', '2014-01-01', '本系统'),
  ('MATCH_COMPANY_ROLE', '02', '股东', '2014-01-01', '本系统'),
  ('MATCH_COMPANY_ROLE', '03', '董事监事高级管理人员', '2014-01-01', '本系统'),
  ('MATCH_COMPANY_ROLE', '04', '个体工商户经营者', '2014-01-01', '本系统'),
  ('MATCH_COMPANY_ROLE', '05', '农民专业合作社成员', '2014-01-01', '本系统'),
  ('MATCH_POST', '01', '公务员', '2014-01-01', '本系统'),
  ('MATCH_POST', '02', '事业单位工作人员', '2014-01-01', '本系统'),
  ('MATCH_POST', '03', '国有企业在编人员', '2014-01-01', '本系统'),
  ('MATCH_POST', '04', '离退休人员', '2014-01-01', '本系统'),
  ('MATCH_POST', '05', '村(社区)干部', '2014-01-01', '本系统'),
  ('MATCH_POST', '06', '公益性岗位', '2014-01-01', '本系统'),
  ('MATCH_SCHOOL_STAGE', '01', '学前教育', '2014-01-01', '本系统'),
  ('MATCH_SCHOOL_STAGE', '02', '小学', '2014-01-01', '本系统'),
  ('MATCH_SCHOOL_STAGE', '03', '初中', '2014-01-01', '本系统'),
  ('MATCH_SCHOOL_STAGE', '04', '高中(中职)', '2014-01-01', '本系统'),
  ('MATCH_SCHOOL_STAGE', '05', '高等教育', '2014-01-01', '本系统'),
  ('MATCH_SCHOOL_STAGE', '06', '特殊教育', '2014-01-01', '本系统'),
  ('MATCH_INSURANCE', '01', '基本医疗保险', '2014-01-01', '本系统'),
  ('MATCH_INSURANCE', '02', '基本养老保险', '2014-01-01', '本系统'),
  ('MATCH_INSURANCE', '03', '大病保险', '2014-01-01', '本系统'),
  ('MATCH_MARRIAGE', '01', '结婚登记', '2014-01-01', '本系统'),
  ('MATCH_MARRIAGE', '02', '离婚登记', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '01', '已转让未过户', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '02', '他人借名登记', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '03', '生产经营所必需', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '04', '残疾人专用', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '05', '政策性安置', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '06', '名单数据滞后', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '07', '在外地就学或参保', '2014-01-01', '本系统'),
  ('MATCH_EXPLANATION', '99', '其他, 见佐证', '2014-01-01', '本系统');

CREATE TABLE match_authorisation (
  shard         integer NOT NULL,
  id            bigint NOT NULL,
  household_id  bigint NOT NULL,
  kinds         smallint[] NOT NULL,                    -- MatchList.Kind
  signer_id     bigint NOT NULL,                        -- member
  sign_date     date NOT NULL,
  expire_date   date NOT NULL,                          -- last day
  paper_sha256  text NOT NULL,
  revoke_date   date,
  revoked_by    text NOT NULL DEFAULT '',
  subject       text NOT NULL,
  create_time   timestamptz NOT NULL,
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id)
);
CREATE INDEX match_authorisation_household ON match_authorisation (shard, household_id, id);

CREATE TABLE match_list (
  shard          integer NOT NULL,
  id             bigint NOT NULL,
  area           bigint NOT NULL,
  purpose        text NOT NULL,
  purpose_label  text NOT NULL,
  legal_basis    text NOT NULL,
  statutory      boolean NOT NULL,                      -- the basis suffices for registered households
  policy_id      text NOT NULL,
  kind           smallint NOT NULL,
  department     text NOT NULL,
  as_of          date NOT NULL,
  retain_until   date NOT NULL,
  state          smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),  -- receiving, received, purged
  subject        text NOT NULL,
  create_time    timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX match_list_area ON match_list (area, id);
CREATE INDEX match_list_retention ON match_list (retain_until) WHERE state <> 3;

-- What was taken whole: a batch by its number, or a file under a number above all batches. Rows of other parts are of
-- an upload that was broken off.
CREATE TABLE match_part (
  shard           integer NOT NULL,
  list_id         bigint NOT NULL,
  part            bigint NOT NULL,
  content_digest  bytea NOT NULL,                       -- keyed
  row_count       bigint NOT NULL,
  wrong_count     bigint NOT NULL,
  PRIMARY KEY (shard, list_id, part),
  FOREIGN KEY (shard, list_id) REFERENCES match_list (shard, id)
);

CREATE TABLE match_row (
  shard       integer NOT NULL,
  list_id     bigint NOT NULL,
  part        bigint NOT NULL,
  row_number  bigint NOT NULL,
  digest      bytea NOT NULL,                           -- of the identity number, as in identity_claim
  facts       bytea NOT NULL,                           -- a MatchFact, sealed
  PRIMARY KEY (shard, list_id, part, row_number)
);
CREATE INDEX match_row_digest ON match_row (shard, list_id, digest);

CREATE TABLE match_row_fault (
  shard         integer NOT NULL,
  list_id       bigint NOT NULL,
  part          bigint NOT NULL,
  row_number    bigint NOT NULL,
  number        smallint NOT NULL,
  reason        smallint NOT NULL,                      -- MatchingReason
  column_label  text NOT NULL,
  detail        text NOT NULL,                          -- nothing of what stands in the row
  PRIMARY KEY (shard, list_id, part, row_number, number)
);

-- A run goes on behind the last digest, or the last person, that it has looked at.
CREATE TABLE match_run (
  shard               integer NOT NULL,
  id                  bigint NOT NULL,
  list_id             bigint NOT NULL,
  area                bigint NOT NULL,
  policy_id           text NOT NULL,
  subject             text NOT NULL,
  after_digest        bytea NOT NULL DEFAULT '',
  after_area          bigint NOT NULL DEFAULT 0,
  after_id            bigint NOT NULL DEFAULT 0,
  person_count        bigint NOT NULL DEFAULT 0,
  covered_count       bigint NOT NULL DEFAULT 0,
  unauthorised_count  bigint NOT NULL DEFAULT 0,
  hit_count           bigint NOT NULL DEFAULT 0,
  new_hit_count       bigint NOT NULL DEFAULT 0,
  told                boolean NOT NULL DEFAULT false,       -- its end was told in an event
  create_time         timestamptz NOT NULL,
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, list_id) REFERENCES match_list (shard, id)
);
CREATE INDEX match_run_list ON match_run (shard, list_id, id);

-- In the county of the household; the list may be of a county or of an area above.
CREATE TABLE match_hit (
  shard            integer NOT NULL,
  id               bigint NOT NULL,
  area             bigint NOT NULL,                     -- village
  list_shard       integer NOT NULL,
  list_id          bigint NOT NULL,
  run_id           bigint NOT NULL,
  purpose          text NOT NULL,
  kind             smallint NOT NULL,
  household_id     bigint NOT NULL,
  member_id        bigint NOT NULL,
  absence          boolean NOT NULL,
  severity         smallint NOT NULL,
  veto             boolean NOT NULL,
  policy_id        text NOT NULL,
  band             smallint NOT NULL,
  fact_count       integer NOT NULL,
  facts            bytea,                               -- a MatchHit with nothing but facts, sealed
  retain_until     date NOT NULL,
  state            smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 6),
  due_date         date NOT NULL,
  finding          smallint NOT NULL DEFAULT 0,
  explanation      text NOT NULL DEFAULT '',
  verifier         text NOT NULL DEFAULT '',
  visit_date       date,
  evidence_sha256  text NOT NULL DEFAULT '',
  second_person    text NOT NULL DEFAULT '',
  resolution       smallint NOT NULL DEFAULT 0,
  resolver         text NOT NULL DEFAULT '',
  version          integer NOT NULL DEFAULT 1,
  update_time      timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE UNIQUE INDEX match_hit_once ON match_hit (shard, list_id, member_id);
CREATE INDEX match_hit_area ON match_hit (area, id);
CREATE INDEX match_hit_retention ON match_hit (retain_until) WHERE facts IS NOT NULL;

CREATE TABLE reconciliation (
  shard             integer NOT NULL,
  id                bigint NOT NULL,
  area              bigint NOT NULL,
  seed              text NOT NULL,
  policy_id         text NOT NULL,
  tolerance_fen     bigint NOT NULL,
  fix_days          integer NOT NULL,
  population_count  bigint NOT NULL,
  subject           text NOT NULL,
  create_time       timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX reconciliation_area ON reconciliation (area, id);
COMMENT ON TABLE reconciliation IS 'append-only: how samples were drawn';

-- The households of each village at the drawing, so that it can be done again.
CREATE TABLE reconciliation_stratum (
  shard              integer NOT NULL,
  reconciliation_id  bigint NOT NULL,
  village            bigint NOT NULL,
  drawn_count        integer NOT NULL,
  household_ids      bigint[] NOT NULL,                 -- in the county of the reconciliation
  PRIMARY KEY (shard, reconciliation_id, village)
);
COMMENT ON TABLE reconciliation_stratum IS 'append-only: what samples were drawn from';

CREATE TABLE reconciliation_form (
  shard              integer NOT NULL,
  id                 bigint NOT NULL,
  reconciliation_id  bigint NOT NULL,
  area               bigint NOT NULL,                   -- village
  household_id       bigint NOT NULL,
  state              smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2)),
  agreement          smallint NOT NULL DEFAULT 0,       -- 1 agrees, 2 differs
  checker            text NOT NULL DEFAULT '',
  visit_date         date,
  evidence_sha256    text NOT NULL DEFAULT '',
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, reconciliation_id) REFERENCES reconciliation (shard, id)
);
CREATE UNIQUE INDEX reconciliation_form_once ON reconciliation_form (shard, reconciliation_id, household_id);
CREATE INDEX reconciliation_form_place ON reconciliation_form (shard, reconciliation_id, area, id);

CREATE TABLE reconciliation_value (
  shard              integer NOT NULL,
  form_id            bigint NOT NULL,
  field              smallint NOT NULL,
  reconciliation_id  bigint NOT NULL,
  system_value       text NOT NULL,
  paper_value        text NOT NULL DEFAULT '',
  reality_value      text NOT NULL DEFAULT '',
  agrees             boolean,                           -- NULL until entered
  PRIMARY KEY (shard, form_id, field)
);
CREATE INDEX reconciliation_value_field ON reconciliation_value (shard, reconciliation_id, field);

CREATE TABLE reconciliation_task (
  shard              integer NOT NULL,
  id                 bigint NOT NULL,
  reconciliation_id  bigint NOT NULL,
  form_id            bigint NOT NULL,
  area               bigint NOT NULL,
  household_id       bigint NOT NULL,
  field              smallint NOT NULL,
  place              smallint NOT NULL,                 -- ReconciliationTask.Place
  reality_value      text NOT NULL,
  done               boolean NOT NULL DEFAULT false,
  due_date           date NOT NULL,
  fixer              text NOT NULL DEFAULT '',
  evidence_sha256    text NOT NULL DEFAULT '',
  update_time        timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX reconciliation_task_area ON reconciliation_task (area, id);
CREATE INDEX reconciliation_task_of ON reconciliation_task (shard, reconciliation_id, done);
