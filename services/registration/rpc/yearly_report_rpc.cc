// The methods of HouseholdService for incomes and living conditions.
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/income.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/collection_window.h"
#include "services/registration/rpc/household_rpc.h"
#include "services/registration/rpc/instants_of.h"
#include "services/registration/rpc/report_events.h"
#include "services/registration/store/history_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

// The caller may read the household. HOUSEHOLD_NOT_FOUND, AREA_OUT_OF_SCOPE.
absl::Status AuthoriseReader(const Registration& registration, rpc::Call& call, db::Tx& tx,
                             const std::string& household_id) {
  ASSIGN_OR_RETURN(const auto household, store::LoadHousehold(tx, registration.sealer(), store::IdOf(household_id)));
  if (!household) return call.Missing(household_id, Refuse(v1::HOUSEHOLD_NOT_FOUND));
  return call.Authorise(AreaNumber(household->area()));
}

// A report replaces the version that the caller saw; the first one replaces none. ETAG_MISMATCH, INVALID_FIELD.
template <typename Report>
absl::Status CheckReplaced(const std::string& given, const Report& report, const std::optional<Report>& before) {
  if (!before) return given.empty() ? absl::OkStatus() : Refuse(status::Reason::ETAG_MISMATCH);
  return CheckVersion(given, store::ReportName(report.household_id(), report.year()), before->etag());
}

}  // namespace

absl::StatusOr<v1::ListIncomesResponse> HouseholdRpc::ListIncomes(rpc::Call& call,
                                                                  const v1::ListIncomesRequest& request) {
  using Response = v1::ListIncomesResponse;
  ASSIGN_OR_RETURN(const store::Instants instants, InstantsOf(registration_, call, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    RETURN_IF_ERROR(AuthoriseReader(registration_, call, tx, request.household_id()));
    ASSIGN_OR_RETURN(
        const auto incomes,
        store::ListIncomesKnown(tx, registration_.sealer(), store::IdOf(request.household_id()), instants.known_at));
    Response response;
    response.mutable_incomes()->Assign(incomes.begin(), incomes.end());
    return response;
  });
}

absl::StatusOr<v1::Income> HouseholdRpc::RecordIncome(rpc::Call& call, const v1::RecordIncomeRequest& request) {
  v1::Income given = request.income();
  given.set_household_id(request.household_id());
  RETURN_IF_ERROR(domain::CheckCollectionBegun("income.year", "年度", given.year(), TodayOf(call)));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Income> {
    ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(domain::CheckActive(household));
    RETURN_IF_ERROR(CheckCollectionOpen(registration_, call, tx, household, given.year()));
    const auto before = store::LoadIncome(tx, store::IdOf(request.household_id()), given.year());
    RETURN_IF_ERROR(CheckReplaced(request.income().etag(), given, before));
    ASSIGN_OR_RETURN(v1::Income income, domain::ComputeNet(given, household.member_count()));
    const store::Author author = AuthorOf(call);
    store::SaveIncomes(tx, registration_.sealer(), {{&author, before ? &*before : nullptr, &income}});
    TellOfReport(registration_.sealer(), household, before, income, &effects);
    return income;
  };
  return rpc::Write<v1::Income>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListLivingConditionsResponse> HouseholdRpc::ListLivingConditions(
    rpc::Call& call, const v1::ListLivingConditionsRequest& request) {
  using Response = v1::ListLivingConditionsResponse;
  ASSIGN_OR_RETURN(const store::Instants instants, InstantsOf(registration_, call, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    RETURN_IF_ERROR(AuthoriseReader(registration_, call, tx, request.household_id()));
    ASSIGN_OR_RETURN(const auto conditions,
                     store::ListLivingConditionsKnown(tx, registration_.sealer(), store::IdOf(request.household_id()),
                                                      instants.known_at));
    Response response;
    response.mutable_living_conditions()->Assign(conditions.begin(), conditions.end());
    return response;
  });
}

absl::StatusOr<v1::LivingCondition> HouseholdRpc::RecordLivingCondition(
    rpc::Call& call, const v1::RecordLivingConditionRequest& request) {
  v1::LivingCondition given = request.living_condition();
  given.set_household_id(request.household_id());
  RETURN_IF_ERROR(domain::CheckCollectionBegun("living_condition.year", "年度", given.year(), TodayOf(call)));
  using Answer = absl::StatusOr<v1::LivingCondition>;
  return rpc::Write<v1::LivingCondition>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Answer {
        ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
        RETURN_IF_ERROR(domain::CheckActive(household));
        RETURN_IF_ERROR(CheckCollectionOpen(registration_, call, tx, household, given.year()));
        const auto before = store::LoadLivingCondition(tx, store::IdOf(request.household_id()), given.year());
        RETURN_IF_ERROR(CheckReplaced(request.living_condition().etag(), given, before));
        v1::LivingCondition living = given;
        const store::Author author = AuthorOf(call);
        store::SaveLivingConditions(tx, registration_.sealer(), {{&author, before ? &*before : nullptr, &living}});
        TellOfReport(registration_.sealer(), household, before, living, &effects);
        return living;
      });
}

}  // namespace bangfu::registration
