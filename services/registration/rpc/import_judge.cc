#include "services/registration/rpc/import_judge.h"

#include <array>
#include <future>
#include <vector>

#include "common/status/macros.h"
#include "services/registration/domain/import_household.h"

namespace bangfu::registration {
namespace {

constexpr int kPageHouseholds = 5000;

}  // namespace

void JudgeFamilies(db::Tx& tx, const ids::RecordId& import, const store::StagedFamilies& families, bool errors_only) {
  std::array<std::vector<domain::Finding>, domain::kTables.size()> findings;
  std::vector<int64_t> refused;
  for (size_t i = 0; i < families.households.size(); ++i) {
    domain::HouseholdJudgement judgement = domain::JudgeHousehold(families.households[i]);
    if (judgement.refused) refused.push_back(families.staged_rows[i]);
    for (auto& [table, finding] : judgement.findings) {
      if (errors_only && !domain::IsError(finding.reason)) continue;
      findings[static_cast<int>(table) - 1].push_back(std::move(finding));
    }
  }
  store::RefuseHouseholds(tx, import, refused);
  for (domain::Table table : domain::kTables) {
    store::CopyFindings(tx, import, table, findings[static_cast<int>(table) - 1]);
  }
}

absl::Status JudgeStaged(const ImportRun& run, int64_t total) {
  // The next page is loaded while this one is judged: what is written of one concerns no other.
  const auto load = [&run](int64_t after) {
    return std::async(std::launch::async, [&run, after] {
      return run.database.Read({.share = db::Share::kBackground}, [&](db::Tx& tx) {
        return absl::StatusOr<store::StagedFamilies>(store::LoadFamilies(tx, run.id, after, kPageHouseholds));
      });
    });
  };
  auto loading = load(0);
  for (;;) {
    RETURN_IF_ERROR(run.GoOn());
    ASSIGN_OR_RETURN(const store::StagedFamilies families, loading.get());
    if (families.staged_rows.empty()) return absl::OkStatus();
    loading = load(families.staged_rows.back());
    RETURN_IF_ERROR(run.Write([&](db::Tx& tx) {
      JudgeFamilies(tx, run.id, families, /*errors_only=*/false);
      return absl::OkStatus();
    }));
    run.progress("核对各户", total, total);
  }
}

}  // namespace bangfu::registration
