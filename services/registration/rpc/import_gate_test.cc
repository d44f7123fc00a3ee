// Files that would do by hand what the rules of entry leave to procedures, or that mean households which are not of the
// poor.
#include <algorithm>
#include <string>

#include "bangfu/registration/v1/entry_rules.pb.h"
#include "services/registration/rpc/import_fixture.h"
#include "services/registration/rpc/publish_for_tests.h"

namespace bangfu::registration {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ImportGateTest : public ImportFixture {
 protected:
  void PublishGates() {
    v1::EntryRules rules;
    rules.set_line_purpose("NATIONAL");
    rules.set_entry_by_procedure(true);
    rules.set_exit_by_procedure(true);
    PublishRule(database(), clock_.Now(), rules, "150526000000");
  }

  static Rows With(Rows rows, const std::string& column, const std::string& value) {
    const auto header = HouseholdHeader();
    const auto at = std::find(header.begin(), header.end(), column) - header.begin();
    for (auto& row : rows) row[at] = value;
    return rows;
  }
};

TEST_F(ImportGateTest, NewHouseholdsAreRefusedWhereEntryIsByProcedure) {
  Committed({Csv(HouseholdHeader(), {HouseholdRow("H1")}), Csv(MemberHeader(), {MemberRow("H1", 1, "01")})});
  PublishGates();
  const auto id = Checked({Csv(HouseholdHeader(), {HouseholdRow("H1"), HouseholdRow("H2")}),
                           Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H2", 2, "01")})});
  EXPECT_THAT(Findings(id), Contains("AC01 3  ENTRY_BY_PROCEDURE"));
  EXPECT_THAT(Findings(id), Not(Contains(StartsWith("AC01 2 "))));
  EXPECT_EQ(Counts(id, domain::Table::kHousehold), "0/0/1/1/0/0");
}

TEST_F(ImportGateTest, ExitFlagsStayWhereExitIsByProcedure) {
  Committed({Csv(HouseholdHeader(), {HouseholdRow("H1")}), Csv(MemberHeader(), {MemberRow("H1", 1, "01")})});
  PublishGates();
  const auto id = Checked({Csv(HouseholdHeader(), With({HouseholdRow("H1")}, "AAR010", "1"))});
  EXPECT_THAT(Findings(id), ElementsAre("AC01 2 AAR010 EXIT_BY_PROCEDURE"));
}

TEST_F(ImportGateTest, RowsThatMeanAnOrdinaryHouseholdAreRefused) {
  Committed({Csv(HouseholdHeader(), {HouseholdRow("H1")}), Csv(MemberHeader(), {MemberRow("H1", 1, "01")})});
  database_.Sql("UPDATE household SET type = 2; UPDATE member SET household_type = 2");
  const auto households = Checked({Csv(HouseholdHeader(), {HouseholdRow("H1")})});
  EXPECT_THAT(Findings(households), Contains("AC01 2 AAC001 HOUSEHOLD_NOT_REGISTERED"));
  const auto members = Checked({Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H1", 2, "02")})});
  EXPECT_THAT(Findings(members), ::testing::IsSupersetOf({"AB01 2 AAC001 HOUSEHOLD_NOT_REGISTERED",
                                                          "AB01 3 AAC001 HOUSEHOLD_NOT_REGISTERED"}));
  EXPECT_EQ(Counts(members, domain::Table::kMember), "0/0/0/2/0/0");
}

}  // namespace
}  // namespace bangfu::registration
