#include "services/registration/domain/transfer.h"

#include <utility>

#include "bangfu/registration/v1/management_reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using status::Refuse;

// Entries of ARCHIVE_REASON, LEAVE_REASON and JOIN_REASON.
constexpr char kTransferredAway[] = "20";
constexpr char kLeftByTransfer[] = "20";
constexpr char kJoinedByTransfer[] = "20";

constexpr size_t kCountyDigits = 6;

// A record that is new under its id.
template <typename Record>
void Forget(Record* record) {
  record->clear_etag();
  record->clear_create_time();
  record->clear_update_time();
}

}  // namespace

absl::Status CheckTransferable(const v1::Household& household, absl::string_view to_area) {
  RETURN_IF_ERROR(CheckActive(household));
  // The county of an id is where the record is kept, wherever its village's code lies.
  const bool same = to_area.substr(0, kCountyDigits) == household.household_id().substr(0, kCountyDigits);
  return same ? Refuse(v1::TRANSFER_WITHIN_COUNTY) : absl::OkStatus();
}

absl::Status CheckPending(const v1::HouseholdTransfer& transfer) {
  if (transfer.state() == v1::HouseholdTransfer::PENDING) return absl::OkStatus();
  return Refuse(v1::TRANSFER_NOT_PENDING, {{"state", LabelOf(transfer.state())}});
}

absl::StatusOr<TwoFamilies> Transfer(const Family& family, absl::string_view to_area,
                                     const std::vector<std::string>& new_ids, absl::string_view today) {
  ASSIGN_OR_RETURN(Family gone, Archive(family, kTransferredAway, today));
  for (v1::Member& member : gone.members) member.set_leave_reason(kLeftByTransfer);
  Family come = family;
  come.household.set_household_id(new_ids[0]);
  come.household.set_area(std::string(to_area));
  Forget(&come.household);
  for (size_t i = 0; i < come.members.size(); ++i) {
    v1::Member& member = come.members[i];
    member.set_member_id(new_ids[i + 1]);
    member.set_household_id(new_ids[0]);
    member.set_area(std::string(to_area));
    member.set_join_date(std::string(today));
    member.set_join_reason(kJoinedByTransfer);
    member.clear_leave_date();
    member.clear_leave_reason();
    Forget(&member);
  }
  ASSIGN_OR_RETURN(come, Settle(std::move(come)));
  return TwoFamilies{std::move(gone), std::move(come)};
}

}  // namespace bangfu::registration::domain
