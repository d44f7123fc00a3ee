#include "services/registration/rpc/exit_procedures.h"

#include "absl/strings/match.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "common/policy/decision_store.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/exit_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

constexpr char kSteps[] = R"json([
  {"key": "review", "title": "评议", "level": "VILLAGE", "roles": ["REGISTRAR"], "mayReject": true, "mayWithdraw": true},
  {"key": "acceptance", "title": "农户认可", "level": "VILLAGE", "roles": ["REGISTRAR"], "mayReject": true,
   "returnTo": ["review"]},
  {"key": "notice", "title": "公示", "level": "VILLAGE", "roles": ["REGISTRAR"], "mayReject": true, "returnTo": ["review"],
   "notice": {"title": "拟退出名单公示", "place": "村务公开栏", "days": 7, "dayKind": "CALENDAR",
              "objectionsStopClock": true, "template": "{title}\n{area}{list}", "columns": ["head_name", "member_count"]}},
  {"key": "township", "title": "乡镇审核", "level": "TOWNSHIP", "roles": ["REVIEWER"], "mayReject": true,
   "returnTo": ["review"]}])json";

class HouseholdExitProcedureTest : public ExitFixture {
 protected:
  HouseholdExitProcedureTest() {
    PublishHouseholdRules();
    PublishDefinition("HOUSEHOLD_EXIT", kSteps);
  }

  std::string Township() { return TokenOf(options::v1::REVIEWER, kTownship, "township"); }

  // What households said, as a sheet shows that one of the village's clerks recorded.
  absl::StatusOr<v1::RecordExitConsentsResponse> Consent(const Procedure& procedure,
                                                         const std::vector<std::pair<std::string, bool>>& said,
                                                         const std::string& token = "",
                                                         const std::string& evidence = "认可书1号") {
    v1::RecordExitConsentsRequest request;
    request.set_procedure_id(procedure.procedure_id());
    for (const auto& [household, accepts] : said) {
      v1::ExitConsent& consent = *request.add_consents();
      consent.set_household_id(household);
      consent.set_accepts(accepts);
      consent.set_evidence(evidence);
    }
    request.set_request_id(testing::NewRequestId());
    return Call(exits_, &Exits::RecordExitConsents, request, token.empty() ? Registrar() : token);
  }

  std::string TakeOut(Procedure* seen, const std::string& household_id) {
    return Act(seen, Clerk(), R"({"takeOut": {"subjectId": ")" + household_id + R"(", "reason": "本人不认可"}})");
  }

  // From the step of acceptance to the last.
  void PassNotice(Procedure* seen) {
    EXPECT_EQ(Approve(seen, Clerk()), "OK");
    Post(seen, Clerk());
    EXPECT_EQ(Approve(seen, Clerk()), "NOTICE_RUNNING");
    clock_.Advance(absl::Hours(24 * 7));
    EXPECT_EQ(Approve(seen, Clerk()), "OK");
  }

  // Through all steps; every household accepts.
  void Finish(Procedure* seen, const std::vector<std::string>& ids) {
    EXPECT_EQ(Approve(seen, Clerk()), "OK");
    std::vector<std::pair<std::string, bool>> said;
    for (const std::string& id : ids) said.emplace_back(id, true);
    EXPECT_TRUE(Consent(*seen, said).ok());
    PassNotice(seen);
    EXPECT_EQ(Approve(seen, Township()), "OK");
    EXPECT_EQ(seen->state(), Procedure::COMPLETED);
  }

  std::vector<std::string> VerdictsOf(const std::string& household_id) {
    std::vector<std::string> verdicts;
    const auto read = database_.database().Read({}, [&](db::Tx& tx) {
      for (const auto& one : policy::ListDecisions(tx, *ids::ParseRecordId(household_id), "HOUSEHOLD_EXIT", 0, 10)) {
        verdicts.push_back(one.decision.outcome().verdict());
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok());
    return verdicts;
  }

  // In order of household.
  std::vector<v1::ExitCase::Outcome> OutcomesOf(const Procedure& procedure) {
    v1::ListExitCasesRequest request;
    request.set_procedure_id(procedure.procedure_id());
    const auto page = Call(exits_, &Exits::ListExitCases, request, Viewer());
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<v1::ExitCase::Outcome> outcomes;
    for (const v1::ExitCase& one : page->cases()) outcomes.push_back(one.outcome());
    return outcomes;
  }

  absl::StatusOr<v1::SupportGuard> Guard(const std::string& household_id, const std::string& date = "") {
    v1::GetSupportGuardRequest request;
    request.set_household_id(household_id);
    request.set_date(date);
    return Call(exits_, &Exits::GetSupportGuard, request, Viewer());
  }

  absl::StatusOr<v1::Household> Correct(const v1::Household& household) {
    v1::CorrectWrongExitRequest request;
    request.set_household_id(household.household_id());
    request.set_etag(household.etag());
    request.set_reason("复核发现收入重复计算");
    request.set_request_id(testing::NewRequestId());
    return Call(exits_, &Exits::CorrectWrongExit, request, Reviewer());
  }

  std::vector<v1::HouseholdExitEntry> Entries(int page_size = 0) {
    v1::ListHouseholdExitsRequest request;
    request.set_page_size(page_size);
    std::vector<v1::HouseholdExitEntry> entries;
    do {
      const auto page = Call(exits_, &Exits::ListHouseholdExits, request, Viewer());
      EXPECT_TRUE(page.ok()) << page.status();
      entries.insert(entries.end(), page->entries().begin(), page->entries().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return entries;
  }
};

TEST_F(HouseholdExitProcedureTest, AListLeavesByOneNoticeAndOneDecision) {
  const v1::Household first = RegisterEarning(5000), second = RegisterEarning(6000), third = RegisterEarning(7000);
  const std::vector<std::string> ids = {first.household_id(), second.household_id(), third.household_id()};
  const auto start = Start(ids);
  ASSERT_TRUE(start.ok()) << start.status();
  ASSERT_EQ(start->judgements_size(), 3);
  EXPECT_EQ(start->judgements(0).outcome().verdict(), "INCOMPLETE") << "nobody has asked the household yet";
  Procedure seen = start->procedure();
  EXPECT_EQ(Approve(&seen, Township()), "NOT_YOUR_STEP");
  EXPECT_EQ(Approve(&seen, Clerk()), "OK");
  EXPECT_EQ(Approve(&seen, Clerk()), "EXIT_CONSENT_MISSING");
  EXPECT_TRUE(Consent(seen, {{ids[0], true}, {ids[1], false}, {ids[2], true}}).ok());
  EXPECT_EQ(Approve(&seen, Clerk()), "EXIT_CONSENT_REFUSED");
  EXPECT_EQ(TakeOut(&seen, ids[1]), "OK");
  PassNotice(&seen);
  EXPECT_EQ(Get(ids[0], Viewer())->exit_flag(), "0") << "not before the end";
  EXPECT_EQ(Approve(&seen, Township()), "OK");
  EXPECT_EQ(seen.state(), Procedure::COMPLETED);

  const v1::Household out = *Get(ids[0], Viewer());
  EXPECT_EQ(out.exit_flag(), "1");
  EXPECT_EQ(out.exit_year(), 2026);
  EXPECT_EQ(out.buffer_end_date(), "2029-12-31");
  EXPECT_EQ(Get(ids[1], Viewer())->exit_flag(), "0") << "did not accept";
  EXPECT_EQ(Statistics(kVillage)->total().exited_household_count(), 2);
  EXPECT_THAT(VerdictsOf(ids[0]), ElementsAre("PASS", "INCOMPLETE"));
  EXPECT_THAT(VerdictsOf(ids[1]), ElementsAre("INCOMPLETE"));
  EXPECT_THAT(OutcomesOf(seen), ElementsAre(v1::ExitCase::EXITED, v1::ExitCase::NOT_APPROVED, v1::ExitCase::EXITED));
  const auto told = Told<v1::HouseholdsExited>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].household_ids_size(), 2);
  EXPECT_EQ(told[0].buffer_end_date(), "2029-12-31");
  EXPECT_EQ(Entries(1).size(), 2u);
  EXPECT_EQ(Guard(ids[0], "2029-12-31")->cause(), v1::SupportGuard::IN_BUFFER);
  EXPECT_EQ(Guard(ids[0], "2030-01-01")->cause(), v1::SupportGuard::BUFFER_OVER);
  EXPECT_EQ(Guard(ids[1])->cause(), v1::SupportGuard::IN_POVERTY);
}

TEST_F(HouseholdExitProcedureTest, TheNoticeShowsNamesAndNoNumbers) {
  const v1::Household household = RegisterEarning(5000);
  Procedure seen = Start({household.household_id()})->procedure();
  EXPECT_EQ(Approve(&seen, Clerk()), "OK");
  EXPECT_TRUE(Consent(seen, {{household.household_id(), true}}).ok());
  EXPECT_EQ(Approve(&seen, Clerk()), "OK");
  const std::string text = Post(&seen, Clerk());
  EXPECT_THAT(text, HasSubstr("巴彦塔拉嘎查"));
  EXPECT_THAT(text, HasSubstr("其木格"));
  EXPECT_FALSE(absl::StrContains(text, "19800501"));
}

TEST_F(HouseholdExitProcedureTest, TheYearIsTheRunningOneOrTheLast) {
  v1::StartHouseholdExitRequest request;
  request.set_area(kVillage);
  request.add_household_ids(RegisterEarning(5000).household_id());
  request.set_request_id(testing::NewRequestId());
  for (const int year : {2019, 2024, 2027}) {
    request.set_year(year);
    EXPECT_EQ(ReasonOf(Call(exits_, &Exits::StartHouseholdExit, request, Registrar())), "INVALID_FIELD") << year;
  }
  request.set_year(2025);
  EXPECT_EQ(ReasonOf(Call(exits_, &Exits::StartHouseholdExit, request, Registrar())), "EXIT_NOT_PASSED")
      << "nothing was collected then";
  request.set_year(2026);
  EXPECT_TRUE(Call(exits_, &Exits::StartHouseholdExit, request, Registrar()).ok());
}

TEST_F(HouseholdExitProcedureTest, WhoDoesNotPassIsRefusedWithTheReasons) {
  const v1::Household well = RegisterEarning(5000), poor = RegisterEarning(3000);
  const auto start = Start({well.household_id(), poor.household_id()});
  EXPECT_EQ(ReasonOf(start), "EXIT_NOT_PASSED");
  const auto fields = status::BadRequestOf(start.status());
  ASSERT_EQ(fields.field_violations_size(), 1);
  EXPECT_EQ(fields.field_violations(0).field(), "household_ids[1]");
  EXPECT_THAT(fields.field_violations(0).description(), HasSubstr("3000.00 元/人·年 (2026年度)"));
  EXPECT_EQ(database_.Count("policy_decision"), 0);
  EXPECT_EQ(database_.Count("procedure"), 0);
}

TEST_F(HouseholdExitProcedureTest, PreExitIsForThoseWhoDoNotPassYet) {
  const v1::Household poor = RegisterEarning(3000);
  const std::string& id = poor.household_id();
  Procedure seen = Start({id}, /*pre_exit=*/true)->procedure();
  Finish(&seen, {id});
  const v1::Household before = *Get(id, Viewer());
  EXPECT_EQ(before.exit_flag(), "2");
  EXPECT_EQ(before.exit_year(), 0);
  EXPECT_EQ(before.buffer_end_date(), "");
  EXPECT_EQ(Guard(id)->cause(), v1::SupportGuard::IN_POVERTY);
  EXPECT_EQ(ReasonOf(Start({id}, true)), "HOUSEHOLD_OUT_ALREADY");
  EXPECT_EQ(ReasonOf(Start({id})), "EXIT_NOT_PASSED");
  EXPECT_EQ(Entries()[0].kind(), v1::HouseholdExitEntry::PRE_EXITED);
}

TEST_F(HouseholdExitProcedureTest, TheListIsOfOneAreaAndOfWhoIsNotOut) {
  const v1::Household here = RegisterEarning(5000), there = RegisterEarning(5000, kSecondVillage);
  const v1::Household abroad = Register(kForeignVillage);
  EXPECT_EQ(ReasonOf(Start({here.household_id(), there.household_id()})), "EXIT_OUTSIDE_AREA");
  EXPECT_EQ(ReasonOf(Start({abroad.household_id()})), "EXIT_OUTSIDE_AREA");
  EXPECT_TRUE(Start({here.household_id()}).ok());
  EXPECT_EQ(ReasonOf(Start({here.household_id()})), "SUBJECT_BUSY");
}

TEST_F(HouseholdExitProcedureTest, ConsentIsAskedAtTheEndWhereNoStepAsks) {
  const v1::Household household = RegisterEarning(5000);
  Procedure seen = Start({household.household_id()})->procedure();
  EXPECT_EQ(Approve(&seen, Clerk()), "OK");
  EXPECT_TRUE(Consent(seen, {{household.household_id(), true}}).ok());
  PassNotice(&seen);
  EXPECT_TRUE(Consent(seen, {{household.household_id(), false}}).ok()) << "thinks again";
  EXPECT_EQ(Approve(&seen, Township()), "EXIT_CONSENT_REFUSED");
  EXPECT_EQ(Get(household.household_id(), Viewer())->exit_flag(), "0");
  EXPECT_EQ(ReasonOf(Consent(seen, {{Register().household_id(), true}})), "EXIT_CASE_NOT_FOUND");
}

TEST_F(HouseholdExitProcedureTest, ARefusalIsTurnedByAnotherAccountAndLeavesATrace) {
  const std::string id = RegisterEarning(5000).household_id();
  Procedure seen = Start({id})->procedure();
  EXPECT_EQ(ReasonOf(Consent(seen, {{id, true}}, "", "")), "INVALID_FIELD") << "no sheet";
  const auto refused = Consent(seen, {{id, false}});
  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_EQ(ReasonOf(Consent(seen, {{id, true}}, "", "认可书2号")), "EXIT_REFUSAL_TURNED_ALONE");
  const auto repeated = Consent(seen, {{id, false}}, Clerk(), "认可书3号");
  EXPECT_EQ(repeated->cases(0).recorder(), "clerk");
  EXPECT_EQ(repeated->cases(0).accepts_recorder(), refused->cases(0).recorder()) << "who said it first";
  EXPECT_EQ(ReasonOf(Consent(seen, {{id, true}}, "", "认可书4号")), "EXIT_REFUSAL_TURNED_ALONE");
  const auto turned = Consent(seen, {{id, true}}, Clerk(), "认可书5号");
  ASSERT_TRUE(turned.ok()) << turned.status();
  EXPECT_EQ(turned->cases(0).evidence(), "认可书5号");
  EXPECT_EQ(turned->cases(0).accepts_recorder(), "clerk");
  audit::v1::AuditRecord audited;
  const auto rows = database_.Sql("SELECT body FROM audit_outbox ORDER BY id DESC LIMIT 1");
  ASSERT_TRUE(audited.ParseFromString(db::BytesOf(rows[0][0])));
  EXPECT_THAT(audited.changed_fields(), IsSupersetOf({"accepts", "evidence", "accepts_recorder"}));
  EXPECT_FALSE(audited.before_digest().empty());
  EXPECT_NE(audited.before_digest(), audited.after_digest());
}

TEST_F(HouseholdExitProcedureTest, WhatWasSaidIsListed) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(RegisterEarning(5000).household_id());
  Procedure seen = Start(ids)->procedure();
  EXPECT_TRUE(Consent(seen, {{ids[1], true}}).ok());
  v1::ListExitCasesRequest request;
  request.set_procedure_id(seen.procedure_id());
  request.set_page_size(2);
  std::vector<std::string> listed, accepting;
  do {
    const auto page = Call(exits_, &Exits::ListExitCases, request, Viewer());
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::ExitCase& one : page->cases()) {
      listed.push_back(one.household_id());
      if (one.accepts()) accepting.push_back(one.household_id());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, ids) << "ids grow with time";
  EXPECT_THAT(accepting, ElementsAre(ids[1]));
  EXPECT_EQ(ReasonOf(Call(exits_, &Exits::ListExitCases, request, Viewer(kOtherCounty))), "AREA_OUT_OF_SCOPE");
}

TEST_F(HouseholdExitProcedureTest, WhoLeftTheRegisterMeanwhileStaysAsItIs) {
  const v1::Household stays = RegisterEarning(5000), goes = RegisterEarning(5000);
  Procedure seen = Start({stays.household_id(), goes.household_id()})->procedure();
  EXPECT_TRUE(Archive(goes).ok());
  Finish(&seen, {stays.household_id(), goes.household_id()});
  EXPECT_EQ(Get(stays.household_id(), Viewer())->exit_flag(), "1");
  EXPECT_EQ(Get(goes.household_id(), Viewer())->exit_flag(), "0");
  EXPECT_EQ(Told<v1::HouseholdsExited>()[0].household_ids_size(), 1);
  EXPECT_THAT(OutcomesOf(seen), ElementsAre(v1::ExitCase::EXITED, v1::ExitCase::LEFT_REGISTER));
  EXPECT_THAT(VerdictsOf(stays.household_id()), ElementsAre("PASS", "INCOMPLETE"));
  EXPECT_THAT(VerdictsOf(goes.household_id()), ElementsAre("INCOMPLETE")) << "nothing was decided at the end";
}

TEST_F(HouseholdExitProcedureTest, WhoIsOutMeanwhileIsToldApart) {
  const std::string id = RegisterEarning(5000).household_id();
  Procedure seen = Start({id})->procedure();
  EXPECT_THAT(OutcomesOf(seen), ElementsAre(v1::ExitCase::OUTCOME_UNSPECIFIED));
  database_.Sql("UPDATE household SET exit_flag = '1', exit_year = 2025");
  Finish(&seen, {id});
  EXPECT_THAT(OutcomesOf(seen), ElementsAre(v1::ExitCase::OUT_ALREADY));
  EXPECT_THAT(VerdictsOf(id), ElementsAre("INCOMPLETE"));
  EXPECT_THAT(Entries(), IsEmpty());
}

TEST_F(HouseholdExitProcedureTest, AWrongExitIsTakenBackAndTheRecordStays) {
  const v1::Household household = RegisterEarning(5000);
  const std::string& id = household.household_id();
  EXPECT_EQ(ReasonOf(Correct(household)), "NO_EXIT_TO_CORRECT");
  Procedure seen = Start({id})->procedure();
  Finish(&seen, {id});
  EXPECT_EQ(ReasonOf(Correct(household)), "ETAG_MISMATCH");
  const auto corrected = Correct(*Get(id, Viewer()));
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_EQ(corrected->exit_flag(), "0");
  EXPECT_EQ(corrected->exit_year(), 0);
  EXPECT_EQ(corrected->buffer_end_date(), "");
  const auto entries = Entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].kind(), v1::HouseholdExitEntry::EXITED);
  EXPECT_EQ(entries[1].kind(), v1::HouseholdExitEntry::CORRECTED);
  EXPECT_EQ(entries[1].year(), 2026);
  EXPECT_EQ(Told<v1::HouseholdExitCorrected>().size(), 1u);
  EXPECT_TRUE(Start({id}).ok()) << "it may leave again";
}

TEST_F(HouseholdExitProcedureTest, ARejectedListChangesNothing) {
  const v1::Household household = RegisterEarning(5000);
  Procedure seen = Start({household.household_id()})->procedure();
  EXPECT_EQ(Act(&seen, Clerk(), R"({"reject": {"reason": "不稳定"}})"), "OK");
  EXPECT_EQ(seen.state(), Procedure::REJECTED);
  EXPECT_THAT(OutcomesOf(seen), ElementsAre(v1::ExitCase::NOT_APPROVED));
  EXPECT_EQ(Get(household.household_id(), Viewer())->etag(), household.etag());
  EXPECT_THAT(Told<v1::HouseholdsExited>(), IsEmpty());
}

}  // namespace
}  // namespace bangfu::registration
