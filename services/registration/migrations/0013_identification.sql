-- Identification: campaigns, applications, checks at home; removals and returns. A campaign is in one county or a part
-- of it, so that it shares its shard with the applications in it.

CREATE TABLE identification_campaign (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  area         bigint NOT NULL,                  -- county, township or village
  title        text NOT NULL,
  start_date   date NOT NULL,
  end_date     date,
  year         smallint NOT NULL,                -- collection year of incomes
  quota        integer NOT NULL DEFAULT 0 CHECK (quota >= 0),
  rubric       text NOT NULL,                    -- documents that it goes by, by id
  rules        text NOT NULL,
  line         text NOT NULL,
  definition   text NOT NULL,
  state        smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2)),
  version      integer NOT NULL DEFAULT 1,
  created_by   text NOT NULL,
  create_time  timestamptz NOT NULL,
  close_time   timestamptz,
  PRIMARY KEY (shard, id)
);
CREATE INDEX identification_campaign_area ON identification_campaign (area, id);

CREATE TABLE identification_application (
  shard           integer NOT NULL,
  id              bigint NOT NULL,
  area            bigint NOT NULL,               -- village where the household applied
  campaign_id     bigint NOT NULL,
  household_id    bigint NOT NULL,
  applicant       smallint NOT NULL,
  applicant_name  text NOT NULL DEFAULT '',
  channel         smallint NOT NULL,
  apply_date      date NOT NULL,
  standard        text NOT NULL,
  attribute       text NOT NULL,
  main_cause      text NOT NULL,
  other_causes    text NOT NULL DEFAULT '',      -- codes, comma-separated
  state           smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 7),
  score_centi     bigint,
  excluded        boolean NOT NULL DEFAULT false,
  entry_verdict   text NOT NULL DEFAULT '',
  ranked          boolean NOT NULL DEFAULT false,
  need_key        bigint NOT NULL DEFAULT 0,     -- the least is in the greatest need
  first_tie       bigint NOT NULL DEFAULT 0,     -- the least comes first
  second_tie      bigint NOT NULL DEFAULT 0,
  check_id        bigint,
  score_decision  text NOT NULL DEFAULT '',
  entry_decision  text NOT NULL DEFAULT '',
  procedure_id    text NOT NULL DEFAULT '',
  note            text NOT NULL DEFAULT '',
  version         integer NOT NULL DEFAULT 1,
  recorder        text NOT NULL,
  create_time     timestamptz NOT NULL,
  update_time     timestamptz NOT NULL,
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id),
  FOREIGN KEY (shard, campaign_id) REFERENCES identification_campaign (shard, id)
);
-- Lists are ranges of the first; counts and lists of one campaign of the second; the ranking of the third.
CREATE INDEX identification_application_area ON identification_application (area, id);
CREATE INDEX identification_application_campaign
  ON identification_application (shard, campaign_id, area, id) INCLUDE (state, ranked, excluded);
CREATE INDEX identification_application_ranking
  ON identification_application (shard, campaign_id, need_key, first_tie, second_tie, id) INCLUDE (area) WHERE ranked;
CREATE INDEX identification_application_procedure ON identification_application (shard, procedure_id)
  WHERE procedure_id <> '';
CREATE INDEX identification_application_household ON identification_application (shard, household_id, id);
-- One application of a household at a time.
CREATE UNIQUE INDEX identification_application_pending ON identification_application (shard, household_id)
  WHERE state <= 4;

CREATE TABLE home_check (
  shard           integer NOT NULL,
  id              bigint NOT NULL,
  application_id  bigint NOT NULL,
  recorder        text NOT NULL,
  record_time     timestamptz NOT NULL,
  body            bytea NOT NULL,                -- the message, sealed as a whole: it names the visitors
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, application_id) REFERENCES identification_application (shard, id)
);
CREATE INDEX home_check_application ON home_check (shard, application_id, id);
COMMENT ON TABLE home_check IS 'append-only: history';

CREATE TABLE register_case (
  shard           integer NOT NULL,
  id              bigint NOT NULL,
  area            bigint NOT NULL,               -- village
  kind            smallint NOT NULL CHECK (kind IN (1, 2)),
  household_id    bigint NOT NULL,
  removal_reason  text NOT NULL DEFAULT '',
  main_cause      text NOT NULL DEFAULT '',
  note            text NOT NULL DEFAULT '',
  state           smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 4),
  procedure_id    text NOT NULL,
  opinion         text NOT NULL DEFAULT '',
  recorder        text NOT NULL,
  create_time     timestamptz NOT NULL,
  end_time        timestamptz,
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id)
);
CREATE INDEX register_case_area ON register_case (area, id);
CREATE INDEX register_case_household ON register_case (shard, household_id, id);
CREATE INDEX register_case_procedure ON register_case (shard, procedure_id);

INSERT INTO dictionary_entry (dictionary, code, label, valid_from, source) VALUES
  ('REMOVAL_REASON', '01', '识别时收入高于标准线且保障无缺项', '2014-01-01', '清退工作通常口径; 代码为本系统自定'),
  ('REMOVAL_REASON', '02', '有城镇住房、商铺或高档住宅', '2014-01-01', '清退工作通常口径; 代码为本系统自定'),
  ('REMOVAL_REASON', '03', '有非生产性汽车或大型机械', '2014-01-01', '清退工作通常口径; 代码为本系统自定'),
  ('REMOVAL_REASON', '04', '有财政供养人员或村干部', '2014-01-01', '清退工作通常口径; 代码为本系统自定'),
  ('REMOVAL_REASON', '05', '经商办企业', '2014-01-01', '清退工作通常口径; 代码为本系统自定'),
  ('REMOVAL_REASON', '06', '识别程序不合规', '2014-01-01', '清退工作通常口径; 代码为本系统自定'),
  ('REMOVAL_REASON', '07', '拆户、并户或空挂户', '2014-01-01', '清退工作通常口径; 代码为本系统自定'),
  ('REMOVAL_REASON', '99', '其他', '2014-01-01', '代码为本系统自定');
