-- Bulk imports: the files as they were sent, what the check found, and what will be written, staged until it is.
INSERT INTO dictionary_entry (dictionary, code, label, valid_from, source) VALUES
  ('ARCHIVE_REASON', '07', '导入撤销', '2014-01-01', '本系统'),
  ('LEAVE_REASON', '11', '导入撤销', '2014-01-01', '本系统');

-- How far an import is follows from its step and from the state of its operation, which has the same id.
CREATE TABLE import (
  shard          integer NOT NULL,
  id             bigint NOT NULL,
  area           bigint NOT NULL,
  subject        text NOT NULL,
  step           smallint NOT NULL DEFAULT 1 CHECK (step BETWEEN 1 AND 4),  -- upload, check, commit, undo
  asked_by       text NOT NULL,                         -- who asked for the step
  mode           smallint NOT NULL DEFAULT 0,           -- CommitImportRequest.Mode
  committed_row  bigint NOT NULL DEFAULT 0,             -- import_household.row_number up to which rows are written
  commit_time    timestamptz,                           -- of the last part
  undone_shard   integer NOT NULL DEFAULT 0,            -- household up to which rows are undone
  undone_id      bigint NOT NULL DEFAULT 0,
  create_time    timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX import_area ON import (area, id);

CREATE TABLE import_file (
  shard            integer NOT NULL,
  import_id        bigint NOT NULL,
  kind             smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),  -- AC01, AB01, AC07, AC30
  file_id          bigint NOT NULL,                     -- whose chunks
  file_name        text NOT NULL,
  size_bytes       bigint NOT NULL,
  sha256           text NOT NULL,
  encoding         smallint NOT NULL,                   -- 0 UTF-8, 1 GB18030
  header           text[] NOT NULL,
  row_count        bigint NOT NULL DEFAULT 0,
  new_count        bigint NOT NULL DEFAULT 0,
  changed_count    bigint NOT NULL DEFAULT 0,
  unchanged_count  bigint NOT NULL DEFAULT 0,
  wrong_count      bigint NOT NULL DEFAULT 0,
  warned_count     bigint NOT NULL DEFAULT 0,
  committed_count  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (shard, import_id, kind)
);

-- Sealed, so not to be compressed either.
CREATE TABLE import_chunk (
  shard      integer NOT NULL,
  import_id  bigint NOT NULL,
  file_id    bigint NOT NULL,
  number     integer NOT NULL,
  body       bytea NOT NULL,
  PRIMARY KEY (shard, import_id, file_id, number)
);
ALTER TABLE import_chunk ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE import_finding (
  shard        integer NOT NULL,
  import_id    bigint NOT NULL,
  kind         smallint NOT NULL,
  row_number   bigint NOT NULL,
  number       bigint GENERATED ALWAYS AS IDENTITY,
  column_name  text NOT NULL,
  reason       smallint NOT NULL,                       -- FindingReason
  error        boolean NOT NULL,
  metadata     text[] NOT NULL,                         -- key, value, key, value …; nothing personal
  PRIMARY KEY (shard, import_id, kind, row_number, number)
);

CREATE TABLE import_change (
  shard        integer NOT NULL,
  import_id    bigint NOT NULL,
  kind         smallint NOT NULL,
  row_number   bigint NOT NULL,
  number       smallint NOT NULL,                       -- place of the column
  before       text NOT NULL,                           -- sealed values are masked
  after        text NOT NULL,
  PRIMARY KEY (shard, import_id, kind, row_number, number)
);

-- The staged rows, merged with what is registered. Unlogged: after a crash of the database the check is made again.
-- verdict: 1 new, 2 changed, 3 unchanged, 4 wrong. base_version: of the registered record, 0 if there is none.
-- Sealed columns are bound to the final record; rows that are not written have none.
CREATE UNLOGGED TABLE import_household (
  shard             integer NOT NULL,
  import_id         bigint NOT NULL,
  row_number        bigint NOT NULL,                    -- above 1,000,000,000: registered, named only by other files
  verdict           smallint NOT NULL,
  household_key     text NOT NULL,
  record_shard      integer NOT NULL,
  id                bigint NOT NULL,
  base_version      integer NOT NULL,
  area              bigint,
  national_id       text,
  standard          text,
  attribute         text,
  main_cause        text,
  other_causes      text,
  cause_note        text,
  exit_flag         text,
  exit_year         smallint,
  phone             bytea,
  bank_name         text,
  bank_account      bytea,
  martyr_family     boolean,
  declared_head     text NOT NULL,
  declared_members  integer,
  PRIMARY KEY (shard, import_id, row_number)
);
CREATE INDEX import_household_key ON import_household (shard, import_id, household_key);

CREATE UNLOGGED TABLE import_member (
  shard                  integer NOT NULL,
  import_id              bigint NOT NULL,
  household_row          bigint NOT NULL,               -- of import_household; 0 if there is none
  row_number             bigint NOT NULL,
  verdict                smallint NOT NULL,
  record_shard           integer NOT NULL,
  id                     bigint NOT NULL,
  household_id           bigint NOT NULL,
  base_version           integer NOT NULL,
  household_area         bigint NOT NULL,
  household_registered   boolean NOT NULL,
  id_digest              bytea,
  national_id            text,
  name                   text,
  sex                    text,
  id_type                text,
  id_number              bytea,
  birth_date             date,
  relation               text,
  ethnicity              text,
  education              text,
  school_status          text,
  health                 text,
  labour                 text,
  work_place             text,
  work_months            smallint,
  medical_insurance      boolean,
  pension_insurance      boolean,
  illness_insurance      boolean,
  subsistence_allowance  boolean,
  soldier                boolean,
  phone                  bytea,
  political_status       text,
  PRIMARY KEY (shard, import_id, household_row, row_number)
);

CREATE UNLOGGED TABLE import_income (
  shard                integer NOT NULL,
  import_id            bigint NOT NULL,
  household_row        bigint NOT NULL,
  row_number           bigint NOT NULL,
  verdict              smallint NOT NULL,
  record_shard         integer NOT NULL,
  household_id         bigint NOT NULL,
  base_version         integer NOT NULL,
  year                 smallint,
  wage_fen             bigint,
  production_fen       bigint,
  property_fen         bigint,
  transfer_fen         bigint,
  family_planning_fen  bigint,
  subsistence_fen      bigint,
  extreme_poverty_fen  bigint,
  pension_fen          bigint,
  ecological_fen       bigint,
  other_transfer_fen   bigint,
  expense_fen          bigint,
  net_fen              bigint,
  declared_per_capita  bigint,
  PRIMARY KEY (shard, import_id, household_row, row_number)
);

CREATE UNLOGGED TABLE import_living (
  shard               integer NOT NULL,
  import_id           bigint NOT NULL,
  household_row       bigint NOT NULL,
  row_number          bigint NOT NULL,
  verdict             smallint NOT NULL,
  record_shard        integer NOT NULL,
  household_id        bigint NOT NULL,
  base_version        integer NOT NULL,
  year                smallint,
  arable_centi_mu     bigint,
  irrigated_centi_mu  bigint,
  forest_centi_mu     bigint,
  returned_centi_mu   bigint,
  orchard_centi_mu    bigint,
  pasture_centi_mu    bigint,
  water_centi_mu      bigint,
  production_power    boolean,
  water_difficulty    boolean,
  safe_water          boolean,
  road_centi_km       bigint,
  road_type           text,
  house_centi_m2      bigint,
  dangerous_house     boolean,
  danger_grade        text,
  sanitary_toilet     boolean,
  fuel                text,
  PRIMARY KEY (shard, import_id, household_row, row_number)
);
