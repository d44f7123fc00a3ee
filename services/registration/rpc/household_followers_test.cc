// What is listed by the village of a household is found in the village where the household is.
#include "services/registration/rpc/monitoring_fixture.h"

namespace bangfu::registration {
namespace {

class HouseholdFollowersTest : public MonitoringFixture {
 protected:
  size_t CasesIn(const std::string& area) {
    v1::ListCasesRequest request;
    request.set_area(area);
    return Do(&Monitoring::ListCases, request, Viewer())->cases_size();
  }
};

TEST_F(HouseholdFollowersTest, CasesAreListedWhereTheirHouseholdIs) {
  PublishRules();
  v1::Household household = Register();
  ASSERT_TRUE(Report(household.household_id(), Clue::FIELD, "02").ok());
  ASSERT_EQ(CasesIn(kVillage), 1u);
  household.set_area(kSecondVillage);
  ASSERT_TRUE(Update(household, {"area"}).ok());
  EXPECT_EQ(CasesIn(kVillage), 0u);
  EXPECT_EQ(CasesIn(kSecondVillage), 1u);
}

}  // namespace
}  // namespace bangfu::registration
