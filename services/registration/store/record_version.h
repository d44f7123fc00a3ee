// Versions of records: the etag says which one a record is, and what was superseded is kept sealed as a whole.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_RECORD_VERSION_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_RECORD_VERSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "google/protobuf/message.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// Column record_version.kind.
enum class RecordKind { kHousehold = 1, kMember = 2, kIncome = 3, kLivingCondition = 4 };

// Which record a version is of: the id's number of a household or member, the year of a yearly report.
struct VersionKey {
  int32_t shard = 0;
  RecordKind kind = RecordKind::kHousehold;
  int64_t record = 0;
  int64_t version = 0;
};

// The version that an etag made by api::EtagOf names; 0 if it is none.
int64_t VersionOf(absl::string_view etag);

// What etags of a household's yearly reports are made of, in place of a record id: "150526-0c5h2k9m3n7pq.2023".
std::string ReportName(absl::string_view household_id, int32_t year);

// A message as record_version.body keeps it. Opening answers DATA_LOSS if the body is damaged or another version's.
std::string SealVersion(const crypto::Sealer& sealer, const VersionKey& key, const google::protobuf::Message& message);
absl::Status OpenVersion(const crypto::Sealer& sealer, const VersionKey& key, absl::string_view body,
                         google::protobuf::Message* message);

// A version that was written together with the one that follows it: known since then, true from a day on, and never by
// itself the latest that was known (known_to is known_from).
struct BetweenVersion {
  VersionKey key;
  int64_t household = 0;
  int64_t area = 0;
  std::string valid_from;
  absl::Time known;
  const Author* author = nullptr;
  std::string body;  // sealed
};
void KeepBetween(db::Tx& tx, const std::vector<BetweenVersion>& versions);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_RECORD_VERSION_H_
