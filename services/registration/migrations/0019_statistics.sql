-- Statistics by the reports of the catalogue (domain/statistic_catalogue.cc), kept off the path of writes. A cell is a
-- report, a year (where the report has one) and a value, packed into one number; statistic.h says how.

-- Which households changed since they were last counted: written with the change, taken away by the folding. A household
-- that moves is marked in the village it leaves and in the one it comes to.
CREATE TABLE statistic_due (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  area          bigint NOT NULL,         -- village
  shard         integer NOT NULL,
  household_id  bigint NOT NULL
);
CREATE INDEX statistic_due_area ON statistic_due (area, shard, household_id);

-- What a household was last counted for, so that it can be taken out again.
CREATE TABLE statistic_tally (
  shard         integer NOT NULL,
  household_id  bigint NOT NULL,
  area          bigint NOT NULL,
  status        smallint NOT NULL,       -- 1 not out of poverty, 2 out: Report.Status
  cells         integer[] NOT NULL,
  amounts       bigint[] NOT NULL,       -- households, persons or fen, in the places of their cells
  PRIMARY KEY (shard, household_id)
);

-- Sums of the tallies, for villages and every area above them.
CREATE TABLE statistic_sum (
  area     bigint NOT NULL,
  cell     integer NOT NULL,
  status   smallint NOT NULL,
  amount   bigint NOT NULL,
  PRIMARY KEY (area, cell, status)
);

-- Figures that were entered for areas. The last of an area, year and kind is in force.
CREATE TABLE area_figure (
  shard        integer NOT NULL,
  id           bigint NOT NULL,
  area         bigint NOT NULL,
  year         smallint NOT NULL,
  kind         smallint NOT NULL,        -- AreaFigure.Kind
  amount       bigint NOT NULL CHECK (amount >= 0),
  source       text NOT NULL,
  author       text NOT NULL,
  create_time  timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX area_figure_area ON area_figure (area, year, kind, id);
COMMENT ON TABLE area_figure IS 'append-only: entered figures';

-- What is registered already is counted from here on.
INSERT INTO statistic_due (area, shard, household_id)
SELECT area, shard, id FROM household WHERE state = 1 AND type = 1;
