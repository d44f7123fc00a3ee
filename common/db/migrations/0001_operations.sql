-- Long jobs: any replica may take one that is queued or whose holder has stopped renewing its lease.
CREATE TABLE operation (
  shard             integer NOT NULL,
  id                bigint NOT NULL,
  kind              text NOT NULL,
  area              bigint NOT NULL,
  subject           text NOT NULL,             -- on whose behalf
  state             smallint NOT NULL,         -- bangfu.operations.v1.Operation.State
  step              text NOT NULL,             -- what the worker is to do, such as check or commit
  phase             text NOT NULL DEFAULT '',  -- where it is, in words for people
  done_count        bigint NOT NULL DEFAULT 0,
  total_count       bigint NOT NULL DEFAULT 0,
  rate              bigint NOT NULL DEFAULT 0,
  reason            text NOT NULL DEFAULT '',
  message           text NOT NULL DEFAULT '',
  cancel_requested  boolean NOT NULL DEFAULT false,
  holder            text NOT NULL DEFAULT '',
  lease_until       timestamptz NOT NULL DEFAULT '-infinity',
  create_time       timestamptz NOT NULL DEFAULT now(),
  update_time       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shard, id)
);
CREATE INDEX operation_area ON operation (area, id);
CREATE INDEX operation_open ON operation (kind, id) WHERE state IN (1, 2);
