#include "services/registration/rpc/exit_judgement.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/domain/area_exit.h"
#include "services/registration/domain/exit_inputs.h"
#include "services/registration/domain/guarantee.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/guarantee_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

namespace {

constexpr char kLinePurpose[] = "EXIT";  // of PovertyLine

template <typename Rules>
absl::Status DecideArea(const Registration& registration, db::Tx& tx,
                        policy::RuleOutcome (*judge)(const v1::AreaExitInputs&, const Rules&), JudgedArea* judged) {
  RETURN_IF_ERROR(domain::CheckAreaInputs(judged->inputs));
  const auto book = registration.policies->Open(tx);
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<Rules>(*book, judged->decision.area, judged->decision.date));
  judged->decision.policies = {rules.ref};
  judged->decision.outcome = judge(judged->inputs, rules.message);
  return absl::OkStatus();
}

// The report of the year, by household.
template <typename Report>
std::map<std::string, Report> OfYear(const std::vector<Report>& reports, int year) {
  std::map<std::string, Report> found;
  for (const Report& report : reports) {
    if (report.year() == year) found.emplace(report.household_id(), report);
  }
  return found;
}

template <typename Report>
std::optional<Report> Find(const std::map<std::string, Report>& reports, const std::string& household_id) {
  const auto found = reports.find(household_id);
  if (found == reports.end()) return std::nullopt;
  return found->second;
}

}  // namespace

policy::NewDecision NewDecisionFor(const rpc::Call& call, const char* rule, int64_t area, absl::CivilDay date) {
  policy::NewDecision decision;
  decision.area = area;
  decision.date = date;
  decision.rule = rule;
  decision.decider = call.caller().subject;
  decision.time = call.now();
  return decision;
}

std::string SubjectOfArea(int64_t area) { return ids::RecordId{standards::CountyOf(area), area}.ToString(); }

v1::ExitJudgement Describe(const policy::NewDecision& decision, const std::string& decision_id) {
  v1::ExitJudgement judgement;
  judgement.set_decision_id(decision_id);
  judgement.set_subject_id(decision.subject_id);
  judgement.set_area(standards::FormatAreaCode(decision.area));
  judgement.set_date(standards::FormatDate(decision.date));
  *judgement.mutable_outcome() = decision.outcome;
  judgement.mutable_policies()->Assign(decision.policies.begin(), decision.policies.end());
  return judgement;
}

std::string UnmetText(const policy::v1::RuleOutcome& outcome) {
  std::vector<std::string> unmet;
  for (const auto& reason : outcome.reasons()) {
    if (!reason.met()) unmet.push_back(absl::StrCat(reason.label(), ": ", reason.found()));
  }
  return absl::StrJoin(unmet, "; ");
}

absl::StatusOr<HouseholdExitPolicies> ResolveHouseholdExit(const Registration& registration, db::Tx& tx, int64_t area,
                                                           absl::CivilDay date) {
  const auto book = registration.policies->Open(tx);
  HouseholdExitPolicies policies;
  ASSIGN_OR_RETURN(policies.rules, policy::Resolve<v1::HouseholdExitRules>(*book, area, date));
  ASSIGN_OR_RETURN(policies.line, policy::Resolve<v1::PovertyLine>(*book, area, date, kLinePurpose));
  return policies;
}

void Decide(const HouseholdExitPolicies& policies, JudgedHousehold* judged) {
  judged->decision.policies = {policies.rules.ref, policies.line.ref};
  judged->decision.outcome = domain::JudgeHouseholdExit(judged->inputs, policies.rules.message, policies.line.message);
}

std::vector<JudgedHousehold> JudgeFamilies(const rpc::Call& call, db::Tx& tx, const HouseholdExitPolicies& policies,
                                           const std::vector<domain::Family>& families, absl::CivilDay date, int year) {
  std::vector<ids::RecordId> ids;
  std::vector<int64_t> numbers;
  for (const domain::Family& family : families) {
    ids.push_back(store::IdOf(family.household.household_id()));
    numbers.push_back(ids.back().number);
  }
  const auto incomes = OfYear(store::LoadIncomesOf(tx, ids[0].shard, numbers), year);
  const auto livings = OfYear(store::LoadLivingConditionsOf(tx, ids[0].shard, numbers), year);
  const auto guarantees = store::LoadGuaranteesOf(tx, ids, year);
  std::vector<JudgedHousehold> judged;
  for (const domain::Family& family : families) {
    const std::string& id = family.household.household_id();
    JudgedHousehold one{NewDecisionFor(call, kHouseholdExit, AreaNumber(family.household.area()), date),
                        domain::DescribeForExit(family.members, Find(incomes, id), Find(livings, id), year,
                                                standards::FormatDate(date))};
    one.decision.subject_id = id;
    if (const auto recorded = Find(guarantees, id)) domain::AddRecorded(*recorded, &one.inputs);
    Decide(policies, &one);
    judged.push_back(std::move(one));
  }
  return judged;
}

void PutCounts(const v1::RegisterCounts& counts, absl::CivilDay date, v1::AreaExitInputs* inputs) {
  inputs->set_date(standards::FormatDate(date));
  inputs->set_exited_count(counts.exited_person_count());
  inputs->set_not_out_count(counts.person_count() - counts.exited_person_count());
}

absl::Status DecideVillage(const Registration& registration, db::Tx& tx, JudgedArea* judged) {
  return DecideArea(registration, tx, domain::JudgeVillageExit, judged);
}

absl::Status DecideCounty(const Registration& registration, db::Tx& tx, JudgedArea* judged) {
  return DecideArea(registration, tx, domain::JudgeCountyExit, judged);
}

}  // namespace bangfu::registration
