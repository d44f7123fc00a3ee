#include "services/registration/rpc/area_reform_rpc.h"

#include "absl/time/clock.h"
#include "services/registration/rpc/management_fixture.h"

namespace bangfu::registration {
namespace {

constexpr char kThirdVillage[] = "150526100203";

class AreaReformRpcTest : public ManagementFixture {
 protected:
  AreaReformRpcTest() { EXPECT_TRUE(ImportAreas({NewArea(kThirdVillage, "三村")}).ok()); }

  void End(const std::string& village, const std::vector<std::string>& successors) {
    v1::EndAreaRequest request;
    request.set_code(village);
    for (const std::string& code : successors) {
      auto* successor = request.add_successors();
      successor->set_code(code);
      successor->set_change(successors.size() == 1 ? v1::AreaSuccessor::MERGED : v1::AreaSuccessor::SPLIT);
      successor->set_effective_date("2026-01-01");
    }
    request.set_request_id(testing::NewRequestId());
    const auto ended = Call(areas_, &Areas::EndArea, request, Reviewer(kProvince));
    EXPECT_TRUE(ended.ok()) << ended.status();
  }
  absl::StatusOr<v1::Area> Restore(const std::string& village) {
    v1::RestoreAreaRequest request;
    request.set_code(village);
    request.set_reason("填错");
    request.set_request_id(testing::NewRequestId());
    return Call(areas_, &Areas::RestoreArea, request, Reviewer(kProvince));
  }
  absl::StatusOr<v1::AreaReform> Start(v1::StartAreaReformRequest request = {}) {
    request.set_area(kVillage);
    request.set_request_id(testing::NewRequestId());
    return Call(reforms_, &Reforms::StartAreaReform, request, Reviewer());
  }
  absl::StatusOr<v1::AreaReform> Undo(const std::string& reform_id) {
    v1::UndoAreaReformRequest request;
    request.set_reform_id(reform_id);
    request.set_reason("填错");
    request.set_request_id(testing::NewRequestId());
    return Call(reforms_, &Reforms::UndoAreaReform, request, Reviewer());
  }
  v1::AreaReform WaitFor(const std::string& reform_id, v1::AreaReform::State state) {
    v1::GetAreaReformRequest request;
    request.set_reform_id(reform_id);
    for (int i = 0; i < 400; ++i) {
      const auto reform = Call(reforms_, &Reforms::GetAreaReform, request, Reviewer());
      EXPECT_TRUE(reform.ok()) << reform.status();
      if (reform.ok() && reform->state() == state) return *reform;
      absl::SleepFor(absl::Milliseconds(25));
    }
    ADD_FAILURE() << "never became " << v1::AreaReform::State_Name(state);
    return {};
  }
};

TEST_F(AreaReformRpcTest, EverybodyFollowsWithIdsAndHistory) {
  const v1::Household household = Register(kVillage, 3);
  Register(kVillage, 2);
  EXPECT_EQ(ReasonOf(Start()), "AREA_NOT_REPLACED");
  End(kVillage, {kSecondVillage});
  const auto started = Start();
  ASSERT_TRUE(started.ok()) << started.status();
  const auto moved = WaitFor(started->reform_id(), v1::AreaReform::MOVED);
  EXPECT_EQ(moved.moved_count(), 2);
  EXPECT_EQ(moved.left_count(), 0);
  EXPECT_EQ(Get(household.household_id(), Viewer())->area(), kSecondVillage);
  for (const v1::Member& member : MembersOf(household.household_id())) EXPECT_EQ(member.area(), kSecondVillage);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 0);
  EXPECT_EQ(Statistics(kSecondVillage)->total().person_count(), 5);
  v1::ListHouseholdHistoryRequest history;
  history.set_household_id(household.household_id());
  const auto changes = Call(households_, &Households::ListHouseholdHistory, history, Viewer());
  EXPECT_EQ(changes->changes(0).method(), "StartAreaReform");
  EXPECT_EQ(changes->changes(0).subject(), "reviewer");
}

TEST_F(AreaReformRpcTest, IsUndoneWhileNothingElseFollowed) {
  const v1::Household household = Register(kVillage, 3);
  End(kVillage, {kSecondVillage});
  const std::string id = Start()->reform_id();
  WaitFor(id, v1::AreaReform::MOVED);
  EXPECT_EQ(ReasonOf(Restore(kVillage)), "AREA_END_IN_USE");
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_EQ(WaitFor(id, v1::AreaReform::UNDONE).left_count(), 1);
  EXPECT_EQ(Get(household.household_id(), Viewer())->area(), kVillage);
  EXPECT_EQ(ReasonOf(Undo(id)), "AREA_REFORM_NOT_UNDOABLE");

  const std::string again = Start()->reform_id();
  WaitFor(again, v1::AreaReform::MOVED);
  v1::Household changed = *Get(household.household_id(), Viewer());
  changed.set_main_cause("02");
  ASSERT_TRUE(Update(changed, {"main_cause"}).ok());
  EXPECT_EQ(ReasonOf(Undo(again)), "AREA_REFORM_NOT_UNDOABLE");
  v1::GetAreaReformRequest request;
  request.set_reform_id(again);
  EXPECT_EQ(Call(reforms_, &Reforms::GetAreaReform, request, Reviewer())->changed_count(), 1);
}

TEST_F(AreaReformRpcTest, OfAVillageThatIsSplitTheNamedGoWhereTheyAreNamedFor) {
  const v1::Household named = Register(kVillage, 1), other = Register(kVillage, 1),
                      elsewhere = Register(kSecondVillage, 1);
  End(kVillage, {kSecondVillage, kThirdVillage});
  v1::StartAreaReformRequest request;
  auto* assignment = request.add_assignments();
  assignment->set_to_area(kThirdVillage);
  assignment->add_household_ids(elsewhere.household_id());
  EXPECT_EQ(ReasonOf(Start(request)), "INVALID_FIELD") << "not of this village";
  assignment->set_household_ids(0, named.household_id());
  const auto first = WaitFor(Start(request)->reform_id(), v1::AreaReform::MOVED);
  EXPECT_EQ(first.moved_count(), 1);
  EXPECT_EQ(first.left_count(), 1);
  EXPECT_EQ(Get(named.household_id(), Viewer())->area(), kThirdVillage);
  EXPECT_EQ(List(std::stoll(kVillage), "", "", 0, "", Viewer())->households(0).household_id(), other.household_id());
  v1::StartAreaReformRequest rest;
  rest.set_rest_to(kSecondVillage);
  EXPECT_EQ(WaitFor(Start(rest)->reform_id(), v1::AreaReform::MOVED).left_count(), 0);
  EXPECT_EQ(Get(other.household_id(), Viewer())->area(), kSecondVillage);
}

TEST_F(AreaReformRpcTest, TagsHavePeriodsAndCounts) {
  Register(kVillage, 3);
  v1::TagAreaRequest tag;
  tag.set_area(kVillage);
  tag.set_tag("02");
  tag.set_valid_from("2018-01-01");
  tag.set_source("流程测试");
  tag.set_request_id(testing::NewRequestId());
  ASSERT_TRUE(Call(tags_, &Tags::TagArea, tag, Reviewer()).ok());
  tag.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(tags_, &Tags::TagArea, tag, Reviewer())), "TAG_UNCHANGED");
  const auto list = [&](const std::string& date) {
    v1::ListAreaTagsRequest request;
    request.set_area("150526000000");
    request.set_date(date);
    auto listed = Call(tags_, &Tags::ListAreaTags, request, Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status();
    return *listed;
  };
  EXPECT_EQ(list("").tags(0).person_count(), 3);
  EXPECT_EQ(list("").tags(0).area_name(), "巴彦塔拉嘎查");
  v1::UntagAreaRequest untag;
  untag.set_area(kVillage);
  untag.set_tag("02");
  untag.set_valid_to("2020-07-01");
  untag.set_request_id(testing::NewRequestId());
  ASSERT_TRUE(Call(tags_, &Tags::UntagArea, untag, Reviewer()).ok());
  EXPECT_EQ(list("2020-06-30").tags_size(), 1);
  EXPECT_EQ(list("2020-07-01").tags_size(), 0);
  untag.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(tags_, &Tags::UntagArea, untag, Reviewer())), "TAG_UNCHANGED");
}

}  // namespace
}  // namespace bangfu::registration
