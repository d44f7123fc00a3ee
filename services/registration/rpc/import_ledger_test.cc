// What imports, and their undoing, leave in the population ledger: the figures at instants are those of the register.
#include <string>

#include "services/registration/rpc/import_fixture.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using domain::Table;

class ImportLedgerTest : public ImportFixture {
 protected:
  int64_t PersonsAt(const std::string& as_of, absl::Time time) {
    v1::GetRegisterStatisticsRequest request;
    request.set_area(std::to_string(kCounty));
    request.set_as_of(as_of);
    store::SetTime(time, request.mutable_as_known_at());
    const auto statistics = Call(figures_, &Figures::GetRegisterStatistics, request, Viewer());
    EXPECT_TRUE(statistics.ok()) << statistics.status();
    v1::ListMembersRequest list;
    list.set_area(request.area());
    list.set_as_of(as_of);
    *list.mutable_as_known_at() = request.as_known_at();
    const auto listed = Call(members_, &Members::ListMembers, list, Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status();
    EXPECT_EQ(listed->total_size(), statistics->total().person_count()) << as_of;
    return statistics->total().person_count();
  }
};

TEST_F(ImportLedgerTest, CountsWhatAnImportBringsFromItsDayOnUntilItIsUndone) {
  Committed({Csv(HouseholdHeader(), {HouseholdRow("H1"), HouseholdRow("H2")}),
             Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H1", 2, "99"), MemberRow("H2", 3, "01")})});
  const absl::Time first = clock_.Now();
  clock_.Advance(absl::Hours(48));
  const auto id = Committed({Csv(HouseholdHeader(), {HouseholdRow("H1", "", kSecondVillage), HouseholdRow("H3")}),
                             Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H1", 2, "99"),
                                                  MemberRow("H1", 7, "99"), MemberRow("H3", 8, "01")})});
  const absl::Time second = clock_.Now();
  EXPECT_EQ(PersonsAt("2026-03-01", second), 0) << "before the day of the file";
  EXPECT_EQ(PersonsAt("2026-03-02", second), 3);
  EXPECT_EQ(PersonsAt("2026-03-04", second), 5);
  EXPECT_EQ(PersonsAt("2026-03-04", first), 3);
  EXPECT_EQ(Statistics(std::to_string(kCounty))->total().person_count(), 5);
  clock_.Advance(absl::Hours(24));
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_EQ(PersonsAt("2026-03-04", second), 5) << "as it was known";
  EXPECT_EQ(PersonsAt("2026-03-04", clock_.Now()), 3) << "it was never so";
  EXPECT_EQ(PersonsAt("2026-03-05", clock_.Now()), 3);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 3);
}

}  // namespace
}  // namespace bangfu::registration
