// For tests: puts a document in force, as its publication does.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_PUBLISH_FOR_TESTS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_PUBLISH_FOR_TESTS_H_

#include <string>

#include "common/db/database.h"
#include "common/ids/record_id.h"
#include "common/policy/fixture_for_tests.h"
#include "common/policy/kind.h"
#include "common/policy/policy_store.h"
#include "common/policy/timeline.h"
#include "gtest/gtest.h"

namespace bangfu::registration {

// The id of the document.
inline std::string PublishRule(db::Database& database, absl::Time now, const google::protobuf::Message& body,
                               const std::string& area, const std::string& purpose = "",
                               const std::string& from = "2020-01-01") {
  auto document = policy::NewDocument(body, area, from, "", purpose);
  document.set_kind(policy::KindOf(*body.GetDescriptor()).name());
  document.set_policy_id(ids::RecordId{100000, ids::NewRecordNumber()}.ToString());
  const auto published = database.Write({}, [&](db::Tx& tx) {
    policy::InsertPolicy(tx, &document);
    policy::LockedKey key = policy::LockKey(tx, document, now);
    document.set_version(++key.version);
    policy::SavePolicy(tx, &document);
    policy::SaveForce(tx, document, key, {}, {policy::HoldingOf(document)});
    return absl::OkStatus();
  });
  EXPECT_TRUE(published.ok()) << published;
  return document.policy_id();
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_PUBLISH_FOR_TESTS_H_
