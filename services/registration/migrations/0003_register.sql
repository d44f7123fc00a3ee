-- The register. Every primary key begins with shard, the six-digit home county, city or province of the record, and
-- every foreign key and unique index contains it, so that the same schema can be distributed by it.
-- Codes are text as in the dictionaries. Sealed columns hold AEAD ciphertext bound to table, column and row.

CREATE TABLE household (
  shard           integer NOT NULL,
  id              bigint NOT NULL,
  area            bigint NOT NULL,                 -- village
  national_id     text,
  head_name       text NOT NULL DEFAULT '',
  standard        text NOT NULL,
  attribute       text NOT NULL,
  main_cause      text NOT NULL,
  other_causes    text NOT NULL DEFAULT '',        -- codes, comma-separated
  cause_note      text NOT NULL DEFAULT '',
  exit_flag       text NOT NULL,
  exit_year       smallint NOT NULL DEFAULT 0,
  phone           bytea,                           -- sealed
  bank_name       text NOT NULL DEFAULT '',
  bank_account    bytea,                           -- sealed
  martyr_family   boolean,
  member_count    smallint NOT NULL DEFAULT 0 CHECK (member_count >= 0),
  state           smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2)),
  archive_reason  text NOT NULL DEFAULT '',
  version         integer NOT NULL DEFAULT 1,
  import_id       bigint,                          -- the import that wrote this version, if one did
  updated_by      text NOT NULL,
  update_method   text NOT NULL,
  create_time     timestamptz NOT NULL,
  update_time     timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
-- Lists are ranges of it; with the state in it, they are counted without looking at the rows.
CREATE INDEX household_area ON household (area, id) INCLUDE (state);
CREATE UNIQUE INDEX household_national_id ON household (shard, national_id) WHERE national_id IS NOT NULL AND state = 1;

CREATE TABLE member (
  shard                  integer NOT NULL,
  id                     bigint NOT NULL,
  household_id           bigint NOT NULL,
  area                   bigint NOT NULL,          -- village of the household
  national_id            text NOT NULL DEFAULT '',
  name                   text NOT NULL,
  sex                    text NOT NULL,
  id_type                text NOT NULL DEFAULT '',
  id_number              bytea NOT NULL,           -- sealed
  id_digest              bytea NOT NULL,           -- keyed digest, see identity_claim
  birth_date             date NOT NULL,
  relation               text NOT NULL,
  ethnicity              text NOT NULL,
  education              text NOT NULL DEFAULT '',
  school_status          text NOT NULL DEFAULT '',
  health                 text NOT NULL DEFAULT '',
  labour                 text NOT NULL DEFAULT '',
  work_place             text NOT NULL DEFAULT '',
  work_months            smallint,
  medical_insurance      boolean,
  pension_insurance      boolean,
  illness_insurance      boolean,
  subsistence_allowance  boolean,
  soldier                boolean,
  phone                  bytea,                    -- sealed
  political_status       text NOT NULL DEFAULT '',
  join_date              date NOT NULL,
  join_reason            text NOT NULL,
  leave_date             date,
  leave_reason           text NOT NULL DEFAULT '',
  state                  smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2)),
  version                integer NOT NULL DEFAULT 1,
  import_id              bigint,
  updated_by             text NOT NULL,
  update_method          text NOT NULL,
  create_time            timestamptz NOT NULL,
  update_time            timestamptz NOT NULL,
  PRIMARY KEY (shard, id),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id)
);
CREATE INDEX member_household ON member (shard, household_id);
CREATE INDEX member_area ON member (area, id) INCLUDE (state);
CREATE INDEX member_name ON member (shard, name text_pattern_ops);

-- One living record per identity number in the province: distributed by the digest, not by shard.
CREATE TABLE identity_claim (
  digest      bytea PRIMARY KEY,
  shard       integer NOT NULL,
  member_id   bigint NOT NULL
);

CREATE TABLE income (
  shard                integer NOT NULL,
  household_id         bigint NOT NULL,
  year                 smallint NOT NULL,
  wage_fen             bigint NOT NULL CHECK (wage_fen >= 0),
  production_fen       bigint NOT NULL CHECK (production_fen >= 0),
  property_fen         bigint NOT NULL CHECK (property_fen >= 0),
  transfer_fen         bigint NOT NULL CHECK (transfer_fen >= 0),
  family_planning_fen  bigint NOT NULL,
  subsistence_fen      bigint NOT NULL,
  extreme_poverty_fen  bigint NOT NULL,
  pension_fen          bigint NOT NULL,
  ecological_fen       bigint NOT NULL,
  other_transfer_fen   bigint NOT NULL,
  expense_fen          bigint NOT NULL CHECK (expense_fen >= 0),
  net_fen              bigint NOT NULL,
  net_per_capita_fen   bigint NOT NULL,
  member_count         smallint NOT NULL CHECK (member_count > 0),
  rule_version         text NOT NULL,
  version              integer NOT NULL DEFAULT 1,
  import_id            bigint,
  updated_by           text NOT NULL,
  update_method        text NOT NULL,
  update_time          timestamptz NOT NULL,
  PRIMARY KEY (shard, household_id, year),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id)
);

CREATE TABLE living_condition (
  shard              integer NOT NULL,
  household_id       bigint NOT NULL,
  year               smallint NOT NULL,
  arable_centi_mu    bigint,
  irrigated_centi_mu bigint,
  forest_centi_mu    bigint,
  returned_centi_mu  bigint,
  orchard_centi_mu   bigint,
  pasture_centi_mu   bigint,
  water_centi_mu     bigint,
  production_power   boolean,
  water_difficulty   boolean,
  safe_water         boolean,
  road_centi_km      bigint,
  road_type          text NOT NULL DEFAULT '',
  house_centi_m2     bigint,
  dangerous_house    boolean,
  danger_grade       text NOT NULL DEFAULT '',
  sanitary_toilet    boolean,
  fuel               text NOT NULL DEFAULT '',
  version            integer NOT NULL DEFAULT 1,
  import_id          bigint,
  updated_by         text NOT NULL,
  update_method      text NOT NULL,
  update_time        timestamptz NOT NULL,
  PRIMARY KEY (shard, household_id, year),
  FOREIGN KEY (shard, household_id) REFERENCES household (shard, id)
);

-- Versions that were superseded. The version in force stands in the tables above.
CREATE TABLE record_version (
  shard         integer NOT NULL,
  household_id  bigint NOT NULL,
  kind          smallint NOT NULL,       -- 1 household, 2 member, 3 income, 4 living condition
  record_id     bigint NOT NULL,         -- household, member, or year of the household's report
  version       integer NOT NULL,
  known_from    timestamptz NOT NULL,    -- when this version was written
  known_to      timestamptz NOT NULL,    -- when it was superseded
  updated_by    text NOT NULL,           -- who wrote it
  update_method text NOT NULL,
  import_id     bigint,
  body          bytea NOT NULL,          -- the message as it was, sealed as a whole
  PRIMARY KEY (shard, household_id, kind, record_id, version)
);
-- A member's versions are followed through all households that the person belonged to.
CREATE INDEX record_version_member ON record_version (shard, record_id, version) WHERE kind = 2;
COMMENT ON TABLE record_version IS 'append-only: history';

-- Counts by area: folded sums for every level, and the deltas written with each change and not folded yet.
CREATE TABLE register_summary (
  area               bigint PRIMARY KEY,
  households         bigint NOT NULL,
  persons            bigint NOT NULL,
  exited_households  bigint NOT NULL,
  exited_persons     bigint NOT NULL
);
CREATE TABLE register_delta (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  area               bigint NOT NULL,    -- village
  households         integer NOT NULL,
  persons            integer NOT NULL,
  exited_households  integer NOT NULL,
  exited_persons     integer NOT NULL
);
