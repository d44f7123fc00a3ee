#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/operations/operation_store.h"
#include "common/procedure/beijing_time.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/standards/identity_number.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/monitoring_alert.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_run.h"
#include "services/registration/rpc/monitoring_steps.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/monitoring_lookup.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using v1::MonitoringClue;

namespace {

using Facts = v1::ReportDepartmentFactsRequest;
using AlertRules = policy::Applied<v1::DepartmentAlertRules>;

// A department's system states only purposes that it is registered for.
absl::Status CheckPurpose(const auth::Caller& caller, const std::string& purpose) {
  if (caller.IsPerson()) return absl::OkStatus();
  const auto& purposes = caller.purposes;
  if (std::find(purposes.begin(), purposes.end(), purpose) != purposes.end()) return absl::OkStatus();
  return Refuse(v1::MONITORING_PURPOSE_NOT_REGISTERED);
}

absl::Status CheckPeriods(const rpc::Call& call, const Facts& request) {
  const std::string month = TodayOf(call).substr(0, 7);
  std::vector<status::FieldError> errors;
  for (int i = 0; i < request.facts_size(); ++i) {
    const std::string& period = request.facts(i).period();
    if (domain::IsMonth(period) && period <= month) continue;
    errors.push_back({absl::StrCat("facts[", i, "].period"), "所属月份: 应为不晚于本月的年月, 如 2024-05"});
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

// A report of facts at work. Numbers are forgotten with it.
class FactReport {
 public:
  FactReport(const Registration& registration, const rpc::Call& call, db::Tx& tx, const Facts& request)
      : registration_(registration), call_(call), tx_(tx), request_(request) {}

  absl::StatusOr<v1::ReportDepartmentFactsResponse> Take(rpc::Effects& effects) {
    Find();
    for (size_t i = 0; i < members_.size(); ++i) {
      const auto known = members_[i] ? households_.find(members_[i]->ToString()) : households_.end();
      const bool within =
          known != households_.end() && standards::IsWithin(known->second.area, AreaNumber(request_.area()));
      if (!within) {
        response_.set_unknown_count(response_.unknown_count() + 1);
        continue;
      }
      response_.set_matched_count(response_.matched_count() + 1);
      RETURN_IF_ERROR(Judge(request_.facts(static_cast<int>(i)), members_[i]->ToString(), known->second));
    }
    response_.set_alerted_count(static_cast<int32_t>(clues_.size()));
    ASSIGN_OR_RETURN(const Raised raised, RaiseClues(registration_, tx_, effects, call_.now(), std::move(clues_)));
    response_.set_repeated_count(static_cast<int32_t>(raised.repeated));
    return response_;
  }

 private:
  // The member of each fact, if the number is that of one who is present.
  void Find() {
    std::vector<std::string> digests;
    for (const v1::DepartmentFact& fact : request_.facts()) {
      const auto parsed = standards::ParseIdentityNumber(fact.id_number());
      const auto* identity = std::get_if<standards::IdentityNumber>(&parsed);
      digests.push_back(identity == nullptr ? "" : store::IdentityDigest(registration_.sealer(), identity->number));
    }
    const auto holders = store::FindIdentities(tx_, digests);
    std::vector<ids::RecordId> found;
    for (const std::string& digest : digests) {
      const auto holder = holders.find(digest);
      members_.emplace_back();
      if (holder == holders.end()) continue;
      members_.back() = holder->second;
      found.push_back(holder->second);
    }
    households_ = store::FindMemberHouseholds(tx_, found);
  }

  // One department's system does not report for another department.
  absl::Status CheckDepartment(const v1::DepartmentAlertRules& rules) const {
    const auto& reporting = rules.departments();
    if (call_.caller().IsPerson() || reporting.empty()) return absl::OkStatus();
    if (std::find(reporting.begin(), reporting.end(), call_.caller().department) != reporting.end()) {
      return absl::OkStatus();
    }
    return Refuse(v1::MONITORING_PURPOSE_NOT_REGISTERED);
  }

  // The thresholds of the last day of the fact's month, or of today if the month is not over. They are of counties, so
  // that no refusal tells a department in which village somebody is.
  absl::StatusOr<const AlertRules*> RulesFor(int64_t area, const std::string& period) {
    const int64_t county = int64_t{standards::CountyOf(area)} * 1'000'000;
    const auto [found, is_new] = rules_.try_emplace(std::pair(standards::CountyOf(area), period));
    if (is_new) {
      const absl::CivilMonth month(*standards::ParseDate(absl::StrCat(period, "-01")));
      const absl::CivilDay day = std::min(absl::CivilDay(month + 1) - 1, procedure::DayOf(call_.now()));
      const auto book = registration_.policies->Open(tx_);
      ASSIGN_OR_RETURN(found->second,
                       policy::Resolve<v1::DepartmentAlertRules>(*book, county, day, request_.department()));
      RETURN_IF_ERROR(CheckDepartment(found->second.message));
    }
    return &found->second;
  }

  absl::Status Judge(const v1::DepartmentFact& fact, const std::string& member_id,
                     const store::MemberHousehold& known) {
    ASSIGN_OR_RETURN(const AlertRules* rules, RulesFor(known.area, fact.period()));
    const auto* threshold = domain::FindAlert(rules->message, fact.kind(), fact.amount_fen(), known.reported);
    if (threshold == nullptr) return absl::OkStatus();
    store::NewClue& added = clues_.emplace_back();
    added.source_key = absl::StrCat(static_cast<int>(MonitoringClue::DEPARTMENT), "/", request_.department(), "/",
                                    static_cast<int>(fact.kind()), "/", fact.period(), "/", member_id);
    MonitoringClue& clue = added.clue;
    clue.set_household_id(known.household.ToString());
    clue.set_channel(MonitoringClue::DEPARTMENT);
    clue.set_source_number(fact.period());
    clue.add_triggers(threshold->trigger());
    clue.set_amount_fen(fact.amount_fen());
    clue.set_recorder(call_.caller().subject);
    clue.set_department(request_.department());
    *clue.mutable_policy() = rules->ref;
    store::SetTime(call_.now(), clue.mutable_receive_time());
    return absl::OkStatus();
  }

  const Registration& registration_;
  const rpc::Call& call_;
  db::Tx& tx_;
  const Facts& request_;
  std::vector<std::optional<ids::RecordId>> members_;
  std::map<std::string, store::MemberHousehold> households_;
  std::map<std::pair<int32_t, std::string>, AlertRules> rules_;
  std::vector<store::NewClue> clues_;
  v1::ReportDepartmentFactsResponse response_;
};

}  // namespace

absl::StatusOr<v1::ReportDepartmentFactsResponse> MonitoringRpc::ReportDepartmentFacts(rpc::Call& call,
                                                                                       const Facts& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(CheckPurpose(call.caller(), request.purpose()));
  RETURN_IF_ERROR(CheckPeriods(call, request));
  using Response = v1::ReportDepartmentFactsResponse;
  return rpc::Write<Response>(call, registration_.write, request,
                              [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Response> {
                                effects.ActOn(request.area(), area);
                                return FactReport(registration_, call, tx, request).Take(effects);
                              });
}

absl::StatusOr<v1::TriggerRun> MonitoringRpc::StartTriggerRun(rpc::Call& call,
                                                              const v1::StartTriggerRunRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(domain::CheckCollectionBegun("year", "年度", request.year(), TodayOf(call)));
  auto started = rpc::Write<v1::TriggerRun>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::TriggerRun> {
        store::StoredRun stored;
        stored.run.set_run_id(NewIdIn(request.area()));
        stored.run.set_area(request.area());
        stored.run.set_year(request.year());
        stored.date = TodayOf(call);
        store::InsertRun(tx, stored);
        const ids::RecordId id = store::IdOf(stored.run.run_id());
        operations::Insert(tx, {id, kMonitoringRunKind, area, call.caller().subject, "run"});
        operations::Requeue(tx, id, "run", {call.caller().session, call.trace()});
        effects.ActOn(stored.run.run_id(), area);
        return stored.run;
      });
  if (started.ok()) wake_();
  return started;
}

absl::StatusOr<v1::TriggerRun> MonitoringRpc::GetTriggerRun(rpc::Call& call, const v1::GetTriggerRunRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::TriggerRun> {
    auto stored = store::LoadRun(tx, store::IdOf(request.run_id()));
    if (!stored) return call.Missing(request.run_id(), Refuse(v1::MONITORING_RUN_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(stored->run.area())));
    return std::move(stored->run);
  });
}

}  // namespace bangfu::registration
