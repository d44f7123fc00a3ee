-- Which village a household has left, and when: written with the version that is superseded, whose body is sealed.
CREATE TABLE household_move (
  shard         integer NOT NULL,
  household_id  bigint NOT NULL,
  move_time     timestamptz NOT NULL,
  from_area     bigint NOT NULL,
  PRIMARY KEY (shard, household_id, move_time)
);
CREATE INDEX household_move_from ON household_move (from_area, move_time);
COMMENT ON TABLE household_move IS 'append-only: history';

-- Whether all moves since the end was recorded are in household_move.
ALTER TABLE area_successor ADD COLUMN moves_kept boolean NOT NULL DEFAULT false;
