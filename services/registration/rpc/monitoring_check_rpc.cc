#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/policy/decision_store.h"
#include "common/procedure/beijing_time.h"
#include "common/procedure/notice_scrub.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/monitoring_case.h"
#include "services/registration/domain/monitoring_elimination.h"
#include "services/registration/domain/monitoring_entry.h"
#include "services/registration/domain/monitoring_rules.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_steps.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using status::Refuse;
using v1::MonitoringCase;

namespace {

policy::NewDecision NewDecisionAbout(const rpc::Call& call, const MonitoringCase& monitored, absl::CivilDay day,
                                     const char* rule, const Regime& regime) {
  policy::NewDecision decision;
  decision.subject_id = monitored.household_id();
  decision.area = AreaNumber(monitored.area());
  decision.date = day;
  decision.rule = rule;
  decision.policies = {regime.rules.ref, regime.line.ref};
  decision.decider = call.caller().subject;
  decision.time = call.now();
  return decision;
}

absl::StatusOr<v1::Household> HouseholdOf(const Registration& registration, db::Tx& tx,
                                          const MonitoringCase& monitored) {
  ASSIGN_OR_RETURN(auto household,
                   store::LoadHousehold(tx, registration.sealer(), store::IdOf(monitored.household_id())));
  if (!household) return absl::DataLossError("a case without its household");
  RETURN_IF_ERROR(domain::CheckActive(*household));
  return *std::move(household);
}

template <typename Inputs>
void SetPeriod(absl::CivilDay day, const v1::MonitoringRules& rules, Inputs* inputs) {
  const domain::CountedDays counted = domain::CountedMonths(day, rules.income_months());
  inputs->set_period_from(standards::FormatDate(counted.from));
  inputs->set_period_to(standards::FormatDate(counted.to));
}

// Takes the signed paper from the request, if it has one. MONITORING_AUTHORISATION_MISSING, INVALID_FIELD.
absl::Status TakeAuthorisation(const v1::RecordRiskCheckRequest& request, absl::CivilDay day,
                               const v1::MonitoringRules& rules, MonitoringCase* monitored) {
  if (!request.authorisation_date().empty()) {
    const bool late = *standards::ParseDate(request.authorisation_date()) > day;
    if (late) return status::RefuseFields({{"authorisation_date", "承诺授权日期: 不能晚于核查日期"}});
    if (request.authorisation_sha256().size() != 64) {
      return status::RefuseFields({{"authorisation_sha256", "承诺授权书摘要: 应为 64 位十六进制的 SHA-256"}});
    }
    monitored->set_authorisation_date(request.authorisation_date());
    monitored->set_authorisation_sha256(request.authorisation_sha256());
  }
  const bool missing = rules.authorisation_required() && monitored->authorisation_date().empty();
  return missing ? Refuse(v1::MONITORING_AUTHORISATION_MISSING) : absl::OkStatus();
}

absl::Status CheckDifficulties(const Registration& registration, const v1::RecordRiskCheckRequest& request,
                               const v1::MonitoringRules& rules) {
  for (const std::string& difficulty : request.difficulties()) {
    if (domain::KnowsTrigger(rules, difficulty)) continue;
    return Refuse(v1::MONITORING_TRIGGER_NOT_IN_FORCE,
                  {{"trigger", registration.dictionaries->LabelOf("MONITORING_TRIGGER", difficulty)}});
  }
  return absl::OkStatus();
}

v1::MonitoringEntryInputs EntryInputs(db::Tx& tx, const v1::RecordRiskCheckRequest& request, absl::CivilDay day,
                                      const v1::MonitoringRules& rules, const v1::Household& household) {
  v1::MonitoringEntryInputs inputs;
  inputs.set_population(domain::PopulationOf(household));
  inputs.set_member_count(household.member_count());
  SetPeriod(day, rules, &inputs);
  *inputs.mutable_money() = request.money();
  const ids::RecordId id = store::IdOf(household.household_id());
  const auto previous = store::LoadIncome(tx, id, domain::CollectionYearOf(day) - 1);
  if (previous) inputs.set_previous_per_capita_fen(previous->net_per_capita_fen());
  const std::set<std::string> difficulties(request.difficulties().begin(), request.difficulties().end());
  for (const std::string& difficulty : difficulties) inputs.add_difficulties(difficulty);
  if (request.has_can_cope()) inputs.set_can_cope(request.can_cope());
  return inputs;
}

// Who judges does not choose the regime by dating back.
absl::Status CheckNotBefore(absl::CivilDay day, absl::CivilDay first, const char* what) {
  if (day >= first) return absl::OkStatus();
  return status::RefuseFields({{"date", absl::StrCat("日期: 不能早于", what, " ", standards::FormatDate(first))}});
}

// Remembers from when on the income may be called stable.
template <typename Inputs>
void NoteLowIncome(const Inputs& inputs, absl::CivilDay day, const Regime& regime, MonitoringCase* monitored) {
  const int64_t income =
      domain::IncomePerCapitaFen(inputs.money(), inputs.member_count(), regime.rules.message.expense_deducted());
  if (income > regime.line.message.line_fen()) return;
  monitored->set_low_income_date(std::max(monitored->low_income_date(), standards::FormatDate(day)));
}

// Judges the household, keeps the decision, and sets the check of the case.
void JudgeEntry(rpc::Call& call, db::Tx& tx, const v1::MonitoringEntryInputs& inputs, absl::CivilDay day,
                const Regime& regime, MonitoringCase* monitored) {
  policy::NewDecision decision = NewDecisionAbout(call, *monitored, day, kMonitoringEntry, regime);
  decision.outcome = domain::JudgeMonitoringEntry(inputs, regime.rules.message, regime.line.message);
  v1::RiskCheck& check = *monitored->mutable_check();
  check.Clear();
  check.set_decision_id(policy::RecordDecision(tx, decision, inputs).decision_id());
  check.set_date(standards::FormatDate(day));
  check.set_checker(call.caller().subject);
  *check.mutable_inputs() = inputs;
  *check.mutable_outcome() = decision.outcome;
  check.mutable_policies()->Assign(decision.policies.begin(), decision.policies.end());
  const auto* group = domain::FindGroup(inputs, regime.rules.message, regime.line.message);
  if (group != nullptr) {
    check.set_group(group->code());
    check.set_group_title(group->title());
  }
  monitored->set_group(check.group());
  monitored->set_state(MonitoringCase::CHECKED);
  monitored->clear_return_note();
  NoteLowIncome(inputs, day, regime, monitored);
  domain::AddTriggers(inputs.difficulties(), monitored);
}

absl::Status CheckMeeting(const rpc::Call& call, const v1::IssueRiskReportRequest& request) {
  const v1::RiskMeeting& meeting = request.meeting();
  if (!request.has_meeting() || !meeting.carried()) return Refuse(v1::MONITORING_MEETING_REQUIRED);
  std::vector<status::FieldError> errors;
  if (meeting.date() > TodayOf(call)) errors.push_back({"meeting.date", "会议日期: 不能晚于今天"});
  if (meeting.present_count() > meeting.entitled_count()) {
    errors.push_back({"meeting.present_count", "实到人数: 不能多于应到人数"});
  }
  if (meeting.in_favour_count() > meeting.present_count()) {
    errors.push_back({"meeting.in_favour_count", "赞成人数: 不能多于实到人数"});
  }
  if (const auto found = procedure::FindPersonalData(request.proposal())) {
    errors.push_back({"proposal", absl::StrCat("帮扶建议: 含有", found->kind, ", 请删去")});
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

// Each condition once.
absl::Status CheckStatements(const v1::JudgeEliminationRequest& request, absl::CivilDay day) {
  std::set<int> items;
  for (const auto& statement : request.statements()) {
    if (!items.insert(statement.item()).second) return status::RefuseFields({{"statements", "条件核实: 条件重复"}});
  }
  const auto since = standards::ParseDate(request.above_since());
  if (since && *since > day) return status::RefuseFields({{"above_since", "起始日期: 不能晚于判定日期"}});
  return absl::OkStatus();
}

// The income was not above the line before the household was monitored, nor when a check found it to be low.
absl::Status CheckAboveSince(const v1::JudgeEliminationRequest& request, const MonitoringCase& monitored) {
  const std::string& first = std::max(monitored.enter_date(), monitored.low_income_date());
  if (request.above_since().empty() || request.above_since() >= first) return absl::OkStatus();
  return status::RefuseFields(
      {{"above_since", absl::StrCat("起始日期: 不能早于纳入监测或最近一次核查收入不高于监测线的日期 ", first)}});
}

absl::StatusOr<v1::MonitoringEliminationInputs> EliminationInputs(const Registration& registration, db::Tx& tx,
                                                                  const v1::JudgeEliminationRequest& request,
                                                                  absl::CivilDay day, const v1::MonitoringRules& rules,
                                                                  const v1::Household& household) {
  v1::MonitoringEliminationInputs inputs;
  inputs.set_date(standards::FormatDate(day));
  inputs.set_member_count(household.member_count());
  SetPeriod(day, rules, &inputs);
  *inputs.mutable_money() = request.money();
  inputs.set_above_since(request.above_since());
  const ids::RecordId id = store::IdOf(household.household_id());
  ASSIGN_OR_RETURN(const auto members, store::LoadPresentMembers(tx, registration.sealer(), {id}));
  domain::CountLabour(members, &inputs);
  const ids::RecordId case_id = store::IdOf(request.case_id());
  inputs.set_open_clue_count(static_cast<int32_t>(store::CountOpenClues(tx, case_id.shard, {case_id.number})));
  *inputs.mutable_statements() = request.statements();
  *inputs.mutable_bars() = request.bars();
  return inputs;
}

}  // namespace

absl::StatusOr<MonitoringCase> MonitoringRpc::RecordRiskCheck(rpc::Call& call,
                                                              const v1::RecordRiskCheckRequest& request) {
  ASSIGN_OR_RETURN(const absl::CivilDay day, DayAsked(call, request.date()));
  using Result = absl::StatusOr<MonitoringCase>;
  return rpc::Write<MonitoringCase>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, request.case_id()));
        RETURN_IF_ERROR(domain::CheckState(monitored, {MonitoringCase::OPEN, MonitoringCase::CHECKED}));
        const absl::CivilDay first = procedure::DayOf(store::TimeOf(monitored.clock_start_time()));
        RETURN_IF_ERROR(CheckNotBefore(day, first, "线索接收日期"));
        const auto book = registration_.policies->Open(tx);
        ASSIGN_OR_RETURN(const Regime regime, RegimeOn(*book, AreaNumber(monitored.area()), day));
        const v1::MonitoringRules& rules = regime.rules.message;
        RETURN_IF_ERROR(TakeAuthorisation(request, day, rules, &monitored));
        RETURN_IF_ERROR(CheckDifficulties(registration_, request, rules));
        ASSIGN_OR_RETURN(const v1::Household household, HouseholdOf(registration_, tx, monitored));
        JudgeEntry(call, tx, EntryInputs(tx, request, day, rules, household), day, regime, &monitored);
        monitored.mutable_check()->set_note(request.note());
        SaveChanged(tx, effects, call.now(), &monitored);
        return Shown(std::move(monitored), call.now());
      });
}

absl::StatusOr<MonitoringCase> MonitoringRpc::IssueRiskReport(rpc::Call& call,
                                                              const v1::IssueRiskReportRequest& request) {
  using Result = absl::StatusOr<MonitoringCase>;
  return rpc::Write<MonitoringCase>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, request.case_id()));
        RETURN_IF_ERROR(domain::CheckState(monitored, {MonitoringCase::CHECKED}));
        if (monitored.check().outcome().verdict() != domain::kPass) return Refuse(v1::MONITORING_NOT_IN_RANGE);
        RETURN_IF_ERROR(CheckMeeting(call, request));
        std::vector<std::string> triggers;
        for (const std::string& code : monitored.triggers()) {
          triggers.push_back(registration_.dictionaries->LabelOf("MONITORING_TRIGGER", code));
        }
        const auto area = store::LoadArea(tx, AreaNumber(monitored.area()));
        v1::RiskReport& report = *monitored.mutable_report();
        *report.mutable_meeting() = request.meeting();
        report.set_issuer(call.caller().subject);
        store::SetTime(call.now(), report.mutable_issue_time());
        report.set_text(domain::RenderRiskReport(
            monitored, request.meeting(),
            {area ? area->name() : "", TodayOf(call), absl::StrJoin(triggers, "、"), request.proposal()}));
        report.set_text_sha256(crypto::HexEncode(crypto::Sha256(report.text())));
        SaveChanged(tx, effects, call.now(), &monitored);
        return Shown(std::move(monitored), call.now());
      });
}

absl::StatusOr<MonitoringCase> MonitoringRpc::JudgeElimination(rpc::Call& call,
                                                               const v1::JudgeEliminationRequest& request) {
  ASSIGN_OR_RETURN(const absl::CivilDay day, DayAsked(call, request.date()));
  RETURN_IF_ERROR(CheckStatements(request, day));
  using Result = absl::StatusOr<MonitoringCase>;
  return rpc::Write<MonitoringCase>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, request.case_id()));
        RETURN_IF_ERROR(domain::CheckState(monitored, {MonitoringCase::MONITORED}));
        RETURN_IF_ERROR(CheckNotBefore(day, standards::ParseDate(monitored.enter_date()).value_or(day), "纳入日期"));
        RETURN_IF_ERROR(CheckAboveSince(request, monitored));
        const auto book = registration_.policies->Open(tx);
        ASSIGN_OR_RETURN(const Regime regime, RegimeOn(*book, AreaNumber(monitored.area()), day));
        ASSIGN_OR_RETURN(const v1::Household household, HouseholdOf(registration_, tx, monitored));
        ASSIGN_OR_RETURN(const auto inputs,
                         EliminationInputs(registration_, tx, request, day, regime.rules.message, household));
        policy::NewDecision decision = NewDecisionAbout(call, monitored, day, kMonitoringElimination, regime);
        decision.outcome = domain::JudgeMonitoringElimination(inputs, regime.rules.message, regime.line.message);
        v1::EliminationCheck& check = *monitored.mutable_elimination();
        check.Clear();
        check.set_decision_id(policy::RecordDecision(tx, decision, inputs).decision_id());
        check.set_checker(call.caller().subject);
        *check.mutable_inputs() = inputs;
        *check.mutable_outcome() = decision.outcome;
        check.mutable_policies()->Assign(decision.policies.begin(), decision.policies.end());
        monitored.set_elimination_kind(request.kind());
        monitored.clear_return_note();
        NoteLowIncome(inputs, day, regime, &monitored);
        SaveChanged(tx, effects, call.now(), &monitored);
        return Shown(std::move(monitored), call.now());
      });
}

}  // namespace bangfu::registration
