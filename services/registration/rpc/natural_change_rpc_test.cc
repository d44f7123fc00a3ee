#include "services/registration/rpc/natural_change_rpc.h"

#include "services/registration/rpc/management_fixture.h"

namespace bangfu::registration {
namespace {

class NaturalChangeRpcTest : public ManagementFixture {
 protected:
  template <typename Request>
  static Request In2026() {
    Request request;
    request.set_area("150526000000");
    request.set_first_day("2026-01-01");
    request.set_last_day("2026-12-31");
    return request;
  }
  // The reasons of all pages.
  std::vector<std::string> Reasons(v1::ChangeDirection direction, const std::string& reason, int page_size) {
    auto request = In2026<v1::ListNaturalChangesRequest>();
    request.set_direction(direction);
    request.set_reason(reason);
    request.set_page_size(page_size);
    std::vector<std::string> reasons;
    do {
      const auto page = Call(changes_, &Changes::ListNaturalChanges, request, Viewer());
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return reasons;
      for (const v1::NaturalChange& change : page->changes()) reasons.push_back(change.reason_label());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return reasons;
  }
};

TEST_F(NaturalChangeRpcTest, SumsByReasonEqualTheLists) {
  const v1::Household household = Register(kVillage, 3);
  Register(kForeignVillage, 2);
  ASSERT_TRUE(Add(household.household_id(), NewMember(901, "99")).ok());
  const auto members = MembersOf(household.household_id());
  ASSERT_TRUE(Remove(members[1]).ok());
  ASSERT_TRUE(Move(members[2], Register(kSecondVillage, 1).household_id()).ok());
  const auto counts = Call(changes_, &Changes::CountNaturalChanges, In2026<v1::CountNaturalChangesRequest>(), Viewer());
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->decrease_count(), 1);
  EXPECT_EQ(counts->increase_count(), 4) << "4 registered, one of them moved since; and a bride";
  for (const v1::NaturalChangeCount& one : counts->counts()) {
    for (const int page_size : {0, 1}) {
      const auto reasons = Reasons(one.direction(), one.reason(), page_size);
      EXPECT_EQ(reasons, std::vector<std::string>(one.count(), one.reason_label()));
    }
  }
  EXPECT_EQ(Reasons(v1::CHANGE_DIRECTION_UNSPECIFIED, "", 2).size(), 5u);
}

TEST_F(NaturalChangeRpcTest, RefusesPeriodsThatAreNone) {
  auto request = In2026<v1::ListNaturalChangesRequest>();
  request.set_reason("01");
  EXPECT_EQ(ReasonOf(Call(changes_, &Changes::ListNaturalChanges, request, Viewer())), "INVALID_FIELD");
  request.clear_reason();
  request.set_last_day("2025-12-31");
  EXPECT_EQ(ReasonOf(Call(changes_, &Changes::ListNaturalChanges, request, Viewer())), "INVALID_FIELD");
  request.set_first_day("2026-03-03");
  request.set_last_day("2026-03-04");
  EXPECT_EQ(ReasonOf(Call(changes_, &Changes::ListNaturalChanges, request, Viewer())), "INVALID_FIELD") << "tomorrow";
}

}  // namespace
}  // namespace bangfu::registration
