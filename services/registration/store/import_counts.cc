#include "services/registration/store/import_counts.h"

namespace bangfu::registration::store {
namespace {

// Warned rows are those that are taken in spite of a finding.
constexpr db::Statement kCountVerdicts = {"import_counts.verdicts", R"sql(
  WITH staged AS (
    SELECT 1 AS kind, verdict, count(*) AS rows FROM import_household
    WHERE shard = $1 AND import_id = $2 AND row_number <= 1000000000 GROUP BY verdict
    UNION ALL
    SELECT 2, verdict, count(*) FROM import_member WHERE shard = $1 AND import_id = $2 GROUP BY verdict
    UNION ALL
    SELECT 3, verdict, count(*) FROM import_income WHERE shard = $1 AND import_id = $2 GROUP BY verdict
    UNION ALL
    SELECT 4, verdict, count(*) FROM import_living WHERE shard = $1 AND import_id = $2 GROUP BY verdict
  ), counted AS (
    SELECT kind, sum(rows) AS rows, coalesce(sum(rows) FILTER (WHERE verdict = 1), 0) AS new,
           coalesce(sum(rows) FILTER (WHERE verdict = 2), 0) AS changed,
           coalesce(sum(rows) FILTER (WHERE verdict = 3), 0) AS unchanged,
           coalesce(sum(rows) FILTER (WHERE verdict = 4), 0) AS wrong
    FROM staged GROUP BY kind
  ), warned AS (
    SELECT kind, count(*) AS rows FROM (
      SELECT kind, row_number FROM import_finding WHERE shard = $1 AND import_id = $2
      GROUP BY kind, row_number HAVING NOT bool_or(error)) AS taken
    GROUP BY kind
  ), up_to_date AS (
    UPDATE import SET recount = false WHERE shard = $1 AND id = $2
  )
  UPDATE import_file f
  SET row_count = coalesce(c.rows, 0), new_count = coalesce(c.new, 0), changed_count = coalesce(c.changed, 0),
      unchanged_count = coalesce(c.unchanged, 0), wrong_count = coalesce(c.wrong, 0),
      warned_count = coalesce(w.rows, 0),
      refused_count = CASE WHEN $3 THEN f.refused_count + greatest(coalesce(c.wrong, 0) - f.wrong_count, 0) ELSE 0 END
  FROM (VALUES (1), (2), (3), (4)) AS every(kind) LEFT JOIN counted c USING (kind) LEFT JOIN warned w USING (kind)
  WHERE f.shard = $1 AND f.import_id = $2 AND f.kind = every.kind)sql"};

constexpr db::Statement kAskRecount = {"import_counts.ask_recount",
                                       "UPDATE import SET recount = true WHERE shard = $1 AND id = $2"};

constexpr db::Statement kCountRows = {"import_counts.rows", R"sql(
  SELECT coalesce(sum(new_count + changed_count), 0)::bigint, coalesce(sum(unchanged_count), 0)::bigint,
         coalesce(sum(wrong_count), 0)::bigint, coalesce(sum(refused_count), 0)::bigint,
         coalesce(sum(committed_count), 0)::bigint
  FROM import_file WHERE shard = $1 AND import_id = $2)sql"};

constexpr db::Statement kCountUndone = {"import_counts.undone", R"sql(
  UPDATE import SET undone_count = undone_count + $3, kept_count = kept_count + $4 WHERE shard = $1 AND id = $2)sql"};

}  // namespace

void CountVerdicts(db::Tx& tx, const ids::RecordId& import, Counting counting) {
  tx.Run(kCountVerdicts, import.shard, import.number, counting == Counting::kCommit);
}

void AskRecount(db::Tx& tx, const ids::RecordId& import) { tx.Run(kAskRecount, import.shard, import.number); }

RowCounts CountRows(db::Tx& tx, const ids::RecordId& import) {
  const auto row = tx.Run(kCountRows, import.shard, import.number)[0];
  return {row[0].as<int64_t>(), row[1].as<int64_t>(), row[2].as<int64_t>(), row[3].as<int64_t>(), row[4].as<int64_t>()};
}

void CountUndone(db::Tx& tx, const ids::RecordId& import, int64_t undone, int64_t kept) {
  tx.Run(kCountUndone, import.shard, import.number, undone, kept);
}

}  // namespace bangfu::registration::store
