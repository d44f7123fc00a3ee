#include "services/registration/store/area_store.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/auth/area_range.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

const std::string kColumns =
    "t.code, t.name, t.level, t.parent, t.kind, t.valid_from::text, t.valid_to::text, t.pinyin, t.path";

const std::string kSelectText = absl::StrCat("SELECT ", kColumns, " FROM area t WHERE t.code = ANY($1::bigint[])");
const db::Statement kSelect = {"area.select", kSelectText.c_str()};

constexpr db::Statement kLock = {"area.lock", "SELECT 1 FROM area WHERE code = $1 FOR UPDATE"};

constexpr db::Statement kSelectSuccessors = {"area_successor.select", R"sql(
  SELECT successor, change, effective_date::text FROM area_successor WHERE code = $1 ORDER BY successor)sql"};

// Parent 0 means the provinces, which have none.
const std::string kListChildrenText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM area t
  WHERE t.parent IS NOT DISTINCT FROM nullif($1::bigint, 0) AND t.code > $2
    AND ($3 OR t.valid_to IS NULL OR t.valid_to > $4::date)
  ORDER BY t.code LIMIT $5)sql");
const db::Statement kListChildren = {"area.list_children", kListChildrenText.c_str()};

// One of the three searches applies: a range of codes, a part of the name, or initials.
const std::string kSearchText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM area t
  WHERE t.code >= $1 AND t.code < $2 AND t.code > $3
    AND ($4 OR t.valid_to IS NULL OR t.valid_to > $5::date)
    AND ($6 = '' OR t.name LIKE $6 OR ($7 <> '' AND ' ' || t.pinyin LIKE $7))
  ORDER BY t.code LIMIT $8)sql");
const db::Statement kSearch = {"area.search", kSearchText.c_str()};

constexpr db::Statement kSave = {"area.save", R"sql(
  INSERT INTO area (code, name, level, parent, kind, valid_from, valid_to, pinyin, path)
  SELECT code, name, level, parent, kind, valid_from, valid_to, pinyin, path
  FROM json_populate_recordset(NULL::area, $1::json)
  ORDER BY code
  ON CONFLICT (code) DO UPDATE
  SET name = EXCLUDED.name, level = EXCLUDED.level, parent = EXCLUDED.parent, kind = EXCLUDED.kind,
      valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, pinyin = EXCLUDED.pinyin,
      path = EXCLUDED.path)sql"};

constexpr db::Statement kRefreshPaths = {"area.refresh_paths", R"sql(
  WITH RECURSIVE tree AS (
    SELECT code, path FROM area WHERE code = ANY($1::bigint[])
    UNION
    SELECT below.code, tree.path || ' / ' || below.name FROM area below JOIN tree ON below.parent = tree.code
  )
  UPDATE area t SET path = tree.path FROM tree WHERE t.code = tree.code AND t.path <> tree.path)sql"};

constexpr db::Statement kSaveEnd = {"area.save_end", R"sql(
  WITH ended AS (
    UPDATE area SET valid_to = $2::date WHERE code = $1 RETURNING code
  )
  INSERT INTO area_successor (code, successor, change, effective_date)
  SELECT ended.code, s.successor, s.change, s.effective_date
  FROM ended, json_populate_recordset(NULL::area_successor, $3::json) AS s)sql"};

std::string TextOrEmpty(const pqxx::field& field) { return field.is_null() ? "" : field.as<std::string>(); }

v1::Area ReadArea(const pqxx::row& row) {
  v1::Area area;
  area.set_code(standards::FormatAreaCode(row[0].as<int64_t>()));
  area.set_name(row[1].as<std::string>());
  area.set_level(static_cast<v1::Area::Level>(row[2].as<int>()));
  if (!row[3].is_null()) area.set_parent(standards::FormatAreaCode(row[3].as<int64_t>()));
  area.set_kind(static_cast<v1::Area::Kind>(row[4].as<int>()));
  area.set_valid_from(row[5].as<std::string>());
  area.set_valid_to(TextOrEmpty(row[6]));
  area.set_pinyin_initials(row[7].as<std::string>());
  area.set_path(row[8].as<std::string>());
  return area;
}

void AddRow(const v1::Area& area, JsonRows* rows) {
  JsonRow row = rows->Add();
  row["code"] = standards::ParseAreaCode(area.code()).value_or(0);
  row["name"] = area.name();
  row["level"] = static_cast<int>(area.level());
  if (!area.parent().empty()) row["parent"] = standards::ParseAreaCode(area.parent()).value_or(0);
  row["kind"] = static_cast<int>(area.kind());
  row["valid_from"] = area.valid_from();
  if (!area.valid_to().empty()) row["valid_to"] = area.valid_to();
  row["pinyin"] = area.pinyin_initials();
  row["path"] = area.path();
}

bool AreDigits(const std::string& text) { return std::all_of(text.begin(), text.end(), absl::ascii_isdigit); }
bool AreLetters(const std::string& text) { return std::all_of(text.begin(), text.end(), absl::ascii_isalpha); }

std::string EscapeLike(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}});
}

// The codes that begin with up to 12 digits.
auth::AreaRange CodesBeginningWith(const std::string& digits) {
  int64_t low = std::stoll(digits), width = 1;
  for (size_t i = digits.size(); i < 12; ++i) {
    low *= 10;
    width *= 10;
  }
  return {low, low + width};
}

pqxx::result Search(db::Tx& tx, const AreaQuery& query) {
  auth::AreaRange range = auth::RangeOf(query.parent);
  std::string name, initials;
  if (AreDigits(query.search) && query.search.size() <= 12) {
    const auth::AreaRange wanted = CodesBeginningWith(query.search);
    range = {std::max(range.low, wanted.low), std::min(range.high, wanted.high)};
  } else {
    name = absl::StrCat("%", EscapeLike(query.search), "%");
    if (AreLetters(query.search)) initials = absl::StrCat("% ", absl::AsciiStrToLower(query.search), "%");
  }
  // The parent itself is not below itself.
  const int64_t after = std::max(query.after, query.parent);
  return tx.Run(kSearch, range.low, range.high, after, query.include_ended, query.today, name, initials,
                query.limit + 1);
}

}  // namespace

std::optional<v1::Area> LoadArea(db::Tx& tx, int64_t code) {
  const auto rows = tx.Run(kSelect, db::IntegerArray(std::vector<int64_t>{code}));
  if (rows.empty()) return std::nullopt;
  v1::Area area = ReadArea(rows[0]);
  if (area.valid_to().empty()) return area;  // only what has ended has successors
  for (const auto& row : tx.Run(kSelectSuccessors, code)) {
    v1::AreaSuccessor* successor = area.add_successors();
    successor->set_code(standards::FormatAreaCode(row[0].as<int64_t>()));
    successor->set_change(static_cast<v1::AreaSuccessor::Change>(row[1].as<int>()));
    successor->set_effective_date(row[2].as<std::string>());
  }
  return area;
}

std::optional<v1::Area> LoadAreaForUpdate(db::Tx& tx, int64_t code) {
  tx.Run(kLock, code);
  return LoadArea(tx, code);
}

std::map<int64_t, v1::Area> LoadAreas(db::Tx& tx, const std::vector<int64_t>& codes) {
  std::map<int64_t, v1::Area> areas;
  for (const auto& row : tx.Run(kSelect, db::IntegerArray(codes))) areas[row[0].as<int64_t>()] = ReadArea(row);
  return areas;
}

std::vector<v1::Area> ListAreas(db::Tx& tx, const AreaQuery& query) {
  const pqxx::result rows = query.search.empty() ? tx.Run(kListChildren, query.parent, query.after, query.include_ended,
                                                          query.today, query.limit + 1)
                                                 : Search(tx, query);
  std::vector<v1::Area> areas;
  for (const auto& row : rows) areas.push_back(ReadArea(row));
  return areas;
}

void SaveAreas(db::Tx& tx, const std::vector<v1::Area>& areas) {
  if (areas.empty()) return;
  JsonRows rows;
  for (const v1::Area& area : areas) AddRow(area, &rows);
  tx.Run(kSave, rows.Text());
}

void RefreshPaths(db::Tx& tx, const std::vector<int64_t>& codes) {
  if (!codes.empty()) tx.Run(kRefreshPaths, db::IntegerArray(codes));
}

void SaveEnd(db::Tx& tx, const v1::Area& area) {
  JsonRows successors;
  for (const v1::AreaSuccessor& successor : area.successors()) {
    JsonRow row = successors.Add();
    row["successor"] = standards::ParseAreaCode(successor.code()).value_or(0);
    row["change"] = static_cast<int>(successor.change());
    row["effective_date"] = successor.effective_date();
  }
  tx.Run(kSaveEnd, standards::ParseAreaCode(area.code()).value_or(0), area.valid_to(), successors.Text());
}

}  // namespace bangfu::registration::store
