-- Monitoring against return to poverty: clues, the cases in which they are followed up, reviews, and computed runs. The
-- message of a clue or case is kept whole; what lists select by stands in columns beside it.
INSERT INTO dictionary_entry (dictionary, code, label, valid_from, source) VALUES
  ('MONITORING_TRIGGER', '01', '因病', '2020-01-01', '扎鲁特旗即时救助帮扶制度 (2020); 代码为本系统自定'),
  ('MONITORING_TRIGGER', '02', '因学', '2020-01-01', '扎鲁特旗即时救助帮扶制度 (2020); 代码为本系统自定'),
  ('MONITORING_TRIGGER', '03', '因灾', '2020-01-01', '扎鲁特旗即时救助帮扶制度 (2020); 代码为本系统自定'),
  ('MONITORING_TRIGGER', '04', '因疫情', '2020-01-01', '扎鲁特旗即时救助帮扶制度 (2020); 代码为本系统自定'),
  ('MONITORING_TRIGGER', '05', '收入大幅缩减', '2020-01-01', '扎鲁特旗即时救助帮扶制度 (2020); 代码为本系统自定'),
  ('MONITORING_TRIGGER', '06', '刚性支出骤增', '2020-01-01', '扎鲁特旗即时救助帮扶制度 (2020); 代码为本系统自定'),
  ('MONITORING_TRIGGER', '07', '产业不可持续', '2020-01-01', '扎鲁特旗即时救助帮扶制度 (2020); 代码为本系统自定'),
  ('MONITORING_TRIGGER', '08', '收入不高于监测线', '2020-01-01', '本系统; 系统筛查使用'),
  ('MONITORING_TRIGGER', '09', '因意外事故', '2021-01-01', '防止返贫监测和帮扶有关规定; 代码为本系统自定'),
  ('MONITORING_TRIGGER', '10', '住房或饮水安全', '2021-01-01', '防止返贫监测和帮扶有关规定; 代码为本系统自定'),
  ('CLUE_DISMISS_REASON', '01', '情况不属实', '2020-01-01', '本系统'),
  ('CLUE_DISMISS_REASON', '02', '不符合纳入条件', '2020-01-01', '本系统'),
  ('CLUE_DISMISS_REASON', '03', '困难已自行解决', '2020-01-01', '本系统'),
  ('CLUE_DISMISS_REASON', '04', '农户不同意核查', '2020-01-01', '本系统'),
  ('CLUE_DISMISS_REASON', '05', '户已迁出或归档', '2020-01-01', '本系统'),
  ('CLUE_DISMISS_REASON', '99', '其他', '2020-01-01', '本系统');

CREATE TABLE monitoring_case (
  shard           integer NOT NULL,
  id              bigint NOT NULL,
  household_id    bigint NOT NULL,
  area            bigint NOT NULL,                 -- village of the household, as of the last change of the case
  state           smallint NOT NULL CHECK (state BETWEEN 1 AND 7),
  monitor_group   text NOT NULL DEFAULT '',
  triggers        text[] NOT NULL,
  emergency_open  boolean NOT NULL DEFAULT false,
  checker         text NOT NULL DEFAULT '',
  monitor         text NOT NULL DEFAULT '',
  due_time        timestamptz NOT NULL,
  next_review     date,
  version         integer NOT NULL DEFAULT 1,
  body            bytea NOT NULL,                  -- MonitoringCase
  update_time     timestamptz NOT NULL,
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id)
);
CREATE INDEX monitoring_case_area ON monitoring_case (area, id) INCLUDE (state);
-- A household has one case at most that is not ended (6 eliminated, 7 closed).
CREATE UNIQUE INDEX monitoring_case_running ON monitoring_case (shard, household_id) WHERE state < 6;
CREATE INDEX monitoring_case_household ON monitoring_case (shard, household_id, id);

-- Versions of cases that were superseded: earlier checks, reports and judgements.
CREATE TABLE monitoring_case_version (
  shard        integer NOT NULL,
  case_id      bigint NOT NULL,
  version      integer NOT NULL,
  body         bytea NOT NULL,
  update_time  timestamptz NOT NULL,               -- when this version was written
  PRIMARY KEY (shard, case_id, version)
);
COMMENT ON TABLE monitoring_case_version IS 'append-only: history';

CREATE TABLE monitoring_clue (
  shard         integer NOT NULL,
  id            bigint NOT NULL,
  household_id  bigint NOT NULL,
  case_id       bigint NOT NULL,
  area          bigint NOT NULL,                   -- village when the clue came
  channel       smallint NOT NULL CHECK (channel BETWEEN 1 AND 5),
  source_key    text NOT NULL,                     -- nothing of a person
  state         smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
  triggers      text[] NOT NULL,
  body          bytea NOT NULL,                    -- MonitoringClue, but for state and dismiss_reason
  dismiss_reason  text NOT NULL DEFAULT '',
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, case_id) REFERENCES monitoring_case (shard, id)
);
CREATE INDEX monitoring_clue_area ON monitoring_clue (area, id);
CREATE INDEX monitoring_clue_case ON monitoring_clue (shard, case_id, id);
-- What a source has reported of a household is recognised when it is reported again.
CREATE UNIQUE INDEX monitoring_clue_source ON monitoring_clue (shard, household_id, source_key);

CREATE TABLE monitoring_review (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  case_id      bigint NOT NULL,
  review_date  date NOT NULL,
  result       smallint NOT NULL CHECK (result BETWEEN 1 AND 3),
  note         text NOT NULL DEFAULT '',
  reviewer     text NOT NULL,
  late         boolean NOT NULL,
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, case_id) REFERENCES monitoring_case (shard, id)
);
CREATE INDEX monitoring_review_case ON monitoring_review (shard, case_id, review_date);
COMMENT ON TABLE monitoring_review IS 'append-only: reviews';

CREATE TABLE monitoring_campaign (
  shard      integer NOT NULL,
  id         bigint NOT NULL,
  area       bigint NOT NULL,
  title      text NOT NULL,
  from_date  date NOT NULL,
  to_date    date NOT NULL CHECK (to_date >= from_date),
  PRIMARY KEY (shard, id)
);
CREATE INDEX monitoring_campaign_area ON monitoring_campaign (area, id);
COMMENT ON TABLE monitoring_campaign IS 'append-only: campaigns';

-- How far a run is; its operation has the same id. It goes on behind (cursor_area, cursor_id).
CREATE TABLE monitoring_run (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  area         bigint NOT NULL,
  year         smallint NOT NULL,
  run_date     date NOT NULL,                      -- day whose rules and line apply
  cursor_area  bigint NOT NULL DEFAULT 0,
  cursor_id    bigint NOT NULL DEFAULT 0,
  compared     bigint NOT NULL DEFAULT 0,
  unruled      bigint NOT NULL DEFAULT 0,
  raised       bigint NOT NULL DEFAULT 0,
  repeated     bigint NOT NULL DEFAULT 0,
  complete     boolean NOT NULL DEFAULT false,
  PRIMARY KEY (shard, id)
);
