// What a joint write answers when more comes than it can take, and to whom nobody listens any more.
#include "common/rpc/joint_write.h"

#include <future>
#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "bangfu/probe/v1/probe_service.pb.h"
#include "common/crypto/key_ring.h"
#include "common/testing/test_database.h"
#include "common/testing/test_server.h"
#include "gtest/gtest.h"
#include "tests/probe/probe_service.h"

namespace bangfu::probe {
namespace {

using Writes = rpc::JointWrite<v1::Probe, int>;

// A call with its answer.
struct Sent {
  Sent(const rpc::MethodRule& rule, absl::Time deadline)
      : call(rule, std::make_shared<auth::Caller>(), absl::Now(), deadline, "") {}

  rpc::Call call;
  v1::CreateProbeRequest request;
  std::promise<absl::StatusOr<v1::Probe>> promise;
  std::future<absl::StatusOr<v1::Probe>> answer = promise.get_future();

  bool Answered() { return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
};

class JointWriteTest : public ::testing::Test {
 protected:
  Sent& NewCall(bool with_id, absl::Time deadline = absl::InfiniteFuture()) {
    Sent& sent = *sent_.emplace_back(std::make_unique<Sent>(rule_, deadline));
    if (with_id) sent.request.set_request_id(testing::NewRequestId());
    return sent;
  }
  static void Add(Writes& writes, Sent& sent) {
    writes.Add(sent.call, sent.request, 0,
               [&sent](absl::StatusOr<v1::Probe> answer) { sent.promise.set_value(std::move(answer)); });
  }
  // Sends one that holds the only worker until `held` is let go.
  void Occupy(Writes& writes, bool with_id) {
    Add(writes, NewCall(with_id));
    const std::string blocked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for (int i = 0; i < 250 && database_.Count(blocked) == 0; ++i) absl::SleepFor(absl::Milliseconds(20));
    ASSERT_EQ(database_.Count(blocked), 1);
  }
  std::shared_ptr<void> Hold() { return database_.Hold("LOCK TABLE audit_outbox IN ACCESS EXCLUSIVE MODE"); }

  static absl::Status AnswerAll(db::Tx&, absl::Span<Writes::Part> parts) {
    for (Writes::Part& part : parts) part.answer = v1::Probe();
    return absl::OkStatus();
  }

  static rpc::MethodRule RuleOf(const char* method) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName("bangfu.probe.v1.ProbeService");
    return *rpc::MethodRule::Of(*service->FindMethodByName(method));
  }

  testing::TestDatabase database_{kMigrations};
  crypto::Sealer sealer_{crypto::KeyRing::ForTest()};
  const rpc::WriteContext context_{"probe", &database_.database(), &sealer_};
  const rpc::MethodRule rule_ = RuleOf("CreateProbe");
  std::vector<std::unique_ptr<Sent>> sent_;
};

TEST_F(JointWriteTest, WhoComesBeyondTheBoundIsToldAtOnceWhenToComeAgain) {
  for (const bool with_id : {true, false}) {  // written together, or each by itself
    Writes writes("joint_write_test", context_, AnswerAll,
                  {.batches = 1, .batch_bound = 8, .alone_workers = 1, .queue_bound = 1});
    auto held = Hold();
    Occupy(writes, with_id);
    Sent& waits = NewCall(with_id);
    Add(writes, waits);
    Sent& beyond = NewCall(with_id);
    Add(writes, beyond);
    ASSERT_TRUE(beyond.Answered()) << "without waiting for anybody";
    const absl::Status refused = beyond.answer.get().status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(status::ReasonOf(refused), "OVERLOADED");
    EXPECT_GT(status::RetryDelaySecondsOf(refused), 0);
    EXPECT_FALSE(waits.Answered());
    held.reset();
    EXPECT_TRUE(waits.answer.get().ok());
    EXPECT_TRUE(sent_.front()->answer.get().ok());
    sent_.clear();
  }
  EXPECT_EQ(database_.Count("audit_outbox"), 4);
  EXPECT_EQ(database_.Count("request_claim"), 2);
}

TEST_F(JointWriteTest, NothingIsWrittenForWhoHasGoneOrIsTooLate) {
  for (const bool with_id : {true, false}) {
    Writes writes("joint_write_test", context_, AnswerAll, {.batches = 1, .alone_workers = 1, .queue_bound = 16});
    auto held = Hold();
    Occupy(writes, with_id);
    Sent& late = NewCall(with_id, absl::Now() + absl::Milliseconds(50));
    Sent& gone = NewCall(with_id);
    Sent& stays = NewCall(with_id);
    for (Sent* sent : {&late, &gone, &stays}) Add(writes, *sent);
    gone.call.Cancel();
    absl::SleepFor(absl::Milliseconds(60));
    held.reset();
    EXPECT_TRUE(stays.answer.get().ok());
    for (Sent* sent : {&late, &gone}) {
      EXPECT_EQ(sent->answer.get().status().code(), absl::StatusCode::kDeadlineExceeded) << with_id;
    }
    EXPECT_TRUE(sent_.front()->answer.get().ok());
    sent_.clear();
  }
  EXPECT_EQ(database_.Count("audit_outbox"), 4);
}

}  // namespace
}  // namespace bangfu::probe
