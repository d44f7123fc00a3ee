// What keeps one caller, one county or one client from taking what is there for all.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/ids/record_id.h"
#include "common/metrics/metrics.h"
#include "common/status/grpc_status.h"
#include "gtest/gtest.h"
#include "tests/probe/probe_fixture.h"

namespace bangfu::probe {
namespace {

class BoundsTest : public ProbeFixture {
 protected:
  BoundsTest()
      : ProbeFixture({.write_workers = 4,
                      .upload_bound = 1,
                      .watch_bound = 2,
                      .denials = {.queue = 8, .window = absl::Seconds(2)}}) {}

  std::unique_ptr<grpc::ClientContext> Context(const std::string& token) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", "Bearer " + token);
    return context;
  }
  v1::WatchProbesRequest Watch() {
    v1::WatchProbesRequest request;
    request.set_area(kVillage);
    request.set_number(100'000);
    return request;
  }
  // A token that is good for so long.
  std::string ShortToken(absl::Duration life) {
    auth::Caller caller;
    caller.subject = "watcher";
    caller.grants = {{options::v1::REGISTRAR, {auth::RangeOf(150526000000)}}};
    caller.expire_time = absl::Now() + life;
    return mint_.Token(caller);
  }
  bool WithinSeconds(int seconds, const std::function<bool()>& condition) {
    for (int i = 0; i < seconds * 50 && !condition(); ++i) absl::SleepFor(absl::Milliseconds(20));
    return condition();
  }
};

TEST_F(BoundsTest, AWatcherEndsWithItsTokenAlthoughItsClientReadsNothing) {
  auto context = Context(ShortToken(absl::Seconds(2)));
  auto reader = stub_->WatchProbes(context.get(), Watch());
  ASSERT_TRUE(WithinSeconds(5, [&] { return dispatcher_.in_flight() == 1; }));
  EXPECT_TRUE(WithinSeconds(10, [&] { return dispatcher_.in_flight() == 0; }));
  v1::Probe probe;
  int64_t received = 0;
  while (reader->Read(&probe)) ++received;
  EXPECT_LT(received, 100'000);
  reader->Finish();
}

TEST_F(BoundsTest, WatchersAndUploadsDoNotTakeEachOthersPlaces) {
  const auto reason = [](const grpc::Status& status) { return status::ReasonOf(status::FromGrpc(status)); };
  v1::UploadProbeRequest portion;
  portion.set_area(kVillage);
  v1::Probe answer, refused;
  auto first = Context(clerk_), second = Context(clerk_);
  auto upload = stub_->UploadProbe(first.get(), &answer);
  ASSERT_TRUE(upload->Write(portion));
  auto beyond = stub_->UploadProbe(second.get(), &refused);
  EXPECT_EQ(reason(beyond->Finish()), "OVERLOADED");

  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::Probe>>> watchers;
  for (int i = 0; i < 3; ++i) {
    contexts.push_back(Context(clerk_));
    watchers.push_back(stub_->WatchProbes(contexts.back().get(), Watch()));
    v1::Probe probe;
    EXPECT_EQ(watchers.back()->Read(&probe), i < 2) << "the third is one too many";
  }
  EXPECT_EQ(reason(watchers.back()->Finish()), "OVERLOADED");
  for (auto& context : contexts) context->TryCancel();
  for (int i = 0; i < 2; ++i) watchers[i]->Finish();
  ASSERT_TRUE(upload->WritesDone());
  EXPECT_TRUE(upload->Finish().ok());
}

// The audit log does not take a record; callers are refused all the same, at once, and what is not kept is counted.
TEST_F(BoundsTest, AFloodOfDenialsIsBoundedAndCounted) {
  constexpr int kDenials = 200;
  const metrics::Counter unaudited("rpc_denials_not_audited_total", "");
  const double before = unaudited.value();
  v1::EchoRequest request;
  request.set_area(kOtherCounty);
  const auto while_locked = [&](db::Tx& tx) {
    tx.RunText("LOCK TABLE audit_outbox IN ACCESS EXCLUSIVE MODE");
    for (int i = 0; i < kDenials; ++i) {
      const std::string somebody = mint_.Token(absl::StrCat("clerk-", i), options::v1::REGISTRAR, {150526000000});
      EXPECT_EQ(ReasonFor(&Stub::Echo, request, somebody), "AREA_OUT_OF_SCOPE");
    }
    EXPECT_GE(unaudited.value() - before, kDenials - 2 * 8 - 1);
    return absl::OkStatus();
  };
  EXPECT_TRUE(database_.database().Write({}, while_locked).ok());
  const auto kept = [&] { return Count("audit_outbox"); };
  EXPECT_TRUE(WithinSeconds(10, [&] { return kept() + unaudited.value() - before == kDenials; })) << kept();
  EXPECT_GT(kept(), 0);
}

// A caller who is refused a thousand times an hour fills no disk: like denials are one record a window.
TEST_F(BoundsTest, LikeDenialsAreCountedIntoOneRecord) {
  v1::GetProbeRequest request;
  for (int i = 0; i < 50; ++i) {
    request.set_probe_id(ids::RecordId{150521, 1000 + i}.ToString());
    EXPECT_EQ(ReasonFor(&Stub::GetProbe, request, clerk_), "AREA_OUT_OF_SCOPE");
  }
  const auto records = [&] {
    std::vector<audit::v1::AuditRecord> found;
    for (const auto& row : database_.Sql("TABLE audit_outbox ORDER BY id")) {
      found.emplace_back().ParseFromString(db::BytesOf(row["body"]));
    }
    return found;
  };
  EXPECT_TRUE(WithinSeconds(10, [&] { return records().size() == 2; })) << records().size();
  const auto first = records()[0], others = records()[1];
  EXPECT_EQ(first.repeat_count(), 0);
  ASSERT_EQ(first.objects_size(), 1);
  EXPECT_EQ(first.objects(0), (ids::RecordId{150521, 1000}).ToString());
  EXPECT_EQ(others.repeat_count(), 49);
  EXPECT_EQ(others.objects_size(), 16) << "of those that were asked for";
  EXPECT_EQ(others.subject() + " " + others.result(), "clerk AREA_OUT_OF_SCOPE");
}

TEST_F(BoundsTest, AnswersAreKeptSealedAndForgottenInTime) {
  const auto request = NewProbe(testing::NewRequestId(), "不公开");
  auto first = Call(&Stub::CreateProbe, request, clerk_);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Count("request_claim WHERE position('不公开'::bytea IN response) > 0"), 0);
  EXPECT_EQ(Call(&Stub::CreateProbe, request, clerk_)->probe_id(), first->probe_id());

  const auto forget = [&] {
    return database_.database().Write({}, [](db::Tx& tx) { return rpc::ForgetClaims(tx, absl::Hours(24 * 90)); });
  };
  database_.Sql("UPDATE request_claim SET created_at = now() - interval '89 days'");
  ASSERT_TRUE(forget().ok());
  EXPECT_EQ(Count("request_claim"), 1);
  database_.Sql("UPDATE request_claim SET created_at = now() - interval '91 days'");
  ASSERT_TRUE(forget().ok());
  EXPECT_EQ(Count("request_claim"), 0);
  EXPECT_NE(Call(&Stub::CreateProbe, request, clerk_)->probe_id(), first->probe_id()) << "a new request by now";

  database_.Sql("UPDATE request_claim SET response = response || '\\x00'::bytea");
  EXPECT_EQ(Call(&Stub::CreateProbe, request, clerk_).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace bangfu::probe
