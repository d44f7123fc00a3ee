-- What is found about a household follows it to another village: it is looked for by the household.
CREATE INDEX match_hit_household ON match_hit (shard, household_id);
CREATE INDEX reconciliation_task_household ON reconciliation_task (shard, household_id);
