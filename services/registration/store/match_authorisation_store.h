// Rows of `match_authorisation`: what of a household may be compared, by whose signature, until when.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MATCH_AUTHORISATION_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MATCH_AUTHORISATION_STORE_H_

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "bangfu/registration/v1/match_hit.pb.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

void InsertAuthorisation(db::Tx& tx, const v1::MatchAuthorisation& authorisation);

// Without state, which depends on the day.
std::optional<v1::MatchAuthorisation> LoadAuthorisationForUpdate(db::Tx& tx, const ids::RecordId& id);

// Of a household, newest first.
std::vector<v1::MatchAuthorisation> ListAuthorisations(db::Tx& tx, const ids::RecordId& household, int limit);

void RevokeAuthorisation(db::Tx& tx, const ids::RecordId& id, const std::string& date, const std::string& subject);

// Those of the households, as county and number, that have authorised lists of the kind to be compared on the day.
std::set<std::pair<int32_t, int64_t>> FindAuthorised(db::Tx& tx, absl::Span<const ids::RecordId> households,
                                                     v1::MatchList::Kind kind, const std::string& day);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MATCH_AUTHORISATION_STORE_H_
