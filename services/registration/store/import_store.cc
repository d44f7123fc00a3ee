#include "services/registration/store/import_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_finding.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"import.insert", R"sql(
  INSERT INTO import (shard, id, area, subject, asked_by, create_time, as_of)
  VALUES ($1, $2, $3, $4, $4, $5, $6::date))sql"};

constexpr char kColumns[] = R"sql(
  SELECT shard, id, area, subject, step, mode, committed_row, (extract(epoch FROM commit_time) * 1000000)::bigint,
         undone_shard, undone_id, (extract(epoch FROM create_time) * 1000000)::bigint, asked_by, as_of, recount,
         undone_count, kept_count
  FROM import)sql";

const std::string kSelectText = absl::StrCat(kColumns, " WHERE shard = $1 AND id = $2");
const db::Statement kSelect = {"import.select", kSelectText.c_str()};
const std::string kLockText = absl::StrCat(kSelectText, " FOR UPDATE");
const db::Statement kLock = {"import.lock", kLockText.c_str()};

const std::string kListText = absl::StrCat(kColumns, R"sql(
  WHERE ($3::bigint = 0 OR id < $3)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE area >= s.low AND area < s.high)
  ORDER BY id DESC LIMIT $4)sql");
const db::Statement kList = {"import.list", kListText.c_str()};

// What follows may need all of it again.
constexpr db::Statement kSetStep = {"import.set_step", R"sql(
  UPDATE import SET step = $3, asked_by = $4, keeps = 2 WHERE shard = $1 AND id = $2)sql"};
constexpr db::Statement kSetMode = {"import.set_mode", "UPDATE import SET mode = $3 WHERE shard = $1 AND id = $2"};

constexpr db::Statement kReopenCheck = {"import.reopen_check", R"sql(
  UPDATE import SET step = 2, committed_row = 0 WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kSelectFiles = {"import_file.select", R"sql(
  SELECT kind, file_id, file_name, size_bytes, sha256, encoding, header, row_count, new_count, changed_count,
         unchanged_count, wrong_count, warned_count, committed_count, refused_count, place
  FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS wanted(shard, import_id, place)
  JOIN import_file USING (shard, import_id) ORDER BY place, kind)sql"};

constexpr db::Statement kPutFile = {"import_file.put", R"sql(
  WITH replaced AS (
    DELETE FROM import_chunk c USING import_file f
    WHERE f.shard = $1 AND f.import_id = $2 AND f.kind = $3
      AND c.shard = f.shard AND c.import_id = f.import_id AND c.file_id = f.file_id
  )
  INSERT INTO import_file (shard, import_id, kind, file_id, file_name, size_bytes, sha256, encoding, header, row_count)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10)
  ON CONFLICT (shard, import_id, kind) DO UPDATE
  SET file_id = EXCLUDED.file_id, file_name = EXCLUDED.file_name, size_bytes = EXCLUDED.size_bytes,
      sha256 = EXCLUDED.sha256, encoding = EXCLUDED.encoding, header = EXCLUDED.header,
      row_count = EXCLUDED.row_count, new_count = 0, changed_count = 0, unchanged_count = 0, wrong_count = 0,
      warned_count = 0, refused_count = 0)sql"};

constexpr db::Statement kCountChunks = {"import_chunk.count", R"sql(
  SELECT count(*) FROM import_chunk WHERE shard = $1 AND import_id = $2 AND file_id = $3)sql"};

constexpr db::Statement kInsertChunk = {"import_chunk.insert", R"sql(
  INSERT INTO import_chunk (shard, import_id, file_id, number, body) VALUES ($1, $2, $3, $4, $5))sql"};

constexpr db::Statement kSelectChunk = {"import_chunk.select", R"sql(
  SELECT body FROM import_chunk WHERE shard = $1 AND import_id = $2 AND file_id = $3 AND number = $4)sql"};

constexpr db::Statement kDeleteStrayChunks = {"import_chunk.delete_stray", R"sql(
  DELETE FROM import_chunk c WHERE c.shard = $1 AND c.import_id = $2 AND c.create_time < now() - interval '1 day'
    AND NOT EXISTS (SELECT 1 FROM import_file f
                    WHERE f.shard = c.shard AND f.import_id = c.import_id AND f.file_id = c.file_id))sql"};

// An import that keeps more than it needs, and how much that is. Steps 3 and 4 are commit and undo; states 1 and 2 of
// an operation are queued and running, 4 is succeeded.
constexpr db::Statement kTakeUnneeded = {"import.take_unneeded", R"sql(
  SELECT i.shard, i.id, CASE WHEN i.step = 3 AND o.state = 4 AND o.update_time >= now() - interval '30 days'
                             THEN 1 ELSE 0 END
  FROM import i JOIN operation o ON o.shard = i.shard AND o.id = i.id
  WHERE i.keeps > 0 AND o.state NOT IN (1, 2)
    AND (o.update_time < now() - interval '30 days' OR (i.step = 4 AND o.state = 4)
         OR (i.keeps = 2 AND i.step = 3 AND o.state = 4))
  ORDER BY i.shard, i.id LIMIT 1 FOR UPDATE OF i, o SKIP LOCKED)sql"};

constexpr db::Statement kSetKeeps = {"import.set_keeps", "UPDATE import SET keeps = $3 WHERE shard = $1 AND id = $2"};

constexpr db::Statement kListFindings = {"import_finding.list", R"sql(
  SELECT kind, row_number, number, column_name, reason, metadata
  FROM import_finding
  WHERE shard = $1 AND import_id = $2 AND ($3 = 0 OR kind = $3) AND (kind, row_number, number) > ($4, $5, $6)
  ORDER BY kind, row_number, number LIMIT $7)sql"};

constexpr db::Statement kListChanges = {"import_change.list", R"sql(
  SELECT kind, row_number, number, before, after
  FROM import_change WHERE shard = $1 AND import_id = $2 AND ($3 = 0 OR kind = $3)
  ORDER BY kind, row_number, number)sql"};

ImportRecord RecordOf(const pqxx::row& row) {
  ImportRecord record;
  record.id = {row[0].as<int32_t>(), row[1].as<int64_t>()};
  record.area = row[2].as<int64_t>();
  record.subject = row[3].as<std::string>();
  record.step = static_cast<ImportStep>(row[4].as<int>());
  record.mode = row[5].as<int>();
  record.committed_row = row[6].as<int64_t>();
  if (!row[7].is_null()) record.commit_time = absl::FromUnixMicros(row[7].as<int64_t>());
  record.undone = {row[8].as<int32_t>(), row[9].as<int64_t>()};
  record.create_time = absl::FromUnixMicros(row[10].as<int64_t>());
  record.asked_by = row[11].as<std::string>();
  record.as_of = row[12].as<std::string>();
  record.recount = row[13].as<bool>();
  record.undone_count = row[14].as<int64_t>();
  record.kept_count = row[15].as<int64_t>();
  return record;
}

std::optional<ImportRecord> LoadBy(db::Tx& tx, const db::Statement& statement, const ids::RecordId& id) {
  auto rows = tx.Run(statement, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return RecordOf(rows[0]);
}

std::vector<std::string> TextsOf(const pqxx::field& field) {
  std::vector<std::string> texts;
  auto parser = field.as_array();
  for (auto item = parser.get_next(); item.first != pqxx::array_parser::done; item = parser.get_next()) {
    if (item.first == pqxx::array_parser::string_value) texts.push_back(item.second);
  }
  return texts;
}

ImportFileRecord FileOf(const pqxx::row& row) {
  ImportFileRecord file;
  file.table = static_cast<domain::Table>(row[0].as<int>());
  file.file_id = row[1].as<int64_t>();
  file.encoding = static_cast<domain::Encoding>(row[5].as<int>());
  file.header = TextsOf(row[6]);
  file.shown.set_table(domain::TableOf(file.table).name);
  file.shown.set_file_name(row[2].as<std::string>());
  file.shown.set_size_bytes(row[3].as<int64_t>());
  file.shown.set_sha256(row[4].as<std::string>());
  file.shown.set_encoding(domain::EncodingName(file.encoding));
  file.shown.set_row_count(row[7].as<int64_t>());
  file.shown.set_new_count(row[8].as<int64_t>());
  file.shown.set_changed_count(row[9].as<int64_t>());
  file.shown.set_unchanged_count(row[10].as<int64_t>());
  file.shown.set_wrong_count(row[11].as<int64_t>());
  file.shown.set_warned_count(row[12].as<int64_t>());
  file.shown.set_committed_count(row[13].as<int64_t>());
  file.shown.set_refused_count(row[14].as<int64_t>());
  return file;
}

std::string ChunkRowId(const ids::RecordId& import, int64_t file_id, int number) {
  return absl::StrCat(import.ToString(), "-", file_id, "-", number);
}

// Removes up to `limit` rows of an import from a table.
int64_t DeleteSome(db::Tx& tx, const char* table, const std::string& shard, const std::string& import_id, int limit) {
  const std::string some =
      absl::StrCat("SELECT ctid FROM ", table, " WHERE shard = $1 AND import_id = $2 LIMIT ", limit);
  const auto gone =
      tx.RunText(absl::StrCat("DELETE FROM ", table, " WHERE ctid = ANY (ARRAY(", some, "))"), {shard, import_id});
  return static_cast<int64_t>(gone.affected_rows());
}

int KindOf(const domain::ImportTable* table) { return table == nullptr ? 0 : static_cast<int>(table->table); }

}  // namespace

void InsertImport(db::Tx& tx, const ImportRecord& record) {
  tx.Run(kInsert, record.id.shard, record.id.number, record.area, record.subject, TimeLiteral(record.create_time),
         record.as_of);
}

std::optional<ImportRecord> LoadImport(db::Tx& tx, const ids::RecordId& id) { return LoadBy(tx, kSelect, id); }

std::optional<ImportRecord> LoadImportForUpdate(db::Tx& tx, const ids::RecordId& id) { return LoadBy(tx, kLock, id); }

void SetStep(db::Tx& tx, const ids::RecordId& id, ImportStep step, const std::string& asked_by) {
  tx.Run(kSetStep, id.shard, id.number, static_cast<int>(step), asked_by);
}

void SetMode(db::Tx& tx, const ids::RecordId& id, int mode) { tx.Run(kSetMode, id.shard, id.number, mode); }

void ReopenCheck(db::Tx& tx, const ids::RecordId& id) { tx.Run(kReopenCheck, id.shard, id.number); }

std::vector<ImportRecord> ListImports(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t before,
                                      int limit) {
  const ScopeArrays scope = ArraysOf(areas);
  std::vector<ImportRecord> records;
  for (const auto& row : tx.Run(kList, scope.lows, scope.highs, before, limit)) {
    records.push_back(RecordOf(row));
  }
  return records;
}

std::vector<ImportFileRecord> LoadFiles(db::Tx& tx, const ids::RecordId& import) {
  return std::move(LoadFilesOf(tx, {&import, 1})[0]);
}

std::vector<std::vector<ImportFileRecord>> LoadFilesOf(db::Tx& tx, absl::Span<const ids::RecordId> imports) {
  std::vector<int64_t> shards, numbers;
  for (const ids::RecordId& import : imports) {
    shards.push_back(import.shard);
    numbers.push_back(import.number);
  }
  std::vector<std::vector<ImportFileRecord>> files(imports.size());
  for (const auto& row : tx.Run(kSelectFiles, db::IntegerArray(shards), db::IntegerArray(numbers))) {
    files[row[15].as<size_t>() - 1].push_back(FileOf(row));
  }
  return files;
}

absl::Status PutFile(db::Tx& tx, const ids::RecordId& import, const ImportFileRecord& file) {
  if (tx.Run(kCountChunks, import.shard, import.number, file.file_id)[0][0].as<int>() != file.chunks) {
    return status::Refuse(status::Reason::CONFLICT);
  }
  tx.Run(kPutFile, import.shard, import.number, static_cast<int>(file.table), file.file_id, file.shown.file_name(),
         file.shown.size_bytes(), file.shown.sha256(), static_cast<int>(file.encoding), db::TextArray(file.header),
         file.shown.row_count());
  return absl::OkStatus();
}

void InsertChunk(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& import, int64_t file_id, int number,
                 absl::string_view bytes) {
  const std::string sealed =
      sealer.Seal({kService, "import_chunk", "body", ChunkRowId(import, file_id, number)}, bytes);
  tx.Run(kInsertChunk, import.shard, import.number, file_id, number, db::Bytes(sealed));
}

absl::StatusOr<std::optional<std::string>> LoadChunk(db::Tx& tx, const crypto::Sealer& sealer,
                                                     const ids::RecordId& import, int64_t file_id, int number) {
  auto rows = tx.Run(kSelectChunk, import.shard, import.number, file_id, number);
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(
      std::string bytes,
      sealer.Open({kService, "import_chunk", "body", ChunkRowId(import, file_id, number)}, db::BytesOf(rows[0][0])));
  return bytes;
}

void DeleteStrayChunks(db::Tx& tx, const ids::RecordId& import) {
  tx.Run(kDeleteStrayChunks, import.shard, import.number);
}

int64_t DeleteUnneeded(db::Tx& tx, int limit) {
  const auto taken = tx.Run(kTakeUnneeded);
  if (taken.empty()) return 0;
  const auto shard = taken[0][0].as<std::string>(), id = taken[0][1].as<std::string>();
  const auto keeps = taken[0][2].as<int>();
  // A chunk is as large as hundreds of rows of the other tables.
  int64_t deleted = DeleteSome(tx, "import_chunk", shard, id, limit / 100 + 1);
  if (keeps == 0) {
    // First of all that anything is staged: what is left of it meanwhile must not be written.
    for (const char* table : {"import_staged", "import_household", "import_member", "import_income", "import_living",
                              "import_change", "import_written"}) {
      deleted += DeleteSome(tx, table, shard, id, limit);
    }
  }
  if (deleted == 0) tx.Run(kSetKeeps, shard, id, keeps);
  return deleted;
}

FindingPage ListFindings(db::Tx& tx, const ids::RecordId& import, const domain::ImportTable* table,
                         const FindingKey& after, int limit) {
  FindingPage page;
  for (const auto& row :
       tx.Run(kListFindings, import.shard, import.number, KindOf(table), after.table, after.row, after.number, limit)) {
    page.last = {row[0].as<int>(), row[1].as<int64_t>(), row[2].as<int64_t>()};
    domain::Finding finding;
    finding.row = page.last.row;
    finding.column = row[3].as<std::string>();
    finding.reason = static_cast<v1::FindingReason>(row[4].as<int>());
    const std::vector<std::string> texts = TextsOf(row[5]);
    for (size_t i = 0; i + 1 < texts.size(); i += 2) finding.metadata.push_back({texts[i], texts[i + 1]});
    page.findings.push_back(domain::Describe(static_cast<domain::Table>(page.last.table), finding));
  }
  return page;
}

std::vector<v1::ImportChange> ListChanges(db::Tx& tx, const ids::RecordId& import, const domain::ImportTable* table) {
  std::vector<v1::ImportChange> changes;
  for (const auto& row : tx.Run(kListChanges, import.shard, import.number, KindOf(table))) {
    const domain::ImportTable& changed = domain::TableOf(static_cast<domain::Table>(row[0].as<int>()));
    const domain::ImportColumn& column = changed.columns[row[2].as<int>()];
    v1::ImportChange change;
    change.set_table(changed.name);
    change.set_row(row[1].as<int64_t>());
    change.set_column(column.name);
    change.set_column_label(column.label);
    change.set_before(row[3].as<std::string>());
    change.set_after(row[4].as<std::string>());
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace bangfu::registration::store
