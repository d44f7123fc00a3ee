#include "common/api/plan_cache.h"

#include <string>
#include <thread>
#include <vector>

#include "bangfu/registration/v1/household_service.pb.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

TEST(PlanCacheTest, GivesEachTypeItsPlanFromAnyThread) {
  using Cache = PlanCache<std::string>;
  static auto& cache = *new Cache([](const google::protobuf::Descriptor* type) { return type->full_name(); });
  const auto* file = registration::v1::Household::descriptor()->file();
  const auto* services = registration::v1::CreateHouseholdRequest::descriptor()->file();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (const auto* of : {file, services}) {
        for (int j = 0; j < of->message_type_count(); ++j) {
          EXPECT_EQ(cache.Of(of->message_type(j)), of->message_type(j)->full_name());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(&cache.Of(file->message_type(0)), &cache.Of(file->message_type(0)));
}

}  // namespace
}  // namespace bangfu::api
