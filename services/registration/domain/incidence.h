// Shares of persons as exact fractions: the rates by which villages and counties are judged. Pure; no floating point.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_INCIDENCE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_INCIDENCE_H_

#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "bangfu/registration/v1/exit_rules.pb.h"

namespace bangfu::registration::domain {

// part ÷ whole; whole is positive, part not negative. Parts up to 10^33 are exact.
struct Fraction {
  absl::int128 part;
  absl::int128 whole;
};

// Whether the exact fraction stands to `limit_centi`, in hundredths of a percent, as asked.
bool Holds(const Fraction& fraction, v1::ExitShare::Comparison comparison, int64_t limit_centi);

// Hundredths of a percent, rounded half up.
int64_t CentiPercent(const Fraction& fraction);

// Such as 1.81%. A fraction that is not the limit, but would be shown as it, says on which side it is.
std::string PercentText(const Fraction& fraction, int64_t limit_centi);

// A rate found by a sample, and those it is applied to.
struct Estimate {
  int64_t found = 0;
  int64_t sampled = 1;
  int64_t population = 0;

  // Hundredths of a person, rounded half up, for display: 271.50.
  std::string Text() const;
};

// (not_out + missed + wrong) ÷ rural, exactly.
Fraction CombinedIncidence(int64_t not_out, const Estimate& missed, const Estimate& wrong, int64_t rural);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_INCIDENCE_H_
