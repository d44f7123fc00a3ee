// Rows of `register_case`: registered households about whose removal or return a procedure decides.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_REGISTER_CASE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_REGISTER_CASE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/identification.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// New ones, of one county.
void InsertCases(db::Tx& tx, const std::vector<v1::RegisterCase>& cases, const Author& author);

// All that a procedure was started with.
std::vector<v1::RegisterCase> LoadCasesOf(db::Tx& tx, const ids::RecordId& procedure);

// The latest case of that kind of each household, in the order of `households`; nothing where there is none.
std::vector<std::optional<v1::RegisterCase>> LoadLatestCases(db::Tx& tx, v1::RegisterCase::Kind kind,
                                                             const std::vector<ids::RecordId>& households);

// What the procedure has made of households, each with its case's new state and why it was refused.
struct CaseResult {
  std::vector<int64_t> households;
  std::vector<int> states;
  std::vector<std::string> opinions;
};
void SaveCaseResults(db::Tx& tx, const ids::RecordId& procedure, const CaseResult& result, absl::Time time);

struct CaseQuery {
  std::vector<auth::AreaRange> scope;
  v1::RegisterCase::Kind kind = v1::RegisterCase::KIND_UNSPECIFIED;     // unspecified: any
  v1::RegisterCase::State state = v1::RegisterCase::STATE_UNSPECIFIED;  // unspecified: any
  int64_t after_area = 0, after_id = 0;
  int limit = 0;
};
// In order of area and id.
std::vector<v1::RegisterCase> ListCases(db::Tx& tx, const CaseQuery& query);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_REGISTER_CASE_STORE_H_
