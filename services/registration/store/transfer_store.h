// Rows of `household_transfer`, and of `transferred_record`: the ids that one household or member has had.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_TRANSFER_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_TRANSFER_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/registration/v1/transfer.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

// New, as PENDING. The household is locked, so that it has no other.
void InsertTransfer(db::Tx& tx, const v1::HouseholdTransfer& transfer);

// Writes state, villages, new household, members, decider, time and comment; the transfer is locked.
void SaveTransfer(db::Tx& tx, const v1::HouseholdTransfer& transfer);

std::optional<v1::HouseholdTransfer> LoadTransfer(db::Tx& tx, const ids::RecordId& id);

// The same, locked until the end of the transaction. Its household is locked before.
std::optional<v1::HouseholdTransfer> LoadTransferForUpdate(db::Tx& tx, const ids::RecordId& id);

// The one of the household that is PENDING, locked. The household is locked before.
std::optional<v1::HouseholdTransfer> LoadPendingTransferOf(db::Tx& tx, const ids::RecordId& household);

struct TransferQuery {
  std::vector<auth::AreaRange> scope;
  bool out = false;                        // the area that is left lies in the scope
  int state = 0;                           // any if 0
  std::optional<ids::RecordId> household;  // instead of the scope: under the old or the new id
  int64_t before = 0;                      // id's number of the last of the page before; 0 for the first page
  int limit = 0;
};
// Newest first.
Page<v1::HouseholdTransfer> ListTransfers(db::Tx& tx, const TransferQuery& query);

// Columns of transferred_record.kind.
enum class TransferredKind { kHousehold = 1, kMember = 2 };

// Keeps that what was `former` is `latter`, on both sides.
struct Renaming {
  TransferredKind kind = TransferredKind::kHousehold;
  ids::RecordId former, latter;
};
void InsertRenamings(db::Tx& tx, const std::vector<Renaming>& renamings);

// The id of the household in the county that it came from; nothing if it was transferred from nowhere.
std::optional<ids::RecordId> FormerHousehold(db::Tx& tx, const ids::RecordId& household);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_TRANSFER_STORE_H_
