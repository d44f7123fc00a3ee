// For tests: the events that a service is about to tell.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_TOLD_EVENTS_FOR_TESTS_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_TOLD_EVENTS_FOR_TESTS_H_

#include <vector>

#include "bangfu/events/v1/event.pb.h"
#include "common/testing/test_database.h"
#include "gtest/gtest.h"

namespace bangfu::registration::store {

// Those of one type, in order.
template <typename Fact>
std::vector<Fact> ToldIn(testing::TestDatabase& database) {
  std::vector<Fact> facts;
  const auto read = database.database().Read({}, [&](db::Tx& tx) {
    for (const auto& row : tx.RunText("SELECT body FROM event_outbox ORDER BY id")) {
      events::v1::Event event;
      event.ParseFromString(db::BytesOf(row[0]));
      if (event.payload().Is<Fact>()) event.payload().UnpackTo(&facts.emplace_back());
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  return facts;
}

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_TOLD_EVENTS_FOR_TESTS_H_
