#include "services/registration/domain/report_table.h"

#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

constexpr int64_t kProvince = 150000000000, kCity = 150500000000, kCounty = 150526000000;
constexpr int64_t kTownship = 150526100000, kVillage = 150526100201;

// The cell of persons of a sex.
int32_t Sex(const char* code) { return CellsOf(3, 0).low + ValueOfCode(code); }
int32_t AllPersons() { return CellsOf(2, 0).low + 1; }

ReportQuestion BySex(v1::Report::Status status = v1::Report::STATUS_UNSPECIFIED) {
  return {FindStatistic("PERSON_SEX"), 0, status};
}
const CodeEntries kSexes = {{"1", "男"}, {"2", "女"}};

ReportData OfTownship() {
  ReportData data;
  data.areas = {{kTownship, "鲁北镇", kCounty}, {kVillage, "村", kTownship}, {kVillage + 1, "空村", kTownship}};
  for (int64_t area : {kTownship, kVillage}) {
    data.sums.push_back({area, Sex("1"), 1, 20});
    data.sums.push_back({area, Sex("2"), 1, 10});
    data.sums.push_back({area, Sex("2"), 2, 7});
    data.sums.push_back({area, AllPersons(), 1, 30});
    data.sums.push_back({area, AllPersons(), 2, 7});
  }
  return data;
}

TEST(ReportTableTest, WhatIsDueIsAddedToEveryAreaAroundTheVillage) {
  ReportData data = OfTownship();
  data.due = {{kVillage, Sex("1"), 1, -20},
              {kVillage, Sex("1"), 2, 20},
              {kVillage, AllPersons(), 1, -20},
              {kVillage, AllPersons(), 2, 20}};
  const v1::Report report = ReportTable(BySex(v1::Report::OUT), kSexes, data).Show(kTownship, 5);
  EXPECT_EQ(report.total().subject_count(), 27);
  EXPECT_EQ(report.total().figures(0).amount(), 20);
  EXPECT_EQ(report.total().figures(1).amount(), 7);
  ASSERT_EQ(report.parts_size(), 1) << "areas without anybody are left out";
  EXPECT_EQ(report.parts(0).figures(0).amount(), 20);
  EXPECT_EQ(report.values(2).value(), "EMPTY");
}

TEST(ReportTableTest, WhatWasNotCollectedIsTheRestOfTheTotal) {
  ReportData data;
  data.areas = {{kVillage, "村", kTownship}};
  const ReportQuestion question{FindStatistic("HOUSEHOLD_TOILET"), 2019, v1::Report::NOT_OUT};
  data.sums = {{kVillage, CellsOf(46, 2019).low + 2, 1, 4}, {kVillage, CellsOf(1, 0).low + 1, 1, 10}};
  const v1::Report report = ReportTable(question, {}, data).Show(kVillage, 6);
  EXPECT_EQ(report.total().figures(0).amount(), 4);
  EXPECT_EQ(report.total().figures(3).amount(), 6);
}

// The same village is withheld the same, whether its township or its county is asked about.
TEST(ReportTableTest, WithholdingDoesNotDependOnTheQuestion) {
  ReportData data = OfTownship();
  data.sums[2].amount = data.sums[7].amount = 3;  // women out of poverty
  data.areas.insert(data.areas.end(), {{kProvince, "省", 0}, {kCity, "市", kProvince}, {kCounty, "旗", kCity}});
  for (int64_t area : {kProvince, kCity, kCounty}) {
    for (size_t i = 0; i < 5; ++i) {
      CellAmount amount = data.sums[i];
      amount.area = area;
      data.sums.push_back(amount);
    }
  }
  ReportTable of_township(BySex(v1::Report::OUT), kSexes, data), of_county(BySex(v1::Report::OUT), kSexes, data);
  of_township.Withhold(5, kTownship);
  of_county.Withhold(5, kCounty);
  const v1::ReportRow village = of_township.Show(kTownship, 5).parts(0);
  EXPECT_TRUE(village.figures(1).withheld());
  EXPECT_FALSE(village.figures(1).has_amount());
  EXPECT_EQ(village.DebugString(), of_county.Show(kCounty, 5).parts(0).DebugString());
  EXPECT_EQ(of_township.Show(kTownship, 5).total().figures(1).withheld(),
            of_county.Show(kCounty, 4).parts(0).figures(1).withheld());
}

TEST(ReportTableTest, PartsAreOneOrTwoLevelsBelow) {
  EXPECT_EQ(LevelOfParts(kCounty, 0), 4);
  EXPECT_EQ(LevelOfParts(kCounty, 5), 5);
  EXPECT_EQ(LevelOfParts(kCity, 5), std::nullopt);
  EXPECT_EQ(LevelOfParts(kCounty, 3), std::nullopt);
  EXPECT_EQ(AreasDownTo(kVillage), (std::vector<int64_t>{kProvince, kCity, kCounty, kTownship, kVillage}));
}

}  // namespace
}  // namespace bangfu::registration::domain
