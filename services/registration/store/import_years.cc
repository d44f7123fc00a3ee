#include "services/registration/store/import_years.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kStaged = {"import.staged_years", R"sql(
  SELECT record_shard, year FROM import_income WHERE shard = $1 AND import_id = $2 AND verdict IN (1, 2)
  UNION
  SELECT record_shard, year FROM import_living WHERE shard = $1 AND import_id = $2 AND verdict IN (1, 2)
  ORDER BY 2, 1)sql"};

}  // namespace

std::vector<ReportedYear> StagedYears(db::Tx& tx, const ids::RecordId& import) {
  std::vector<ReportedYear> years;
  for (const auto& row : tx.Run(kStaged, import.shard, import.number)) {
    years.push_back({row[0].as<int32_t>(), row[1].as<int32_t>()});
  }
  return years;
}

}  // namespace bangfu::registration::store
