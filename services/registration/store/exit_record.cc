#include "services/registration/store/exit_record.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"

namespace bangfu::registration::store {
namespace {

// $0 table, $1 keys, $2 all columns, $3 subject, $4 year, $5 assignments; the parameter is $$1.
constexpr char kSave[] = R"sql(
  WITH given AS (
    SELECT $2 FROM json_populate_recordset(NULL::$0, $$1::json)
  ), kept AS (
    INSERT INTO exit_record_version (shard, record, subject, year, version, known_from, known_to, updated_by, body)
    SELECT old.shard, '$0', old.$3, $4, old.version, old.update_time, given.update_time, old.updated_by, old.body
    FROM given JOIN $0 AS old USING ($1)
    WHERE old.version = given.version - 1
  )
  INSERT INTO $0 AS t ($2)
  SELECT $2 FROM given
  ON CONFLICT ($1) DO UPDATE SET $5
  WHERE t.version = EXCLUDED.version - 1
  RETURNING t.$3)sql";

}  // namespace

std::string SaveText(absl::string_view table, absl::string_view subject, const std::vector<std::string>& keys,
                     const std::vector<std::string>& values) {
  std::vector<std::string> sets;
  for (const std::string& value : values) sets.push_back(absl::StrCat(value, " = EXCLUDED.", value));
  const bool is_yearly = std::find(keys.begin(), keys.end(), "year") != keys.end();
  const std::string key_list = absl::StrJoin(keys, ", ");
  return absl::Substitute(kSave, table, key_list, absl::StrCat(key_list, ", ", absl::StrJoin(values, ", ")), subject,
                          is_yearly ? "old.year" : "0", absl::StrJoin(sets, ", "));
}

}  // namespace bangfu::registration::store
