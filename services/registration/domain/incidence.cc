#include "services/registration/domain/incidence.h"

#include "absl/strings/str_cat.h"
#include "common/standards/hundredths.h"

namespace bangfu::registration::domain {
namespace {

constexpr int kCentiPercents = 10'000;  // in the whole

int64_t RoundHalfUp(absl::int128 numerator, absl::int128 denominator) {
  return static_cast<int64_t>((2 * numerator + denominator) / (2 * denominator));
}

}  // namespace

bool Holds(const Fraction& fraction, v1::ExitShare::Comparison comparison, int64_t limit_centi) {
  const absl::int128 found = fraction.part * kCentiPercents;
  const absl::int128 limit = fraction.whole * limit_centi;
  switch (comparison) {
    case v1::ExitShare::BELOW: return found < limit;
    case v1::ExitShare::AT_MOST: return found <= limit;
    case v1::ExitShare::AT_LEAST: return found >= limit;
    case v1::ExitShare::ABOVE: return found > limit;
    default: return false;
  }
}

int64_t CentiPercent(const Fraction& fraction) { return RoundHalfUp(fraction.part * kCentiPercents, fraction.whole); }

std::string PercentText(const Fraction& fraction, int64_t limit_centi) {
  const int64_t shown = CentiPercent(fraction);
  std::string text = absl::StrCat(standards::FormatHundredths(shown), "%");
  if (shown != limit_centi) return text;
  if (Holds(fraction, v1::ExitShare::BELOW, limit_centi)) text += " (略低)";
  if (Holds(fraction, v1::ExitShare::ABOVE, limit_centi)) text += " (略高)";
  return text;
}

std::string Estimate::Text() const {
  return standards::FormatHundredths(RoundHalfUp(absl::int128(found) * population * 100, sampled));
}

Fraction CombinedIncidence(int64_t not_out, const Estimate& missed, const Estimate& wrong, int64_t rural) {
  const absl::int128 samples = absl::int128(missed.sampled) * wrong.sampled;
  return {not_out * samples + absl::int128(missed.found) * missed.population * wrong.sampled +
              absl::int128(wrong.found) * wrong.population * missed.sampled,
          rural * samples};
}

}  // namespace bangfu::registration::domain
