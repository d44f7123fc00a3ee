// Checks at home: what was found, and the decisions that follow from it.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "bangfu/registration/v1/identification_reason.pb.h"
#include "common/policy/decision_store.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/entry.h"
#include "services/registration/domain/exit_inputs.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/scoring.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/identification_application_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using status::Refuse;
using Application = v1::IdentificationApplication;

namespace {

constexpr int kMostChecksShown = 500;
constexpr char kPath[] = "check.";

bool IsSha256(const std::string& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isxdigit(c) && !absl::ascii_isupper(c);
         });
}

v1::ScoringInputs ScoringInputsOf(const v1::HomeCheck& check) {
  v1::ScoringInputs inputs;
  *inputs.mutable_answers() = check.answers();
  *inputs.mutable_exclusions() = check.exclusions();
  return inputs;
}

absl::Status CheckHomeCheck(const v1::HomeCheck& check, const Application& application,
                            const CampaignPolicies& policies, absl::Time now) {
  const v1::ScoringRubric& rubric = policies.rubric.message;
  auto errors = domain::CheckAnswers(ScoringInputsOf(check), rubric, kPath);
  for (auto& error : domain::CheckExclusions(check.exclusions(), rubric, policies.rules.message, kPath)) {
    errors.push_back(std::move(error));
  }
  const absl::Time visit = store::TimeOf(check.visit_time());
  if (visit > now || domain::DayOf(visit) < application.apply_date()) {
    errors.push_back({"check.visit_time", "核查时间: 不能早于申请日期, 也不能在将来"});
  }
  if (!check.form_sha256().empty() && !IsSha256(check.form_sha256())) {
    errors.push_back({"check.form_sha256", "核查表摘要: 应为 64 位小写十六进制"});
  }
  if (!errors.empty()) return status::RefuseFields(errors);
  return domain::CheckStatements(check.statements());
}

// What the register knows of the household, and what was found.
absl::StatusOr<v1::EntryInputs> GatherEntryInputs(db::Tx& tx, const crypto::Sealer& sealer,
                                                  const Application& application,
                                                  const v1::IdentificationCampaign& campaign,
                                                  const v1::HomeCheck& check) {
  const ids::RecordId id = store::IdOf(application.household_id());
  ASSIGN_OR_RETURN(const auto members, store::LoadPresentMembers(tx, sealer, {id}));
  v1::EntryInputs inputs;
  *inputs.mutable_household() = domain::DescribeForExit(members, store::LoadIncome(tx, id, campaign.year()),
                                                        store::LoadLivingCondition(tx, id, campaign.year()),
                                                        campaign.year(), campaign.start_date());
  *inputs.mutable_household()->mutable_statements() = check.statements();
  *inputs.mutable_exclusions() = check.exclusions();
  return inputs;
}

policy::NewDecision NewDecisionAbout(const rpc::Call& call, const Application& application,
                                     const v1::IdentificationCampaign& campaign, const char* rule) {
  policy::NewDecision decision;
  decision.subject_id = application.household_id();
  decision.area = AreaNumber(application.area());
  decision.date = *standards::ParseDate(campaign.start_date());
  decision.rule = rule;
  decision.decider = call.caller().subject;
  decision.time = call.now();
  return decision;
}

// Decides score and entry, keeps both, and puts what came of them into the check and the application.
void Decide(const rpc::Call& call, db::Tx& tx, const v1::IdentificationCampaign& campaign,
            const CampaignPolicies& policies, const v1::EntryInputs& entry_inputs, v1::HomeCheck* check,
            Application* application) {
  const v1::ScoringInputs inputs = ScoringInputsOf(*check);
  policy::NewDecision score = NewDecisionAbout(call, *application, campaign, kHouseholdScore);
  score.policies = {policies.rubric.ref};
  score.outcome = domain::JudgeScore(inputs, policies.rubric.message);
  policy::NewDecision entry = NewDecisionAbout(call, *application, campaign, kHouseholdEntry);
  entry.policies = {policies.rules.ref, policies.line.ref};
  entry.outcome = domain::JudgeEntry(entry_inputs, policies.rules.message, policies.line.message);
  check->set_score_decision_id(policy::RecordDecision(tx, score, inputs).decision_id());
  check->set_entry_decision_id(policy::RecordDecision(tx, entry, entry_inputs).decision_id());
  check->set_score_centi(domain::ScoreOf(inputs, policies.rubric.message).centi);
  application->set_check_id(check->check_id());
  application->set_score_decision_id(check->score_decision_id());
  application->set_entry_decision_id(check->entry_decision_id());
  application->set_score_centi(check->score_centi());
  application->set_excluded(!check->exclusions().empty());
  application->set_entry_verdict(entry.outcome.verdict());
  application->set_ranked(!application->excluded() && entry.outcome.verdict() != "FAIL");
}

domain::NeedKeys KeysOf(const Application& application, const v1::EntryInputs& inputs,
                        const v1::ScoringRubric& rubric) {
  std::optional<int64_t> income;
  if (inputs.household().has_net_per_capita_fen()) income = inputs.household().net_per_capita_fen();
  return domain::NeedKeysOf(application.score_centi(), income, inputs.household().member_count(), rubric);
}

}  // namespace

absl::StatusOr<Application> IdentificationRpc::RecordHomeCheck(rpc::Call& call,
                                                               const v1::RecordHomeCheckRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Application> {
    const ids::RecordId id = store::IdOf(request.application_id());
    ASSIGN_OR_RETURN(const Locked locked, LockBehindCampaign(call, tx, request.application_id()));
    const Application& before = locked.application;
    const store::StoredCampaign& stored = locked.stored;
    if (before.state() > Application::CHECKED) {
      return Refuse(v1::APPLICATION_WRONG_STATE, {{"state", domain::LabelOf(before.state())}});
    }
    if (locked.ranks_decided) return Refuse(v1::RANKING_DECIDED);
    // Whoever changes members or reports locks the household first, so that the inputs stand together.
    ASSIGN_OR_RETURN(const v1::Household household, LockHousehold(registration_, call, tx, before.household_id()));
    RETURN_IF_ERROR(domain::CheckActive(household));
    if (!domain::CanBeIdentified(household)) return Refuse(v1::HOUSEHOLD_REGISTERED_ALREADY);
    ASSIGN_OR_RETURN(const CampaignPolicies policies, PoliciesOf(*registration_.policies->Open(tx), stored));
    v1::HomeCheck check = request.check();
    RETURN_IF_ERROR(CheckHomeCheck(check, before, policies, call.now()));
    check.set_check_id(NewIdIn(request.application_id()));
    check.set_application_id(request.application_id());
    check.set_recorder(call.caller().subject);
    store::SetTime(call.now(), check.mutable_record_time());
    ASSIGN_OR_RETURN(const v1::EntryInputs inputs,
                     GatherEntryInputs(tx, registration_.sealer(), before, stored.campaign, check));
    Application checked = before;
    Decide(call, tx, stored.campaign, policies, inputs, &check, &checked);
    store::InsertHomeCheck(tx, registration_.sealer(), check, AuthorOf(call));
    const domain::NeedKeys keys = KeysOf(checked, inputs, policies.rubric.message);
    store::SaveChecked(tx, {checked, keys.need, keys.ties[0], keys.ties[1]}, call.now());
    effects.ActOn(request.application_id(), AreaNumber(before.area()));
    AuditChange(registration_.sealer(), before, checked, &effects);
    return Reached(call, request.application_id(), store::LoadApplication(tx, id));
  };
  return rpc::Write<Application>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListHomeChecksResponse> IdentificationRpc::ListHomeChecks(rpc::Call& call,
                                                                             const v1::ListHomeChecksRequest& request) {
  using Response = v1::ListHomeChecksResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    const ids::RecordId id = store::IdOf(request.application_id());
    RETURN_IF_ERROR(Reached(call, request.application_id(), store::LoadApplication(tx, id)).status());
    ASSIGN_OR_RETURN(const auto checks, store::ListHomeChecks(tx, registration_.sealer(), id, kMostChecksShown));
    Response response;
    response.mutable_checks()->Assign(checks.begin(), checks.end());
    return response;
  });
}

}  // namespace bangfu::registration
