#include "bangfu/registration/v1/monitoring_events.pb.h"
#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/monitoring_case.h"
#include "services/registration/rpc/monitoring_pages.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_steps.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using v1::MonitoringCase;

namespace {

absl::StatusOr<MonitoringCase> LoadedCase(rpc::Call& call, db::Tx& tx, const std::string& case_id) {
  auto monitored = store::LoadCase(tx, store::IdOf(case_id));
  if (!monitored) return call.Missing(case_id, Refuse(v1::MONITORING_CASE_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(monitored->area())));
  return Shown(*std::move(monitored), call.now());
}

// Labels, and the query of ListCases that opens each count.
void Explain(const DictionaryCache& dictionaries, const std::string& area, v1::MonitoringStatistics* statistics) {
  const std::string here = area.empty() ? "" : absl::StrCat("area=", area, "&");
  for (v1::MonitoringCount& count : *statistics->mutable_by_state()) {
    int number = 0;
    if (!absl::SimpleAtoi(count.key(), &number)) continue;
    const auto state = static_cast<MonitoringCase::State>(number);
    count.set_key(MonitoringCase::State_Name(state));
    count.set_label(domain::LabelOf(state));
    count.set_query(absl::StrCat(here, "state=", MonitoringCase::State_Name(state)));
  }
  for (v1::MonitoringCount& count : *statistics->mutable_by_group()) {
    count.set_label(dictionaries.LabelOf("MONITOR_TYPE", count.key()));
    count.set_query(absl::StrCat(here, "monitored=true&group=", count.key()));
  }
  for (v1::MonitoringCount& count : *statistics->mutable_by_trigger()) {
    count.set_label(dictionaries.LabelOf("MONITORING_TRIGGER", count.key()));
    count.set_query(absl::StrCat(here, "monitored=true&trigger=", count.key()));
  }
  for (v1::MonitoringCount& count : *statistics->mutable_by_area()) {
    count.set_query(absl::StrCat("area=", count.key(), "&monitored=true"));
  }
}

}  // namespace

absl::StatusOr<MonitoringCase> MonitoringRpc::GetCase(rpc::Call& call, const v1::GetCaseRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<MonitoringCase> {
    return LoadedCase(call, tx, request.case_id());
  });
}

absl::StatusOr<v1::ListCaseHistoryResponse> MonitoringRpc::ListCaseHistory(rpc::Call& call,
                                                                           const v1::ListCaseHistoryRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListCaseHistoryResponse> {
    ASSIGN_OR_RETURN(const MonitoringCase now, LoadedCase(call, tx, request.case_id()));
    v1::ListCaseHistoryResponse response;
    for (MonitoringCase& version : store::ListCaseVersions(tx, store::IdOf(now.case_id()))) {
      *response.add_versions() = std::move(version);
    }
    return response;
  });
}

absl::StatusOr<std::optional<v1::ReviewCampaign>> MonitoringRpc::CampaignOf(rpc::Call& call, db::Tx& tx,
                                                                            const std::string& campaign_id) {
  if (campaign_id.empty()) return std::nullopt;
  auto campaign = store::LoadCampaign(tx, store::IdOf(campaign_id));
  if (!campaign) return call.Missing(campaign_id, Refuse(v1::MONITORING_CAMPAIGN_NOT_FOUND));
  return campaign;
}

absl::StatusOr<v1::ListCasesResponse> MonitoringRpc::ListCases(rpc::Call& call, const v1::ListCasesRequest& request) {
  ASSIGN_OR_RETURN(const store::MonitoringQuery query, MonitoringQueryOf(registration_, call, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListCasesResponse> {
    ASSIGN_OR_RETURN(const auto campaign, CampaignOf(call, tx, request.unreviewed_in()));
    const auto page = store::ListCases(tx, query, request, campaign);
    v1::ListCasesResponse response;
    for (const MonitoringCase& monitored : page.records) *response.add_cases() = Shown(monitored, call.now());
    SetNextPage(registration_, request, page, &response);
    return response;
  });
}

absl::StatusOr<MonitoringCase> MonitoringRpc::AssignCase(rpc::Call& call, const v1::AssignCaseRequest& request) {
  const bool watch = request.task() == v1::AssignCaseRequest::WATCH;
  using Result = absl::StatusOr<MonitoringCase>;
  return rpc::Write<MonitoringCase>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, request.case_id()));
        if (watch) {
          if (domain::IsEnded(monitored)) return domain::CheckState(monitored, {});
          monitored.set_monitor(request.account());
        } else {
          RETURN_IF_ERROR(domain::CheckState(monitored, {MonitoringCase::OPEN, MonitoringCase::CHECKED}));
          monitored.set_checker(request.account());
        }
        SaveChanged(tx, effects, call.now(), &monitored);
        return Shown(std::move(monitored), call.now());
      });
}

absl::StatusOr<MonitoringCase> MonitoringRpc::CloseCase(rpc::Call& call, const v1::CloseCaseRequest& request) {
  using Result = absl::StatusOr<MonitoringCase>;
  return rpc::Write<MonitoringCase>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, request.case_id()));
        RETURN_IF_ERROR(domain::CheckState(monitored, {MonitoringCase::OPEN, MonitoringCase::CHECKED}));
        monitored.set_state(MonitoringCase::CLOSED);
        monitored.set_close_reason(request.reason());
        monitored.set_emergency_open(false);
        SaveChanged(tx, effects, call.now(), &monitored);
        const ids::RecordId id = store::IdOf(request.case_id());
        std::vector<int64_t> open;
        for (const auto& clue : store::ListOpenClues(tx, id.shard, {id.number})) {
          open.push_back(store::IdOf(clue.clue_id()).number);
        }
        store::EndClues(tx, id.shard, open, v1::MonitoringClue::DISMISSED, request.reason());
        TellOfClosing(monitored, effects);
        return Shown(std::move(monitored), call.now());
      });
}

absl::StatusOr<MonitoringCase> MonitoringRpc::GrantEmergencySupport(rpc::Call& call,
                                                                    const v1::GrantEmergencySupportRequest& request) {
  using Result = absl::StatusOr<MonitoringCase>;
  return rpc::Write<MonitoringCase>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, request.case_id()));
        RETURN_IF_ERROR(
            domain::CheckState(monitored, {MonitoringCase::OPEN, MonitoringCase::CHECKED, MonitoringCase::IN_REVIEW}));
        if (monitored.emergency_open()) return Refuse(v1::MONITORING_EMERGENCY_OPEN);
        monitored.set_emergency_open(true);
        monitored.set_emergency_note(request.note());
        store::SetTime(call.now(), monitored.mutable_emergency_time());
        SaveChanged(tx, effects, call.now(), &monitored);
        v1::EmergencySupportStarted event;
        event.set_case_id(monitored.case_id());
        event.set_household_id(monitored.household_id());
        *event.mutable_triggers() = monitored.triggers();
        effects.Emit(event, monitored.household_id(), AreaNumber(monitored.area()));
        return Shown(std::move(monitored), call.now());
      });
}

absl::StatusOr<v1::MonitoringStatistics> MonitoringRpc::GetMonitoringStatistics(
    rpc::Call& call, const v1::GetMonitoringStatisticsRequest& request) {
  store::MonitoringQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  query.now = call.now();
  query.today = TodayOf(call);
  return registration_.database().ReadSnapshot(
      call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::MonitoringStatistics> {
        v1::MonitoringStatistics statistics = store::CountCases(tx, query, AreaNumber(request.area()));
        Explain(*registration_.dictionaries, request.area(), &statistics);
        store::SetTime(call.now(), statistics.mutable_time());
        return statistics;
      });
}

}  // namespace bangfu::registration
