// What the one wrapper round every method promises, seen from a real client.
#include <atomic>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/events/event_store.h"
#include "common/events/sequencer.h"
#include "common/ids/record_id.h"
#include "common/status/grpc_status.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"
#include "tests/probe/probe_fixture.h"

namespace bangfu::probe {
namespace {

using testing::NewRequestId;

class WrapperTest : public ProbeFixture {};

TEST_F(WrapperTest, AdmitsOnlyWhoMayAndOnlyWhere) {
  struct Case {
    const char* who;
    std::string token;
    const char* area;
    const char* expected;
  };
  auth::Caller weak;
  weak.subject = "weak";
  weak.withheld = {options::v1::REGISTRAR};
  auth::Caller first_password;
  first_password.subject = "new";
  first_password.password_change_only = true;
  first_password.grants = {{options::v1::REGISTRAR, {auth::RangeOf(150526000000)}}};
  const Case cases[] = {
      {"no token", "", kVillage, "UNAUTHENTICATED"},
      {"not a token", "abc.def.ghi", kVillage, "UNAUTHENTICATED"},
      {"somebody else's key", testing::TokenMint().Token("x", options::v1::REGISTRAR, {150526000000}), kVillage,
       "UNAUTHENTICATED"},
      {"another role", mint_.Token("v", options::v1::VIEWER, {150526000000}), kVillage, "PERMISSION_DENIED"},
      {"withheld role", mint_.Token(weak), kVillage, "SECOND_FACTOR_NEEDED"},
      {"first password", mint_.Token(first_password), kVillage, "PASSWORD_CHANGE_REQUIRED"},
      {"own county", clerk_, kVillage, "OK"},
      {"other county", clerk_, kOtherCounty, "AREA_OUT_OF_SCOPE"},
      {"own village", mint_.Token("h", options::v1::REGISTRAR, {150526100201}), kVillage, "OK"},
      {"next village", mint_.Token("h", options::v1::REGISTRAR, {150526100202}), kVillage, "AREA_OUT_OF_SCOPE"},
      {"province", mint_.Token("p", options::v1::REGISTRAR, {150000000000}), kVillage, "OK"},
  };
  for (const Case& c : cases) {
    v1::EchoRequest request;
    request.set_area(c.area);
    EXPECT_EQ(ReasonFor(&Stub::Echo, request, c.token), c.expected) << c.who;
  }
}

TEST_F(WrapperTest, ADenialLeavesARecordOfWhatWasAskedAndFromWhere) {
  const auto ask = [&](const std::string& token, const std::string& probe_id) {
    grpc::ClientContext context;
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    context.AddMetadata("x-source-address", "10.0.0.7");
    v1::GetProbeRequest request;
    request.set_probe_id(probe_id);
    v1::Probe probe;
    EXPECT_FALSE(stub_->GetProbe(&context, request, &probe).ok());
  };
  const std::string foreign = ids::RecordId{150521, 7}.ToString();
  ask(clerk_, foreign);
  ask(clerk_ + "x", foreign);
  ask("", foreign);
  std::set<std::string> found;
  for (int i = 0; i < 500 && found.size() < 3; ++i) {
    absl::SleepFor(absl::Milliseconds(10));
    for (const auto& row : database_.Sql("TABLE audit_outbox")) {
      audit::v1::AuditRecord record;
      record.ParseFromString(db::BytesOf(row["body"]));
      EXPECT_EQ(record.source(), "10.0.0.7");
      found.insert(absl::StrCat(record.subject(), " ", record.result(), " ", record.detail(), " ",
                                absl::StrJoin(record.objects(), ",")));
    }
  }
  EXPECT_EQ(found, (std::set<std::string>{"clerk AREA_OUT_OF_SCOPE  " + foreign, " UNAUTHENTICATED signature ",
                                          " UNAUTHENTICATED missing "}));
}

TEST_F(WrapperTest, ChecksTheLoadedRowAndHidesWhatIsNotTheCallers) {
  auto created = Call(&Stub::CreateProbe, NewProbe(NewRequestId()), clerk_);
  ASSERT_TRUE(created.ok()) << created.status();
  v1::GetProbeRequest existing, missing;
  existing.set_probe_id(created->probe_id());
  missing.set_probe_id("150526-0000000000001");
  const std::string neighbour = mint_.Token("n", options::v1::VIEWER, {150526100999});

  EXPECT_EQ(ReasonFor(&Stub::GetProbe, existing, clerk_), "OK");
  EXPECT_EQ(ReasonFor(&Stub::GetProbe, missing, clerk_), "NOT_FOUND");
  // Somebody of the same county who may not see it cannot tell whether it is there.
  EXPECT_EQ(ReasonFor(&Stub::GetProbe, existing, neighbour), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonFor(&Stub::GetProbe, missing, neighbour), "AREA_OUT_OF_SCOPE");
}

TEST_F(WrapperTest, ValidatesAllFieldsAtOnce) {
  v1::CreateProbeRequest request;
  request.set_area("15052");
  request.set_request_id("1");
  auto answer = Call(&Stub::CreateProbe, request, clerk_);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(status::ReasonOf(answer.status()), "INVALID_FIELD");
  EXPECT_EQ(status::BadRequestOf(answer.status()).field_violations_size(), 3);
}

TEST_F(WrapperTest, MasksUnlessAFullViewIsAskedForWithAPurposeAndAuditsThat) {
  v1::EchoRequest request;
  request.set_area(kVillage);
  request.set_phone("13912345678");
  EXPECT_NE(Call(&Stub::Echo, request, clerk_)->phone(), request.phone());
  request.set_view(options::v1::FULL);
  EXPECT_EQ(ReasonFor(&Stub::Echo, request, clerk_), "PURPOSE_REQUIRED");
  EXPECT_EQ(Count("audit_outbox"), 0);
  request.set_purpose("核对电话");
  EXPECT_EQ(Call(&Stub::Echo, request, clerk_)->phone(), request.phone());
  EXPECT_EQ(Count("audit_outbox"), 1);
}

// The record says what was shown, so it comes when the method has let the caller in.
TEST_F(WrapperTest, ARevealThatIsDeniedIsNotAuditedAsOne) {
  v1::EchoRequest request;
  request.set_area("150500000000");  // the city, of which the clerk has one county
  request.set_view(options::v1::FULL);
  request.set_purpose("核对电话");
  EXPECT_EQ(ReasonFor(&Stub::Echo, request, clerk_), "AREA_OUT_OF_SCOPE");
  for (int i = 0; i < 250 && Count("audit_outbox") == 0; ++i) absl::SleepFor(absl::Milliseconds(20));
  ASSERT_EQ(Count("audit_outbox"), 1);
  audit::v1::AuditRecord record;
  ASSERT_TRUE(record.ParseFromString(db::BytesOf(database_.Sql("SELECT body FROM audit_outbox")[0][0])));
  EXPECT_EQ(record.result(), "AREA_OUT_OF_SCOPE");
}

TEST_F(WrapperTest, RevealsToPersonsOnlyWithASecondFactor) {
  v1::EchoRequest request;
  request.set_area(kVillage);
  request.set_phone("13912345678");
  request.set_view(options::v1::FULL);
  request.set_purpose("核对电话");
  auth::Caller caller;
  caller.subject = "clerk";
  caller.grants = {{options::v1::REGISTRAR, {auth::RangeOf(150526000000)}}};
  EXPECT_EQ(ReasonFor(&Stub::Echo, request, mint_.Token(caller)), "SECOND_FACTOR_NEEDED");
  caller.department = "民政厅";  // A system has no device to show; its certificate stands for it.
  EXPECT_EQ(ReasonFor(&Stub::Echo, request, mint_.Token(caller)), "OK");
}

TEST_F(WrapperTest, FailsClosedWhenAMethodMisbehaves) {
  v1::MisbehaveRequest request;
  request.set_area(kVillage);
  for (auto way :
       {v1::MisbehaveRequest::AUTHORISES_NOTHING, v1::MisbehaveRequest::THROWS, v1::MisbehaveRequest::WITHOUT_REASON}) {
    request.set_way(way);
    auto answer = Call(&Stub::Misbehave, request, clerk_);
    EXPECT_EQ(status::ReasonOf(answer.status()), "INTERNAL") << way;
    EXPECT_EQ(std::string(answer.status().message()).find("secret"), std::string::npos);
  }
}

TEST_F(WrapperTest, WritesEffectAuditAndEventOnce) {
  const std::string id = NewRequestId();
  auto first = Call(&Stub::CreateProbe, NewProbe(id), clerk_);
  auto again = Call(&Stub::CreateProbe, NewProbe(id), clerk_);
  ASSERT_TRUE(first.ok() && again.ok()) << first.status() << again.status();
  EXPECT_EQ(first->probe_id(), again->probe_id());
  EXPECT_EQ(ReasonFor(&Stub::CreateProbe, NewProbe(id, "二"), clerk_), "REQUEST_ID_REUSED");
  // Another person's id is another id.
  EXPECT_NE(
      Call(&Stub::CreateProbe, NewProbe(id), mint_.Token("b", options::v1::REGISTRAR, {150526000000}))->probe_id(),
      first->probe_id());
  EXPECT_EQ(Count("probe"), 2);
  EXPECT_EQ(Count("audit_outbox"), 2);
  EXPECT_EQ(Count("event_outbox"), 2);
}

TEST_F(WrapperTest, ConcurrentRepeatsHaveOneEffect) {
  for (int round = 0; round < 10; ++round) {
    const std::string id = NewRequestId();
    std::vector<std::thread> clients;
    std::mutex mutex;
    std::set<std::string> answers;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        auto answer = Call(&Stub::CreateProbe, NewProbe(id), clerk_);
        std::lock_guard lock(mutex);
        answers.insert(answer.ok() ? answer->probe_id() : answer.status().ToString());
      });
    }
    for (auto& client : clients) client.join();
    EXPECT_EQ(answers.size(), 1) << *answers.begin();
  }
  EXPECT_EQ(Count("probe"), 10);
  EXPECT_EQ(Count("audit_outbox"), 10);
}

TEST_F(WrapperTest, ValidateOnlyLeavesNothingBehind) {
  auto request = NewProbe(NewRequestId());
  request.set_validate_only(true);
  EXPECT_TRUE(Call(&Stub::CreateProbe, request, clerk_).ok());
  EXPECT_EQ(Count("probe") + Count("audit_outbox") + Count("event_outbox") + Count("request_claim"), 0);
}

// The connection dies with the COMMIT sent: the outcome is unknown to the service until it looks the request up.
TEST_F(WrapperTest, AKilledBackendNeverDoublesAnEffect) {
  std::atomic<bool> stop{false};
  std::thread killer([&] {
    while (!stop) {
      database_.Sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
          "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
      absl::SleepFor(absl::Milliseconds(7));
    }
  });
  std::set<std::string> acknowledged;
  for (int i = 0; i < 150; ++i) {
    const std::string id = NewRequestId();
    for (int attempt = 0; attempt < 50; ++attempt) {  // as a client would: the same id until it is answered
      auto answer = Call(&Stub::CreateProbe, NewProbe(id), clerk_);
      if (!answer.ok()) continue;
      acknowledged.insert(answer->probe_id());
      break;
    }
  }
  stop = true;
  killer.join();
  EXPECT_EQ(acknowledged.size(), 150);
  EXPECT_EQ(Count("probe"), 150);
  EXPECT_EQ(Count("audit_outbox"), 150);
}

TEST_F(WrapperTest, RefusesBeyondItsBoundsAndStopsWorkAtTheDeadline) {
  v1::MisbehaveRequest request;
  request.set_area(kVillage);
  request.set_way(v1::MisbehaveRequest::SLEEPS);
  std::atomic<int> overloaded{0}, expired{0};
  std::vector<std::thread> clients;
  const absl::Time start = absl::Now();
  // Four are at work and 32, half of the queue, wait.
  for (int i = 0; i < 60; ++i) {
    clients.emplace_back([&] {
      grpc::ClientContext context;
      context.AddMetadata("authorization", "Bearer " + clerk_);
      context.set_deadline(absl::ToChronoTime(start + absl::Seconds(2)));
      v1::Probe probe;
      absl::Status status = status::FromGrpc(stub_->Misbehave(&context, request, &probe));
      if (status.code() == absl::StatusCode::kResourceExhausted) {
        EXPECT_GT(status::RetryDelaySecondsOf(status), 0);
        ++overloaded;
      } else if (status.code() == absl::StatusCode::kDeadlineExceeded) {
        ++expired;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_GE(overloaded, 20);
  EXPECT_EQ(overloaded + expired, 60);
  // The statements themselves were stopped, not only their callers.
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_EQ(database_
                .Sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                     "AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()")[0][0]
                .as<int>(),
            0);
}

TEST_F(WrapperTest, StreamsBothWays) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + clerk_);
  v1::WatchProbesRequest request;
  request.set_area(kVillage);
  request.set_number(1000);
  auto reader = stub_->WatchProbes(&context, request);
  v1::Probe probe;
  int received = 0;
  while (reader->Read(&probe)) {
    EXPECT_EQ(probe.number(), received++);
    EXPECT_NE(probe.phone(), "13900000000") << "masked in streams too";
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(received, 1000);

  for (const char* area : {kVillage, kOtherCounty}) {
    grpc::ClientContext upload_context;
    upload_context.AddMetadata("authorization", "Bearer " + clerk_);
    auto writer = stub_->UploadProbe(&upload_context, &probe);
    v1::UploadProbeRequest portion;
    portion.set_area(area);
    portion.set_text(std::string(100'000, 'x'));
    for (int i = 0; i < 20; ++i) writer->Write(portion);
    writer->WritesDone();
    absl::Status status = status::FromGrpc(writer->Finish());
    if (area == kVillage) {
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_EQ(probe.number(), 2'000'000);
    } else {
      EXPECT_EQ(status::ReasonOf(status), "AREA_OUT_OF_SCOPE");
    }
  }
}

TEST_F(WrapperTest, CoalescedRowsAreAnsweredEach) {
  v1::RecordProbeRequest request;
  request.set_area(kVillage);
  request.set_text("打卡");
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      for (int j = 0; j < 20; ++j) EXPECT_EQ(ReasonFor(&Stub::RecordProbe, request, clerk_), "OK");
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(Count("probe"), 320);
  request.set_area(kOtherCounty);
  EXPECT_EQ(ReasonFor(&Stub::RecordProbe, request, clerk_), "AREA_OUT_OF_SCOPE");
}

// Positions are dense and complete although writers commit in another order than they began; two sequencers share the
// work without a gap or a double.
TEST_F(WrapperTest, SequencesDenselyUnderTwoReplicas) {
  events::Sequencer one(database_.database(), "probe", crypto::SigningKey::Generate());
  events::Sequencer two(database_.database(), "probe", crypto::SigningKey::Generate());
  one.Start();
  two.Start();
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int j = 0; j < 50; ++j) EXPECT_TRUE(Call(&Stub::CreateProbe, NewProbe(NewRequestId()), clerk_).ok());
    });
  }
  for (auto& client : clients) client.join();
  for (int i = 0; i < 200 && Count("event_outbox") + Count("audit_outbox") > 0; ++i)
    absl::SleepFor(absl::Milliseconds(50));
  auto positions = database_.Sql("SELECT count(*), min(position), max(position) FROM event_log")[0];
  EXPECT_EQ(positions[0].as<int>(), 200);
  EXPECT_EQ(positions[1].as<int>(), 1);
  EXPECT_EQ(positions[2].as<int>(), 200);
  EXPECT_EQ(Count("audit_log"), 200);
}

}  // namespace
}  // namespace bangfu::probe
