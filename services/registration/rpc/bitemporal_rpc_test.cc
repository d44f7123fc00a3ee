#include "services/registration/rpc/bitemporal_fixture.h"

namespace bangfu::registration {
namespace {

using v1::PublishedFigure;

class BitemporalRpcTest : public BitemporalFixture {
 protected:
  v1::Household RegisterIn(const std::string& village, const std::string& join_date, int size = 2) {
    std::vector<v1::Member> members;
    for (int i = 0; i < size; ++i) {
      members.push_back(NewMember(next_serial_++, i == 0 ? "01" : "99"));
      members.back().set_join_date(join_date);
    }
    const auto made = Create(NewHousehold(village), members, Registrar(kProvince));
    EXPECT_TRUE(made.ok()) << made.status();
    return *made;
  }

  std::string FlagAt(const std::string& id, const std::string& as_of, absl::Time time) {
    const auto household = GetAt(id, as_of, time);
    return household.ok() ? household->exit_flag() : ReasonOf(household);
  }

  v1::CreateSnapshotRequest NewSnapshot(const std::string& area) {
    v1::CreateSnapshotRequest request;
    request.set_area(area);
    request.set_name("2025年度统计");
    request.set_period(v1::Snapshot::ANNUAL);
    request.set_year(2025);
    request.set_from_date("2025-01-01");
    request.set_as_of("2025-12-31");
    store::SetTime(clock_.Now(), request.mutable_as_known_at());
    request.set_request_id(bangfu::testing::NewRequestId());
    return request;
  }

  absl::StatusOr<PublishedFigure> Publish(PublishedFigure::Measure measure, PublishedFigure::Movement movement,
                                          const std::string& from, const std::string& date, int64_t value_centi,
                                          const std::string& source, const std::string& place) {
    v1::RecordPublishedFigureRequest request;
    PublishedFigure& figure = *request.mutable_figure();
    figure.set_area("150526000000");
    figure.set_measure(measure);
    figure.set_movement(movement);
    figure.set_from_date(from);
    figure.set_date(date);
    figure.set_value_centi(value_centi);
    figure.set_source(source);
    figure.set_place(place);
    request.set_request_id(bangfu::testing::NewRequestId());
    return Call(published_, &Published::RecordPublishedFigure, request, Registrar());
  }
};

TEST_F(BitemporalRpcTest, ACorrectionOfThePastIsTrueThenAndKnownSinceNow) {
  const v1::Household made = RegisterIn(kVillage, "2015-06-01");
  const absl::Time registered = clock_.Now();
  EXPECT_EQ(made.valid_from(), "2015-06-01");
  clock_.Advance(absl::Hours(24));
  v1::Household change = made;
  change.set_exit_flag("1");
  const auto exited = UpdateFrom(change, "exit_flag", "2020-10-01");
  ASSERT_TRUE(exited.ok()) << exited.status();
  EXPECT_EQ(exited->valid_from(), "2020-10-01");
  const absl::Time exit_known = clock_.Now();
  clock_.Advance(absl::Hours(24));
  // It was out two years earlier; the register is as it was, and yet the past is another.
  const auto corrected = UpdateFrom(*exited, "exit_flag", "2018-12-01");
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_EQ(corrected->exit_flag(), "1");
  const absl::Time corrected_at = clock_.Now();
  EXPECT_EQ(FlagAt(made.household_id(), "2019-06-01", corrected_at), "1");
  EXPECT_EQ(FlagAt(made.household_id(), "2019-06-01", exit_known), "0");
  EXPECT_EQ(FlagAt(made.household_id(), "2021-01-01", exit_known), "1");
  EXPECT_EQ(FlagAt(made.household_id(), "2021-01-01", registered), "0");
  EXPECT_EQ(FlagAt(made.household_id(), "2015-05-31", corrected_at), "HOUSEHOLD_NOT_FOUND");
  EXPECT_EQ(FlagAt(made.household_id(), "", exit_known), "1") << "what was known last";
  const auto counts = StatisticsAt("150526000000", "2019-06-01", corrected_at);
  EXPECT_EQ(counts->total().exited_person_count(), 2);
  EXPECT_EQ(StatisticsAt("150526000000", "2019-06-01", exit_known)->total().exited_person_count(), 0);
}

TEST_F(BitemporalRpcTest, SaysWhatIsWrongWithAnInstant) {
  const v1::Household made = RegisterIn(kVillage, "2015-06-01");
  v1::Household change = made;
  change.set_main_cause("02");
  EXPECT_EQ(ReasonOf(UpdateFrom(change, "main_cause", "2026-03-03")), "EFFECTIVE_DATE_IN_FUTURE");
  EXPECT_EQ(ReasonOf(UpdateFrom(change, "main_cause", "2015-05-31")), "EFFECTIVE_DATE_TOO_EARLY");
  v1::ListHouseholdsRequest list;
  list.set_area("150526000000");
  list.set_as_of("2020-01-01");
  list.set_order_by("exit_flag");
  EXPECT_EQ(ReasonOf(Call(households_, &Households::ListHouseholds, list, Viewer())), "INSTANT_ORDER");
  v1::GetHouseholdRequest get;
  get.set_household_id(made.household_id());
  get.set_snapshot_id("150526-0000000000001");
  EXPECT_EQ(ReasonOf(Call(households_, &Households::GetHousehold, get, Viewer())), "SNAPSHOT_NOT_FOUND");
  get.set_as_of("2020-01-01");
  EXPECT_EQ(ReasonOf(Call(households_, &Households::GetHousehold, get, Viewer())), "INSTANTS_TWICE");
  EXPECT_EQ(ReasonOf(FlowAt("150526000000", "2020-02-01", "2020-01-01", clock_.Now())), "PERIOD_REVERSED");
  EXPECT_EQ(ReasonOf(FlowAt("150526999000", "2020-01-01", "2020-02-01", clock_.Now())), "AREA_NOT_FOUND");
}

// What moves inside an area is no flow of it.
TEST_F(BitemporalRpcTest, AMoveIsAFlowOfVillagesAndNotOfTheCounty) {
  const v1::Household made = RegisterIn(kVillage, "2025-06-01", 3);
  clock_.Advance(absl::Minutes(1));
  v1::Household change = made;
  change.set_area(kSecondVillage);
  ASSERT_TRUE(UpdateFrom(change, "area", "2026-01-10").ok());
  for (int round = 0; round < 2; ++round) {
    const auto flow = FlowAt("150526100000", "2026-01-01", "2026-01-31", clock_.Now());
    ASSERT_TRUE(flow.ok()) << flow.status();
    ExpectBalanced(*flow);
    ASSERT_EQ(flow->total_size(), 1);
    EXPECT_EQ(flow->total(0).increases_size() + flow->total(0).decreases_size(), 0);
    EXPECT_EQ(flow->total(0).end_person_count(), 3);
    ASSERT_EQ(flow->parts_size(), 2);
    EXPECT_EQ(flow->parts(0).area(), kVillage);
    EXPECT_EQ(flow->parts(0).decreases(0).reason(), "RELOCATED");
    EXPECT_EQ(flow->parts(0).decreases(0).person_count(), 3);
    EXPECT_EQ(flow->parts(1).increases(0).household_count(), 1);
    for (const auto& part : flow->parts()) ExpectFiguresOpen(*flow, part, clock_.Now());
    Fold(1000);
  }
}

TEST_F(BitemporalRpcTest, ASnapshotStaysAsItWas) {
  const v1::Household made = RegisterIn(kVillage, "2025-03-01", 3);
  clock_.Advance(absl::Hours(1));
  const auto snapshot = Call(snapshots_, &Snapshots::CreateSnapshot, NewSnapshot("150526000000"), Reviewer());
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->statistics().total().person_count(), 3);
  EXPECT_EQ(snapshot->flow().total(0).increases(0).reason(), "JOIN_08");
  clock_.Advance(absl::Hours(1));
  v1::Household change = made;
  change.set_exit_flag("1");
  ASSERT_TRUE(UpdateFrom(change, "exit_flag", "2025-06-01").ok());
  RegisterIn(kSecondVillage, "2025-04-01");

  v1::GetSnapshotRequest get;
  get.set_snapshot_id(snapshot->snapshot_id());
  const auto kept = Call(snapshots_, &Snapshots::GetSnapshot, get, Viewer());
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->statistics().DebugString(), snapshot->statistics().DebugString());
  EXPECT_EQ(ReasonOf(Call(snapshots_, &Snapshots::GetSnapshot, get, Viewer(kOtherCounty))), "AREA_OUT_OF_SCOPE");
  v1::GetRegisterStatisticsRequest statistics;
  statistics.set_area("150526000000");
  statistics.set_snapshot_id(snapshot->snapshot_id());
  EXPECT_EQ(Call(figures_, &Figures::GetRegisterStatistics, statistics, Viewer())->DebugString(),
            snapshot->statistics().DebugString());
  v1::GetHouseholdRequest household;
  household.set_household_id(made.household_id());
  household.set_snapshot_id(snapshot->snapshot_id());
  EXPECT_EQ(Call(households_, &Households::GetHousehold, household, Viewer())->exit_flag(), "0");
  v1::ListMembersRequest members;
  members.set_area("150526000000");
  members.set_snapshot_id(snapshot->snapshot_id());
  EXPECT_EQ(Call(members_, &Members::ListMembers, members, Viewer())->total_size(), 3);
  EXPECT_EQ(StatisticsAt("150526000000", "2025-12-31", clock_.Now())->total().person_count(), 5);
}

TEST_F(BitemporalRpcTest, SnapshotsAreListedByArea) {
  RegisterIn(kVillage, "2025-03-01");
  ASSERT_TRUE(Call(snapshots_, &Snapshots::CreateSnapshot, NewSnapshot("150526000000"), Reviewer()).ok());
  v1::ListSnapshotsRequest list;
  const auto listed = Call(snapshots_, &Snapshots::ListSnapshots, list, Viewer());
  ASSERT_EQ(listed->snapshots_size(), 1);
  EXPECT_FALSE(listed->snapshots(0).has_statistics());
  EXPECT_EQ(Call(snapshots_, &Snapshots::ListSnapshots, list, Viewer(kOtherCounty))->snapshots_size(), 0);
  auto early = NewSnapshot("150526000000");
  early.set_as_of("2026-12-31");
  EXPECT_EQ(ReasonOf(Call(snapshots_, &Snapshots::CreateSnapshot, early, Reviewer())), "SNAPSHOT_IN_FUTURE");
}

TEST_F(BitemporalRpcTest, PublishedFiguresStandSideBySide) {
  RegisterIn(kVillage, "2015-06-01", 3);
  ASSERT_TRUE(
      Publish(PublishedFigure::PERSONS_IN_POVERTY, PublishedFigure::STOCK, "", "2015-12-31", 7955300, "规划", "正文")
          .ok());
  ASSERT_TRUE(
      Publish(PublishedFigure::PERSONS_IN_POVERTY, PublishedFigure::STOCK, "", "2015-12-31", 7600000, "规划", "附件")
          .ok());
  ASSERT_TRUE(
      Publish(PublishedFigure::POVERTY_INCIDENCE, PublishedFigure::STOCK, "", "2015-12-31", 2370, "规划", "正文").ok());
  v1::ListPublishedFiguresRequest list;
  list.set_area("150526000000");
  const auto listed = Call(published_, &Published::ListPublishedFigures, list, Viewer());
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->facts_size(), 2);
  const v1::PublishedFact& persons = listed->facts(0);
  EXPECT_EQ(persons.figures_size(), 2);
  EXPECT_TRUE(persons.conflict());
  EXPECT_EQ(persons.spread_centi(), 355300);
  EXPECT_EQ(persons.register_centi(), 300);
  EXPECT_FALSE(listed->facts(1).conflict());
  EXPECT_FALSE(listed->facts(1).has_register_centi());
  EXPECT_EQ(listed->facts(1).figures(0).unit(), "%");

  EXPECT_EQ(ReasonOf(Publish(PublishedFigure::POVERTY_INCIDENCE, PublishedFigure::INCREASE, "2014-01-01", "2014-12-31",
                             1, "规划", "")),
            "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Publish(PublishedFigure::PERSONS_IN_POVERTY, PublishedFigure::DECREASE, "2015-01-01", "2014-12-31",
                             1, "规划", "")),
            "PERIOD_REVERSED");
}

// 1.57 m at the end of 2013 and 0.378 m later: what is published of the flow is set against both, and the rest is
// shown.
TEST_F(BitemporalRpcTest, PublishedStocksAndFlowsAreSetAgainstEachOther) {
  using P = PublishedFigure;
  ASSERT_TRUE(Publish(P::PERSONS_IN_POVERTY, P::STOCK, "", "2013-12-31", 157000000, "建档立卡数据", "").ok());
  ASSERT_TRUE(Publish(P::PERSONS_IN_POVERTY, P::STOCK, "", "2017-12-31", 37800000, "建档立卡数据", "").ok());
  ASSERT_TRUE(Publish(P::PERSONS_IN_POVERTY, P::INCREASE, "2014-01-01", "2017-12-31", 10100000, "动态调整", "").ok());
  v1::GetPublishedBalanceRequest request;
  request.set_area("150526000000");
  request.set_measure(P::PERSONS_IN_POVERTY);
  request.set_from_date("2013-12-31");
  request.set_to_date("2017-12-31");
  const auto open = Call(published_, &Published::GetPublishedBalance, request, Viewer());
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_EQ(open->unexplained_centi(), 37800000 - 157000000 - 10100000);
  ASSERT_TRUE(
      Publish(P::PERSONS_IN_POVERTY, P::DECREASE, "2014-01-01", "2017-12-31", 129300000, "由上述三数推算", "").ok());
  const auto closed = Call(published_, &Published::GetPublishedBalance, request, Viewer());
  EXPECT_EQ(closed->unexplained_centi(), 0);
  EXPECT_EQ(closed->flows_size(), 2);
  request.set_to_date("2018-12-31");
  EXPECT_EQ(ReasonOf(Call(published_, &Published::GetPublishedBalance, request, Viewer())), "PUBLISHED_STOCK_MISSING");
}

}  // namespace
}  // namespace bangfu::registration
