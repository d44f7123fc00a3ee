// What an import writes and what its undoing takes away is counted.
#include <string>

#include "services/registration/rpc/import_fixture.h"
#include "services/registration/store/statistic_store.h"

namespace bangfu::registration {
namespace {

class ImportStatisticsTest : public ImportFixture {
 protected:
  void Fold() {
    const auto folded =
        database().Write({}, [](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::FoldDue(tx, 1000); });
    ASSERT_TRUE(folded.ok()) << folded.status();
  }

  int64_t Sum(const std::string& condition) {
    return database_
        .Sql("SELECT coalesce(sum(amount), 0) FROM statistic_sum WHERE area = 150526000000 AND " + condition)[0][0]
        .as<int64_t>();
  }
};

TEST_F(ImportStatisticsTest, WhatIsImportedIsCountedAndWhatIsUndoneIsNot) {
  const auto first =
      Committed({Csv(HouseholdHeader(), {HouseholdRow("H1", "13800001234"), HouseholdRow("H2")}),
                 Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H1", 2, "99"), MemberRow("H2", 3, "01")})});
  Fold();
  EXPECT_EQ(Sum("cell = 10000001"), 2) << "households";
  EXPECT_EQ(Sum("cell = 20000001"), 3) << "persons";
  // Reports of registered households, without a change of the households themselves.
  const auto reports = Committed(
      {Csv(IncomeHeader(), {{"H1", "2025", "100", "", ""}}), Csv(LivingHeader(), {{"H1", "2025", "1", "", ""}})});
  EXPECT_GT(database_.Count("statistic_due"), 0);
  Fold();
  EXPECT_EQ(Sum("cell / 10000000 = 31 AND cell % 10000 = 1"), 10'000) << "fen of wages";
  ASSERT_TRUE(Undo(reports).ok());
  Fold();
  EXPECT_EQ(Sum("cell / 10000000 IN (30, 31, 33, 46)"), 0);
  EXPECT_EQ(Sum("cell = 20000001"), 3);
  ASSERT_TRUE(Undo(first).ok());
  Fold();
  EXPECT_EQ(database_.Count("statistic_sum WHERE amount <> 0"), 0);
  EXPECT_EQ(database_.Count("statistic_tally"), 0);
}

}  // namespace
}  // namespace bangfu::registration
