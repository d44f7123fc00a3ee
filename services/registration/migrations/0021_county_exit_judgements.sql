-- Judgements that count for a county's exit: that of its start, and those that levels above recorded for the procedure.
CREATE TABLE county_exit_judgement (
  shard         integer NOT NULL,
  procedure_id  bigint NOT NULL,
  decision_id   bigint NOT NULL,               -- policy_decision; ids grow with time
  PRIMARY KEY (shard, procedure_id, decision_id)
);
COMMENT ON TABLE county_exit_judgement IS 'append-only: what exits of counties are decided by';
