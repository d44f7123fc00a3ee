#include "services/registration/domain/statistic_groups.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

TEST(StatisticCatalogueTest, CodesAreUniqueAndNumbersAreOfOneField) {
  std::set<std::string> codes;
  std::map<int, std::string> fields;
  for (const StatisticReport& report : StatisticCatalogue()) {
    EXPECT_TRUE(codes.insert(report.report).second) << report.report;
    const auto [known, is_new] = fields.emplace(report.number, report.field);
    EXPECT_TRUE(is_new || known->second == report.field) << report.number << " counts two things";
    EXPECT_EQ(FindStatistic(report.report), &report);
    EXPECT_NE(report.number, kIncomePersons);
    EXPECT_LT(report.number, 200) << "cells are 32 bits";
  }
  EXPECT_EQ(FindStatistic("PERSON_NOTHING"), nullptr);
}

TEST(StatisticGroupsTest, CodesAreFoundAgainFromTheirValues) {
  for (const char* code : {"", "0", "1", "01", "99", "007", "A", "D", "z"}) {
    EXPECT_EQ(CodeOfValue(ValueOfCode(code)), code);
  }
  EXPECT_NE(ValueOfCode("1"), ValueOfCode("01"));
  EXPECT_EQ(ValueOfCode("1234"), kCodeOfNoForm);
  EXPECT_EQ(ValueOfCode("AB"), kCodeOfNoForm);
}

TEST(StatisticGroupsTest, CellsHoldNumberYearAndValue) {
  const CellRange of_2019 = CellsOf(30, 2019), of_2100 = CellsOf(30, 2100), all = CellsOf(30, std::nullopt);
  EXPECT_EQ(YearOfCell(of_2019.low + 7), 2019);
  EXPECT_EQ(ValueOfCell(of_2019.low + 7), 7);
  EXPECT_LE(of_2100.high, all.high);
  EXPECT_EQ(all.high, CellsOf(31, std::nullopt).low);
}

struct Aged {
  int born;
  const char* label;
};

TEST(StatisticGroupsTest, AgesAreThoseAtTheEndOfTheYear) {
  const ReportGroups groups({FindStatistic("PERSON_AGE"), 2020, v1::Report::STATUS_UNSPECIFIED}, {}, {});
  for (const Aged& aged : {Aged{2021, "16岁以下"},
                           {2005, "16岁以下"},
                           {2004, "16—30岁"},
                           {1991, "16—30岁"},
                           {1990, "30—40岁"},
                           {1961, "50—60岁"},
                           {1960, "60岁及以上"},
                           {1900, "60岁及以上"}}) {
    EXPECT_EQ(groups.groups()[groups.PlaceOf(aged.born + 1)].label(), aged.label) << aged.born;
  }
  EXPECT_EQ(groups.groups()[0].filter(), "state = PRESENT AND birth_date >= \"2005-01-01\"");
  EXPECT_EQ(groups.groups()[1].filter(),
            "state = PRESENT AND birth_date >= \"1991-01-01\" AND birth_date <= \"2004-12-31\"");
  EXPECT_EQ(groups.groups()[5].filter(), "state = PRESENT AND birth_date <= \"1960-12-31\"");
}

TEST(StatisticGroupsTest, CodesThatHaveEndedGetAGroupOfTheirOwn) {
  const ReportGroups groups({FindStatistic("PERSON_ATTRIBUTE"), 0, v1::Report::OUT}, {{"01", "一般贫困户"}},
                            {ValueOfCode("01"), ValueOfCode("07")});
  ASSERT_EQ(groups.groups().size(), 3u);
  EXPECT_EQ(groups.groups()[1].value(), "07");
  EXPECT_EQ(groups.PlaceOf(ValueOfCode("07")), 1u);
  EXPECT_EQ(groups.groups()[0].filter(),
            "state = PRESENT AND household_exit_flag = \"1\" AND household_attribute = \"01\"");
  EXPECT_EQ(groups.groups()[2].value(), "EMPTY");
}

TEST(StatisticGroupsTest, AYearsReportTellsWhatIsEmptyFromWhatWasNotCollected) {
  const ReportGroups groups({FindStatistic("HOUSEHOLD_TOILET"), 2019, v1::Report::NOT_OUT}, {}, {});
  ASSERT_EQ(groups.groups().size(), 4u);
  EXPECT_EQ(groups.uncollected(), 3u);
  EXPECT_EQ(groups.groups()[0].filter(),
            "state = ACTIVE AND exit_flag != \"1\" AND living_2019_sanitary_toilet = true");
  EXPECT_EQ(groups.groups()[2].filter(),
            "state = ACTIVE AND exit_flag != \"1\" AND living_2019_reported = true AND "
            "NOT (living_2019_sanitary_toilet = true OR living_2019_sanitary_toilet = false)");
  EXPECT_EQ(groups.groups()[3].filter(), "state = ACTIVE AND exit_flag != \"1\" AND living_2019_reported = false");
}

}  // namespace
}  // namespace bangfu::registration::domain
