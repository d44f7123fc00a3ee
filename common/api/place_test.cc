#include "common/api/place.h"

#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

TEST(PlaceTest, IsSaidForMachinesAndForPeople) {
  const auto* members = registration::v1::CreateHouseholdRequest::descriptor()->FindFieldByName("members");
  const auto* number = registration::v1::Member::descriptor()->FindFieldByName("id_number");
  const Place list{nullptr, members, 2};
  const Place place{&list, number};
  EXPECT_EQ(PathOf(place), "members[2].id_number");
  EXPECT_EQ(LabelOf(place), LabelOf(list) + "的证件号码");
  EXPECT_EQ(LabelOf(list).substr(LabelOf(list).size() - 7), "第3项");
  EXPECT_EQ(JsonPathOf(PathOf(place)), "members[2].idNumber");
}

TEST(PlaceTest, JsonNamesAreThoseOfProtobuf) {
  for (const auto* type : {registration::v1::Member::descriptor(), registration::v1::Household::descriptor()}) {
    for (int i = 0; i < type->field_count(); ++i) {
      EXPECT_EQ(JsonPathOf(type->field(i)->name()), type->field(i)->json_name());
    }
  }
  EXPECT_EQ(JsonPathOf(""), "");
  EXPECT_EQ(JsonPathOf("area"), "area");
}

}  // namespace
}  // namespace bangfu::api
