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

const std::string kShareText = absl::StrCat(kSelectText, " ORDER BY t.code FOR SHARE");
const db::Statement kShare = {"area.share", kShareText.c_str()};

constexpr db::Statement kLock = {"area.lock", R"sql(
  SELECT code FROM area
  WHERE code = ANY($1::bigint[]) OR code IN (SELECT successor FROM area_successor WHERE code = ANY($1::bigint[]))
  ORDER BY code FOR UPDATE)sql"};

constexpr db::Statement kSelectSuccessors = {"area_successor.select", R"sql(
  SELECT code, successor, change, effective_date::text FROM area_successor WHERE code = ANY($1::bigint[])
  ORDER BY code, successor)sql"};
constexpr db::Statement kSelectPredecessors = {"area_successor.select_predecessors", R"sql(
  SELECT successor, code FROM area_successor WHERE successor = ANY($1::bigint[]) ORDER BY successor, code)sql"};

// Parent 0 means the provinces, which have none.
const std::string kListChildrenText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM area t
  WHERE t.parent IS NOT DISTINCT FROM nullif($1::bigint, 0) AND t.code > $2
    AND ($3 OR t.valid_to IS NULL OR t.valid_to > $4::date)
  ORDER BY t.code LIMIT $5)sql");
const db::Statement kListChildren = {"area.list_children", kListChildrenText.c_str()};

// One of the three searches applies: a range of codes, a part of the name, or initials. The parent ($9) itself is not
// below itself.
constexpr char kMatches[] = R"sql(
  t.code >= $1 AND t.code < $2 AND t.code <> $9
  AND ($6 = '' OR t.name LIKE $6 OR ($7 <> '' AND ' ' || t.pinyin LIKE $7)))sql";
constexpr char kInForce[] = "($4 OR t.valid_to IS NULL OR t.valid_to > $5::date)";

// Each of the two parts is a page by itself, so that neither is longer than what is shown of it.
const std::string kSearchText = absl::StrCat(R"sql(
  WITH RECURSIVE took_over AS (
    SELECT s.successor FROM area_successor s JOIN area t ON t.code = s.code
    WHERE t.valid_to <= $5::date AND)sql",
                                             kMatches, R"sql(
    UNION
    SELECT s.successor FROM took_over JOIN area_successor s ON s.code = took_over.successor
  ), found AS (
    (SELECT )sql",
                                             "t.code FROM area t WHERE ", kMatches, " AND ", kInForce, R"sql(
     AND t.code > $3 ORDER BY t.code LIMIT $8)
    UNION
    (SELECT t.code FROM area t WHERE t.code IN (SELECT successor FROM took_over) AND )sql",
                                             kInForce, R"sql(
     AND t.code > $3 ORDER BY t.code LIMIT $8)
  )
  SELECT )sql",
                                             kColumns, " FROM found JOIN area t USING (code) ORDER BY t.code LIMIT $8");
const db::Statement kSearch = {"area.search", kSearchText.c_str()};

// What ended an area was decided by itself: a list takes no end back.
constexpr db::Statement kSave = {"area.save", R"sql(
  INSERT INTO area (code, name, level, parent, kind, valid_from, valid_to, pinyin, path)
  SELECT code, name, level, parent, kind, valid_from, valid_to, pinyin, path
  FROM json_populate_recordset(NULL::area, $1::json)
  ORDER BY code
  ON CONFLICT (code) DO UPDATE
  SET name = EXCLUDED.name, level = EXCLUDED.level, parent = EXCLUDED.parent, kind = EXCLUDED.kind,
      valid_from = EXCLUDED.valid_from, valid_to = coalesce(EXCLUDED.valid_to, area.valid_to), pinyin = EXCLUDED.pinyin,
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
  INSERT INTO area_successor (code, successor, change, effective_date, record_time, moves_kept)
  SELECT ended.code, s.successor, s.change, s.effective_date, $4::timestamptz, true
  FROM ended, json_populate_recordset(NULL::area_successor, $3::json) AS s)sql"};

// A household that is in a successor now has left the area ($1 to before $2) since the end was recorded. Of ends
// recorded before moves were kept it is not known who left: every change of a household in a successor counts. The
// width of an area's range of codes by level as in register_summary.select.
constexpr db::Statement kHaveFollowed = {"household_move.have_followed", R"sql(
  WITH taken_over AS (
    SELECT s.record_time, s.moves_kept, t.code AS low,
           t.code + (ARRAY[10000000000, 100000000, 1000000, 1000, 1])[t.level] AS high
    FROM area_successor s JOIN area t ON t.code = s.successor WHERE s.code = $1
  )
  SELECT EXISTS (
    SELECT FROM household_move m
    WHERE m.from_area >= $1 AND m.from_area < $2 AND m.move_time >= (SELECT min(record_time) FROM taken_over)
      AND EXISTS (SELECT FROM household h JOIN taken_over s ON h.area >= s.low AND h.area < s.high
                  WHERE h.shard = m.shard AND h.id = m.household_id AND m.move_time >= s.record_time)
  ) OR EXISTS (
    SELECT FROM taken_over s JOIN household h ON h.area >= s.low AND h.area < s.high
    JOIN record_version v ON v.shard = h.shard AND v.household_id = h.id AND v.kind = 1 AND v.record_id = h.id
      AND v.known_to >= s.record_time
    WHERE NOT s.moves_kept))sql"};

constexpr db::Statement kDeleteEnd = {"area.delete_end", R"sql(
  WITH gone AS (
    DELETE FROM area_successor WHERE code = $1
  )
  UPDATE area SET valid_to = NULL WHERE code = $1)sql"};

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
  return tx.Run(kSearch, range.low, range.high, query.after, query.include_ended, query.today, name, initials,
                query.limit + 1, query.parent);
}

// Only what has ended has successors.
void AddSuccessors(db::Tx& tx, std::map<int64_t, v1::Area>* areas) {
  std::vector<int64_t> ended;
  for (const auto& [code, area] : *areas) {
    if (!area.valid_to().empty()) ended.push_back(code);
  }
  if (ended.empty()) return;
  for (const auto& row : tx.Run(kSelectSuccessors, db::IntegerArray(ended))) {
    v1::AreaSuccessor* successor = areas->at(row[0].as<int64_t>()).add_successors();
    successor->set_code(standards::FormatAreaCode(row[1].as<int64_t>()));
    successor->set_change(static_cast<v1::AreaSuccessor::Change>(row[2].as<int>()));
    successor->set_effective_date(row[3].as<std::string>());
  }
}

std::map<int64_t, v1::Area> ReadAreas(db::Tx& tx, const pqxx::result& rows) {
  std::map<int64_t, v1::Area> areas;
  for (const auto& row : rows) areas[row[0].as<int64_t>()] = ReadArea(row);
  AddSuccessors(tx, &areas);
  return areas;
}

}  // namespace

std::map<int64_t, v1::Area> LoadAreas(db::Tx& tx, const std::vector<int64_t>& codes) {
  return ReadAreas(tx, tx.Run(kSelect, db::IntegerArray(codes)));
}

std::optional<v1::Area> LoadArea(db::Tx& tx, int64_t code) {
  auto areas = LoadAreas(tx, {code});
  if (areas.empty()) return std::nullopt;
  return std::move(areas.begin()->second);
}

std::map<int64_t, v1::Area> LoadAreasForUpdate(db::Tx& tx, const std::vector<int64_t>& codes) {
  std::vector<int64_t> locked;
  for (const auto& row : tx.Run(kLock, db::IntegerArray(codes))) locked.push_back(row[0].as<int64_t>());
  return LoadAreas(tx, locked);
}

std::map<int64_t, v1::Area> LoadAreasForShare(db::Tx& tx, const std::vector<int64_t>& codes) {
  return ReadAreas(tx, tx.Run(kShare, db::IntegerArray(codes)));
}

void AddPredecessors(db::Tx& tx, absl::Span<v1::Area> areas) {
  std::map<int64_t, v1::Area*> by_code;
  std::vector<int64_t> codes;
  for (v1::Area& area : areas) {
    codes.push_back(standards::ParseAreaCode(area.code()).value_or(0));
    by_code[codes.back()] = &area;
  }
  if (codes.empty()) return;
  for (const auto& row : tx.Run(kSelectPredecessors, db::IntegerArray(codes))) {
    by_code.at(row[0].as<int64_t>())->add_predecessors(standards::FormatAreaCode(row[1].as<int64_t>()));
  }
}

std::vector<v1::Area> ListAreas(db::Tx& tx, const AreaQuery& query) {
  const pqxx::result rows = query.search.empty() ? tx.Run(kListChildren, query.parent, query.after, query.include_ended,
                                                          query.today, query.limit + 1)
                                                 : Search(tx, query);
  std::vector<v1::Area> areas;
  for (auto& [code, area] : ReadAreas(tx, rows)) areas.push_back(std::move(area));
  AddPredecessors(tx, absl::MakeSpan(areas));
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

void SaveEnd(db::Tx& tx, const v1::Area& area, absl::Time time) {
  JsonRows successors;
  for (const v1::AreaSuccessor& successor : area.successors()) {
    JsonRow row = successors.Add();
    row["successor"] = standards::ParseAreaCode(successor.code()).value_or(0);
    row["change"] = static_cast<int>(successor.change());
    row["effective_date"] = successor.effective_date();
  }
  tx.Run(kSaveEnd, standards::ParseAreaCode(area.code()).value_or(0), area.valid_to(), successors.Text(),
         TimeLiteral(time));
}

bool HaveFollowed(db::Tx& tx, int64_t code) {
  return tx.Run(kHaveFollowed, code, standards::RangeEndOf(code))[0][0].as<bool>();
}

void DeleteEnd(db::Tx& tx, int64_t code) { tx.Run(kDeleteEnd, code); }

}  // namespace bangfu::registration::store
