#include <algorithm>
#include <set>

#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/procedure/beijing_time.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/monitoring_case.h"
#include "services/registration/domain/monitoring_verdict.h"
#include "services/registration/rpc/monitoring_procedure.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_steps.h"
#include "services/registration/store/monitoring_list.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using procedure::v1::Procedure;
using status::Refuse;
using v1::MonitoringCase;

namespace {

// The cases of a request under lock, all of its village and in that state. INVALID_FIELD, MONITORING_CASE_NOT_FOUND,
// MONITORING_OTHER_VILLAGE, MONITORING_WRONG_STATE.
template <typename Request>
absl::StatusOr<std::vector<MonitoringCase>> LockListed(db::Tx& tx, const Request& request,
                                                       MonitoringCase::State state) {
  std::set<int64_t> numbers;
  int32_t shard = 0;
  for (const std::string& case_id : request.case_ids()) {
    const ids::RecordId id = store::IdOf(case_id);
    if (shard != 0 && id.shard != shard) return Refuse(v1::MONITORING_OTHER_VILLAGE);
    shard = id.shard;
    if (!numbers.insert(id.number).second) return status::RefuseFields({{"case_ids", "个案编号: 重复"}});
  }
  auto cases = store::LockCases(tx, shard, {numbers.begin(), numbers.end()});
  for (const MonitoringCase& monitored : cases) {
    if (monitored.area() != request.area()) return Refuse(v1::MONITORING_OTHER_VILLAGE);
    RETURN_IF_ERROR(domain::CheckState(monitored, {state}));
  }
  // Only of the village is told what is there: a case that is not there is not found whatever else is listed.
  if (cases.size() != numbers.size()) return Refuse(v1::MONITORING_CASE_NOT_FOUND);
  return cases;
}

absl::Status CheckEntry(const v1::MonitoringRules& rules, const std::vector<MonitoringCase>& cases) {
  for (const MonitoringCase& monitored : cases) {
    if (monitored.check().outcome().verdict() != domain::kPass) return Refuse(v1::MONITORING_NOT_IN_RANGE);
    if (rules.report_required() && !monitored.has_report()) return Refuse(v1::MONITORING_REPORT_REQUIRED);
  }
  return absl::OkStatus();
}

// Announcements tell of what has been decided; only notices that take objections are held to the least number of days.
absl::Status CheckNotices(const v1::MonitoringRules& rules, const procedure::v1::ProcedureDefinition& definition) {
  int longest = 0;
  for (const auto& step : definition.steps()) {
    if (step.has_notice() && !step.notice().announcement()) longest = std::max(longest, step.notice().days());
  }
  if (longest >= rules.least_notice_days()) return absl::OkStatus();
  return Refuse(v1::MONITORING_NOTICE_TOO_SHORT, {{"days", absl::StrCat(rules.least_notice_days())}});
}

absl::Status CheckElimination(db::Tx& tx, const std::vector<MonitoringCase>& cases) {
  std::vector<int64_t> numbers;
  for (const MonitoringCase& monitored : cases) {
    numbers.push_back(store::IdOf(monitored.case_id()).number);
    const v1::EliminationCheck& judged = monitored.elimination();
    if (judged.outcome().verdict() != domain::kPass || judged.outdated()) return Refuse(v1::MONITORING_NOT_ELIMINABLE);
  }
  const int32_t shard = store::IdOf(cases[0].case_id()).shard;
  if (store::CountOpenClues(tx, shard, numbers) > 0) return Refuse(v1::MONITORING_NOT_ELIMINABLE);
  return absl::OkStatus();
}

// Whoever visits the household has looked at what had come in about it, and not at what came later.
void SettleUntil(db::Tx& tx, const ids::RecordId& case_id, absl::CivilDay day) {
  std::vector<int64_t> seen;
  for (const auto& clue : store::ListOpenClues(tx, case_id.shard, {case_id.number})) {
    const bool later = procedure::DayOf(store::TimeOf(clue.receive_time())) > day;
    if (!later) seen.push_back(store::IdOf(clue.clue_id()).number);
  }
  store::EndClues(tx, case_id.shard, seen, v1::MonitoringClue::SETTLED, "");
}

void SaveStarted(db::Tx& tx, absl::Time now, std::vector<MonitoringCase>* cases) {
  for (MonitoringCase& monitored : *cases) store::SetTime(now, monitored.mutable_update_time());
  store::SaveCases(tx, store::IdOf(cases->front().case_id()).shard, *cases);
}

}  // namespace

absl::StatusOr<Procedure> MonitoringRpc::StartReview(rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                                                     const std::string& kind,
                                                     const procedure::AppliedDefinition& applied,
                                                     const std::string& area,
                                                     const std::vector<MonitoringCase>& cases) const {
  procedure::NewProcedure given;
  given.kind = kind;
  given.area = AreaNumber(area);
  // The entry's clock runs from the earliest clue, an elimination's from its start.
  if (kind == kMonitoringEntryKind) given.clock_start = call.now();
  for (const MonitoringCase& monitored : cases) {
    given.subjects.emplace_back().set_subject_id(monitored.household_id());
    if (!given.clock_start) continue;
    given.clock_start = std::min(*given.clock_start, store::TimeOf(monitored.clock_start_time()));
  }
  return procedure::StartProcedure(host_, tx, effects, call.now(), applied, std::move(given));
}

absl::StatusOr<Procedure> MonitoringRpc::StartEntryReview(rpc::Call& call, const v1::StartEntryReviewRequest& request) {
  RETURN_IF_ERROR(call.Authorise(AreaNumber(request.area())));
  using Result = absl::StatusOr<Procedure>;
  return rpc::Write<Procedure>(call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
    RETURN_IF_ERROR(CheckVillage(call, tx, request.area()));
    ASSIGN_OR_RETURN(auto cases, LockListed(tx, request, MonitoringCase::CHECKED));
    const absl::CivilDay today = procedure::DayOf(call.now());
    const int64_t area = AreaNumber(request.area());
    const auto book = registration_.policies->Open(tx);
    ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MonitoringRules>(*book, area, today));
    RETURN_IF_ERROR(CheckEntry(rules.message, cases));
    ASSIGN_OR_RETURN(const auto applied, procedure::ResolveDefinition(host_, tx, area, today, kMonitoringEntryPurpose));
    RETURN_IF_ERROR(CheckNotices(rules.message, applied.message));
    ASSIGN_OR_RETURN(auto started,
                     StartReview(call, tx, effects, kMonitoringEntryKind, applied, request.area(), cases));
    for (MonitoringCase& monitored : cases) {
      monitored.set_state(MonitoringCase::IN_REVIEW);
      monitored.set_entry_procedure_id(started.procedure_id());
    }
    SaveStarted(tx, call.now(), &cases);
    return started;
  });
}

absl::StatusOr<Procedure> MonitoringRpc::StartEliminationReview(rpc::Call& call,
                                                                const v1::StartEliminationReviewRequest& request) {
  RETURN_IF_ERROR(call.Authorise(AreaNumber(request.area())));
  using Result = absl::StatusOr<Procedure>;
  return rpc::Write<Procedure>(call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
    RETURN_IF_ERROR(CheckVillage(call, tx, request.area()));
    ASSIGN_OR_RETURN(auto cases, LockListed(tx, request, MonitoringCase::MONITORED));
    RETURN_IF_ERROR(CheckElimination(tx, cases));
    ASSIGN_OR_RETURN(const auto applied,
                     procedure::ResolveDefinition(host_, tx, AreaNumber(request.area()), procedure::DayOf(call.now()),
                                                  kMonitoringEliminationPurpose));
    ASSIGN_OR_RETURN(auto started,
                     StartReview(call, tx, effects, kMonitoringEliminationKind, applied, request.area(), cases));
    for (MonitoringCase& monitored : cases) {
      monitored.set_state(MonitoringCase::ELIMINATING);
      monitored.set_elimination_procedure_id(started.procedure_id());
    }
    SaveStarted(tx, call.now(), &cases);
    return started;
  });
}

absl::StatusOr<v1::MonitoringReview> MonitoringRpc::RecordReview(rpc::Call& call,
                                                                 const v1::RecordReviewRequest& request) {
  ASSIGN_OR_RETURN(const absl::CivilDay day, DayAsked(call, request.date()));
  using Result = absl::StatusOr<v1::MonitoringReview>;
  return rpc::Write<v1::MonitoringReview>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, request.case_id()));
        RETURN_IF_ERROR(domain::CheckState(monitored, {MonitoringCase::MONITORED, MonitoringCase::ELIMINATING}));
        const auto book = registration_.policies->Open(tx);
        ASSIGN_OR_RETURN(const auto rules,
                         policy::Resolve<v1::MonitoringRules>(*book, AreaNumber(monitored.area()), day));
        v1::MonitoringReview review;
        review.set_review_id(NewIdIn(request.case_id()));
        review.set_case_id(request.case_id());
        review.set_date(standards::FormatDate(day));
        review.set_result(request.result());
        review.set_note(request.note());
        review.set_reviewer(call.caller().subject);
        review.set_late(!monitored.next_review_date().empty() && monitored.next_review_date() < review.date());
        store::InsertReview(tx, review);
        const std::string next = standards::FormatDate(day + rules.message.review_days());
        monitored.set_next_review_date(std::max(next, monitored.next_review_date()));
        domain::TakeReview(request.result(), &monitored);
        SaveChanged(tx, effects, call.now(), &monitored);
        SettleUntil(tx, store::IdOf(request.case_id()), day);
        return review;
      });
}

absl::StatusOr<v1::ListReviewsResponse> MonitoringRpc::ListReviews(rpc::Call& call,
                                                                   const v1::ListReviewsRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListReviewsResponse> {
    const ids::RecordId id = store::IdOf(request.case_id());
    const auto monitored = store::LoadCase(tx, id);
    if (!monitored) return call.Missing(request.case_id(), Refuse(v1::MONITORING_CASE_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(monitored->area())));
    v1::ListReviewsResponse response;
    for (v1::MonitoringReview& review : store::ListReviews(tx, id)) *response.add_reviews() = std::move(review);
    return response;
  });
}

absl::StatusOr<v1::ReviewCampaign> MonitoringRpc::CreateReviewCampaign(rpc::Call& call,
                                                                       const v1::CreateReviewCampaignRequest& request) {
  RETURN_IF_ERROR(call.Authorise(AreaNumber(request.area())));
  if (request.to_date() < request.from_date()) {
    return status::RefuseFields({{"to_date", "截止日期: 不能早于开始日期"}});
  }
  using Result = absl::StatusOr<v1::ReviewCampaign>;
  return rpc::Write<v1::ReviewCampaign>(call, registration_.write, request,
                                        [&](db::Tx& tx, rpc::Effects& effects) -> Result {
                                          v1::ReviewCampaign campaign;
                                          campaign.set_campaign_id(NewIdIn(request.area()));
                                          campaign.set_area(request.area());
                                          campaign.set_title(request.title());
                                          campaign.set_from_date(request.from_date());
                                          campaign.set_to_date(request.to_date());
                                          store::InsertCampaign(tx, campaign);
                                          effects.ActOn(campaign.campaign_id(), AreaNumber(request.area()));
                                          store::CountCampaign(tx, &campaign);
                                          return campaign;
                                        });
}

absl::StatusOr<v1::ReviewCampaign> MonitoringRpc::GetReviewCampaign(rpc::Call& call,
                                                                    const v1::GetReviewCampaignRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ReviewCampaign> {
    ASSIGN_OR_RETURN(auto campaign, CampaignOf(call, tx, request.campaign_id()));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(campaign->area())));
    store::CountCampaign(tx, &*campaign);
    return *std::move(campaign);
  });
}

absl::StatusOr<v1::ListReviewCampaignsResponse> MonitoringRpc::ListReviewCampaigns(
    rpc::Call& call, const v1::ListReviewCampaignsRequest& request) {
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(request.area()));
  using Response = v1::ListReviewCampaignsResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    Response response;
    for (v1::ReviewCampaign& campaign : store::ListCampaigns(tx, scope)) {
      *response.add_campaigns() = std::move(campaign);
    }
    return response;
  });
}

}  // namespace bangfu::registration
