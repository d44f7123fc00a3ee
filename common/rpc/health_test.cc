#include "common/rpc/health.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "gtest/gtest.h"

namespace bangfu::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

int Threads() {
  int count = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) ++count;
  return count;
}

class HealthTest : public ::testing::Test {
 protected:
  struct Watching {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> reader;
    ~Watching() {
      context.TryCancel();
      reader->Finish();
    }
    HealthCheckResponse::ServingStatus Next() {
      HealthCheckResponse response;
      return reader->Read(&response) ? response.status() : HealthCheckResponse::UNKNOWN;
    }
  };
  std::unique_ptr<Watching> Watch() {
    auto watching = std::make_unique<Watching>();
    watching->reader = stub_->Watch(&watching->context, HealthCheckRequest());
    return watching;
  }

  std::atomic<bool> well_{true};
  Health health_{[this] { return well_.load() ? absl::OkStatus() : absl::UnavailableError("away"); }};
  const std::string address_ = absl::StrCat("unix:", ::testing::TempDir(), "health_test_", getpid());
  std::unique_ptr<Server> server_ = *Server::Start(ServerOptions{.listen = {address_}}, health_, {});
  std::unique_ptr<grpc::health::v1::Health::Stub> stub_ =
      grpc::health::v1::Health::NewStub(OpenChannel(address_, TlsFiles{}));
};

// At once, not with the next second: nobody may be sent here before.
TEST_F(HealthTest, IsWellOnlyWithAllThatIsRequired) {
  EXPECT_TRUE(health_.serving());
  const auto ready = std::make_shared<std::atomic<bool>>(false);
  health_.Require([ready] { return *ready ? absl::OkStatus() : absl::UnavailableError("not looked"); });
  EXPECT_FALSE(health_.serving());
  EXPECT_EQ(health_.fault(), "not looked");
  *ready = true;
  for (int i = 0; i < 500 && !health_.serving(); ++i) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_TRUE(health_.serving());
}

TEST_F(HealthTest, TellsManyWatchersWithoutAThreadForEach) {
  constexpr int kWatchers = 200;
  std::vector<std::unique_ptr<Watching>> watchers;
  watchers.push_back(Watch());
  EXPECT_EQ(watchers.back()->Next(), HealthCheckResponse::SERVING);
  const int threads = Threads();
  for (int i = 1; i < kWatchers; ++i) {
    watchers.push_back(Watch());
    EXPECT_EQ(watchers.back()->Next(), HealthCheckResponse::SERVING);
  }
  EXPECT_LT(Threads() - threads, 20);
  watchers.resize(kWatchers / 2);  // half of them leave
  well_ = false;
  for (auto& watcher : watchers) EXPECT_EQ(watcher->Next(), HealthCheckResponse::NOT_SERVING);
  well_ = true;
  for (auto& watcher : watchers) EXPECT_EQ(watcher->Next(), HealthCheckResponse::SERVING);
}

TEST_F(HealthTest, ADrainTellsWatchersAndIsNotHeldUpByThem) {
  auto watching = Watch();
  EXPECT_EQ(watching->Next(), HealthCheckResponse::SERVING);
  const absl::Time start = absl::Now();
  server_->Drain(absl::Milliseconds(100), absl::Seconds(30));
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  EXPECT_EQ(watching->Next(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(watching->Next(), HealthCheckResponse::UNKNOWN) << "the stream has ended";
}

}  // namespace
}  // namespace bangfu::rpc
