#include "services/registration/domain/incidence.h"

#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

// A county of 100,000 rural persons, of whom 8,000 are out; samples found 6 of 2,000 unregistered persons missed and 3
// of 600 exited persons wrongly out.
Fraction CountyWith(int64_t not_out) {
  const Estimate missed{6, 2000, 100'000 - not_out - 8000};
  const Estimate wrong{3, 600, 8000};
  return CombinedIncidence(not_out, missed, wrong, 100'000);
}

// (1,500 + 0.3 % of 90,500 + 0.5 % of 8,000) ÷ 100,000 = 1,811.5 ÷ 100,000.
TEST(IncidenceTest, TheWorkedExampleIsExact) {
  const Fraction incidence = CountyWith(1500);
  EXPECT_EQ(incidence.part * 1'000'000, incidence.whole * 18'115) << "1.8115 %, nothing lost";
  EXPECT_EQ(CentiPercent(incidence), 181);
  EXPECT_EQ(PercentText(incidence, 200), "1.81%");
  EXPECT_EQ((Estimate{6, 2000, 90'500}.Text()), "271.50");
  EXPECT_EQ((Estimate{3, 600, 8000}.Text()), "40.00");
}

TEST(IncidenceTest, NeighboursOfALimitAreToldApartWhereTheyLookTheSame) {
  struct Case {
    int64_t part, whole;
    bool below, at_most, at_least, above;
    const char* shown;
  };
  const Case cases[] = {
      {1999, 100'000, true, true, false, false, "2.00% (略低)"},
      {2000, 100'000, false, true, true, false, "2.00%"},
      {2001, 100'000, false, false, true, true, "2.00% (略高)"},
      {1994, 100'000, true, true, false, false, "1.99%"},
      {1995, 100'000, true, true, false, false, "2.00% (略低)"},
      {0, 1, true, true, false, false, "0.00%"},
      {999'999'999, 1'000'000'000, false, false, true, true, "100.00%"},
  };
  for (const Case& c : cases) {
    const Fraction fraction{c.part, c.whole};
    EXPECT_EQ(Holds(fraction, v1::ExitShare::BELOW, 200), c.below) << c.shown;
    EXPECT_EQ(Holds(fraction, v1::ExitShare::AT_MOST, 200), c.at_most) << c.shown;
    EXPECT_EQ(Holds(fraction, v1::ExitShare::AT_LEAST, 200), c.at_least) << c.shown;
    EXPECT_EQ(Holds(fraction, v1::ExitShare::ABOVE, 200), c.above) << c.shown;
    EXPECT_EQ(PercentText(fraction, 200), c.shown);
  }
}

// With 1,689 persons not out it is 1.99993 %, with 1,690 2.00093 %; with 2,692 it is 2.99992 %, with 2,693 3.00092 %.
TEST(IncidenceTest, OnePersonDecidesAtTheLimit) {
  EXPECT_TRUE(Holds(CountyWith(1689), v1::ExitShare::BELOW, 200));
  EXPECT_FALSE(Holds(CountyWith(1690), v1::ExitShare::BELOW, 200));
  EXPECT_TRUE(Holds(CountyWith(2692), v1::ExitShare::BELOW, 300));
  EXPECT_FALSE(Holds(CountyWith(2693), v1::ExitShare::BELOW, 300));
}

TEST(IncidenceTest, TheGreatestCountsOfAnyCountryAreExact) {
  const int64_t persons = 1'000'000'000, sample = 1'000'000'000'000;
  const Estimate missed{sample / 100, sample, persons};
  const Estimate nobody{0, sample, 0};
  EXPECT_EQ(CentiPercent(CombinedIncidence(0, missed, nobody, persons)), 100);
}

}  // namespace
}  // namespace bangfu::registration::domain
