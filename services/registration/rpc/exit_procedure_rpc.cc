#include "services/registration/rpc/exit_procedure_rpc.h"

#include "bangfu/registration/v1/exit_events.pb.h"
#include "common/api/page_token.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/domain/exit_buffer.h"
#include "services/registration/rpc/exit_records.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/exit_case_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

absl::StatusOr<v1::Household> ExitProcedureRpc::CorrectWrongExit(rpc::Call& call,
                                                                 const v1::CorrectWrongExitRequest& request) {
  const std::string& id = request.household_id();
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Household> {
    ASSIGN_OR_RETURN(const domain::Family before, LockFamily(registration_, call, tx, id));
    RETURN_IF_ERROR(CheckVersion(request.etag(), id, before.household.etag()));
    ASSIGN_OR_RETURN(const domain::Family after, domain::TakeBackExit(before));
    v1::HouseholdExitEntry entry;
    entry.set_entry_id(NewIdIn(id));
    entry.set_household_id(id);
    entry.set_area(before.household.area());
    entry.set_kind(v1::HouseholdExitEntry::CORRECTED);
    entry.set_year(before.household.exit_year());
    entry.set_date(TodayOf(call));
    entry.set_reason(request.reason());
    entry.set_account(call.caller().subject);
    store::InsertHouseholdExits(tx, {entry});
    std::vector<domain::Family> saved = {after};
    RETURN_IF_ERROR(SaveAndTell(registration_, call, tx, effects, {before}, &saved));
    v1::HouseholdExitCorrected corrected;
    corrected.set_household_id(id);
    corrected.set_exit_year(before.household.exit_year());
    effects.Emit(corrected, id, AreaNumber(before.household.area()));
    return saved[0].household;
  };
  return rpc::Write<v1::Household>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListHouseholdExitsResponse> ExitProcedureRpc::ListHouseholdExits(
    rpc::Call& call, const v1::ListHouseholdExitsRequest& request) {
  using Response = v1::ListHouseholdExitsResponse;
  store::HouseholdExitQuery query{.kind = request.kind(), .year = request.year()};
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto after, PlaceOf<2>(registration_, request));
  query.after_area = after[0];
  query.after_id = after[1];
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto entries = store::ListHouseholdExits(tx, query);
    Response response;
    if (static_cast<int>(entries.size()) > query.limit) {
      entries.pop_back();
      const v1::HouseholdExitEntry& last = entries.back();
      response.set_next_page_token(
          PageBehind(registration_, request, {AreaNumber(last.area()), store::IdOf(last.entry_id()).number}));
    }
    response.mutable_entries()->Assign(entries.begin(), entries.end());
    return response;
  });
}

absl::StatusOr<v1::SupportGuard> ExitProcedureRpc::GetSupportGuard(rpc::Call& call,
                                                                   const v1::GetSupportGuardRequest& request) {
  const std::string date = request.date().empty() ? TodayOf(call) : request.date();
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::SupportGuard> {
    ASSIGN_OR_RETURN(const v1::Household household, LoadReadable(registration_, call, tx, request.household_id()));
    std::string buffer_end = household.buffer_end_date();
    if (buffer_end.empty() && household.exit_year() > 0) {
      // It left before this register kept buffers: as if on the last day of its year.
      const absl::CivilDay day(household.exit_year(), 12, 31);
      const auto rules =
          policy::Resolve<v1::ExitBufferRules>(*registration_.policies->Open(tx), AreaNumber(household.area()), day);
      if (rules.ok()) buffer_end = domain::BufferEnd(day, rules->message);
    }
    return domain::GuardSupport(household, date, buffer_end);
  });
}

}  // namespace bangfu::registration
