// Headcount, gap and severity of poverty (FGT 0, 1, 2: Foster, Greer, Thorbecke, Econometrica 52, 1984). Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_MEASURE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_MEASURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bangfu/registration/v1/statistics.pb.h"

namespace bangfu::registration::domain {

// The line that incomes of an area are held against.
struct LineOfArea {
  int64_t area = 0;
  int64_t line_fen = 0;
};

// Sums over households with a report; sums of areas with different lines may be added up.
struct PovertySums {
  int64_t households = 0;
  int64_t persons = 0;
  int64_t poor_households = 0;
  int64_t poor_persons = 0;
  // Persons by what each lacks to the line.
  int64_t gap_fen = 0;
  // The same as shares of the line, and their squares, in millionths of a person.
  int64_t gap_millionths = 0;
  int64_t severity_millionths = 0;

  PovertySums& operator+=(const PovertySums& other);
};

// Fills the measures of an area; `line_fen` is 0 where its lines differ. Ratios are rounded half up.
void Measure(const PovertySums& sums, int64_t line_fen, int32_t year, v1::PovertyMeasure* measure);

// Fills the incidence: who is not out of poverty by the rural population; nothing without one.
void MeasureIncidence(int64_t not_out_persons, int64_t rural_population, const std::string& source,
                      v1::PovertyMeasure* measure);

// Withholds the counts of measures that are below the least count, and of one more if it is one alone, so that it
// cannot be computed from the whole.
void WithholdMeasures(int64_t least_count, v1::PovertyMeasure* total, std::vector<v1::PovertyMeasure>* parts);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_MEASURE_H_
