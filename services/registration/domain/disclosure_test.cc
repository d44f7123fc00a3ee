#include "services/registration/domain/disclosure.h"

#include <random>

#include "gtest/gtest.h"
#include "services/registration/domain/poverty_measure.h"

namespace bangfu::registration::domain {
namespace {

FiguresByStatus Figures(std::vector<int64_t> not_out, std::vector<int64_t> out) {
  FiguresByStatus figures;
  figures[1] = not_out;
  figures[2] = out;
  for (size_t g = 0; g < not_out.size(); ++g) figures[0].push_back(not_out[g] + out[g]);
  return figures;
}

int Count(const std::vector<bool>& withheld) {
  int count = 0;
  for (bool one : withheld) count += one ? 1 : 0;
  return count;
}

TEST(DisclosureTest, ASmallFigureTakesAnotherOfItsRowAndOfItsStatusesAlong) {
  const FiguresByStatus figures = Figures({3, 40, 50}, {60, 70, 80});
  const WithheldByStatus withheld = WithholdAlone(figures, figures, {5, true});
  EXPECT_TRUE(withheld[1][0]);
  EXPECT_TRUE(withheld[1][1]) << "the least of the others";
  EXPECT_FALSE(withheld[1][2]);
  EXPECT_TRUE(withheld[0][0] || withheld[2][0]) << "else 63 - 60 is 3";
  for (int s = 0; s < kStatuses; ++s) EXPECT_NE(Count(withheld[s]), 1);
}

TEST(DisclosureTest, NothingIsWithheldWhereNothingIsSmall) {
  const FiguresByStatus figures = Figures({5, 0, 9}, {0, 7, 5});
  const WithheldByStatus withheld = WithholdAlone(figures, figures, {5, true});
  for (int s = 0; s < kStatuses; ++s) EXPECT_EQ(Count(withheld[s]), 0);
}

TEST(DisclosureTest, WhatIsWithheldOfTheWholeIsWithheldOfAPart) {
  const std::vector<FiguresByStatus> parts = {Figures({50, 60}, {70, 80}), Figures({9, 90}, {70, 80})};
  WithheldByStatus whole;
  for (auto& of_status : whole) of_status = {true, true};
  const auto withheld = WithholdParts(whole, parts, parts, {5, true});
  EXPECT_TRUE(withheld[0][1][0] || withheld[1][1][0]) << "else the parts add up to what is withheld";
}

// Whatever the figures, no sum that is shown leaves exactly one figure to be computed.
TEST(DisclosureTest, NoSumIsMissingExactlyOneFigure) {
  std::mt19937 random(20260302);
  for (int round = 0; round < 500; ++round) {
    const size_t groups = 2 + random() % 6, count = 1 + random() % 6;
    std::vector<FiguresByStatus> parts;
    FiguresByStatus whole = Figures(std::vector<int64_t>(groups, 0), std::vector<int64_t>(groups, 0));
    for (size_t p = 0; p < count; ++p) {
      std::vector<int64_t> not_out, out;
      for (size_t g = 0; g < groups; ++g) {
        not_out.push_back(random() % 3 == 0 ? random() % 8 : random() % 200);
        out.push_back(random() % 3 == 0 ? random() % 8 : random() % 200);
      }
      parts.push_back(Figures(not_out, out));
      for (int s = 0; s < kStatuses; ++s) {
        for (size_t g = 0; g < groups; ++g) whole[s][g] += parts[p][s][g];
      }
    }
    const DisclosureOptions options{5, true};
    const WithheldByStatus of_whole = WithholdAlone(whole, whole, options);
    const auto withheld = WithholdParts(of_whole, parts, parts, options);
    for (size_t p = 0; p < count; ++p) {
      for (int s = 0; s < kStatuses; ++s) {
        EXPECT_NE(Count(withheld[p][s]), 1) << "row, round " << round;
        for (size_t g = 0; g < groups; ++g) {
          const bool small = parts[p][s][g] > 0 && parts[p][s][g] < 5;
          EXPECT_TRUE(!small || withheld[p][s][g]) << "a small figure is shown, round " << round;
        }
      }
      for (size_t g = 0; g < groups; ++g) {
        EXPECT_NE(withheld[p][0][g] + withheld[p][1][g] + withheld[p][2][g], 1) << "statuses, round " << round;
      }
    }
    for (int s = 0; s < kStatuses; ++s) {
      for (size_t g = 0; g < groups; ++g) {
        int of_column = of_whole[s][g] ? 1 : 0;
        for (size_t p = 0; p < count; ++p) of_column += withheld[p][s][g] ? 1 : 0;
        // An only part is the whole: both are withheld or neither.
        EXPECT_NE(of_column, 1) << "parts, round " << round;
      }
    }
  }
}

TEST(PovertyMeasureTest, HeadcountGapAndSeverity) {
  // Ten persons; two at half the line of 4,000 yuan and one at nothing.
  const PovertySums sums{4, 10, 2, 3, 2 * 200'000 + 400'000, 2'000'000, 1'500'000};
  v1::PovertyMeasure measure;
  Measure(sums, 400'000, 2020, &measure);
  EXPECT_EQ(measure.headcount_millionths(), 300'000);
  EXPECT_EQ(measure.gap_millionths(), 200'000);
  EXPECT_EQ(measure.severity_millionths(), 150'000);
  EXPECT_EQ(measure.gap_fen(), 800'000);
  EXPECT_EQ(measure.poor_filter(), "state = ACTIVE AND income_2020_net_per_capita_fen < 400000");
  MeasureIncidence(181, 10'000, "统计年鉴", &measure);
  EXPECT_EQ(measure.incidence_millionths(), 18'100) << "1.81 %";
}

TEST(PovertyMeasureTest, NobodyMakesNoRatio) {
  v1::PovertyMeasure measure;
  Measure({}, 0, 2020, &measure);
  MeasureIncidence(5, 0, "", &measure);
  EXPECT_EQ(measure.headcount_millionths(), 0);
  EXPECT_EQ(measure.poor_filter(), "");
  EXPECT_FALSE(measure.has_incidence_millionths());
}

TEST(PovertyMeasureTest, OneAreaIsNotWithheldAlone) {
  v1::PovertyMeasure total;
  total.set_poor_persons(160);
  std::vector<v1::PovertyMeasure> parts(3);
  parts[0].set_poor_persons(3);
  parts[1].set_poor_persons(57);
  parts[2].set_poor_persons(100);
  WithholdMeasures(5, &total, &parts);
  EXPECT_FALSE(total.withheld());
  EXPECT_TRUE(parts[0].withheld());
  EXPECT_EQ(parts[0].poor_persons(), 0);
  EXPECT_TRUE(parts[1].withheld());
  EXPECT_FALSE(parts[2].withheld());
}

}  // namespace
}  // namespace bangfu::registration::domain
