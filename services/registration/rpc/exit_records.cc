#include "services/registration/rpc/exit_records.h"

#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;

absl::StatusOr<v1::Household> LoadReadable(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                           const std::string& household_id) {
  ASSIGN_OR_RETURN(auto household, store::LoadHousehold(tx, registration.sealer(), store::IdOf(household_id)));
  if (!household) return call.Missing(household_id, Refuse(v1::HOUSEHOLD_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
  return *std::move(household);
}

absl::Status CheckReplaced(const std::string& given, const std::string& name, const std::string& current) {
  if (current.empty()) return given.empty() ? absl::OkStatus() : Refuse(status::Reason::ETAG_MISMATCH);
  return CheckVersion(given, name, current);
}

}  // namespace bangfu::registration
