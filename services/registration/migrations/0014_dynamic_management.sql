-- Dynamic management: transfers across counties, area reforms, the yearly collection, disability, tags of areas.

INSERT INTO dictionary_entry (dictionary, code, label, valid_from, source) VALUES
  ('ARCHIVE_REASON', '20', '跨县整户迁移', '2014-01-01', '本系统'),
  ('LEAVE_REASON', '20', '跨县整户迁出', '2014-01-01', '本系统'),
  ('JOIN_REASON', '20', '跨县整户迁入', '2014-01-01', '本系统'),
  ('TRANSFER_REASON', '01', '户籍迁移', '2014-01-01', '本系统'),
  ('TRANSFER_REASON', '02', '易地搬迁', '2014-01-01', '本系统'),
  ('TRANSFER_REASON', '03', '行政区划调整', '2014-01-01', '本系统'),
  ('TRANSFER_REASON', '04', '更正登记错误', '2014-01-01', '本系统'),
  ('TRANSFER_REASON', '99', '其他', '2014-01-01', '本系统'),
  ('SPLIT_REASON', '01', '结婚分户', '2014-01-01', '本系统'),
  ('SPLIT_REASON', '02', '离婚分户', '2014-01-01', '本系统'),
  ('SPLIT_REASON', '03', '兄弟分家', '2014-01-01', '本系统'),
  ('SPLIT_REASON', '04', '子女成年独立生活', '2014-01-01', '本系统'),
  ('SPLIT_REASON', '05', '更正登记错误', '2014-01-01', '本系统'),
  ('SPLIT_REASON', '99', '其他', '2014-01-01', '本系统'),
  ('SPLIT_EVIDENCE', '01', '户口簿', '2014-01-01', '本系统'),
  ('SPLIT_EVIDENCE', '02', '结婚证', '2014-01-01', '本系统'),
  ('SPLIT_EVIDENCE', '03', '离婚证或裁判文书', '2014-01-01', '本系统'),
  ('SPLIT_EVIDENCE', '04', '分家协议', '2014-01-01', '本系统'),
  ('SPLIT_EVIDENCE', '05', '住房或宅基地证明', '2014-01-01', '本系统'),
  ('SPLIT_EVIDENCE', '06', '村民委员会证明', '2014-01-01', '本系统'),
  ('SPLIT_EVIDENCE', '99', '其他', '2014-01-01', '本系统'),
  ('DISABILITY_CLASS', '1', '视力残疾', '2014-01-01', '残疾人证编码: 身份证号后第一位'),
  ('DISABILITY_CLASS', '2', '听力残疾', '2014-01-01', '残疾人证编码: 身份证号后第一位'),
  ('DISABILITY_CLASS', '3', '言语残疾', '2014-01-01', '残疾人证编码: 身份证号后第一位'),
  ('DISABILITY_CLASS', '4', '肢体残疾', '2014-01-01', '残疾人证编码: 身份证号后第一位'),
  ('DISABILITY_CLASS', '5', '智力残疾', '2014-01-01', '残疾人证编码: 身份证号后第一位'),
  ('DISABILITY_CLASS', '6', '精神残疾', '2014-01-01', '残疾人证编码: 身份证号后第一位'),
  ('DISABILITY_CLASS', '7', '多重残疾', '2014-01-01', '残疾人证编码: 身份证号后第一位'),
  ('DISABILITY_GRADE', '1', '一级', '2014-01-01', '残疾人证编码: 身份证号后第二位'),
  ('DISABILITY_GRADE', '2', '二级', '2014-01-01', '残疾人证编码: 身份证号后第二位'),
  ('DISABILITY_GRADE', '3', '三级', '2014-01-01', '残疾人证编码: 身份证号后第二位'),
  ('DISABILITY_GRADE', '4', '四级', '2014-01-01', '残疾人证编码: 身份证号后第二位'),
  ('AREA_TAG', '01', '深度贫困旗县', '2014-01-01', '本系统'),
  ('AREA_TAG', '02', '深度贫困嘎查村', '2014-01-01', '本系统'),
  ('AREA_TAG', '99', '其他', '2014-01-01', '本系统');

ALTER TABLE member
  ADD COLUMN disability_class        text NOT NULL DEFAULT '',
  ADD COLUMN disability_grade        text NOT NULL DEFAULT '',
  ADD COLUMN disability_certificate  bytea;          -- sealed

-- A transfer belongs to the county that decides it: the one that takes the household in.
CREATE TABLE household_transfer (
  shard              integer NOT NULL,
  id                 bigint NOT NULL,
  from_shard         integer NOT NULL,
  from_household_id  bigint NOT NULL,
  from_area          bigint NOT NULL,
  to_household_id    bigint,                         -- of this county, once it is accepted
  to_area            bigint NOT NULL,
  head_name          text NOT NULL,
  member_count       smallint NOT NULL,
  reason             text NOT NULL,
  note               text NOT NULL,
  state              smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 4),
  requester          text NOT NULL,
  request_time       timestamptz NOT NULL,
  decider            text NOT NULL DEFAULT '',
  decide_time        timestamptz,
  comment            text NOT NULL DEFAULT '',
  PRIMARY KEY (shard, id)
);
CREATE INDEX household_transfer_in ON household_transfer (to_area, id) INCLUDE (state);
CREATE INDEX household_transfer_out ON household_transfer (from_area, id) INCLUDE (state);
CREATE INDEX household_transfer_from ON household_transfer (from_shard, from_household_id);
CREATE INDEX household_transfer_to ON household_transfer (shard, to_household_id) WHERE to_household_id IS NOT NULL;

-- Ids of one and the same household or member in two counties: a row on either side.
CREATE TABLE transferred_record (
  shard        integer NOT NULL,
  kind         smallint NOT NULL,                    -- 1 household, 2 member
  record_id    bigint NOT NULL,
  former       boolean NOT NULL,                     -- the other id is the former one
  other_shard  integer NOT NULL,
  other_id     bigint NOT NULL,
  PRIMARY KEY (shard, kind, record_id, former)
);
COMMENT ON TABLE transferred_record IS 'append-only: history';

CREATE TABLE area_reform (
  shard        integer NOT NULL,
  id           bigint NOT NULL,                      -- also of its operation
  area         bigint NOT NULL,
  rest_to      bigint,                               -- null: those who are not named stay
  state        smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
  requester    text NOT NULL,
  create_time  timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX area_reform_area ON area_reform (area, id);

-- Who goes where by name, and what was moved: with the version that the move made, so that later changes show.
CREATE TABLE area_reform_household (
  shard          integer NOT NULL,
  reform_id      bigint NOT NULL,
  household_id   bigint NOT NULL,
  to_area        bigint NOT NULL,
  moved_version  integer,                            -- null: not moved, or moved back
  PRIMARY KEY (shard, reform_id, household_id),
  FOREIGN KEY (shard, reform_id) REFERENCES area_reform (shard, id)
);

CREATE TABLE collection_reopening (
  shard         integer NOT NULL,
  household_id  bigint NOT NULL,
  year          smallint NOT NULL,
  reopen_time   timestamptz NOT NULL,
  reason        text NOT NULL,
  last_day      date NOT NULL,
  reviewer      text NOT NULL,
  PRIMARY KEY (shard, household_id, year, reopen_time)
);
COMMENT ON TABLE collection_reopening IS 'append-only: history';

CREATE TABLE area_tag (
  area         bigint NOT NULL,
  tag          text NOT NULL,
  valid_from   date NOT NULL,
  valid_to     date,
  source       text NOT NULL,
  recorder     text NOT NULL,
  update_time  timestamptz NOT NULL,
  PRIMARY KEY (area, tag, valid_from)
);
