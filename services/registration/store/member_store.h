// Rows of `member`. Identity number and phone are sealed; identity_claim says which member who is present has a number.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MEMBER_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MEMBER_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bangfu/registration/v1/member.pb.h"
#include "common/api/filter.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

// Fields that lists may filter and sort by.
const api::ColumnMap& MemberFilterColumns();

// What the columns hold of a member and, under household_, of the household, for api::Matches.
std::optional<std::string> MemberCell(const v1::Member& member, const v1::Household& household,
                                      const std::string& field);

absl::StatusOr<std::optional<v1::Member>> LoadMember(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& id);

// By number, of one county; those that are not there are left out.
absl::StatusOr<std::vector<v1::Member>> LoadMembers(db::Tx& tx, const crypto::Sealer& sealer, int32_t shard,
                                                    const std::vector<int64_t>& ids);

// Who is present in these households, in order of registration.
absl::StatusOr<std::vector<v1::Member>> LoadPresentMembers(db::Tx& tx, const crypto::Sealer& sealer,
                                                           absl::Span<const ids::RecordId> households);

absl::StatusOr<Page<v1::Member>> ListMembers(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query);
absl::StatusOr<Total> CountMembers(db::Tx& tx, const ListQuery& query);

// New ones.
void InsertMembers(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Member>>& additions);

// Their households are locked. Keeps the versions that are superseded.
void SaveMembers(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Member>>& revisions);

// The keyed digest of an identity number of 18 characters.
std::string IdentityDigest(const crypto::Sealer& sealer, const std::string& id_number);

// A claim of an identity number by a member who is present.
struct IdentityClaim {
  std::string digest;
  ids::RecordId member;
};

// Who has the numbers now, by digest.
std::map<std::string, ids::RecordId> FindIdentities(db::Tx& tx, const std::vector<std::string>& digests);

// False if one of the numbers is claimed by another member, or twice here.
bool ClaimIdentities(db::Tx& tx, const std::vector<IdentityClaim>& claims);
void FreeIdentities(db::Tx& tx, const std::vector<IdentityClaim>& claims);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MEMBER_STORE_H_
