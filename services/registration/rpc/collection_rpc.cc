#include "services/registration/rpc/collection_rpc.h"

#include <optional>

#include "bangfu/registration/v1/management_events.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/api/page_token.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/collection.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/collection_window.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/rpc/report_events.h"
#include "services/registration/store/collection_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

// The collection year in which something changed.
int32_t YearOf(const google::protobuf::Timestamp& time) {
  return domain::CollectionYearOf(*standards::ParseDate(domain::DayOf(store::TimeOf(time))));
}

}  // namespace

absl::StatusOr<v1::CollectionForm> CollectionRpc::Fill(const rpc::Call& call, db::Tx& tx,
                                                       const v1::Household& household, int32_t year) const {
  const ids::RecordId id = store::IdOf(household.household_id());
  v1::CollectionForm form;
  form.set_household_id(household.household_id());
  form.set_year(year);
  const auto incomes = store::ListIncomes(tx, id);
  if (const auto* income = domain::LatestUpTo(incomes, year)) {
    form.set_income_year(income->year());
    *form.mutable_income() = *income;
  }
  const auto livings = store::ListLivingConditions(tx, id);
  if (const auto* living = domain::LatestUpTo(livings, year)) {
    form.set_living_year(living->year());
    *form.mutable_living_condition() = *living;
  }
  form.set_status(domain::StatusOf(form.income_year() == year, form.living_year() == year));
  ASSIGN_OR_RETURN(const auto members, store::LoadPresentMembers(tx, registration_.sealer(), {id}));
  for (const v1::Member& member : members) {
    auto* collected = form.add_members();
    *collected->mutable_member() = member;
    collected->set_known_year(YearOf(member.update_time()));
  }
  const auto window = WindowOf(registration_, tx, AreaNumber(household.area()), year);
  if (window) {
    form.set_last_day(domain::LastDayOf(*window, year));
    *form.mutable_phases() = window->spans();
  }
  const bool active = household.state() == v1::Household::ACTIVE;
  form.set_open(active && domain::IsOpen(window, year, store::ReopenedUntil(tx, id, year), TodayOf(call)));
  return form;
}

absl::StatusOr<v1::CollectionForm> CollectionRpc::GetCollectionForm(rpc::Call& call,
                                                                    const v1::GetCollectionFormRequest& request) {
  using Answer = absl::StatusOr<v1::CollectionForm>;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Answer {
    const ids::RecordId id = store::IdOf(request.household_id());
    ASSIGN_OR_RETURN(const auto household, store::LoadHousehold(tx, registration_.sealer(), id));
    if (!household) return call.Missing(request.household_id(), Refuse(v1::HOUSEHOLD_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
    return Fill(call, tx, *household, request.year());
  });
}

absl::Status CollectionRpc::Record(rpc::Call& call, db::Tx& tx, rpc::Effects& effects, const v1::Household& household,
                                   const v1::ConfirmUnchangedRequest& request) const {
  const ids::RecordId id = store::IdOf(request.household_id());
  const store::Author author = AuthorOf(call);
  if (request.confirm_income() || request.has_income()) {
    const auto known = store::ListIncomes(tx, id);
    const v1::Income* changes = request.has_income() ? &request.income() : nullptr;
    ASSIGN_OR_RETURN(v1::Income income,
                     domain::ConfirmIncome(domain::LatestUpTo(known, request.year()), changes, request.income_mask(),
                                           request.year(), household.member_count()));
    store::SaveIncomes(tx, registration_.sealer(), {{&author, nullptr, &income}});
    TellOfReport<v1::Income>(registration_.sealer(), household, std::nullopt, income, &effects);
  }
  if (request.confirm_living_condition() || request.has_living_condition()) {
    const auto known = store::ListLivingConditions(tx, id);
    const v1::LivingCondition* changes = request.has_living_condition() ? &request.living_condition() : nullptr;
    ASSIGN_OR_RETURN(v1::LivingCondition living,
                     domain::ConfirmLivingCondition(domain::LatestUpTo(known, request.year()), changes,
                                                    request.living_mask(), request.year()));
    store::SaveLivingConditions(tx, registration_.sealer(), {{&author, nullptr, &living}});
    TellOfReport<v1::LivingCondition>(registration_.sealer(), household, std::nullopt, living, &effects);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CollectionForm> CollectionRpc::ConfirmUnchanged(rpc::Call& call,
                                                                   const v1::ConfirmUnchangedRequest& request) {
  RETURN_IF_ERROR(domain::CheckCollectionBegun("year", "年度", request.year(), TodayOf(call)));
  if (!request.confirm_income() && !request.has_income() && !request.confirm_living_condition() &&
      !request.has_living_condition()) {
    return status::RefuseFields({{"confirm_income", "确认收入: 请至少确认收入或生产生活条件中的一项"}});
  }
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::CollectionForm> {
    ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(domain::CheckActive(household));
    RETURN_IF_ERROR(CheckCollectionOpen(registration_, call, tx, household, request.year()));
    RETURN_IF_ERROR(Record(call, tx, effects, household, request));
    return Fill(call, tx, household, request.year());
  };
  return rpc::Write<v1::CollectionForm>(call, registration_.write, request, write);
}

absl::StatusOr<v1::CollectionProgress> CollectionRpc::GetCollectionProgress(
    rpc::Call& call, const v1::GetCollectionProgressRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  return registration_.database().ReadSnapshot(
      call.bounds(), [&](db::Tx& tx) { return store::CountCollections(tx, area, request.year()); });
}

absl::StatusOr<v1::ListCollectionsResponse> CollectionRpc::ListCollections(rpc::Call& call,
                                                                           const v1::ListCollectionsRequest& request) {
  store::CollectionQuery query{AreaNumber(request.area()), request.year(), request.status()};
  RETURN_IF_ERROR(call.Authorise(query.area));
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<2>(registration_, request));
  query.after_area = place[0];
  query.after_id = place[1];
  using Answer = absl::StatusOr<v1::ListCollectionsResponse>;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> Answer {
    const auto page = store::ListCollections(tx, query);
    v1::ListCollectionsResponse response;
    response.mutable_collections()->Assign(page.records.begin(), page.records.end());
    if (page.more) response.set_next_page_token(registration_.page_tokens->Seal(QueryOf(request), page.last_key));
    return response;
  });
}

absl::StatusOr<v1::CollectionReopening> CollectionRpc::ReopenCollection(rpc::Call& call,
                                                                        const v1::ReopenCollectionRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::CollectionReopening> {
    ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(domain::CheckActive(household));
    const int64_t area = AreaNumber(household.area());
    const std::string until = store::ReopenedUntil(tx, store::IdOf(request.household_id()), request.year());
    RETURN_IF_ERROR(
        domain::CheckReopening(WindowOf(registration_, tx, area, request.year()), request, until, TodayOf(call)));
    v1::CollectionReopening reopening;
    reopening.set_household_id(request.household_id());
    reopening.set_year(request.year());
    reopening.set_reason(request.reason());
    reopening.set_last_day(request.last_day());
    reopening.set_reviewer(call.caller().subject);
    store::SetTime(call.now(), reopening.mutable_time());
    store::InsertReopening(tx, reopening);
    effects.ActOn(request.household_id(), area);
    v1::CollectionReopened reopened;
    reopened.set_household_id(request.household_id());
    reopened.set_year(request.year());
    reopened.set_last_day(request.last_day());
    effects.Emit(reopened, request.household_id(), area);
    return reopening;
  };
  return rpc::Write<v1::CollectionReopening>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
