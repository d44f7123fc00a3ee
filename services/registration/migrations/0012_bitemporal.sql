-- Two times: since when a version is known (known_from, update_time) and from which day on it is true (valid_from). Of
-- versions that were written before this was kept, the day on which they were written is taken.
ALTER TABLE household ADD COLUMN valid_from date;
UPDATE household SET valid_from = ((update_time AT TIME ZONE 'UTC') + interval '8 hours')::date;
ALTER TABLE household ALTER COLUMN valid_from SET NOT NULL;
ALTER TABLE member ADD COLUMN valid_from date;
UPDATE member SET valid_from = ((update_time AT TIME ZONE 'UTC') + interval '8 hours')::date;
ALTER TABLE member ALTER COLUMN valid_from SET NOT NULL;

-- Versions of households and members also have the village, so that lists at an instant are ranges of an index: 0 where
-- it is not known, because the body was sealed before this was kept. Yearly reports have neither.
ALTER TABLE record_version ADD COLUMN valid_from date, ADD COLUMN area bigint NOT NULL DEFAULT 0;
UPDATE record_version SET valid_from = ((known_from AT TIME ZONE 'UTC') + interval '8 hours')::date WHERE kind IN (1, 2);
CREATE INDEX record_version_household_area ON record_version (area, record_id, version) WHERE kind = 1 AND area > 0;
CREATE INDEX record_version_member_area ON record_version (area, record_id, version) WHERE kind = 2 AND area > 0;

-- The population ledger: where a household (member 0) or person is counted, and as what, before and after a day. Area
-- and status 0 are outside the register. What turns out to be otherwise is taken back by an equal row that counts −1.
CREATE TABLE population_change (
  shard         integer NOT NULL,
  household_id  bigint NOT NULL,
  member_id     bigint NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  date          date NOT NULL,
  known_at      timestamptz NOT NULL,
  from_area     bigint NOT NULL,
  from_status   smallint NOT NULL,
  to_area       bigint NOT NULL,
  to_status     smallint NOT NULL,
  reason        text NOT NULL,
  count         smallint NOT NULL CHECK (count IN (1, -1)),
  PRIMARY KEY (shard, household_id, member_id, id)
);
CREATE INDEX population_change_to ON population_change (to_area, id) WHERE to_status <> 0;
CREATE INDEX population_change_from ON population_change (from_area, id) WHERE from_status <> 0;
-- Rows come in the order in which they become known.
CREATE INDEX population_change_known ON population_change USING brin (known_at);
COMMENT ON TABLE population_change IS 'append-only: ledger';

-- Sums of the ledger for areas of every level, by day, by the day (UTC) on which it became known, status and reason; and
-- the changes that are not folded into them yet. What moves inside an area without another status is not in its sums.
CREATE TABLE population_summary (
  area            bigint NOT NULL,
  date            date NOT NULL,
  known_day       date NOT NULL,
  status          smallint NOT NULL,
  reason          text NOT NULL,
  in_households   bigint NOT NULL,
  in_persons      bigint NOT NULL,
  out_households  bigint NOT NULL,
  out_persons     bigint NOT NULL,
  PRIMARY KEY (area, date, known_day, status, reason)
);
CREATE TABLE population_delta (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  date          date NOT NULL,
  known_at      timestamptz NOT NULL,
  from_area     bigint NOT NULL,
  from_status   smallint NOT NULL,
  to_area       bigint NOT NULL,
  to_status     smallint NOT NULL,
  reason        text NOT NULL,
  households    integer NOT NULL,
  persons       integer NOT NULL
);

-- The ledger begins with who is on the register now.
INSERT INTO population_change (shard, household_id, member_id, date, known_at, from_area, from_status, to_area, to_status,
                               reason, count)
SELECT shard, id, 0, valid_from, update_time, 0, 0, area,
       CASE WHEN type = 2 THEN 1 ELSE 2 + CASE exit_flag WHEN '1' THEN 1 WHEN '2' THEN 2 WHEN '3' THEN 3 ELSE 0 END END,
       'OPENING', 1
FROM household WHERE state = 1
UNION ALL
SELECT m.shard, m.household_id, m.id, greatest(m.valid_from, h.valid_from), greatest(m.update_time, h.update_time), 0, 0,
       m.area,
       CASE WHEN h.type = 2 THEN 1 ELSE 2 + CASE h.exit_flag WHEN '1' THEN 1 WHEN '2' THEN 2 WHEN '3' THEN 3 ELSE 0 END END,
       'OPENING', 1
FROM member m JOIN household h ON h.shard = m.shard AND h.id = m.household_id
WHERE m.state = 1;
INSERT INTO population_delta (date, known_at, from_area, from_status, to_area, to_status, reason, households, persons)
SELECT date, known_at, from_area, from_status, to_area, to_status, reason, count(*) FILTER (WHERE member_id = 0),
       count(*) FILTER (WHERE member_id <> 0)
FROM population_change GROUP BY date, known_at, from_area, from_status, to_area, to_status, reason;

-- Instants with a name, and the figures as they were then.
CREATE TABLE snapshot (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  area         bigint NOT NULL,
  name         text NOT NULL,
  period       smallint NOT NULL,
  year         smallint NOT NULL,
  from_date    date NOT NULL,
  as_of        date NOT NULL,
  as_known_at  timestamptz NOT NULL,
  creator      text NOT NULL,
  create_time  timestamptz NOT NULL,
  statistics   bytea NOT NULL,            -- bangfu.registration.v1.RegisterStatistics
  flow         bytea NOT NULL,            -- bangfu.registration.v1.PopulationFlow
  PRIMARY KEY (shard, id)
);
CREATE INDEX snapshot_area ON snapshot (area, id);
COMMENT ON TABLE snapshot IS 'append-only: reporting periods';

-- What sources say, side by side.
CREATE TABLE published_figure (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  area         bigint NOT NULL,
  measure      smallint NOT NULL,
  movement     smallint NOT NULL,
  from_date    date,
  date         date NOT NULL,
  value_centi  bigint NOT NULL,
  source       text NOT NULL,
  source_date  date,
  place        text NOT NULL,
  note         text NOT NULL,
  creator      text NOT NULL,
  create_time  timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX published_figure_area ON published_figure (area, date, id);
COMMENT ON TABLE published_figure IS 'append-only: sources';
