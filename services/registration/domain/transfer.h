// Transfers of whole households to another county (整户迁移).
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_TRANSFER_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_TRANSFER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/transfer.pb.h"
#include "services/registration/domain/family.h"

namespace bangfu::registration::domain {

// The household may be asked to be taken in by that village. HOUSEHOLD_ARCHIVED, TRANSFER_WITHIN_COUNTY.
absl::Status CheckTransferable(const v1::Household& household, absl::string_view to_area);

// TRANSFER_NOT_PENDING with what became of it, unless it waits for a decision.
absl::Status CheckPending(const v1::HouseholdTransfer& transfer);

// The family archived under its old ids (`first`), and the same family under `new_ids`, that of the household and then
// those of the members, in the village that takes it in (`second`). What was found about it goes with it; members left
// and joined with reasons of their own, so that flows out of the one county and into the other can be told from others.
// HOUSEHOLD_ARCHIVED.
absl::StatusOr<TwoFamilies> Transfer(const Family& family, absl::string_view to_area,
                                     const std::vector<std::string>& new_ids, absl::string_view today);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_TRANSFER_H_
