// Rows of `exit_procedure`, `exit_case` and `household_exit`: exits on their way, and what came of them.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_EXIT_CASE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_EXIT_CASE_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/exit_inputs.pb.h"
#include "bangfu/registration/v1/exit_procedure.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// A procedure by which households leave.
struct ExitProcedure {
  ids::RecordId id;
  int64_t area = 0;
  int32_t year = 0;
  std::string date;       // judged for
  std::string exit_flag;  // that its households get
};

// A household in it, with what it was judged by, its consent apart.
struct StoredExitCase {
  v1::ExitCase shown;
  v1::HouseholdExitInputs inputs;
};

void InsertExitProcedure(db::Tx& tx, const ExitProcedure& procedure, const std::vector<StoredExitCase>& cases);

std::optional<ExitProcedure> LoadExitProcedure(db::Tx& tx, const ids::RecordId& id);

// All cases, in order of household.
std::vector<StoredExitCase> LoadExitCases(db::Tx& tx, const ids::RecordId& procedure);

// One more than `limit` if there are more, behind the household `after`; without inputs.
std::vector<v1::ExitCase> ListExitCases(db::Tx& tx, const ids::RecordId& procedure, int64_t after, int limit);

// Writes what was said; what was not said now stays as it was. Gives the cases as they are then, in order of household:
// fewer than `consents` if some are not in the procedure.
std::vector<v1::ExitCase> SaveConsents(db::Tx& tx, const ids::RecordId& procedure, const Author& author,
                                       const std::vector<v1::ExitConsent>& consents);

// By household.
using ExitOutcomes = std::map<std::string, v1::ExitCase::Outcome>;

// Writes what came of all cases of a procedure that has ended: NOT_APPROVED of those that are not named.
void SaveOutcomes(db::Tx& tx, const ids::RecordId& procedure, const ExitOutcomes& outcomes);

// Lets a decision about a county count for the procedure of its exit; both are kept in the county's shard.
void InsertCountyJudgement(db::Tx& tx, const ids::RecordId& procedure, const ids::RecordId& decision);

// The newest decision that counts for the procedure; nothing if there is none.
std::optional<ids::RecordId> LastCountyJudgement(db::Tx& tx, const ids::RecordId& procedure);

// Entries have their ids.
void InsertHouseholdExits(db::Tx& tx, const std::vector<v1::HouseholdExitEntry>& entries);

struct HouseholdExitQuery {
  std::vector<auth::AreaRange> scope;
  v1::HouseholdExitEntry::Kind kind = v1::HouseholdExitEntry::KIND_UNSPECIFIED;  // unspecified: any
  int32_t year = 0;                                                              // 0: any
  int64_t after_area = 0, after_id = 0;                                          // last entry of the page before
  int limit = 0;
};
// In order of village and id, one more than `limit` if there are more.
std::vector<v1::HouseholdExitEntry> ListHouseholdExits(db::Tx& tx, const HouseholdExitQuery& query);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_EXIT_CASE_STORE_H_
