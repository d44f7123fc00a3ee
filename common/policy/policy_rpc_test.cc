#include "common/policy/policy_rpc.h"

#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "bangfu/policy/v1/policy_service.grpc.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/crypto/key_ring.h"
#include "common/policy/decision_store.h"
#include "common/policy/fixture_for_tests.h"
#include "common/policy/working_days.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/testing/test_database.h"
#include "common/testing/test_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::policy {
namespace {

using registration::v1::PovertyLine;
using Stub = v1::PolicyService::Stub;
using ::testing::ElementsAre;

constexpr int64_t kNationCode = 100000000000;
constexpr int64_t kCountyCode = 150526000000;
constexpr char kHousehold[] = "150526-01hq3v9k2m4xz";

RuleOutcome JudgeIncome(const PovertyLine& income, const PovertyLine& line) {
  RuleOutcome outcome;
  outcome.set_verdict(income.line_fen() >= line.line_fen() ? "PASS" : "FAIL");
  return outcome;
}

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return result.ok() ? "OK" : status::ReasonOf(result.status());
}

class PolicyRpcTest : public ::testing::Test {
 protected:
  PolicyRpcTest() {
    kinds_.Add(CheckHolidayTable).Add<PovertyLine>();
    rules_.Add("INCOME", JudgeIncome);
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                std::type_identity_t<Request> request, const std::string& token) {
    request.set_service("registration");
    return testing::TestServer::Call(stub_.get(), method, request, token);
  }

  std::string Author(int64_t area = kNationCode) { return Token("author", options::v1::REGISTRAR, area); }
  std::string Second(int64_t area = kNationCode) { return Token("second", options::v1::REVIEWER, area); }
  std::string Viewer(int64_t area = kCountyCode) { return Token("viewer", options::v1::VIEWER, area); }
  std::string Token(const std::string& subject, options::v1::Role role, int64_t area) {
    auth::Caller caller;
    caller.subject = caller.session = subject;
    caller.grants.push_back({role, {auth::RangeOf(area)}});
    return *issuer_.Issue(caller, clock_.Now());
  }

  static PolicyDocument Line(int64_t yuan, const std::string& from, const std::string& to = "",
                             const std::string& area = kNation) {
    PovertyLine line;
    line.set_line_fen(yuan * 100);
    line.set_price_basis(PovertyLine::CURRENT);
    return NewDocument(line, area, from, to, "EXIT");
  }

  absl::StatusOr<PolicyDocument> Create(const PolicyDocument& draft, const std::string& token) {
    v1::CreatePolicyRequest request;
    *request.mutable_policy() = draft;
    request.set_request_id(testing::NewRequestId());
    return Call(&Stub::CreatePolicy, request, token);
  }
  absl::StatusOr<PolicyDocument> Submit(const PolicyDocument& document, const std::string& token) {
    v1::SubmitPolicyRequest request;
    Name(document, &request);
    return Call(&Stub::SubmitPolicy, request, token);
  }
  absl::StatusOr<PolicyDocument> Review(const PolicyDocument& document, const std::string& token,
                                        v1::ReviewPolicyRequest::Decision decision = v1::ReviewPolicyRequest::APPROVE) {
    v1::ReviewPolicyRequest request;
    Name(document, &request);
    request.set_decision(decision);
    request.set_comment("请核对");
    return Call(&Stub::ReviewPolicy, request, token);
  }
  absl::StatusOr<PolicyDocument> Publish(const PolicyDocument& document,
                                         const std::vector<std::string>& supersedes = {},
                                         const std::string& token = "") {
    v1::PublishPolicyRequest request;
    Name(document, &request);
    request.mutable_supersedes()->Assign(supersedes.begin(), supersedes.end());
    return Call(&Stub::PublishPolicy, request, token.empty() ? Second() : token);
  }
  absl::StatusOr<PolicyDocument> Withdraw(const PolicyDocument& document) {
    v1::WithdrawPolicyRequest request;
    Name(document, &request);
    request.set_reason("发布有误");
    return Call(&Stub::WithdrawPolicy, request, Second());
  }
  template <typename Request>
  static void Name(const PolicyDocument& document, Request* request) {
    request->set_policy_id(document.policy_id());
    request->set_etag(document.etag());
    request->set_request_id(testing::NewRequestId());
  }

  PolicyDocument Approved(const PolicyDocument& draft) {
    const int64_t area = *standards::ParseAreaCode(draft.area());
    auto document = Create(draft, Author(area));
    EXPECT_TRUE(document.ok()) << document.status();
    document = Submit(*document, Author(area));
    EXPECT_TRUE(document.ok()) << document.status();
    document = Review(*document, Second(area));
    EXPECT_TRUE(document.ok()) << document.status();
    return *document;
  }

  // Publishes and names whatever that supersedes, as one who has looked.
  PolicyDocument PublishOver(const PolicyDocument& draft, const std::vector<std::string>& supersedes = {}) {
    auto published = Publish(Approved(draft), supersedes, Second(*standards::ParseAreaCode(draft.area())));
    EXPECT_TRUE(published.ok()) << published.status();
    return *published;
  }

  PolicyDocument Get(const std::string& policy_id) {
    v1::GetPolicyRequest request;
    request.set_policy_id(policy_id);
    auto document = Call(&Stub::GetPolicy, request, Viewer());
    EXPECT_TRUE(document.ok()) << document.status();
    return *document;
  }

  v1::ResolvePolicyResponse Resolve(const std::string& date, std::optional<absl::Time> known = {}) {
    v1::ResolvePolicyRequest request;
    request.set_kind("POVERTY_LINE");
    request.set_area(kVillageText);
    request.set_date(date);
    request.set_purpose("EXIT");
    if (known) request.mutable_as_known_at()->set_seconds(absl::ToUnixSeconds(*known));
    auto response = Call(&Stub::ResolvePolicy, request, Viewer());
    EXPECT_TRUE(response.ok()) << response.status();
    return *response;
  }
  int64_t YuanAt(const std::string& date, std::optional<absl::Time> known = {}) {
    PovertyLine line;
    Resolve(date, known).policy().body().UnpackTo(&line);
    return line.line_fen() / 100;
  }

  testing::FakeClock clock_{absl::FromUnixSeconds(1'772'413'200)};
  testing::TestDatabase database_{{}};
  crypto::Sealer sealer_{crypto::KeyRing::ForTest()};
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  auth::TokenIssuer issuer_{key_};
  auth::TokenVerifier verifier_{{key_.verifying_key()}};
  api::PageTokens page_tokens_{std::string(32, 'p')};
  Kinds kinds_;
  Rules rules_;
  Library library_{kinds_};
  rpc::Dispatcher dispatcher_{
      {.service = "registration", .verifier = &verifier_, .database = &database_.database(), .clock = [this] {
         return clock_.Now();
       }}};
  PolicyRpc rpc_{{.write = {"registration", &database_.database(), &sealer_},
                  .page_tokens = &page_tokens_,
                  .policies = &library_,
                  .rules = &rules_}};
  std::unique_ptr<rpc::ServiceTable> table_ = rpc_.Table(dispatcher_);
  testing::TestServer server_{{table_.get()}};
  std::unique_ptr<Stub> stub_ = v1::PolicyService::NewStub(server_.channel());
};

TEST_F(PolicyRpcTest, ADocumentGoesFromDraftToForceThroughTwoPersons) {
  auto document = Create(Line(2952, "2016-01-01"), Author());
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->kind(), "POVERTY_LINE");
  EXPECT_EQ(document->policy_id().substr(0, 7), "100000-");
  EXPECT_EQ(ReasonOf(Publish(*document)), "POLICY_WRONG_STATE");

  v1::UpdatePolicyRequest update;
  update.mutable_policy()->set_policy_id(document->policy_id());
  update.mutable_policy()->set_etag(document->etag());
  update.mutable_policy()->set_title("2016年退出执行线");
  update.set_request_id(testing::NewRequestId());
  document = Call(&Stub::UpdatePolicy, update, Second());
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->title(), "2016年退出执行线");
  update.mutable_policy()->set_etag(document->etag());
  update.mutable_policy()->mutable_source()->set_note("见省级公告");
  update.mutable_update_mask()->add_paths("source.note");
  update.set_request_id(testing::NewRequestId());
  document = Call(&Stub::UpdatePolicy, update, Second());
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->source().note(), "见省级公告");
  EXPECT_EQ(document->source().confidence(), v1::PolicySource::SECONDARY) << "only the note was named";
  document = Submit(*document, Author());
  EXPECT_EQ(ReasonOf(Review(*document, Second())), "SECOND_PERSON_REQUIRED") << "who changed it is an author, too";
  EXPECT_EQ(ReasonOf(Review(*document, Author())), "PERMISSION_DENIED") << "a registrar reviews nothing";
  const std::string third = Token("third", options::v1::REVIEWER, kNationCode);
  auto returned = Review(*document, third, v1::ReviewPolicyRequest::RETURN);
  EXPECT_EQ(returned->state(), PolicyDocument::DRAFT);
  EXPECT_EQ(ReasonOf(Review(*document, third)), "ETAG_MISMATCH");
  document = Review(*Submit(*returned, Author()), third);
  EXPECT_EQ(document->state(), PolicyDocument::APPROVED);
  document = Publish(*document);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->state(), PolicyDocument::PUBLISHED);
  EXPECT_EQ(document->version(), 1);
  EXPECT_EQ(document->periods_size(), 1);
  EXPECT_EQ(YuanAt("2016-05-01"), 2952);

  update.mutable_policy()->set_etag(document->etag());
  update.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(&Stub::UpdatePolicy, update, Author())), "POLICY_WRONG_STATE") << "published is fixed";
  EXPECT_EQ(database_.Count("event_outbox"), 1);
}

TEST_F(PolicyRpcTest, OnlyThoseOfTheAreaMakeItsRules) {
  EXPECT_EQ(ReasonOf(Create(Line(2952, "2016-01-01"), Author(kCountyCode))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Create(Line(2952, "2016-01-01", "", kProvinceText), Author(kCountyCode))), "AREA_OUT_OF_SCOPE");
  const PolicyDocument county = Approved(Line(3000, "2016-01-01", "", kCountyText));
  EXPECT_EQ(ReasonOf(Publish(county, {}, Second(150525000000))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Publish(county, {}, Second(kCountyCode))), "OK");
  PolicyDocument table = NewDocument(HolidaysOf(2025, "2025-01-28", "2025-02-04"), kCountyText, "2025-01-01");
  EXPECT_EQ(ReasonOf(Create(table, Author(kCountyCode))), "POLICY_AREA_TOO_FINE");
}

TEST_F(PolicyRpcTest, WhatIsSupersededIsNamedAndKept) {
  const PolicyDocument old = PublishOver(Line(2952, "2016-01-01"));
  const absl::Time before = clock_.Now();
  clock_.Advance(absl::Minutes(1));
  const PolicyDocument approved = Approved(Line(3535, "2018-07-01"));
  EXPECT_EQ(ReasonOf(Publish(approved)), "POLICY_OVERLAPS");
  PolicyDocument proposal = Line(9999, "2019-01-01");
  SetSource(v1::PolicySource::PROPOSAL, &proposal);
  EXPECT_EQ(ReasonOf(Publish(Approved(proposal), {old.policy_id()})), "PROPOSAL_CANNOT_SUPERSEDE");

  auto published = Publish(approved, {old.policy_id()});
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->version(), 2);
  const PolicyDocument kept = Get(old.policy_id());
  EXPECT_EQ(kept.state(), PolicyDocument::SUPERSEDED);
  EXPECT_EQ(kept.periods(0).valid_to(), "2018-07-01");
  EXPECT_EQ(YuanAt("2018-06-30"), 2952);
  EXPECT_EQ(YuanAt("2018-07-01"), 3535);
  EXPECT_EQ(YuanAt("2018-07-01", before), 2952);

  v1::DiffPoliciesRequest diff;
  diff.set_policy_id(old.policy_id());
  diff.set_other_policy_id(published->policy_id());
  auto changes = Call(&Stub::DiffPolicies, diff, Viewer());
  ASSERT_EQ(changes->changes_size(), 2) << changes->DebugString();
  EXPECT_EQ(changes->changes(1).label(), "内容的标准线");

  ASSERT_TRUE(Withdraw(*published).ok());
  EXPECT_EQ(YuanAt("2018-07-01"), 0) << "what it superseded does not come back by itself";
  EXPECT_EQ(YuanAt("2018-06-30"), 2952);
  EXPECT_EQ(Resolve("2018-07-01").steps_size(), 6);
}

// Many publish for the same key at once: exactly one wins, since the others have not named it.
TEST_F(PolicyRpcTest, ConcurrentPublicationsDoNotOverlap) {
  std::vector<PolicyDocument> approved;
  for (int i = 1; i <= 8; ++i) approved.push_back(Approved(Line(1000 + i, "2016-01-01")));
  std::vector<std::string> reasons(approved.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < approved.size(); ++i) {
    threads.emplace_back([&, i] { reasons[i] = ReasonOf(Publish(approved[i])); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(reasons.begin(), reasons.end(), "OK"), 1);
  EXPECT_EQ(std::count(reasons.begin(), reasons.end(), "POLICY_OVERLAPS"), 7);
  EXPECT_EQ(database_.Count("policy_holding WHERE known_to = 'infinity'"), 1);
}

// Random publications and withdrawals against an array that is overwritten, as of every instant in between.
TEST_F(PolicyRpcTest, AnswersAsKnownAtAnyInstant) {
  std::mt19937 random(20180701);
  constexpr int kDays = 24;
  const absl::CivilDay start(2016, 1, 1);
  std::vector<std::vector<int>> model = {std::vector<int>(kDays, 0)};
  std::vector<absl::Time> instants = {clock_.Now()};
  std::vector<std::string> ids = {""};
  for (int i = 1; i <= 14; ++i) {
    clock_.Advance(absl::Minutes(1));
    model.push_back(model.back());
    std::vector<int>& days = model.back();
    const int withdrawn = i % 5 == 0 ? *std::max_element(days.begin(), days.end()) : 0;
    if (withdrawn != 0) {
      ASSERT_TRUE(Withdraw(Get(ids[withdrawn])).ok());
      std::replace(days.begin(), days.end(), withdrawn, 0);
      ids.push_back("");
    } else {
      const int from = static_cast<int>(random() % kDays), to = from + 1 + static_cast<int>(random() % kDays);
      const int end = std::min(to, kDays);
      std::set<std::string> overlapped;
      for (int day = from; day < end; ++day) {
        if (days[day] != 0) overlapped.insert(ids[days[day]]);
      }
      PolicyDocument document =
          Approved(Line(i, standards::FormatDate(start + from), standards::FormatDate(start + end)));
      auto published = Publish(document, {overlapped.begin(), overlapped.end()});
      ASSERT_TRUE(published.ok()) << published.status();
      ids.push_back(published->policy_id());
      std::fill(days.begin() + from, days.begin() + end, i);
    }
    instants.push_back(clock_.Now());
  }
  for (size_t known = 0; known < model.size(); ++known) {
    for (int day = 0; day < kDays; ++day) {
      const std::string date = standards::FormatDate(start + day);
      ASSERT_EQ(YuanAt(date, instants[known]), model[known][day]) << "known " << known << ", " << date;
    }
  }
}

// Another replica has a library of its own; it sees a publication in its next transaction.
TEST_F(PolicyRpcTest, AnotherReplicaSeesAPublicationAtOnce) {
  Library other(kinds_);
  const auto yuan = [&] {
    return *database_.database().Read({absl::Now() + absl::Seconds(5)}, [&](db::Tx& tx) -> absl::StatusOr<int64_t> {
      const auto book = other.Open(tx);
      EXPECT_EQ(book, other.Open(tx)) << "nothing is read twice";
      auto line = policy::Resolve<PovertyLine>(*book, kCountyCode, absl::CivilDay(2018, 1, 1), "EXIT");
      return line.ok() ? line->message.line_fen() / 100 : 0;
    });
  };
  EXPECT_EQ(yuan(), 0);
  const PolicyDocument first = PublishOver(Line(2952, "2016-01-01"));
  EXPECT_EQ(yuan(), 2952);
  PublishOver(Line(3535, "2018-01-01"), {first.policy_id()});
  EXPECT_EQ(yuan(), 3535);
}

TEST_F(PolicyRpcTest, DecisionsAreExplainedAndReplayed) {
  const PolicyDocument first = PublishOver(Line(2952, "2016-01-01"));
  PovertyLine income;
  income.set_line_fen(300000);
  DecisionRecord kept;
  const absl::Status recorded =
      database_.database().Write({absl::Now() + absl::Seconds(5)}, [&](db::Tx& tx) -> absl::Status {
        auto line = policy::Resolve<PovertyLine>(*library_.Open(tx), 150526100201, absl::CivilDay(2016, 10, 1), "EXIT");
        if (!line.ok()) return line.status();
        kept = RecordDecision(tx,
                              {.subject_id = kHousehold,
                               .area = 150526100201,
                               .date = absl::CivilDay(2016, 10, 1),
                               .rule = "INCOME",
                               .policies = {line->ref},
                               .outcome = JudgeIncome(income, line->message),
                               .decider = "official",
                               .time = clock_.Now()},
                              income);
        return absl::OkStatus();
      });
  ASSERT_TRUE(recorded.ok()) << recorded;
  const PolicyDocument second = PublishOver(Line(3535, "2018-01-01"), {first.policy_id()});

  v1::ListDecisionsRequest list;
  list.set_subject_id(kHousehold);
  auto decisions = Call(&Stub::ListDecisions, list, Viewer());
  ASSERT_EQ(decisions->decisions_size(), 1);
  EXPECT_EQ(decisions->decisions(0).SerializeAsString(), kept.SerializeAsString());
  EXPECT_EQ(ReasonOf(Call(&Stub::ListDecisions, list, Viewer(150525000000))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Call(&Stub::ListDecisions, list, Viewer(150526200000))), "AREA_OUT_OF_SCOPE");

  v1::ReplayDecisionRequest replay;
  replay.set_decision_id(kept.decision_id());
  auto same = Call(&Stub::ReplayDecision, replay, Viewer());
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_TRUE(same->same_verdict());
  EXPECT_EQ(same->policies(0).version(), 1) << "the old decision stays explained by the old line";
  replay.set_date("2018-10-01");
  auto later = Call(&Stub::ReplayDecision, replay, Viewer());
  EXPECT_EQ(later->outcome().verdict(), "FAIL");
  EXPECT_EQ(later->policies(0).policy_id(), second.policy_id());
  replay.clear_date();
  replay.add_policy_ids(second.policy_id());
  EXPECT_FALSE(Call(&Stub::ReplayDecision, replay, Viewer())->same_verdict());
}

TEST_F(PolicyRpcTest, ListsComeInPages) {
  for (int year = 2013; year <= 2017; ++year) {
    PublishOver(Line(year, absl::StrCat(year, "-01-01"), absl::StrCat(year + 1, "-01-01")));
  }
  Approved(Line(3000, "2016-01-01", "", kCountyText));
  v1::ListPoliciesRequest request;
  request.set_kind("POVERTY_LINE");
  request.set_state(PolicyDocument::PUBLISHED);
  request.set_page_size(3);
  auto page = Call(&Stub::ListPolicies, request, Viewer());
  ASSERT_EQ(page->policies_size(), 3);
  EXPECT_EQ(page->policies(0).valid_from(), "2017-01-01");
  request.set_page_token(page->next_page_token());
  page = Call(&Stub::ListPolicies, request, Viewer());
  EXPECT_EQ(page->policies_size(), 2);
  EXPECT_EQ(page->next_page_token(), "");
  request.Clear();
  request.set_area(kCountyText);
  EXPECT_EQ(Call(&Stub::ListPolicies, request, Viewer())->policies_size(), 1);
  auto kinds = Call(&Stub::ListPolicyKinds, {}, Viewer());
  EXPECT_EQ(kinds->kinds_size(), 2);
  EXPECT_EQ(kinds->kinds(1).type_url(), "type.googleapis.com/bangfu.registration.v1.PovertyLine");
}

}  // namespace
}  // namespace bangfu::policy
