// Filters on records that are not in a table: sealed versions that are opened first. Means exactly what ToSql
// (filter.h) makes of the filter, absent values and NOT included, in a database that compares text byte by byte
// (C.UTF-8).
#ifndef BANGFU_COMMON_API_FILTER_MATCH_H_
#define BANGFU_COMMON_API_FILTER_MATCH_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "common/api/filter.h"

namespace bangfu::api {

// The value of a field of `columns` by its name there, as text: numbers and area codes in decimal, dates as YYYY-MM-DD,
// booleans as true and false, enumerations by number. Nothing for NULL.
using FilterCells = absl::FunctionRef<std::optional<std::string>(const std::string& field)>;

// Whether the record matches. `filter` is one that ToSql takes. Without the row of the other table, terms on fields
// that are `elsewhere` do not hold, as EXISTS finds nothing.
bool Matches(const Filter& filter, const ColumnMap& columns, FilterCells cells, bool elsewhere_exists = true);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_FILTER_MATCH_H_
