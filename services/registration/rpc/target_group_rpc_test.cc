#include "services/registration/rpc/target_group_rpc.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/target_group_rules.pb.h"
#include "services/registration/rpc/management_fixture.h"

namespace bangfu::registration {
namespace {

class TargetGroupRpcTest : public ManagementFixture {
 protected:
  void PublishRules() {
    v1::TargetGroupRules rules;
    rules.set_child_below_age(16);
    rules.set_woman_from_age(20);
    rules.set_woman_below_age(60);
    rules.set_elderly_from_age(60);
    rules.set_least_months_away(6);
    rules.add_away_places("04");
    rules.add_allowance_attributes("02");
    rules.add_extreme_poverty_attributes("06");
    rules.add_danger_grades("D");
    rules.add_edge_monitor_types("2");
    Publish(rules);
  }
  // A husband who is away, and a wife, who may have a certificate.
  v1::Household RegisterCouple(const std::string& village, bool disabled) {
    auto husband = NewMember(next_serial_ | 1, "01");
    auto wife = NewMember((next_serial_ | 1) + 1, "02");
    next_serial_ = (next_serial_ | 1) + 2;
    husband.set_work_place("04");
    husband.set_work_months(8);
    if (disabled) wife.set_disability_certificate(absl::StrCat(wife.id_number(), "43"));
    const auto household = Create(NewHousehold(village), {husband, wife}, Registrar(kProvince));
    EXPECT_TRUE(household.ok()) << household.status();
    return *household;
  }
  std::vector<v1::TargetGroupRow> List(const std::string& area, v1::TargetGroup group, int page_size = 0) {
    std::vector<v1::TargetGroupRow> rows;
    v1::ListTargetGroupRequest request;
    request.set_area(area);
    request.set_group(group);
    request.set_page_size(page_size);
    do {
      const auto page = Call(groups_, &Groups::ListTargetGroup, request, Viewer(kProvince));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return rows;
      EXPECT_TRUE(page_size == 0 || page->rows_size() <= page_size);
      rows.insert(rows.end(), page->rows().begin(), page->rows().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return rows;
  }
};

TEST_F(TargetGroupRpcTest, CountsEqualTheListsWhateverThePage) {
  v1::CountTargetGroupsRequest request;
  request.set_area("150526000000");
  EXPECT_EQ(ReasonOf(Call(groups_, &Groups::CountTargetGroups, request, Viewer())), "NO_POLICY_APPLIES");
  PublishRules();
  for (int i = 0; i < 5; ++i) RegisterCouple(i % 2 == 0 ? kVillage : kSecondVillage, i < 3);
  RegisterCouple(kForeignVillage, true);
  const auto counts = Call(groups_, &Groups::CountTargetGroups, request, Viewer());
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->total_size(), 6);
  for (const auto* part : {&counts->total(), &counts->parts()}) {
    for (const v1::TargetGroupCount& count : *part) {
      for (const int page_size : {0, 1, 2}) {
        EXPECT_EQ(count.count(), List(count.area(), count.group(), page_size).size()) << count.DebugString();
      }
    }
  }
  EXPECT_EQ(List("150526000000", v1::LEFT_BEHIND_WOMEN).size(), 5u);
  const auto disabled = List("150526000000", v1::DISABLED_PERSONS);
  ASSERT_EQ(disabled.size(), 3u);
  EXPECT_EQ(disabled[0].disability_class(), "4");
  EXPECT_EQ(disabled[0].reasons(0).code(), "CERTIFIED");
  std::set<std::string> members;
  for (const auto& row : List(kVillage, v1::LEFT_BEHIND_WOMEN, 1)) members.insert(row.member_id());
  EXPECT_EQ(members.size(), 3u);
  request.set_area("150000000000");
  EXPECT_EQ(ReasonOf(Call(groups_, &Groups::CountTargetGroups, request, Viewer(kProvince))),
            "TARGET_GROUP_AREA_TOO_LARGE");
}

TEST_F(TargetGroupRpcTest, ACertificateIsCheckedAndSealed) {
  const v1::Household household = RegisterCouple(kVillage, true);
  const auto members = MembersOf(household.household_id());
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[1].disability_grade(), "3");
  EXPECT_EQ(members[1].disability_certificate().find("1980"), std::string::npos) << "masked";
  v1::UpdateMemberRequest update;
  *update.mutable_member() = members[1];
  update.mutable_member()->set_disability_grade("1");
  update.mutable_update_mask()->add_paths("disability_grade");
  update.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(members_, &Members::UpdateMember, update, Registrar())), "INVALID_FIELD");
}

}  // namespace
}  // namespace bangfu::registration
