// Judgements of exit, as RPCs and procedures make them: what is gathered, by which rules, and what is kept.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_JUDGEMENT_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_JUDGEMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "bangfu/registration/v1/exit_inputs.pb.h"
#include "bangfu/registration/v1/exit_service.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/policy/book.h"
#include "common/policy/decision_store.h"
#include "services/registration/domain/family.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// A decision that can be kept, with what it was made from.
template <typename Inputs>
struct Judged {
  policy::NewDecision decision;
  Inputs inputs;
};
using JudgedHousehold = Judged<v1::HouseholdExitInputs>;
using JudgedArea = Judged<v1::AreaExitInputs>;

// A decision that is to be made by `rule`, by the caller and now.
policy::NewDecision NewDecisionFor(const rpc::Call& call, const char* rule, int64_t area, absl::CivilDay date);

// Areas have no record ids; one made of the code lets their decisions be listed like any others.
std::string SubjectOfArea(int64_t area);

v1::ExitJudgement Describe(const policy::NewDecision& decision, const std::string& decision_id = "");

// What is unmet, for people: "人均纯收入超过标准线: 3000.00 元/人·年; …".
std::string UnmetText(const policy::v1::RuleOutcome& outcome);

// What households of an area are judged by. NO_POLICY_APPLIES.
struct HouseholdExitPolicies {
  policy::Applied<v1::HouseholdExitRules> rules;
  policy::Applied<v1::PovertyLine> line;
};
absl::StatusOr<HouseholdExitPolicies> ResolveHouseholdExit(const Registration& registration, db::Tx& tx, int64_t area,
                                                           absl::CivilDay date);

// Judges by them.
void Decide(const HouseholdExitPolicies& policies, JudgedHousehold* judged);

// The families, which are locked and of one county, judged by what the register knows of them in `year`, in one
// statement for each table.
std::vector<JudgedHousehold> JudgeFamilies(const rpc::Call& call, db::Tx& tx, const HouseholdExitPolicies& policies,
                                           const std::vector<domain::Family>& families, absl::CivilDay date, int year);

// What the register counts in a village or county, with the day; the rest is the caller's to fill in.
void PutCounts(const v1::RegisterCounts& counts, absl::CivilDay date, v1::AreaExitInputs* inputs);

// Decides about an area whose inputs are complete, by its rules. INVALID_FIELD, NO_POLICY_APPLIES.
absl::Status DecideVillage(const Registration& registration, db::Tx& tx, JudgedArea* judged);
absl::Status DecideCounty(const Registration& registration, db::Tx& tx, JudgedArea* judged);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_JUDGEMENT_H_
