#include "services/registration/domain/poverty_measure.h"

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace bangfu::registration::domain {
namespace {

constexpr int64_t kMillion = 1'000'000;

int64_t Ratio(absl::int128 numerator, int64_t denominator) {
  if (denominator == 0) return 0;
  return static_cast<int64_t>((2 * numerator + denominator) / (2 * absl::int128(denominator)));
}

bool IsSmall(const v1::PovertyMeasure& measure, int64_t least_count) {
  const auto small = [&](int64_t count) { return count > 0 && count < least_count; };
  return small(measure.poor_persons()) || small(measure.poor_households()) || small(measure.not_out_persons()) ||
         small(measure.reported_households());
}

// Keeps the area, the line and the denominator, which tell of nobody.
void Withhold(v1::PovertyMeasure* measure) {
  v1::PovertyMeasure kept;
  kept.set_area(measure->area());
  kept.set_area_name(measure->area_name());
  kept.set_line_fen(measure->line_fen());
  kept.set_rural_population(measure->rural_population());
  kept.set_rural_population_source(measure->rural_population_source());
  kept.set_withheld(true);
  *measure = std::move(kept);
}

}  // namespace

PovertySums& PovertySums::operator+=(const PovertySums& other) {
  households += other.households;
  persons += other.persons;
  poor_households += other.poor_households;
  poor_persons += other.poor_persons;
  gap_fen += other.gap_fen;
  gap_millionths += other.gap_millionths;
  severity_millionths += other.severity_millionths;
  return *this;
}

void Measure(const PovertySums& sums, int64_t line_fen, int32_t year, v1::PovertyMeasure* measure) {
  measure->set_line_fen(line_fen);
  measure->set_reported_households(sums.households);
  measure->set_reported_persons(sums.persons);
  measure->set_poor_households(sums.poor_households);
  measure->set_poor_persons(sums.poor_persons);
  measure->set_gap_fen(sums.gap_fen);
  measure->set_headcount_millionths(Ratio(absl::int128(sums.poor_persons) * kMillion, sums.persons));
  measure->set_gap_millionths(Ratio(sums.gap_millionths, sums.persons));
  measure->set_severity_millionths(Ratio(sums.severity_millionths, sums.persons));
  if (line_fen == 0) return;
  measure->set_poor_filter(absl::StrCat("state = ACTIVE AND income_", year, "_net_per_capita_fen < ", line_fen));
}

void MeasureIncidence(int64_t not_out_persons, int64_t rural_population, const std::string& source,
                      v1::PovertyMeasure* measure) {
  measure->set_not_out_persons(not_out_persons);
  if (rural_population == 0) return;
  measure->set_rural_population(rural_population);
  measure->set_rural_population_source(source);
  measure->set_incidence_millionths(Ratio(absl::int128(not_out_persons) * kMillion, rural_population));
}

void WithholdMeasures(int64_t least_count, v1::PovertyMeasure* total, std::vector<v1::PovertyMeasure>* parts) {
  size_t withheld = IsSmall(*total, least_count) ? 1 : 0;
  if (withheld == 1) Withhold(total);
  v1::PovertyMeasure* least = nullptr;
  for (v1::PovertyMeasure& part : *parts) {
    if (IsSmall(part, least_count)) {
      Withhold(&part);
      ++withheld;
    } else if (least == nullptr || part.poor_persons() < least->poor_persons()) {
      least = &part;
    }
  }
  if (withheld == 1 && least != nullptr) Withhold(least);
}

}  // namespace bangfu::registration::domain
