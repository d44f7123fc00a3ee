// Lists as they were at instants: versions in force that were so already, and superseded ones, which are sealed and so
// are opened before the filter is applied; both in the order of area and id, merged by the page. Need one snapshot for
// their statements. The area of a page's records is the one in which they were then.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_INSTANT_LIST_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_INSTANT_LIST_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

// By `query.instants`, without an order of the caller. INVALID_FILTER.
absl::StatusOr<Page<v1::Household>> ListHouseholdsAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query);
// The same; of one household (`query.condition`), the head comes first. household_ in filters is the household then.
absl::StatusOr<Page<v1::Member>> ListMembersAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query);

// Exact up to kCountLimit.
absl::StatusOr<Total> CountHouseholdsAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query);
absl::StatusOr<Total> CountMembersAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_INSTANT_LIST_H_
