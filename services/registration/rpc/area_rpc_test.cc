#include <atomic>
#include <thread>

#include "gmock/gmock.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;

class AreaRpcTest : public RegisterFixture {
 protected:
  std::vector<std::string> Names(const std::string& parent, const std::string& search = "",
                                 bool include_ended = false) {
    v1::ListAreasRequest request;
    request.set_parent(parent);
    request.set_search(search);
    request.set_include_ended(include_ended);
    auto response = Call(areas_, &Areas::ListAreas, request, Viewer());
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> names;
    for (const v1::Area& area : response->areas()) names.push_back(area.name());
    return names;
  }

  absl::StatusOr<v1::Area> Get(const std::string& code) {
    v1::GetAreaRequest request;
    request.set_code(code);
    return Call(areas_, &Areas::GetArea, request, Viewer());
  }

  absl::StatusOr<v1::Area> End(const std::string& code, const std::string& successor, int64_t scope = kCounty) {
    v1::EndAreaRequest request;
    request.set_code(code);
    request.add_successors()->set_code(successor);
    request.mutable_successors(0)->set_change(v1::AreaSuccessor::MERGED);
    request.mutable_successors(0)->set_effective_date("2026-03-01");
    request.set_request_id(testing::NewRequestId());
    return Call(areas_, &Areas::EndArea, request, Reviewer(scope));
  }
  absl::StatusOr<v1::Area> Restore(const std::string& code) {
    v1::RestoreAreaRequest request;
    request.set_code(code);
    request.set_reason("承继区划填错");
    request.set_request_id(testing::NewRequestId());
    return Call(areas_, &Areas::RestoreArea, request, Reviewer());
  }
};

TEST_F(AreaRpcTest, AreasAreFoundByNameInitialsAndCode) {
  EXPECT_THAT(Names(""), ElementsAre("内蒙古自治区"));
  EXPECT_THAT(Names("150526100000"), ElementsAre("巴彦塔拉嘎查", "乌力吉木仁嘎查"));
  EXPECT_THAT(Names("", "塔拉"), ElementsAre("巴彦塔拉嘎查"));
  EXPECT_THAT(Names("", "BYTL"), ElementsAre("巴彦塔拉嘎查"));
  EXPECT_THAT(Names("", "zsc"), ElementsAre("长山村")) << "a second reading";
  EXPECT_THAT(Names("", "1505261"), ElementsAre("鲁北镇", "巴彦塔拉嘎查", "乌力吉木仁嘎查"));
  EXPECT_THAT(Names("150521000000", "塔拉"), ElementsAre());
  EXPECT_THAT(Names("", "%"), ElementsAre());
}

TEST_F(AreaRpcTest, ListsComeInPages) {
  v1::ListAreasRequest request;
  request.set_parent("150000000000");
  request.set_search("15");
  request.set_page_size(5);
  auto page = Call(areas_, &Areas::ListAreas, request, Viewer());
  ASSERT_EQ(page->areas_size(), 5);
  request.set_page_token(page->next_page_token());
  page = Call(areas_, &Areas::ListAreas, request, Viewer());
  EXPECT_EQ(page->areas_size(), 3);
  EXPECT_EQ(page->next_page_token(), "");
}

TEST_F(AreaRpcTest, ARenamedAreaRenamesThePathsBelow) {
  auto imported = ImportAreas({NewArea("150526000000", "扎鲁特县"), NewArea("150526100000", "鲁北镇")});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->updated_count(), 2) << "the path of the township changes, too";
  EXPECT_EQ(Get(kVillage)->path(), "内蒙古自治区 / 通辽市 / 扎鲁特县 / 鲁北镇 / 巴彦塔拉嘎查");
  imported = ImportAreas({NewArea("150526000000", "扎鲁特县")});
  EXPECT_EQ(imported->unchanged_count(), 1);
}

TEST_F(AreaRpcTest, AnEndedAreaNamesItsSuccessorAndTakesNoHouseholds) {
  EXPECT_EQ(ReasonOf(End(kVillage, "150526100999")), "AREA_NOT_FOUND");
  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  EXPECT_EQ(ReasonOf(End(kVillage, kSecondVillage)), "AREA_ENDED");
  auto ended = Get(kVillage);
  EXPECT_EQ(ended->valid_to(), "2026-03-01");
  EXPECT_EQ(ended->successors(0).code(), kSecondVillage);
  EXPECT_THAT(Names("150526100000"), ElementsAre("乌力吉木仁嘎查"));
  EXPECT_EQ(Names("150526100000", "", true).size(), 2u);
  EXPECT_EQ(ReasonOf(Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar())), "AREA_ENDED");
}

TEST_F(AreaRpcTest, ASearchForAnEndedAreaFindsWhatTookOver) {
  ASSERT_TRUE(ImportAreas({NewArea("150526100203", "塔拉新村"), NewArea("150526101000", "新镇")}).ok());
  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  for (const char* search : {kVillage, "巴彦塔拉", "BYTL"}) {
    EXPECT_THAT(Names("", search), ElementsAre("乌力吉木仁嘎查")) << search;
  }
  EXPECT_THAT(Names("150526100000", kVillage), ElementsAre("乌力吉木仁嘎查"));
  EXPECT_THAT(Names("150526101000", kVillage), ElementsAre()) << "not below that";
  EXPECT_THAT(Names("", "塔拉"), ElementsAre("乌力吉木仁嘎查", "塔拉新村"));
  EXPECT_THAT(Get(kSecondVillage)->predecessors(), ElementsAre(kVillage));
  v1::ListAreasRequest request;
  request.set_search(kVillage);
  request.set_include_ended(true);
  auto both = Call(areas_, &Areas::ListAreas, request, Viewer());
  ASSERT_EQ(both->areas_size(), 2);
  EXPECT_EQ(both->areas(0).successors(0).code(), kSecondVillage);
  EXPECT_THAT(both->areas(1).predecessors(), ElementsAre(kVillage));
  // What took over may itself have ended since.
  ASSERT_TRUE(End(kSecondVillage, "150526100203").ok());
  EXPECT_THAT(Names("", kVillage), ElementsAre("塔拉新村"));
  // In pages, each of which goes on behind the one before.
  request.set_search("1505261002");
  request.set_page_size(1);
  std::vector<std::string> names;
  do {
    const auto page = Call(areas_, &Areas::ListAreas, request, Viewer());
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Area& area : page->areas()) names.push_back(area.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("巴彦塔拉嘎查", "乌力吉木仁嘎查", "塔拉新村"));
}

TEST_F(AreaRpcTest, AWrongEndIsTakenBackUntilHouseholdsHaveFollowedIt) {
  v1::Household household = Register(kVillage, 1);
  const v1::Household bystander = Register(kSecondVillage, 1);
  EXPECT_EQ(ReasonOf(Restore(kVillage)), "AREA_NOT_ENDED");
  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  clock_.Advance(absl::Minutes(1));
  v1::Household noted = bystander;  // a change in the successor that has nothing to do with it
  noted.set_cause_note("核实");
  ASSERT_TRUE(Update(noted, {"cause_note"}).ok());
  const auto restored = Restore(kVillage);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->valid_to(), "");
  EXPECT_EQ(restored->successors_size(), 0);
  EXPECT_EQ(database_.Count("audit_outbox WHERE position('承继区划填错'::bytea IN body) > 0"), 1);
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(90, "01")}, Registrar()).ok());

  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  household.set_area(kSecondVillage);
  ASSERT_TRUE(Update(household, {"area"}).ok());
  EXPECT_EQ(ReasonOf(Restore(kVillage)), "AREA_END_IN_USE");
}

// What came into a successor from elsewhere, or has gone back, did not follow.
TEST_F(AreaRpcTest, OnlyWhoLeftTheAreaAndStayedHasFollowed) {
  ASSERT_TRUE(ImportAreas({NewArea("150526100203", "新村")}).ok());
  v1::Household follower = Register(kVillage, 1);
  v1::Household stranger = Register("150526100203", 1);
  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  clock_.Advance(absl::Minutes(1));
  const auto move = [&](v1::Household* household, const char* village) {
    household->set_area(village);
    const auto moved = Update(*household, {"area"});
    ASSERT_TRUE(moved.ok()) << moved.status();
    *household = *moved;
  };
  move(&stranger, kSecondVillage);
  ASSERT_TRUE(Restore(kVillage).ok());
  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  clock_.Advance(absl::Minutes(1));
  move(&follower, kSecondVillage);
  EXPECT_EQ(ReasonOf(Restore(kVillage)), "AREA_END_IN_USE");
  move(&follower, "150526100203");
  EXPECT_TRUE(Restore(kVillage).ok());
  EXPECT_EQ(database_.Count("household_move"), 3);
}

// Of an end recorded before moves were kept, every change in a successor counts.
TEST_F(AreaRpcTest, WhatIsNotKnownOfAnEarlierEndCounts) {
  v1::Household bystander = Register(kSecondVillage, 1);
  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  database_.Sql("UPDATE area_successor SET moves_kept = false");
  clock_.Advance(absl::Minutes(1));
  bystander.set_cause_note("核实");
  ASSERT_TRUE(Update(bystander, {"cause_note"}).ok());
  EXPECT_EQ(ReasonOf(Restore(kVillage)), "AREA_END_IN_USE");
}

TEST_F(AreaRpcTest, AnAreaEndsAfterThoseBelowItAndComesBackBeforeThem) {
  ASSERT_TRUE(ImportAreas({NewArea("150526101000", "新镇"), NewArea("150526101201", "新村")}).ok());
  const auto refused = End("150526100000", "150526101000");
  EXPECT_EQ(ReasonOf(refused), "AREA_HAS_CHILDREN");
  EXPECT_THAT(status::LocalizedMessageOf(refused.status()).message(),
              ::testing::HasSubstr("还有 2 个下级区划未失效: 巴彦塔拉嘎查 (150526100201)、乌力吉木仁嘎查"));
  for (const char* village : {kVillage, kSecondVillage}) ASSERT_TRUE(End(village, "150526101201").ok());
  ASSERT_TRUE(End("150526100000", "150526101000").ok());
  EXPECT_EQ(ReasonOf(Restore(kVillage)), "AREA_PARENT_ENDED");
  ASSERT_TRUE(Restore("150526100000").ok());
  EXPECT_TRUE(Restore(kVillage).ok());
}

TEST_F(AreaRpcTest, SuccessorsAreTheCallersToo) {
  EXPECT_EQ(ReasonOf(End(kVillage, kForeignVillage)), "AREA_OUT_OF_SCOPE");
  EXPECT_TRUE(End(kVillage, kForeignVillage, kProvince).ok());
}

// A list that was read before an end and written after it would leave an area in force that has successors.
TEST_F(AreaRpcTest, AnImportWaitsForAnEnd) {
  auto held = database_.Hold("SELECT 1 FROM area WHERE code = 150526100201 FOR UPDATE");
  const auto wait_for_blocked = [&](int64_t number) {
    const std::string blocked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for (int n = 0; n < 100 && database_.Count(blocked) < number; ++n) absl::SleepFor(absl::Milliseconds(20));
  };
  std::thread ender([&] { EXPECT_TRUE(End(kVillage, kSecondVillage).ok()); });
  wait_for_blocked(1);
  std::thread importer([&] { EXPECT_TRUE(ImportAreas({NewArea(kVillage, "新名嘎查")}).ok()); });
  wait_for_blocked(2);
  held.reset();
  ender.join();
  importer.join();
  const auto after = Get(kVillage);
  EXPECT_EQ(after->name(), "新名嘎查");
  EXPECT_EQ(after->valid_to(), "2026-03-01");
}

// While an end is being taken back, nobody moves into the successor unseen.
TEST_F(AreaRpcTest, AMoveWaitsForAnEndToBeTakenBack) {
  v1::Household household = Register(kVillage, 1);
  ASSERT_TRUE(End(kVillage, kSecondVillage).ok());
  auto held = database_.Hold("SELECT 1 FROM area WHERE code = 150526100202 FOR UPDATE");
  std::atomic<bool> moved{false};
  std::thread mover([&] {
    household.set_area(kSecondVillage);
    EXPECT_TRUE(Update(household, {"area"}).ok());
    moved = true;
  });
  const std::string blocked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  for (int n = 0; n < 50 && database_.Count(blocked) == 0; ++n) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_FALSE(moved);
  held.reset();
  mover.join();
}

TEST_F(AreaRpcTest, ImportsStayInTheCallersArea) {
  v1::ImportAreasRequest request;
  request.set_root("150000000000");
  *request.add_areas() = NewArea("150526100203", "新村");
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(areas_, &Areas::ImportAreas, request, Registrar())), "AREA_OUT_OF_SCOPE");
  request.set_root("150526000000");
  EXPECT_TRUE(Call(areas_, &Areas::ImportAreas, request, Registrar()).ok());
}

}  // namespace
}  // namespace bangfu::registration
