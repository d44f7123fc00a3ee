// Comparisons through gRPC: who is compared, who gets to see what, and what is kept.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/operations/operation_store.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/matching_fixture.h"
#include "services/registration/store/match_run_store.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using v1::MatchHit;
using v1::MatchList;

class MatchingRpcTest : public MatchingFixture {
 protected:
  absl::StatusOr<MatchHit> Get(const std::string& hit_id, bool full, const std::string& token) {
    v1::GetMatchHitRequest request;
    request.set_hit_id(hit_id);
    if (full) request.set_view(options::v1::FULL);
    if (full) request.set_purpose("入户核查");
    return Call(matching_, &Matching::GetMatchHit, request, token);
  }

  absl::StatusOr<MatchHit> Verify(const MatchHit& hit, MatchHit::Finding finding, const std::string& explanation,
                                  const std::string& token) {
    v1::VerifyMatchHitRequest request;
    request.set_hit_id(hit.hit_id());
    request.set_etag(hit.etag());
    request.set_finding(finding);
    request.set_explanation(explanation);
    request.set_visit_date("2026-03-02");
    request.set_evidence_sha256(std::string(64, 'b'));
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::VerifyMatchHit, request, token);
  }

  absl::StatusOr<MatchHit> Review(const MatchHit& hit, bool agree, const std::string& token) {
    v1::ReviewMatchHitRequest request;
    request.set_hit_id(hit.hit_id());
    request.set_etag(hit.etag());
    request.set_agree(agree);
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::ReviewMatchHit, request, token);
  }

  absl::StatusOr<MatchHit> Resolve(const MatchHit& hit, MatchHit::Resolution resolution) {
    v1::ResolveMatchHitRequest request;
    request.set_hit_id(hit.hit_id());
    request.set_etag(hit.etag());
    request.set_resolution(resolution);
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::ResolveMatchHit, request, Reviewer());
  }

  std::vector<v1::MatchRowFault> Faults(const std::string& list_id) {
    v1::ListMatchRowFaultsRequest request;
    request.set_list_id(list_id);
    auto listed = Call(matching_, &Matching::ListMatchRowFaults, request, Registrar());
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->faults().begin(), listed->faults().end()};
  }

  // Everything of three columns of a table, as text.
  int64_t CountWhere(const std::string& sql) {
    int64_t count = 0;
    EXPECT_TRUE(database_.database()
                    .Read({},
                          [&](db::Tx& tx) {
                            count = tx.RunText(sql)[0][0].as<int64_t>();
                            return absl::OkStatus();
                          })
                    .ok());
    return count;
  }
};

TEST_F(MatchingRpcTest, OnlyHouseholdsThatAuthorisedItAreCompared) {
  const v1::Household signed_one = Register(kVillage, 2), other = Register(kVillage, 1);
  Register(kVillage, 1);
  ASSERT_TRUE(AuthoriseFor(signed_one, {MatchList::VEHICLES}).ok());
  ASSERT_TRUE(AuthoriseFor(other, {MatchList::BANK}).ok());
  const auto run = Compared(MatchList::VEHICLES, "IDENTIFY",
                            {{IdentityNumber(1), "01", "60000", "2020-01-01"},
                             {IdentityNumber(2), "05"},
                             {IdentityNumber(3), "01", "90000"},
                             {IdentityNumber(4), "01", "90000"},
                             {IdentityNumber(900), "01", "90000"}});
  EXPECT_EQ(run.person_count(), 5);
  EXPECT_EQ(run.covered_count(), 2);
  EXPECT_EQ(run.unauthorised_count(), 2);
  EXPECT_EQ(run.hit_count(), 2);
  const auto hits = Hits();
  ASSERT_EQ(hits.size(), 2u);
  for (const MatchHit& hit : hits) {
    EXPECT_EQ(hit.household_id(), signed_one.household_id());
    EXPECT_EQ(hit.due_date(), "2026-03-12");
    EXPECT_EQ(hit.severity(), hit.veto() ? v1::MatchingBand::SERIOUS : v1::MatchingBand::NOTICE);
  }
  EXPECT_NE(hits[0].veto(), hits[1].veto());
}

TEST_F(MatchingRpcTest, ARevokedAuthorisationCoversNothingFromThenOn) {
  const v1::Household household = Register(kVillage, 1);
  const auto authorisation = AuthoriseFor(household, {MatchList::VEHICLES});
  ASSERT_TRUE(authorisation.ok()) << authorisation.status();
  const std::vector<Row> rows = {{IdentityNumber(1), "01"}};
  EXPECT_EQ(Compared(MatchList::VEHICLES, "IDENTIFY", rows).hit_count(), 1);
  v1::RevokeMatchAuthorisationRequest request;
  request.set_authorisation_id(authorisation->authorisation_id());
  request.set_request_id(testing::NewRequestId());
  ASSERT_TRUE(Call(matching_, &Matching::RevokeMatchAuthorisation, request, Registrar()).ok());
  EXPECT_EQ(Compared(MatchList::VEHICLES, "IDENTIFY", rows).unauthorised_count(), 1);
  EXPECT_EQ(Hits().size(), 1u) << "what was found before stays";
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(matching_, &Matching::RevokeMatchAuthorisation, request, Registrar())),
            "MATCH_AUTHORISATION_REVOKED");
}

TEST_F(MatchingRpcTest, ABasisCoversTheRegisterAndNoOrdinaryHousehold) {
  Register(kVillage, 2);
  v1::RegisterOrdinaryHouseholdRequest request;
  request.set_area(kVillage);
  *request.add_members() = NewMember(next_serial_++, "01");
  request.set_request_id(testing::NewRequestId());
  ASSERT_TRUE(Call(households_, &Households::RegisterOrdinaryHousehold, request, Registrar()).ok());
  const auto dead = Compared(MatchList::DEATHS, "UPKEEP",
                             {{IdentityNumber(1), "", "", "2025-12-01"}, {IdentityNumber(3), "", "", "2025-12-01"}});
  EXPECT_EQ(dead.hit_count(), 1);
  EXPECT_EQ(dead.unauthorised_count(), 1);
  const auto uninsured = Compared(MatchList::INSURANCE, "UPKEEP", {{IdentityNumber(1), "01"}});
  EXPECT_EQ(uninsured.person_count(), 3);
  EXPECT_EQ(uninsured.hit_count(), 1) << "the second member is not listed";
  v1::ListMatchHitsRequest absent;
  absent.set_kind(MatchList::INSURANCE);
  ASSERT_EQ(Hits(absent).size(), 1u);
  EXPECT_TRUE(Hits(absent)[0].absence());
}

TEST_F(MatchingRpcTest, ComparedAgainNothingIsFoundTwice) {
  ASSERT_TRUE(AuthoriseFor(Register(kVillage, 1), {MatchList::VEHICLES}).ok());
  const auto first = Compared(MatchList::VEHICLES, "IDENTIFY", {{IdentityNumber(1), "01"}, {IdentityNumber(1), "05"}});
  EXPECT_EQ(first.new_hit_count(), 1);
  EXPECT_EQ(Hits()[0].fact_count(), 2);
  const auto again = Finished(first.list_id());
  EXPECT_EQ(again.hit_count(), 1);
  EXPECT_EQ(again.new_hit_count(), 0);
  EXPECT_EQ(Hits().size(), 1u);
}

TEST_F(MatchingRpcTest, BatchesAreTakenOnceAndTellTheirFaults) {
  const auto list = Begin(MatchList::VEHICLES, "IDENTIFY", Department());
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->department(), "车管所");
  const std::vector<Row> rows = {{IdentityNumber(1), "01"}, {"150526198005010", "99x"}, {"", "01"}};
  const auto first = Submit(list->list_id(), 1, rows, Department());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->row_count(), 1);
  EXPECT_EQ(first->wrong_count(), 2);
  EXPECT_TRUE(Submit(list->list_id(), 1, rows, Department())->repeated());
  EXPECT_EQ(ReasonOf(Submit(list->list_id(), 1, {{IdentityNumber(2), "01"}}, Department())), "MATCH_BATCH_DIFFERS");
  std::vector<std::string> told;
  for (const auto& fault : Faults(list->list_id())) {
    told.push_back(absl::StrCat(fault.part_number(), ".", fault.row(), " ", fault.column_label(), " ", fault.reason()));
  }
  EXPECT_THAT(told, ElementsAre("1.2 身份证号 MATCH_ROW_IDENTITY", "1.2 车辆类型 MATCH_ROW_ITEM",
                                "1.3 身份证号 MATCH_ROW_MISSING"));
  EXPECT_EQ(ReasonOf(Submit(list->list_id(), 2, {}, Department())), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Upload(list->list_id(), "身份证号,车辆类型\n", Department())), "MATCH_LIST_MIXED");
}

TEST_F(MatchingRpcTest, ADepartmentSeesItsListsAndNothingElse) {
  const auto list = Begin(MatchList::VEHICLES, "IDENTIFY", Department());
  ASSERT_TRUE(Submit(list->list_id(), 1, {{IdentityNumber(1), "01"}}, Department()).ok());
  EXPECT_EQ(ReasonOf(Close(list->list_id(), Department("tax-office"))), "MATCH_LIST_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Start(list->list_id(), Department())), "PERMISSION_DENIED");
  ASSERT_TRUE(Close(list->list_id(), Department()).ok());
  const auto run = Finished(list->list_id());
  EXPECT_TRUE(GetRun(run.run_id(), Department()).ok());
  EXPECT_EQ(ReasonOf(GetRun(run.run_id(), Department("tax-office"))), "MATCH_RUN_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Call(matching_, &Matching::ListMatchHits, {}, Department())), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonOf(Begin(MatchList::DEATHS, "UPKEEP", Department())), "MATCH_PURPOSE_NOT_GRANTED");
  EXPECT_EQ(ReasonOf(Begin(MatchList::DEATHS, "IDENTIFY", Registrar())), "MATCH_PURPOSE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Begin(MatchList::VEHICLES, "IDENTIFY", Registrar(kOtherCounty))), "AREA_OUT_OF_SCOPE");
  const auto lists = Call(matching_, &Matching::ListMatchLists, {}, Department("tax-office"));
  ASSERT_TRUE(lists.ok()) << lists.status();
  EXPECT_EQ(lists->lists_size(), 0);
}

TEST_F(MatchingRpcTest, AFileReplacesTheOneBeforeAndIsNotKept) {
  const auto list = Begin(MatchList::VEHICLES, "IDENTIFY", Registrar());
  const std::string header = "\xEF\xBB\xBF姓名,身份证号,车辆类型,购置价格\r\n";
  auto part =
      Upload(list->list_id(), header + "某甲," + IdentityNumber(1) + ",小型载客汽车,\"60,000\"\r\n某乙,x,摩托车,\r\n",
             Registrar());
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->row_count(), 1);
  EXPECT_EQ(part->wrong_count(), 1);
  EXPECT_EQ(part->encoding(), "UTF-8");
  EXPECT_THAT(part->ignored_columns(), ElementsAre("姓名"));
  ASSERT_EQ(Faults(list->list_id()).size(), 1u);
  EXPECT_EQ(Faults(list->list_id())[0].row(), 3);
  // 身份证号,车辆类型 and 摩托车 in GB18030.
  const std::string gb = "\xC9\xED\xB7\xDD\xD6\xA4\xBA\xC5,\xB3\xB5\xC1\xBE\xC0\xE0\xD0\xCD\n" + IdentityNumber(2) +
                         ",\xC4\xA6\xCD\xD0\xB3\xB5\n";
  part = Upload(list->list_id(), gb, Registrar());
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->encoding(), "GB18030");
  EXPECT_THAT(Faults(list->list_id()), IsEmpty());
  EXPECT_EQ(CountWhere("SELECT count(*) FROM match_row"), 1);
  EXPECT_EQ(CountWhere("SELECT count(*) FROM match_row WHERE match_row::text LIKE '%198005%'"), 0);
  EXPECT_EQ(ReasonOf(Upload(list->list_id(), "姓名\n某甲\n", Registrar())), "MATCH_HEADER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Upload(list->list_id(), std::string("PK\x03\x04\x00\x00", 6), Registrar())),
            "IMPORT_FILE_UNREADABLE");
}

TEST_F(MatchingRpcTest, AListIsClosedBeforeItIsCompared) {
  const auto list = Begin(MatchList::VEHICLES, "IDENTIFY", Registrar());
  EXPECT_EQ(ReasonOf(Close(list->list_id(), Registrar())), "MATCH_LIST_EMPTY");
  EXPECT_EQ(ReasonOf(Start(list->list_id(), Registrar())), "MATCH_LIST_WRONG_STATE");
  ASSERT_TRUE(Submit(list->list_id(), 1, {{IdentityNumber(1), "01"}}, Registrar()).ok());
  ASSERT_TRUE(Close(list->list_id(), Registrar()).ok());
  EXPECT_EQ(ReasonOf(Submit(list->list_id(), 2, {{IdentityNumber(1), "01"}}, Registrar())), "MATCH_LIST_WRONG_STATE");
}

TEST_F(MatchingRpcTest, FactsAreShownForAPurposeAlone) {
  ASSERT_TRUE(AuthoriseFor(Register(kVillage, 1), {MatchList::VEHICLES}).ok());
  Compared(MatchList::VEHICLES, "IDENTIFY", {{IdentityNumber(1), "01", "60000", "2020-01-01"}});
  const std::string hit_id = Hits()[0].hit_id();
  EXPECT_EQ(Get(hit_id, false, Registrar())->facts_size(), 0);
  EXPECT_EQ(ReasonOf(Get(hit_id, true, Viewer())), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonOf(Get(hit_id, false, Registrar(kOtherCounty))), "AREA_OUT_OF_SCOPE");
  const auto full = Get(hit_id, true, Registrar());
  ASSERT_TRUE(full.ok()) << full.status();
  ASSERT_EQ(full->facts_size(), 1);
  EXPECT_EQ(full->facts(0).item_label(), "小型载客汽车");
  EXPECT_EQ(full->facts(0).value_fen(), 6000000);
  EXPECT_EQ(CountWhere("SELECT count(*) FROM audit_outbox WHERE position('入户核查'::bytea IN body) > 0"), 1);
}

TEST_F(MatchingRpcTest, AVetoIsExplainedBeforeASecondPerson) {
  ASSERT_TRUE(AuthoriseFor(Register(kVillage, 1), {MatchList::VEHICLES}).ok());
  Compared(MatchList::VEHICLES, "IDENTIFY", {{IdentityNumber(1), "01", "60000"}});
  const auto verified = Verify(Hits()[0], MatchHit::EXPLAINED_AWAY, "03", Reviewer());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->state(), MatchHit::EXPLANATION_IN_REVIEW);
  EXPECT_EQ(ReasonOf(Verify(Hits()[0], MatchHit::HOLDS, "", Reviewer())), "MATCH_HIT_WRONG_STATE");
  EXPECT_EQ(ReasonOf(Review(*verified, true, Reviewer())), "MATCH_SECOND_PERSON");
  EXPECT_EQ(ReasonOf(Resolve(*verified, MatchHit::KEPT)), "MATCH_HIT_WRONG_STATE");
  const auto agreed = Review(*verified, true, TokenOf(options::v1::REVIEWER, kCounty, "second"));
  ASSERT_TRUE(agreed.ok()) << agreed.status();
  EXPECT_EQ(ReasonOf(Resolve(*verified, MatchHit::KEPT)), "ETAG_MISMATCH");
  const auto resolved = Resolve(*agreed, MatchHit::KEPT);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(resolved->state(), MatchHit::RESOLVED);
  EXPECT_EQ(Hits()[0].resolution(), MatchHit::KEPT);
}

TEST_F(MatchingRpcTest, EveryCountOpensItsList) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(AuthoriseFor(Register(i < 3 ? kVillage : kSecondVillage, 1), {MatchList::VEHICLES}).ok());
  }
  std::vector<Row> rows;
  for (int i = 1; i <= 5; ++i) rows.push_back({IdentityNumber(i), i % 2 == 0 ? "05" : "01", "60000"});
  Compared(MatchList::VEHICLES, "IDENTIFY", rows);
  ASSERT_TRUE(Verify(Hits()[0], MatchHit::HOLDS, "", Registrar()).ok());
  clock_.Advance(absl::Hours(24 * 20));
  const auto figures = Call(matching_, &Matching::GetMatchFigures, {}, Viewer());
  ASSERT_TRUE(figures.ok()) << figures.status();
  int64_t total = 0, overdue = 0;
  for (const v1::MatchFigure& figure : figures->figures()) {
    v1::ListMatchHitsRequest request;
    request.set_kind(figure.kind());
    request.set_state(figure.state());
    request.set_severity(figure.severity());
    EXPECT_EQ(static_cast<int64_t>(Hits(request).size()), figure.hit_count()) << figure.ShortDebugString();
    request.set_overdue(true);
    EXPECT_EQ(static_cast<int64_t>(Hits(request).size()), figure.overdue_count()) << figure.ShortDebugString();
    total += figure.hit_count();
    overdue += figure.overdue_count();
  }
  EXPECT_EQ(total, 5);
  EXPECT_EQ(overdue, 4);
  v1::ListMatchHitsRequest page;
  page.set_page_size(2);
  std::set<std::string> seen;
  for (;;) {
    const auto listed = Call(matching_, &Matching::ListMatchHits, page, Viewer());
    ASSERT_TRUE(listed.ok()) << listed.status();
    for (const MatchHit& hit : listed->hits()) EXPECT_TRUE(seen.insert(hit.hit_id()).second);
    if (listed->next_page_token().empty()) break;
    page.set_page_token(listed->next_page_token());
  }
  EXPECT_EQ(seen.size(), 5u);
}

TEST_F(MatchingRpcTest, FactsGoWhenTheirTimeIsOverAndCountsStay) {
  ASSERT_TRUE(AuthoriseFor(Register(kVillage, 1), {MatchList::VEHICLES}).ok());
  const auto run = Compared(MatchList::VEHICLES, "IDENTIFY", {{IdentityNumber(1), "01", "60000"}});
  const auto purge = [&](int days) {
    EXPECT_TRUE(database_.database()
                    .Write({}, [&](db::Tx& tx) { return PurgeMatching(tx, clock_.Now() + absl::Hours(24 * days)); })
                    .ok());
  };
  purge(30);
  EXPECT_EQ(Get(Hits()[0].hit_id(), true, Registrar())->facts_size(), 1) << "the last day is not past";
  purge(31);
  EXPECT_EQ(Get(Hits()[0].hit_id(), true, Registrar())->facts_size(), 0);
  EXPECT_EQ(CountWhere("SELECT count(*) FROM match_row"), 0);
  EXPECT_EQ(GetRun(run.run_id(), Registrar())->hit_count(), 1);
  EXPECT_EQ(ReasonOf(Start(run.list_id(), Registrar())), "MATCH_LIST_WRONG_STATE");
  EXPECT_EQ(CountWhere("SELECT count(*) FROM audit_outbox WHERE position('PurgeMatching'::bytea IN body) > 0"), 1);
}

// A row that is gone would make its person one who is not listed.
TEST_F(MatchingRpcTest, AListThatIsBeingPurgedIsComparedNoMore) {
  Register(kVillage, 2);
  const auto run = Compared(MatchList::INSURANCE, "UPKEEP", {{IdentityNumber(1), "01"}, {IdentityNumber(2), "01"}});
  EXPECT_EQ(run.hit_count(), 0);
  const auto write = [&](auto body) {
    EXPECT_TRUE(database_.database().Write({}, [&](db::Tx& tx) { return body(tx), absl::OkStatus(); }).ok());
  };
  write([](db::Tx& tx) { EXPECT_EQ(store::PurgeMatching(tx, "2026-06-01", 1).rows, 1); });
  EXPECT_EQ(CountWhere("SELECT count(*) FROM match_row"), 1);
  EXPECT_EQ(ReasonOf(Start(run.list_id(), Reviewer())), "MATCH_LIST_WRONG_STATE");
  // A run that was under way goes on.
  write([&](db::Tx& tx) { operations::Requeue(tx, *ids::ParseRecordId(run.run_id()), "match", {}); });
  runner_.Wake();
  auto going_on = GetRun(run.run_id(), Reviewer());
  for (int i = 0; i < 300 && going_on->operation().state() < operations::Operation::SUCCEEDED; ++i) {
    absl::SleepFor(absl::Milliseconds(20));
    going_on = GetRun(run.run_id(), Reviewer());
  }
  EXPECT_EQ(going_on->operation().state(), operations::Operation::FAILED);
  EXPECT_EQ(going_on->operation().reason(), "MATCH_LIST_WRONG_STATE");
  EXPECT_THAT(Hits(), IsEmpty());
  write([](db::Tx& tx) { EXPECT_EQ(store::PurgeMatching(tx, "2026-06-01", 2).rows, 1); });
  EXPECT_EQ(CountWhere("SELECT count(*) FROM match_list WHERE state = 3"), 1);
}

TEST_F(MatchingRpcTest, AnAuthorisationIsSignedByTheHousehold) {
  const v1::Household household = Register(kVillage, 1), other = Register(kVillage, 1);
  v1::CreateMatchAuthorisationRequest request;
  request.set_household_id(household.household_id());
  auto* given = request.mutable_authorisation();
  given->add_kinds(MatchList::BANK);
  given->set_signer_member_id(MembersOf(other.household_id())[0].member_id());
  given->set_sign_date("2026-03-01");
  given->set_expire_date("2027-03-01");
  given->set_paper_sha256(std::string(64, 'a'));
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(matching_, &Matching::CreateMatchAuthorisation, request, Registrar())), "MATCH_SIGNER_WRONG");
  ASSERT_TRUE(AuthoriseFor(household, {MatchList::BANK}).ok());
  v1::ListMatchAuthorisationsRequest list;
  list.set_household_id(household.household_id());
  const auto listed = Call(matching_, &Matching::ListMatchAuthorisations, list, Viewer());
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->authorisations_size(), 1);
  EXPECT_EQ(listed->authorisations(0).state(), v1::MatchAuthorisation::VALID);
  EXPECT_EQ(ReasonOf(Call(matching_, &Matching::ListMatchAuthorisations, list, Viewer(kOtherCounty))),
            "AREA_OUT_OF_SCOPE");
}

}  // namespace
}  // namespace bangfu::registration
