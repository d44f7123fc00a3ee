// Procedures as a service hosts them: rows, rights, lists, notices, and what happens when two act at once or one dies.
#include "common/procedure/procedure_rpc.h"

#include <algorithm>
#include <array>
#include <thread>

#include "absl/strings/match.h"
#include "bangfu/registration/v1/member.pb.h"
#include "common/procedure/procedure_fixture.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"

namespace bangfu::procedure {

std::unique_ptr<google::protobuf::Message> RecordOf(const std::string& name) {
  auto member = std::make_unique<registration::v1::Member>();
  member->set_name(name);
  return member;
}

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(ProcedureRpcTest, RunsThroughAndRegistersWhenItIsThrough) {
  Procedure seen = InFirstNotice(5);
  EXPECT_EQ(Post(&seen, VillageClerk()), "OK");
  Days(7);
  EXPECT_EQ(Act(&seen, VillageClerk(), Approve()), "OK");
  EXPECT_EQ(Act(&seen, Township(), Draw("chosen by the caller")), "OK");
  const v1::Sample sample = Get(seen.procedure_id(), Township())->steps(3).sample();
  EXPECT_EQ(sample.seed().size(), 64u);  // not the caller's
  ASSERT_EQ(sample.subject_ids_size(), 1);
  EXPECT_EQ(Act(&seen, Township(), Recheck(sample.subject_ids(0), true)), "OK");
  EXPECT_EQ(Act(&seen, Township(), TakeOut("户3")), "OK");
  EXPECT_EQ(Act(&seen, Township(), Approve()), "OK");
  EXPECT_EQ(Post(&seen, VillageClerk()), "OK");
  Days(7);
  EXPECT_EQ(Act(&seen, VillageClerk(), Approve()), "OK");
  EXPECT_EQ(Act(&seen, County(), Approve()), "OK");
  EXPECT_EQ(Post(&seen, VillageClerk()), "OK");
  EXPECT_EQ(Count("member"), 0);
  Days(1);
  EXPECT_EQ(Act(&seen, VillageClerk(), Approve()), "OK");
  EXPECT_EQ(seen.state(), Procedure::COMPLETED);
  EXPECT_EQ(seen.counts().approved_count(), 4);
  EXPECT_EQ(Count("member"), 4);

  // One line of history for each action, and an audit record and events beside it.
  EXPECT_EQ(Count("procedure_entry"), seen.version() - 1);
  EXPECT_EQ(Count("audit_outbox"), seen.version());
  EXPECT_EQ(Count("event_outbox"), 1 + 6 + 1);  // started, six moves, ended
  EXPECT_EQ(Count("procedure_notice"), 3);

  // What is stored is what the history makes of the beginning.
  auto stored = database_.database().Read(db::Bounds{absl::Now() + absl::Seconds(5)},
                                          [&](db::Tx& tx) -> absl::StatusOr<StoredProcedure> {
                                            return *LoadProcedure(tx, *ids::ParseRecordId(seen.procedure_id()));
                                          });
  v1::ListProcedureEntriesRequest history;
  history.set_procedure_id(seen.procedure_id());
  auto entries = Call(&Stub::ListProcedureEntries, history, County());
  ASSERT_TRUE(stored.ok() && entries.ok());
  NewProcedure given{seen.procedure_id(), kKind, kTestVillage, Households(5), {}};
  const auto begun = Begin({stored->definition, seen.policy()}, given, TimeOf(seen.start_time()));
  const std::vector<ProcedureEntry> lines(entries->entries().begin(), entries->entries().end());
  const auto replayed = Replay(stored->definition, *begun, lines, policy::WorkCalendar());
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*replayed, stored->procedure));
}

TEST_F(ProcedureRpcTest, ARefusalOfTheServiceTakesTheActionBack) {
  Procedure seen = *Start(SevenSteps(), Households(1));
  refuse_ = true;
  const int64_t audits = Count("audit_outbox"), events = Count("event_outbox");
  EXPECT_EQ(Act(&seen, VillageClerk(), Withdraw()), "CONSTRAINT_VIOLATED");
  EXPECT_EQ(Get(seen.procedure_id(), VillageClerk())->state(), Procedure::RUNNING);
  EXPECT_EQ(Count("procedure_entry"), 0);
  EXPECT_EQ(Count("audit_outbox"), audits);
  EXPECT_EQ(Count("event_outbox"), events);
}

TEST_F(ProcedureRpcTest, ASubjectIsInOneRunningProcedureOfAKind) {
  Procedure first = *Start(SevenSteps(), Households(3));
  auto second = Start(SevenSteps(), {Households(3)[2]});
  EXPECT_EQ(ReasonOf(second), "SUBJECT_BUSY");
  EXPECT_THAT(std::string(status::LocalizedMessageOf(second.status()).message()), HasSubstr("户3"));
  EXPECT_EQ(ReasonOf(Start(SevenSteps(), Households(1), kTestVillage, "unheard-of")), "KIND_UNKNOWN");
  EXPECT_EQ(Act(&first, VillageClerk(), Withdraw()), "OK");
  EXPECT_EQ(ReasonOf(Start(SevenSteps(), {Households(3)[2]})), "OK");
  EXPECT_EQ(Count("procedure_definition"), 1);  // kept once
}

TEST_F(ProcedureRpcTest, RunsByTheDocumentThatAppliedWhenItWasStarted) {
  EXPECT_EQ(ReasonOf(Resolve("MEMBERSHIP")), "NO_POLICY_APPLIES");
  Publish(NineSteps(), "MEMBERSHIP");
  const auto applied = Resolve("MEMBERSHIP");
  ASSERT_TRUE(applied.ok()) << applied.status();
  const auto started = StartBy(*applied, Households(1));
  ASSERT_TRUE(started.ok()) << started.status();
  const auto seen = Get(started->procedure_id(), VillageClerk());
  EXPECT_EQ(seen->title(), NineSteps().title());
  EXPECT_EQ(seen->policy().kind(), "PROCEDURE_DEFINITION");
  EXPECT_EQ(seen->policy().policy_id(), applied->ref.policy_id());
  EXPECT_EQ(seen->policy().version(), 1);
  EXPECT_EQ(seen->policy().citation(), "【间接来源】");
}

TEST_F(ProcedureRpcTest, CountsWorkingDaysByTheHolidaysOfItsArea) {
  const Procedure seen = *Start(TwoNoticesOneAnnouncement(), Households(1));
  EXPECT_EQ(NoticeOf(seen, "notice-2")->to_date(), "2020-03-06") << "five days from a Monday";
  Publish(policy::HolidaysOf(2020, "2020-03-04", "2020-03-05"));
  EXPECT_EQ(NoticeOf(seen, "notice-2")->to_date(), "2020-03-10") << "from the next look on";
}

TEST_F(ProcedureRpcTest, OfTwoAtOnceOneWins) {
  Procedure seen = *Start(SevenSteps(), Households(1));
  for (int round = 0; round < 5; ++round) {
    Procedure before = seen;
    std::array<std::string, 6> outcomes;
    std::vector<std::thread> officials;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      officials.emplace_back([&, i] {
        const std::string token = Token(absl::StrCat("录入员", i), kRegistrar, kTestVillage);
        const Action action = Submit("入户核查表", {"户1"}, round + 1);
        outcomes[i] = ReasonOf(Call(&Stub::ActOnProcedure, RequestFor(before, action), token));
      });
    }
    for (auto& official : officials) official.join();
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), "OK"), 1);
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), "ETAG_MISMATCH"), 5);
    seen = *Get(seen.procedure_id(), VillageClerk());
  }
  EXPECT_EQ(Count("procedure_entry"), 5);
}

// The backend dies between the rows and the commit; whoever asks again with the same id gets it done once.
TEST_F(ProcedureRpcTest, ACrashBetweenLeavesNothingOrAll) {
  Procedure seen = *Start(SevenSteps(), Households(1));
  const auto request = RequestFor(seen, Approve());
  die_once_ = true;
  for (int attempt = 0; attempt < 5; ++attempt) {
    auto answer = Call(&Stub::ActOnProcedure, request, VillageClerk());
    if (answer.ok()) {
      EXPECT_EQ(answer->step(), "home-check");
      break;
    }
    EXPECT_EQ(Count("procedure_entry"), 0);
    EXPECT_EQ(Get(seen.procedure_id(), VillageClerk())->step(), "apply");
  }
  EXPECT_EQ(Call(&Stub::ActOnProcedure, request, VillageClerk())->step(), "home-check");  // the first answer
  EXPECT_EQ(Count("procedure_entry"), 1);
  EXPECT_EQ(Count("audit_outbox"), 2);
}

TEST_F(ProcedureRpcTest, AsksWhoWhereAndOnWhatVersion) {
  Procedure seen = *Start(SevenSteps(), Households(1));
  const std::string neighbour = Token("邻村", kRegistrar, kTestVillage + 1);
  const std::string fund = Token("资金", options::v1::FUND_CLERK, AreaAt(v1::COUNTY, kTestVillage));
  EXPECT_EQ(Act(&seen, neighbour, Approve()), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Get(seen.procedure_id(), neighbour)), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Get(seen.procedure_id(), fund)), "PERMISSION_DENIED");  // no reader of the kind
  EXPECT_EQ(Act(&seen, fund, Approve()), "NOT_YOUR_STEP");
  EXPECT_EQ(Act(&seen, Township(), Approve()), "NOT_YOUR_STEP");
  EXPECT_EQ(ReasonOf(Get("150526-0000000000001", County())), "PROCEDURE_NOT_FOUND");

  Procedure old = seen;
  EXPECT_EQ(Act(&seen, VillageClerk(), Approve()), "OK");
  EXPECT_EQ(Act(&old, VillageClerk(), Approve()), "ETAG_MISMATCH");
  auto check = RequestFor(seen, Submit("入户核查表", {"户1"}));
  check.set_validate_only(true);
  EXPECT_EQ(ReasonOf(Call(&Stub::ActOnProcedure, check, VillageClerk())), "OK");
  EXPECT_EQ(Count("procedure_entry"), 1);
  Action malformed = Submit("入户核查表", {"户1"});
  malformed.mutable_evidence(0)->clear_name();
  EXPECT_EQ(Act(&seen, VillageClerk(), malformed), "INVALID_FIELD");
  malformed.mutable_evidence(0)->set_name("x.jpg");
  malformed.mutable_evidence(0)->set_sha256("00");
  EXPECT_EQ(Act(&seen, VillageClerk(), malformed), "DIGEST_INVALID");
}

TEST_F(ProcedureRpcTest, ListsWhatIsMineAndWhatIsLate) {
  const std::string in_notice = InFirstNotice(1).procedure_id();
  Procedure noticed = *Get(in_notice, VillageClerk());
  EXPECT_EQ(Post(&noticed, VillageClerk()), "OK");
  const std::string applied = Start(TwoNoticesOneAnnouncement(), {Households(2)[1]})->procedure_id();
  const std::string chain = Start(Chain4342(), {Households(3)[2]})->procedure_id();
  const std::string away = Start(SevenSteps(), {Households(4)[3]}, kTestVillage + 1)->procedure_id();

  v1::ListProceduresRequest all, mine, late, about, in_step;
  mine.set_mine(true);
  late.set_overdue(true);
  about.set_subject_id("户2");
  in_step.set_step("notice-1");
  EXPECT_THAT(List(all, VillageClerk()), ElementsAre(chain, applied, in_notice));
  all.set_area("150526000000");
  EXPECT_THAT(List(all, VillageClerk()), ElementsAre("AREA_OUT_OF_SCOPE")) << "wider than the clerk's village";
  EXPECT_THAT(List(all, County()), ElementsAre(away, chain, applied, in_notice));
  EXPECT_THAT(List(about, VillageClerk()), ElementsAre(applied));
  EXPECT_THAT(List(in_step, VillageClerk()), ElementsAre(in_notice));
  v1::ListProceduresRequest unheard_of;
  unheard_of.set_kind("unheard-of");
  EXPECT_THAT(List(unheard_of, VillageClerk()), ElementsAre("KIND_UNKNOWN"));
  all.set_area("150521000000");
  EXPECT_THAT(List(all, VillageClerk()), ElementsAre("AREA_OUT_OF_SCOPE"));

  // The village signs first; the notice waits for its days.
  EXPECT_THAT(List(mine, VillageClerk()), ElementsAre(chain, applied));
  EXPECT_THAT(List(mine, Township()), ElementsAre());
  EXPECT_THAT(List(late, County()), ElementsAre());
  Days(7);
  EXPECT_THAT(List(mine, VillageClerk()), ElementsAre(chain, applied, in_notice));
  EXPECT_EQ(Act(&noticed, VillageClerk(), Approve()), "OK");
  EXPECT_THAT(List(mine, VillageClerk()), ElementsAre(chain, applied));
  EXPECT_THAT(List(mine, Township()), ElementsAre(in_notice));
  Days(20);
  EXPECT_THAT(List(late, County()), ElementsAre(in_notice));  // ten working days of the township
  EXPECT_TRUE(Get(in_notice, County())->overdue());
  Days(60);
  EXPECT_THAT(List(late, County()), ElementsAre(applied, in_notice));
}

TEST_F(ProcedureRpcTest, PagesSubjectsAndProcedures) {
  const std::string id = Start(SevenSteps(), Households(12))->procedure_id();
  v1::ListProcedureSubjectsRequest request;
  request.set_procedure_id(id);
  request.set_page_size(5);
  std::vector<std::string> found;
  do {
    auto page = Call(&Stub::ListProcedureSubjects, request, VillageClerk());
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Subject& subject : page->subjects()) found.push_back(subject.subject_id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(found.size(), 12u);
  EXPECT_EQ(found[11], "户12");
  EXPECT_EQ(Get(id, VillageClerk())->subjects_size(), 0);
  EXPECT_EQ(Get(id, VillageClerk())->counts().active_count(), 12);

  const std::string other = Start(SevenSteps(), {Households(13)[12]})->procedure_id();
  v1::ListProceduresRequest list;
  list.set_area("150526000000");
  list.set_page_size(1);
  auto first = Call(&Stub::ListProcedures, list, County());
  ASSERT_EQ(first->procedures(0).procedure_id(), other);
  list.set_page_token(first->next_page_token());
  auto second = Call(&Stub::ListProcedures, list, County());
  EXPECT_EQ(second->procedures(0).procedure_id(), id);
  EXPECT_EQ(second->next_page_token(), "");
  list.set_kind(kKind);
  EXPECT_EQ(ReasonOf(Call(&Stub::ListProcedures, list, County())), "INVALID_PAGE_TOKEN");
}

TEST_F(ProcedureRpcTest, PostsWhatWasPrintedAndKeepsIt) {
  names_ = {{"户1", "张三"}, {"户2", "李四"}};
  Procedure seen = InFirstNotice(2);
  auto draft = NoticeOf(seen);
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_EQ(draft->text(),
            "拟纳入对象名单公示\n宝力皋嘎查经村民代表会议评议, 以下 2 户拟纳入, 现予公示 "
            "7天。\n序号\t姓名\n1\t张三\n2\t李四\n"
            "2020年3月2日至2020年3月8日\n");
  EXPECT_FALSE(draft->posted());
  Action post = procedure::Post(draft->from_date());
  post.mutable_post_notice()->set_text_sha256(draft->text_sha256());
  names_["户2"] = "李四五";  // corrected between printing and posting
  EXPECT_EQ(Act(&seen, VillageClerk(), post), "NOTICE_TEXT_CHANGED");
  EXPECT_EQ(Post(&seen, VillageClerk()), "OK");
  names_["户2"] = "王五";
  EXPECT_EQ(Act(&seen, VillageClerk(), Object("户2")), "OK");
  auto posted = NoticeOf(seen);
  EXPECT_TRUE(posted->posted());
  EXPECT_TRUE(absl::StrContains(posted->text(), "李四五"));
  EXPECT_EQ(posted->text_sha256(), Get(seen.procedure_id(), VillageClerk())->steps(2).notice().text_sha256());
  EXPECT_EQ(ReasonOf(NoticeOf(seen, "apply")), "STEP_HAS_NO_NOTICE");
  EXPECT_EQ(ReasonOf(NoticeOf(seen, "no-such-step")), "STEP_HAS_NO_NOTICE");
}

TEST_F(ProcedureRpcTest, ANumberInANameKeepsTheNoticeOffTheWall) {
  names_["户1"] = absl::StrCat("张三 ", "150526", "19700101", "0019");
  Procedure seen = InFirstNotice(2);
  auto text = NoticeOf(seen);
  EXPECT_EQ(ReasonOf(text), "NOTICE_HOLDS_PERSONAL_DATA");
  EXPECT_FALSE(absl::StrContains(text.status().ToString(), "19700101"));
  EXPECT_EQ(Act(&seen, VillageClerk(), procedure::Post("2020-03-02")), "NOTICE_HOLDS_PERSONAL_DATA");
  EXPECT_EQ(Count("procedure_notice"), 0);
}

}  // namespace
}  // namespace bangfu::procedure
