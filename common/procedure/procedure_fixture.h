// A service for tests that hosts procedures of one kind on PostgreSQL: it registers members, and when a procedure is
// through, its subjects are members. Called through real gRPC; time stands still until it is moved.
#ifndef BANGFU_COMMON_PROCEDURE_PROCEDURE_FIXTURE_H_
#define BANGFU_COMMON_PROCEDURE_PROCEDURE_FIXTURE_H_

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/procedure/v1/procedure_service.grpc.pb.h"
#include "common/crypto/key_ring.h"
#include "common/policy/fixture_for_tests.h"
#include "common/policy/policy_store.h"
#include "common/procedure/case_for_tests.h"
#include "common/procedure/definitions_for_tests.h"
#include "common/procedure/procedure_rpc.h"
#include "common/status/refusal.h"
#include "common/testing/test_database.h"
#include "common/testing/test_server.h"
#include "gtest/gtest.h"

namespace bangfu::procedure {
using Stub = v1::ProcedureService::Stub;

inline constexpr db::Migration kMigrations[] = {{"9200_member.sql", "CREATE TABLE member (subject text PRIMARY KEY)"}};
inline constexpr db::Statement kInsertMember = {"member.insert", "INSERT INTO member (subject) VALUES ($1)"};
inline constexpr db::Statement kDie = {"member.die", "SELECT pg_terminate_backend(pg_backend_pid())"};
inline constexpr char kKind[] = "membership";
inline constexpr auto kRegistrar = options::v1::REGISTRAR;
inline constexpr auto kReviewer = options::v1::REVIEWER;

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& answer) {
  return answer.ok() ? "OK" : status::ReasonOf(answer.status());
}

// A record with that name in a field "name": a message of the service, so the test says which.
std::unique_ptr<google::protobuf::Message> RecordOf(const std::string& name);

class ProcedureRpcTest : public ::testing::Test {
 protected:
  ProcedureRpcTest() {
    host_.write = {"registration", &database_.database(), &sealer_};
    host_.page_tokens = &page_tokens_;
    host_.policies = &policies_;
    policy_kinds_.Add(policy::CheckHolidayTable).Add(DefinitionFaults);
    host_.area_name = [](db::Tx&, int64_t) { return std::string("宝力皋嘎查"); };
    ProcedureKind kind;
    kind.name = kKind;
    kind.readers = {kRegistrar, kReviewer, options::v1::VIEWER};
    kind.acted = [this](const Stage& stage) { return Acted(stage); };
    kind.ended = [this](const Stage& stage) { return Ended(stage); };
    kind.notice_records = [this](db::Tx&, const std::vector<std::string>& ids) { return Records(ids); };
    host_.Add(std::move(kind));
    table_ = rpc_.Table(dispatcher_);
    server_ = std::make_unique<testing::TestServer>(std::vector<rpc::ServiceTable*>{table_.get()});
    stub_ = v1::ProcedureService::NewStub(server_->channel());
  }

  static db::Bounds AtMost(int seconds) { return db::Bounds{absl::Now() + absl::Seconds(seconds)}; }

  absl::Status Acted(const Stage& stage) {
    if (die_once_.exchange(false)) stage.tx.Run(kDie);
    return absl::OkStatus();
  }

  absl::Status Ended(const Stage& stage) {
    if (refuse_) return status::Refuse(status::Reason::CONSTRAINT_VIOLATED);
    for (const Subject& subject : stage.after.subjects()) {
      if (subject.state() == Subject::APPROVED) stage.tx.Run(kInsertMember, subject.subject_id());
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::unique_ptr<google::protobuf::Message>>> Records(const std::vector<std::string>& ids) {
    std::vector<std::unique_ptr<google::protobuf::Message>> records;
    for (const std::string& id : ids) records.push_back(RecordOf(names_.count(id) > 0 ? names_[id] : id));
    return records;
  }

  // Puts a document of the whole country in force, as its publication does.
  void Publish(const google::protobuf::Message& body, const std::string& purpose = "") {
    auto document = policy::NewDocument(body, policy::kNation, "2020-01-01", "", purpose);
    document.set_kind(policy::KindOf(*body.GetDescriptor()).name());
    document.set_policy_id(ids::RecordId{100000, ids::NewRecordNumber()}.ToString());
    const auto published = database_.database().Write(AtMost(10), [&](db::Tx& tx) {
      policy::InsertPolicy(tx, &document);
      policy::LockedKey key = policy::LockKey(tx, document, clock_.Now());
      document.set_version(++key.version);
      policy::SavePolicy(tx, &document);
      policy::SaveForce(tx, document, key, {}, {policy::HoldingOf(document)});
      return absl::OkStatus();
    });
    ASSERT_TRUE(published.ok()) << published;
  }

  absl::StatusOr<AppliedDefinition> Resolve(const std::string& purpose) {
    return database_.database().Read(AtMost(10), [&](db::Tx& tx) {
      return ResolveDefinition(host_, tx, kTestVillage, DayOf(clock_.Now()), purpose);
    });
  }

  absl::StatusOr<Procedure> Start(const ProcedureDefinition& definition, const std::vector<Subject>& subjects,
                                  int64_t area = kTestVillage, const std::string& kind = kKind) {
    return StartBy(Applying(definition), subjects, area, kind);
  }

  absl::StatusOr<Procedure> StartBy(const AppliedDefinition& applied, const std::vector<Subject>& subjects,
                                    int64_t area = kTestVillage, const std::string& kind = kKind) {
    return database_.database().Write(AtMost(10), [&](db::Tx& tx) -> absl::StatusOr<Procedure> {
      rpc::Effects effects{audit::v1::AuditRecord()};
      NewProcedure given{"", kind, area, subjects, {}};
      auto begun = StartProcedure(host_, tx, effects, clock_.Now(), applied, given);
      if (!begun.ok()) return begun;
      if (auto flushed = effects.Flush(tx); !flushed.ok()) return flushed;
      return begun;
    });
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                std::type_identity_t<Request> request, const std::string& token) {
    request.set_service("registration");
    return testing::TestServer::Call(stub_.get(), method, request, token);
  }

  std::string Token(const std::string& account, options::v1::Role role, int64_t area) {
    auth::Caller caller;
    caller.subject = caller.session = account;
    caller.grants.push_back({role, {auth::RangeOf(area)}});
    return *issuer_.Issue(caller, clock_.Now());
  }
  std::string VillageClerk() { return Token("村-录入员", kRegistrar, kTestVillage); }
  std::string Township() { return Token("乡-审核员", kReviewer, AreaAt(v1::TOWNSHIP, kTestVillage)); }
  std::string County() { return Token("县-审核员", kReviewer, AreaAt(v1::COUNTY, kTestVillage)); }

  absl::StatusOr<Procedure> Get(const std::string& id, const std::string& token) {
    v1::GetProcedureRequest request;
    request.set_procedure_id(id);
    return Call(&Stub::GetProcedure, request, token);
  }

  v1::ActOnProcedureRequest RequestFor(const Procedure& seen, Action action) {
    action.set_step(seen.step());
    v1::ActOnProcedureRequest request;
    request.set_procedure_id(seen.procedure_id());
    request.set_etag(seen.etag());
    *request.mutable_action() = std::move(action);
    request.set_request_id(testing::NewRequestId());
    return request;
  }

  // Acts on what was seen last and, if it is taken, sees what comes of it. OK or the reason.
  std::string Act(Procedure* seen, const std::string& token, Action action) {
    auto answer = Call(&Stub::ActOnProcedure, RequestFor(*seen, std::move(action)), token);
    if (answer.ok()) *seen = *answer;
    return ReasonOf(answer);
  }

  absl::StatusOr<v1::NoticeText> NoticeOf(const Procedure& procedure, const std::string& step = "") {
    v1::GetNoticeTextRequest request;
    request.set_procedure_id(procedure.procedure_id());
    request.set_step(step);
    return Call(&Stub::GetNoticeText, request, VillageClerk());
  }

  // Posts what the system gives to print.
  std::string Post(Procedure* seen, const std::string& token) {
    auto text = NoticeOf(*seen);
    if (!text.ok()) return ReasonOf(text);
    Action action = procedure::Post(text->from_date());
    action.mutable_post_notice()->set_text_sha256(text->text_sha256());
    return Act(seen, token, action);
  }

  void Days(int days) { clock_.Advance(absl::Hours(24 * days)); }

  // To the first notice, which is posted on 2 March.
  Procedure InFirstNotice(int households) {
    Procedure seen = *Start(TwoNoticesOneAnnouncement(), Households(households));
    std::vector<std::string> ids;
    Action meeting = HoldMeeting("2020-03-01", 30, 30);
    for (int i = 1; i <= households; ++i) {
      ids.push_back(absl::StrCat("户", i));
      meeting = WithVote(meeting, ids.back(), 30);
    }
    EXPECT_EQ(Act(&seen, VillageClerk(), Submit("申请书", ids)), "OK");
    EXPECT_EQ(Act(&seen, VillageClerk(), Approve()), "OK");
    EXPECT_EQ(Act(&seen, VillageClerk(), meeting), "OK");
    EXPECT_EQ(Act(&seen, VillageClerk(), Approve()), "OK");
    EXPECT_EQ(seen.step(), "notice-1");
    return seen;
  }

  std::vector<std::string> List(v1::ListProceduresRequest request, const std::string& token) {
    if (request.area().empty()) request.set_area(std::to_string(kTestVillage));
    auto answer = Call(&Stub::ListProcedures, request, token);
    if (!answer.ok()) return {ReasonOf(answer)};
    std::vector<std::string> ids;
    for (const Procedure& procedure : answer->procedures()) ids.push_back(procedure.procedure_id());
    return ids;
  }

  int64_t Count(const std::string& table) { return database_.Count(table); }

  std::map<std::string, std::string> names_;
  std::atomic<bool> die_once_{false};
  std::atomic<bool> refuse_{false};
  testing::TestDatabase database_{kMigrations};
  crypto::Sealer sealer_{crypto::KeyRing::ForTest()};
  api::PageTokens page_tokens_{std::string(32, 'k')};
  testing::FakeClock clock_{StartOf(absl::CivilDay(2020, 3, 2)) + absl::Hours(9)};
  crypto::SigningKey key_ = crypto::SigningKey::Generate();
  auth::TokenIssuer issuer_{key_};
  auth::TokenVerifier verifier_{{key_.verifying_key()}};
  rpc::Dispatcher dispatcher_{[this] {
    rpc::DispatcherOptions options;
    options.service = "registration";
    options.verifier = &verifier_;
    options.database = &database_.database();
    options.write_workers = 8;
    options.clock = [this] { return clock_.Now(); };
    return options;
  }()};
  policy::Kinds policy_kinds_;
  policy::Library policies_{policy_kinds_};
  ProcedureHost host_;
  ProcedureRpc rpc_{host_};
  std::unique_ptr<rpc::ServiceTable> table_;
  std::unique_ptr<testing::TestServer> server_;
  std::unique_ptr<Stub> stub_;
};

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_PROCEDURE_FIXTURE_H_
