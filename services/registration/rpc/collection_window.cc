#include "services/registration/rpc/collection_window.h"

#include "common/policy/book.h"
#include "services/registration/domain/collection.h"
#include "services/registration/store/collection_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

std::optional<v1::CollectionWindow> WindowOf(const Registration& registration, db::Tx& tx, int64_t area, int year) {
  if (registration.policies == nullptr) return std::nullopt;
  const auto window =
      policy::Resolve<v1::CollectionWindow>(*registration.policies->Open(tx), area, domain::CollectionDayOf(year));
  if (!window.ok()) return std::nullopt;
  return window->message;
}

absl::Status CheckCollectionOpen(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                                 const v1::Household& household, int year) {
  const auto window = WindowOf(registration, tx, AreaNumber(household.area()), year);
  if (!window) return absl::OkStatus();
  const std::string until = store::ReopenedUntil(tx, store::IdOf(household.household_id()), year);
  return domain::CheckOpen(window, year, until, TodayOf(call));
}

absl::Status CheckCountyOpen(const Registration& registration, const rpc::Call& call, db::Tx& tx, int32_t county,
                             int year) {
  return domain::CheckOpen(WindowOf(registration, tx, county * int64_t{1'000'000}, year), year, "", TodayOf(call));
}

}  // namespace bangfu::registration
