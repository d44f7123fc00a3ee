// Scores of data quality: what a run counted in an area, weighed by its pack. The public source ranks areas by quality
// index, share of households with problems and final score and does not tell their formulas; these are our own.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_SCORE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_SCORE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "bangfu/registration/v1/quality.pb.h"
#include "services/registration/domain/quality_pack.h"

namespace bangfu::registration::domain {

// What was counted in an area. Findings that are waived are left out.
struct QualityTally {
  struct OfRule {
    int64_t households = 0;
    int64_t issues = 0;
  };
  int64_t households = 0;
  int64_t persons = 0;
  int64_t problem_households = 0;
  int64_t stale_households = 0;
  int64_t unconfirmed_days = 0;  // sum over households
  std::map<int, OfRule> rules;   // by code
};

// Index = 100 × (1 − Σ weight × households with a finding ÷ (Σ weight × households judged)); share = households with an
// error or warning ÷ households judged; final score = index × p + (100 − share) × (1 − p), p = index_percent. All in
// hundredths, rounded half up; without households everything is perfect. Leaves out area, name and rank.
v1::QualityScore ScoreQuality(const QualityTally& tally, const QualityPack& pack, bool with_rules);

// Orders by final score, best first, then by area, and gives places: equals share one.
void RankQuality(std::vector<v1::QualityScore>* scores);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_SCORE_H_
