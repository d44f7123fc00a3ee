#include "services/registration/store/import_undo.h"

#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"
#include "services/registration/store/statistic_store.h"

namespace bangfu::registration::store {
namespace {

using domain::Table;

// The next households that the import wrote, behind ($3, $4).
constexpr db::Statement kNextHouseholds = {"import_undo.next_households", R"sql(
  SELECT record_shard, household_id FROM import_written
  WHERE shard = $1 AND import_id = $2 AND (record_shard, household_id) > ($3, $4)
  ORDER BY record_shard, household_id LIMIT $5)sql"};

// Versions in force and superseded ones, of which the import wrote at least one. The former version is the last that
// the import did not write, if what is in force is the import's; a report that was taken away in between has none.
constexpr db::Statement kFindWritten = {"import_undo.find_written", R"sql(
  WITH current AS (
    SELECT 1 AS kind, id AS household_id, id AS record_id, version, import_id FROM household
    WHERE shard = $1 AND id = ANY($2::bigint[])
    UNION ALL
    SELECT 2, household_id, id, version, import_id FROM member WHERE shard = $1 AND household_id = ANY($2::bigint[])
    UNION ALL
    SELECT 3, household_id, year, version, import_id FROM income WHERE shard = $1 AND household_id = ANY($2::bigint[])
    UNION ALL
    SELECT 4, household_id, year, version, import_id FROM living_condition
    WHERE shard = $1 AND household_id = ANY($2::bigint[])
  ), former AS (
    SELECT v.kind, v.household_id, v.record_id, bool_or(v.import_id = $3) AS written,
           max(v.version) FILTER (WHERE v.import_id IS DISTINCT FROM $3) AS version,
           max(v.version) FILTER (WHERE v.known_from = v.known_to AND v.kind IN (3, 4)) AS gone
    FROM record_version v WHERE v.shard = $1 AND v.household_id = ANY($2::bigint[])
    GROUP BY v.kind, v.household_id, v.record_id
  )
  SELECT c.kind, c.household_id, c.record_id, coalesce(c.import_id = $3, false),
         CASE WHEN f.version > coalesce(f.gone, 0) THEN f.version ELSE 0 END
  FROM current c LEFT JOIN former f USING (kind, household_id, record_id)
  WHERE c.import_id = $3 OR f.written
  ORDER BY c.kind, c.household_id, c.record_id)sql"};

constexpr db::Statement kSelectFormer = {"import_undo.select_former", R"sql(
  SELECT v.kind, v.household_id, v.record_id, v.body
  FROM unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::integer[]) AS k (kind, household_id, record_id, version)
  JOIN record_version v ON v.shard = $1 AND v.household_id = k.household_id AND v.kind = k.kind
    AND v.record_id = k.record_id AND v.version = k.version)sql"};

// $2 and $3: the reports; $4 their versions, $5 the ones that say that they are gone; $6 to $8: who, by what and when.
std::string DeleteReportsOf(const char* table, RecordKind kind) {
  return absl::StrCat(R"sql(
  WITH gone AS (
    DELETE FROM )sql",
                      table, R"sql( t
    USING unnest($2::bigint[], $3::smallint[], $4::bytea[], $5::bytea[]) AS sealed(household_id, year, body, gone_body)
    WHERE t.shard = $1 AND t.household_id = sealed.household_id AND t.year = sealed.year
    RETURNING t.household_id, t.year, t.version, t.update_time, t.updated_by, t.update_method, t.import_id, body,
              gone_body, greatest($8::timestamptz, t.update_time + interval '1 microsecond') AS gone_time
  )
  INSERT INTO record_version (shard, household_id, kind, record_id, version, known_from, known_to, updated_by,
                              update_method, import_id, body)
  SELECT $1, household_id, )sql",
                      static_cast<int>(kind), R"sql(, year, version, update_time, gone_time, updated_by, update_method,
         import_id, body FROM gone
  UNION ALL
  SELECT $1, household_id, )sql",
                      static_cast<int>(kind), R"sql(, year, version + 1, gone_time, gone_time, $6, $7, NULL, gone_body
  FROM gone)sql");
}
const std::string kDeleteIncomesText = DeleteReportsOf("income", RecordKind::kIncome);
const db::Statement kDeleteIncomes = {"import_undo.delete_incomes", kDeleteIncomesText.c_str()};
const std::string kDeleteLivingText = DeleteReportsOf("living_condition", RecordKind::kLivingCondition);
const db::Statement kDeleteLiving = {"import_undo.delete_living", kDeleteLivingText.c_str()};

template <typename Report>
void Delete(db::Tx& tx, const crypto::Sealer& sealer, const db::Statement& statement, RecordKind kind,
            const Author& author, const std::vector<Report>& reports) {
  if (reports.empty()) return;
  const int32_t shard = IdOf(reports[0].household_id()).shard;
  std::vector<int64_t> households, years;
  std::vector<std::string> bodies, gone_bodies;
  for (const Report& report : reports) {
    const int64_t version = VersionOf(report.etag());
    Report gone;
    gone.set_household_id(report.household_id());
    gone.set_year(report.year());
    households.push_back(IdOf(report.household_id()).number);
    years.push_back(report.year());
    bodies.push_back(SealVersion(sealer, {shard, kind, report.year(), version}, report));
    gone_bodies.push_back(SealVersion(sealer, {shard, kind, report.year(), version + 1}, gone));
  }
  tx.Run(statement, shard, db::IntegerArray(households), db::IntegerArray(years), db::ByteaArray(bodies),
         db::ByteaArray(gone_bodies), author.subject, author.method, TimeLiteral(author.time));
  std::vector<ids::RecordId> left;
  for (int64_t household : households) left.push_back({shard, household});
  MarkDue(tx, left);
}

// $1 and $2: import; $3: shard of the records; the records by kind, household and number.
constexpr db::Statement kReportChanged = {"import_undo.report_changed", R"sql(
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, kept.kind, coalesce(
           CASE kept.kind
             WHEN 1 THEN (SELECT row_number FROM import_household s
                          WHERE s.shard = $1 AND s.import_id = $2 AND s.id = kept.record_id AND s.record_shard = $3
                            AND s.row_number <= 1000000000 LIMIT 1)
             WHEN 2 THEN (SELECT row_number FROM import_member s
                          WHERE s.shard = $1 AND s.import_id = $2 AND s.id = kept.record_id AND s.record_shard = $3 LIMIT 1)
             WHEN 3 THEN (SELECT row_number FROM import_income s
                          WHERE s.shard = $1 AND s.import_id = $2 AND s.household_id = kept.household_id
                            AND s.record_shard = $3 AND s.year = kept.record_id LIMIT 1)
             ELSE (SELECT row_number FROM import_living s
                   WHERE s.shard = $1 AND s.import_id = $2 AND s.household_id = kept.household_id
                     AND s.record_shard = $3 AND s.year = kept.record_id LIMIT 1)
           END, 0), '', 36, true, '{}'
  FROM unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS kept(kind, household_id, record_id))sql"};

constexpr db::Statement kAdvance = {"import_undo.advance", R"sql(
  UPDATE import SET undone_shard = $3, undone_id = $4 WHERE shard = $1 AND id = $2)sql"};

// 36 is CHANGED_SINCE.
constexpr db::Statement kRestart = {"import_undo.restart", R"sql(
  WITH told AS (
    DELETE FROM import_finding WHERE shard = $1 AND import_id = $2 AND reason = 36
  )
  UPDATE import SET undone_shard = 0, undone_id = 0, kept_count = 0 WHERE shard = $1 AND id = $2)sql"};

struct RecordArrays {
  std::vector<int> kinds;
  std::vector<int64_t> households, records;
};
RecordArrays ArraysOf(absl::Span<const WrittenRecord> records) {
  RecordArrays arrays;
  for (const WrittenRecord& record : records) {
    arrays.kinds.push_back(static_cast<int>(record.table));
    arrays.households.push_back(record.household);
    arrays.records.push_back(record.record);
  }
  return arrays;
}

}  // namespace

std::optional<UndoPage> NextUndoPage(db::Tx& tx, const ImportRecord& import, int limit) {
  UndoPage page;
  for (const auto& row :
       tx.Run(kNextHouseholds, import.id.shard, import.id.number, import.undone.shard, import.undone.number, limit)) {
    const auto shard = row[0].as<int32_t>();
    if (page.shard != 0 && shard != page.shard) break;
    page.shard = shard;
    page.households.push_back(row[1].as<int64_t>());
  }
  if (page.households.empty()) return std::nullopt;
  return page;
}

std::vector<WrittenRecord> FindWritten(db::Tx& tx, const ids::RecordId& import, int32_t shard,
                                       const std::vector<int64_t>& households) {
  std::vector<WrittenRecord> written;
  for (const auto& row : tx.Run(kFindWritten, shard, db::IntegerArray(households), import.number)) {
    written.push_back({static_cast<Table>(row[0].as<int>()), row[1].as<int64_t>(), row[2].as<int64_t>(),
                       row[3].as<bool>(), row[4].as<int64_t>()});
  }
  return written;
}

FormerRecords::FormerRecords(db::Tx& tx, int32_t shard, absl::Span<const WrittenRecord> records) : shard_(shard) {
  std::vector<WrittenRecord> former;
  std::vector<int64_t> versions;
  for (const WrittenRecord& record : records) {
    if (record.former_version == 0) continue;
    former.push_back(record);
    versions.push_back(record.former_version);
  }
  if (former.empty()) return;
  const RecordArrays arrays = ArraysOf(former);
  for (const auto& row :
       tx.Run(kSelectFormer, shard, db::IntegerArray(arrays.kinds), db::IntegerArray(arrays.households),
              db::IntegerArray(arrays.records), db::IntegerArray(versions))) {
    bodies_[{static_cast<Table>(row[0].as<int>()), row[1].as<int64_t>(), row[2].as<int64_t>()}] = db::BytesOf(row[3]);
  }
}

absl::Status FormerRecords::Read(const crypto::Sealer& sealer, const WrittenRecord& record,
                                 google::protobuf::Message* message) const {
  const auto body = bodies_.find({record.table, record.household, record.record});
  if (body == bodies_.end()) return absl::DataLossError("record_version");
  const VersionKey key{shard_, static_cast<RecordKind>(record.table), record.record, record.former_version};
  return OpenVersion(sealer, key, body->second, message);
}

void DeleteIncomes(db::Tx& tx, const crypto::Sealer& sealer, const Author& author,
                   const std::vector<v1::Income>& incomes) {
  Delete(tx, sealer, kDeleteIncomes, RecordKind::kIncome, author, incomes);
}

void DeleteLivingConditions(db::Tx& tx, const crypto::Sealer& sealer, const Author& author,
                            const std::vector<v1::LivingCondition>& conditions) {
  Delete(tx, sealer, kDeleteLiving, RecordKind::kLivingCondition, author, conditions);
}

void ReportChangedSince(db::Tx& tx, const ids::RecordId& import, int32_t shard,
                        absl::Span<const WrittenRecord> records) {
  if (records.empty()) return;
  const RecordArrays arrays = ArraysOf(records);
  tx.Run(kReportChanged, import.shard, import.number, shard, db::IntegerArray(arrays.kinds),
         db::IntegerArray(arrays.households), db::IntegerArray(arrays.records));
}

void RestartUndo(db::Tx& tx, const ids::RecordId& import) { tx.Run(kRestart, import.shard, import.number); }

void AdvanceUndo(db::Tx& tx, const ids::RecordId& import, const ids::RecordId& undone) {
  tx.Run(kAdvance, import.shard, import.number, undone.shard, undone.number);
}

}  // namespace bangfu::registration::store
