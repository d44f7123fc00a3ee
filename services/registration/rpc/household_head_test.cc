#include <map>
#include <string>

#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {
namespace {

class HouseholdHeadTest : public RegisterFixture {};

TEST_F(HouseholdHeadTest, TheHeadChangesWithAllRelationsInOneTransaction) {
  const v1::Household household = *Create(
      NewHousehold(kVillage), {NewMember(1, "01", "巴特尔"), NewMember(2, "02"), NewMember(3, "99")}, Registrar());
  const auto members = MembersOf(household.household_id());
  v1::ChangeHeadRequest request;
  request.set_household_id(household.household_id());
  request.set_new_head_member_id(members[1].member_id());
  request.set_reason("01");
  request.set_etag(household.etag());
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(households_, &Households::ChangeHead, request, Registrar())), "HEAD_RELATIONS_MISSING");
  for (const size_t i : {0, 2}) {
    v1::SplitMember* named = request.add_members();
    named->set_member_id(members[i].member_id());
    named->set_relation(i == 0 ? "02" : "03");
  }
  EXPECT_EQ(ReasonOf(Call(households_, &Households::ChangeHead, request, Registrar(kOtherCounty))),
            "AREA_OUT_OF_SCOPE");
  const auto changed = Call(households_, &Households::ChangeHead, request, Registrar());
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->head_name(), members[1].name());
  std::map<std::string, std::string> relations;
  for (const v1::Member& member : MembersOf(household.household_id()))
    relations[member.member_id()] = member.relation();
  EXPECT_EQ(relations,
            (std::map<std::string, std::string>{
                {members[0].member_id(), "02"}, {members[1].member_id(), "01"}, {members[2].member_id(), "03"}}));
  EXPECT_EQ(database_.Count("record_version WHERE kind = 2"), 3);
  EXPECT_EQ(database_.Sql("SELECT count(DISTINCT xmin::text) FROM record_version")[0][0].as<int>(), 1);
  EXPECT_EQ(database_.Count("event_outbox WHERE position('HouseholdHeadChanged'::bytea IN body) > 0"), 1);
  EXPECT_EQ(database_.Count("member WHERE update_method = 'ChangeHead'"), 3);
  EXPECT_EQ(Call(households_, &Households::ChangeHead, request, Registrar())->etag(), changed->etag()) << "a repeat";
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(households_, &Households::ChangeHead, request, Registrar())), "ETAG_MISMATCH");
}

}  // namespace
}  // namespace bangfu::registration
