// No filter and no sort order, whatever its bytes, crashes, or brings a character of its own into the SQL.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "bangfu/options/v1/options.pb.h"
#include "common/api/filter.h"

namespace {

using bangfu::api::Column;

const bangfu::api::ColumnMap& Columns() {
  static const auto& columns = *new bangfu::api::ColumnMap{
      {"a", {"t.a", Column::kText}},
      {"b", {"t.b", Column::kBigint}},
      {"c", {"t.c", Column::kInteger}},
      {"d", {"t.d", Column::kDate}},
      {"e", {"t.e", Column::kBoolean}},
      {"f", {"t.f", Column::kArea}},
      {"g", {"t.g", Column::kEnumeration, bangfu::options::v1::Role_descriptor()}},
  };
  return columns;
}

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto keys = bangfu::api::ParseOrderBy(text, Columns());
  Require(!keys.ok() || keys->size() <= bangfu::api::kMaximumSortKeys);

  const auto filter = bangfu::api::ParseFilter(text);
  if (!filter.ok()) return 0;
  const auto sql = bangfu::api::ToSql(*filter, Columns(), 1);
  if (!sql.ok()) return 0;
  const auto placeholders = std::count(sql->sql.begin(), sql->sql.end(), '$');
  Require(static_cast<size_t>(placeholders) == sql->params.size());
  Require(std::all_of(sql->sql.begin(), sql->sql.end(),
                      [](char c) { return absl::ascii_isalnum(c) || absl::StrContains(" ()$.=<>'", c); }));
  return 0;
}
