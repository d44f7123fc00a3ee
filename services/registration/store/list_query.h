// Lists in pages: one SELECT over area ranges, a filter and a sort order, continued behind the last row's key.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_LIST_QUERY_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_LIST_QUERY_H_

#include <string>
#include <vector>

#include "common/api/filter.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "services/registration/store/instants.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration::store {

// Counts of rows stop here: a number above it is shown as "more than".
inline constexpr int kCountLimit = 10'000;

struct ListQuery {
  // Areas that the caller may see; empty if `condition` bounds the list.
  std::vector<auth::AreaRange> scope;
  // Condition of our own, with its values bound as $1, $2 …; empty for none.
  std::string condition;
  std::vector<std::string> condition_params;
  api::Filter filter;
  // Only versions in force that hold at these instants; see instant_list.h for the others.
  Instants instants;
  // The filter is for the caller to apply, because it asks what another table is not at the instants. What it mentions
  // still counts.
  bool filter_later = false;
  // What the caller asked for; the area and the id always come last.
  std::vector<api::SortKey> order;
  // Key of the last row of the page before; empty for the first page.
  std::vector<std::string> after;
  int limit = 0;
};

// What is listed: a table `t` with the columns area, id and state.
struct ListSource {
  // "household" or "member".
  const char* table;
  // The columns that the table's row reader takes; the keys follow behind them.
  const std::string& columns;
  const api::ColumnMap& filter_columns;
  // Of the counts that are kept by area, the one of what is listed.
  int64_t RegisteredCounts::*registered;
  // Column and filter field that says what the household is to the register.
  const char* type;
  // What api::Column::elsewhere calls its table. There, a record that is on the register is in the same area and on the
  // register, too.
  const char* elsewhere = nullptr;
};

// Records of one page, the key of the last, and whether more follow.
template <typename Record>
struct Page {
  std::vector<Record> records;
  std::vector<std::string> last_key;
  bool more = false;
};

// One row more than `limit` if there are more. INVALID_FILTER.
absl::StatusOr<pqxx::result> RunList(db::Tx& tx, const ListSource& source, const ListQuery& query);

// Superseded versions of households or members that hold at the query's instants, in the order of area and id: up to
// `limit` of them behind the key `after`. Columns: shard, record_id, version, body, valid_from, area. The filter is for
// the caller to apply.
pqxx::result RunSuperseded(db::Tx& tx, RecordKind kind, const ListQuery& query, const std::vector<std::string>& after,
                           int limit);

// How many rows there are on all pages.
struct Total {
  int64_t rows = 0;
  bool floor = false;  // there are more
};
// Exact up to kCountLimit; beyond it only for everything on the register in whole areas, which is not counted but
// known. INVALID_FILTER.
absl::StatusOr<Total> CountList(db::Tx& tx, const ListSource& source, const ListQuery& query);

// The key columns of a row.
std::vector<std::string> KeyOf(const pqxx::row& row, const ListQuery& query);

// Whether the filter compares the field `name`.
bool Mentions(const api::Filter& filter, absl::string_view name);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_LIST_QUERY_H_
