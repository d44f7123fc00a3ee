#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {
namespace {

using HouseholdAsKnownTest = RegisterFixture;

// Who may see the household's past is who may see the village where it is now.
TEST_F(HouseholdAsKnownTest, TheVillageThatAHouseholdLeftReadsItsPastNoMore) {
  const v1::Household first = Register(kVillage);
  const absl::Time registered = clock_.Now();
  clock_.Advance(absl::Minutes(1));
  v1::Household change = first;
  change.set_area(kSecondVillage);
  ASSERT_TRUE(Update(change, {"area"}).ok());
  v1::GetHouseholdRequest request;
  request.set_household_id(first.household_id());
  const auto area_at = [&](absl::Time time, const std::string& token) {
    request.mutable_as_known_at()->set_seconds(absl::ToUnixSeconds(time));
    auto household = Call(households_, &Households::GetHousehold, request, token);
    return household.ok() ? household->area() : ReasonOf(household);
  };
  const std::string left = Viewer(std::stoll(kVillage)), joined = Viewer(std::stoll(kSecondVillage));
  EXPECT_EQ(area_at(registered, joined), kVillage);
  EXPECT_EQ(area_at(clock_.Now(), joined), kSecondVillage);
  EXPECT_EQ(area_at(registered - absl::Seconds(1), joined), "HOUSEHOLD_NOT_FOUND");
  const std::string refused = ReasonOf(Get(first.household_id(), left));
  EXPECT_EQ(refused, "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(area_at(registered, left), refused);
  EXPECT_EQ(area_at(registered - absl::Seconds(1), left), refused) << "nor learn since when";
}

}  // namespace
}  // namespace bangfu::registration
