// The window in which a year's reports may be changed, as the policy of an area says.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_COLLECTION_WINDOW_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_COLLECTION_WINDOW_H_

#include <optional>

#include "bangfu/registration/v1/collection_window.pb.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Nothing where no rule applies: then nothing closes.
std::optional<v1::CollectionWindow> WindowOf(const Registration& registration, db::Tx& tx, int64_t area, int year);

// COLLECTION_CLOSED if the household's reports of the year may not be changed on the day of the call.
absl::Status CheckCollectionOpen(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                                 const v1::Household& household, int year);

// The same of a county (six digits) as a whole, whatever was reopened in it.
absl::Status CheckCountyOpen(const Registration& registration, const rpc::Call& call, db::Tx& tx, int32_t county,
                             int year);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_COLLECTION_WINDOW_H_
