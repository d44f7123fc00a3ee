#include "bangfu/registration/v1/monitoring_events.pb.h"
#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/procedure/beijing_time.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/monitoring_case.h"
#include "services/registration/domain/monitoring_rules.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/monitoring_pages.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_steps.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using v1::MonitoringCase;
using v1::MonitoringClue;

namespace {

absl::Status CheckChannel(MonitoringClue::Channel channel) {
  if (channel != MonitoringClue::DEPARTMENT && channel != MonitoringClue::COMPUTED) return absl::OkStatus();
  return status::RefuseFields({{"channel", "渠道: 部门预警和系统筛查由系统登记"}});
}

store::NewClue NewClueOf(const rpc::Call& call, const v1::RecordClueRequest& request, absl::Time received) {
  store::NewClue added;
  added.source_key = domain::SourceKeyOf(request, domain::DayOf(received));
  MonitoringClue& clue = added.clue;
  clue.set_household_id(request.household_id());
  clue.set_channel(request.channel());
  clue.set_source_number(request.source_number());
  *clue.mutable_triggers() = request.triggers();
  clue.set_amount_fen(request.amount_fen());
  clue.set_note(request.note());
  store::SetTime(received, clue.mutable_receive_time());
  clue.set_recorder(call.caller().subject);
  return added;
}

absl::Status CheckTriggers(const Registration& registration, db::Tx& tx, int64_t area, absl::CivilDay day,
                           const google::protobuf::RepeatedPtrField<std::string>& triggers) {
  const auto book = registration.policies->Open(tx);
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MonitoringRules>(*book, area, day));
  for (const std::string& trigger : triggers) {
    if (domain::KnowsTrigger(rules.message, trigger)) continue;
    const std::string label = registration.dictionaries->LabelOf("MONITORING_TRIGGER", trigger);
    return Refuse(v1::MONITORING_TRIGGER_NOT_IN_FORCE, {{"trigger", label}});
  }
  return absl::OkStatus();
}

absl::StatusOr<MonitoringClue> LoadedClue(rpc::Call& call, db::Tx& tx, const std::string& clue_id) {
  auto clue = store::LoadClue(tx, store::IdOf(clue_id));
  if (!clue) return call.Missing(clue_id, Refuse(v1::MONITORING_CLUE_NOT_FOUND));
  const auto monitored = store::LoadCase(tx, store::IdOf(clue->case_id()));
  if (!monitored) return absl::DataLossError("a clue without its case");
  // Who may see a household's clues is who may see the household today.
  RETURN_IF_ERROR(call.Authorise(AreaNumber(monitored->area())));
  return *std::move(clue);
}

}  // namespace

absl::StatusOr<MonitoringClue> MonitoringRpc::RecordClue(rpc::Call& call, const v1::RecordClueRequest& request) {
  RETURN_IF_ERROR(CheckChannel(request.channel()));
  const absl::Time received = request.has_receive_time() ? store::TimeOf(request.receive_time()) : call.now();
  if (received > call.now()) return status::RefuseFields({{"receive_time", "接收时间: 不能晚于现在"}});
  using Result = absl::StatusOr<MonitoringClue>;
  return rpc::Write<MonitoringClue>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
        RETURN_IF_ERROR(domain::CheckActive(household));
        RETURN_IF_ERROR(CheckTriggers(registration_, tx, AreaNumber(household.area()), procedure::DayOf(call.now()),
                                      request.triggers()));
        ASSIGN_OR_RETURN(const Raised raised,
                         RaiseClues(registration_, tx, effects, call.now(), {NewClueOf(call, request, received)}));
        effects.ActOn(request.household_id(), AreaNumber(household.area()));
        if (!raised.clues[0].repeated_report()) return raised.clues[0];
        ASSIGN_OR_RETURN(MonitoringClue known, LoadedClue(call, tx, raised.clues[0].clue_id()));
        known.set_repeated_report(true);
        return known;
      });
}

absl::StatusOr<MonitoringClue> MonitoringRpc::GetClue(rpc::Call& call, const v1::GetClueRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<MonitoringClue> {
    return LoadedClue(call, tx, request.clue_id());
  });
}

absl::StatusOr<v1::ListCluesResponse> MonitoringRpc::ListClues(rpc::Call& call, const v1::ListCluesRequest& request) {
  ASSIGN_OR_RETURN(const store::MonitoringQuery query, MonitoringQueryOf(registration_, call, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListCluesResponse> {
    const auto page = store::ListClues(tx, query, request);
    v1::ListCluesResponse response;
    response.mutable_clues()->Assign(page.records.begin(), page.records.end());
    SetNextPage(registration_, request, page, &response);
    return response;
  });
}

absl::StatusOr<MonitoringClue> MonitoringRpc::DismissClue(rpc::Call& call, const v1::DismissClueRequest& request) {
  using Result = absl::StatusOr<MonitoringClue>;
  return rpc::Write<MonitoringClue>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        ASSIGN_OR_RETURN(const MonitoringClue seen, LoadedClue(call, tx, request.clue_id()));
        ASSIGN_OR_RETURN(MonitoringCase monitored, LockedCase(call, tx, seen.case_id()));
        // The clue was read before its case was locked.
        auto clue = store::LoadClue(tx, store::IdOf(request.clue_id()));
        if (clue->state() != MonitoringClue::OPEN) return Refuse(v1::MONITORING_CLUE_SETTLED);
        store::DismissClue(tx, store::IdOf(request.clue_id()), request.reason());
        effects.ActOn(request.clue_id(), AreaNumber(monitored.area()));
        clue->set_state(MonitoringClue::DISMISSED);
        clue->set_dismiss_reason(request.reason());
        const ids::RecordId case_id = store::IdOf(seen.case_id());
        if (monitored.state() < MonitoringCase::IN_REVIEW &&
            store::CountOpenClues(tx, case_id.shard, {case_id.number}) == 0) {
          monitored.set_state(MonitoringCase::CLOSED);
          monitored.set_close_reason(request.reason());
          monitored.set_emergency_open(false);
          SaveChanged(tx, effects, call.now(), &monitored);
          TellOfClosing(monitored, effects);
        }
        return *std::move(clue);
      });
}

}  // namespace bangfu::registration
