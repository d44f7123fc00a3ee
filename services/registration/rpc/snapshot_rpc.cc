#include "services/registration/rpc/snapshot_rpc.h"

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/bitemporal_events.pb.h"
#include "bangfu/registration/v1/bitemporal_reason.pb.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/instants_of.h"
#include "services/registration/rpc/population_rpc.h"
#include "services/registration/rpc/register_rpc.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/snapshot_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

// A change is known from the instant at which it was asked for. What lies this far back has been written.
constexpr absl::Duration kSettled = absl::Minutes(1);

v1::Snapshot SnapshotOf(const rpc::Call& call, const v1::CreateSnapshotRequest& request) {
  v1::Snapshot snapshot;
  snapshot.set_snapshot_id(NewIdIn(request.area()));
  snapshot.set_area(request.area());
  snapshot.set_name(request.name());
  snapshot.set_period(request.period());
  snapshot.set_year(request.year());
  snapshot.set_from_date(request.from_date());
  snapshot.set_as_of(request.as_of());
  store::SetTime(request.has_as_known_at() ? store::TimeOf(request.as_known_at()) : call.now() - kSettled,
                 snapshot.mutable_as_known_at());
  store::SetTime(call.now(), snapshot.mutable_create_time());
  snapshot.set_creator(call.caller().subject);
  return snapshot;
}

absl::Status CheckInstants(const rpc::Call& call, const v1::Snapshot& snapshot) {
  if (snapshot.as_of() > TodayOf(call) || store::TimeOf(snapshot.as_known_at()) > call.now()) {
    return Refuse(v1::SNAPSHOT_IN_FUTURE);
  }
  return CheckPeriod(snapshot.from_date(), snapshot.as_of());
}

// The figures at the snapshot's instants.
absl::Status AddFigures(const Registration& registration, db::Tx& tx, v1::Snapshot* snapshot) {
  const int64_t area = AreaNumber(snapshot->area());
  const store::Instants instants{snapshot->as_of(), store::TimeOf(snapshot->as_known_at())};
  ASSIGN_OR_RETURN(*snapshot->mutable_statistics(), store::LoadStatisticsAt(tx, area, instants));
  SetFilters(snapshot->mutable_statistics());
  ASSIGN_OR_RETURN(*snapshot->mutable_flow(),
                   store::LoadPopulationFlow(tx, area, snapshot->from_date(), snapshot->as_of(), instants));
  LabelReasons(*registration.dictionaries, snapshot->mutable_flow());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<store::Instants> InstantsOfSnapshot(const Registration& registration, rpc::Call& call,
                                                   const std::string& snapshot_id) {
  return registration.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<store::Instants> {
    const auto instants = store::LoadInstants(tx, store::IdOf(snapshot_id));
    if (!instants) return Refuse(v1::SNAPSHOT_NOT_FOUND);
    return *instants;
  });
}

absl::StatusOr<v1::Snapshot> SnapshotRpc::CreateSnapshot(rpc::Call& call, const v1::CreateSnapshotRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  v1::Snapshot snapshot = SnapshotOf(call, request);
  RETURN_IF_ERROR(CheckInstants(call, snapshot));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Snapshot> {
    RETURN_IF_ERROR(AddFigures(registration_, tx, &snapshot));
    store::InsertSnapshot(tx, snapshot);
    effects.ActOn(snapshot.snapshot_id(), area);
    v1::SnapshotCreated created;
    created.set_snapshot_id(snapshot.snapshot_id());
    created.set_as_of(snapshot.as_of());
    *created.mutable_as_known_at() = snapshot.as_known_at();
    effects.Emit(created, snapshot.snapshot_id(), area);
    return snapshot;
  };
  return rpc::Write<v1::Snapshot>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Snapshot> SnapshotRpc::GetSnapshot(rpc::Call& call, const v1::GetSnapshotRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::Snapshot> {
    ASSIGN_OR_RETURN(auto snapshot, store::LoadSnapshot(tx, store::IdOf(request.snapshot_id())));
    if (!snapshot) return call.Missing(request.snapshot_id(), Refuse(v1::SNAPSHOT_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(snapshot->area())));
    return *std::move(snapshot);
  });
}

absl::StatusOr<v1::ListSnapshotsResponse> SnapshotRpc::ListSnapshots(rpc::Call& call,
                                                                     const v1::ListSnapshotsRequest& request) {
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size()));
  const std::string query = absl::StrCat("snapshot\n", request.area());
  std::vector<std::string> after;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(after, registration_.page_tokens->Open(request.page_token(), query));
  }
  using Response = v1::ListSnapshotsResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    const auto page = store::ListSnapshots(tx, scope, after, limit);
    Response response;
    response.mutable_snapshots()->Assign(page.records.begin(), page.records.end());
    if (page.more) response.set_next_page_token(registration_.page_tokens->Seal(query, page.last_key));
    return response;
  });
}

}  // namespace bangfu::registration
