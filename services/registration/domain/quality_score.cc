#include "services/registration/domain/quality_score.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using Rule = v1::QualityRule;
using standards::FormatHundredths;

constexpr int64_t kFullCenti = 100'00;  // 100 points, or 100 %

// `part` of `whole` in hundredths of a percent, rounded half up.
int64_t ShareCenti(absl::int128 part, absl::int128 whole) {
  if (whole == 0) return 0;
  return static_cast<int64_t>((part * kFullCenti * 2 + whole) / (whole * 2));
}

// What is taken off for findings, and of how much.
struct Loss {
  absl::int128 weighted = 0;  // Σ weight × households with a finding
  int64_t weight = 0;         // Σ weight

  void Add(const Rule& rule, const QualityTally& tally) {
    weight += rule.weight();
    const auto found = tally.rules.find(rule.code());
    if (found != tally.rules.end()) weighted += absl::int128(rule.weight()) * found->second.households;
  }
  int64_t ScoreCenti(int64_t households) const {
    return kFullCenti - ShareCenti(weighted, absl::int128(weight) * households);
  }
};

void AddDimensions(const QualityTally& tally, const QualityPack& pack, v1::QualityScore* score) {
  for (const auto dimension : {Rule::IDENTIFICATION, Rule::HELP, Rule::EXIT, Rule::CONSOLIDATION, Rule::RETURN}) {
    Loss loss;
    for (const Rule& rule : pack.rules().rules()) {
      if (rule.dimension() == dimension) loss.Add(rule, tally);
    }
    if (loss.weight == 0) continue;
    auto& shown = *score->add_dimensions();
    shown.set_dimension(dimension);
    shown.set_score_centi(loss.ScoreCenti(tally.households));
    shown.set_weight(loss.weight);
  }
}

void AddRules(const QualityTally& tally, const QualityPack& pack, v1::QualityScore* score) {
  for (const auto& [code, counted] : tally.rules) {
    const Rule* rule = pack.Find(static_cast<Rule::Code>(code));
    if (rule == nullptr || counted.issues == 0) continue;
    auto& shown = *score->add_rules();
    shown.set_rule(rule->code());
    shown.set_title(LabelOf(rule->code()));
    shown.set_severity(rule->severity());
    shown.set_household_count(counted.households);
    shown.set_issue_count(counted.issues);
    shown.set_weight(rule->weight());
  }
}

}  // namespace

v1::QualityScore ScoreQuality(const QualityTally& tally, const QualityPack& pack, bool with_rules) {
  Loss loss;
  for (const Rule& rule : pack.rules().rules()) loss.Add(rule, tally);
  const int64_t percent = pack.rules().index_percent();
  const int64_t index = loss.ScoreCenti(tally.households);
  const int64_t share = ShareCenti(tally.problem_households, tally.households);
  const int64_t final_score = (index * percent + (kFullCenti - share) * (100 - percent) + 50) / 100;
  v1::QualityScore score;
  score.set_household_count(tally.households);
  score.set_person_count(tally.persons);
  score.set_problem_household_count(tally.problem_households);
  score.set_problem_share_centi(share);
  score.set_index_centi(index);
  score.set_score_centi(final_score);
  score.set_formula(
      absl::StrCat("质量指数 = 100 × (1 − Σ(规则权重 × 问题户数) ", static_cast<int64_t>(loss.weighted),
                   " ÷ (权重合计 ", loss.weight, " × 核查户数 ", tally.households, ")) = ", FormatHundredths(index),
                   "; 问题户比例 = ", tally.problem_households, " ÷ ", tally.households, " = ", FormatHundredths(share),
                   "%; 最终得分 = ", FormatHundredths(index), " × ", percent, "% + (100 − ", FormatHundredths(share),
                   ") × ", 100 - percent, "% = ", FormatHundredths(final_score)));
  score.set_stale_household_count(tally.stale_households);
  if (tally.households > 0) score.set_mean_days_unconfirmed(tally.unconfirmed_days / tally.households);
  AddDimensions(tally, pack, &score);
  if (with_rules) AddRules(tally, pack, &score);
  return score;
}

void RankQuality(std::vector<v1::QualityScore>* scores) {
  std::sort(scores->begin(), scores->end(), [](const v1::QualityScore& a, const v1::QualityScore& b) {
    return a.score_centi() != b.score_centi() ? a.score_centi() > b.score_centi() : a.area() < b.area();
  });
  for (size_t first = 0; first < scores->size();) {
    size_t next = first;
    while (next < scores->size() && (*scores)[next].score_centi() == (*scores)[first].score_centi()) ++next;
    for (size_t i = first; i < next; ++i) {
      (*scores)[i].set_rank(static_cast<int32_t>(first) + 1);
      (*scores)[i].set_tie_count(static_cast<int32_t>(next - first) - 1);
    }
    first = next;
  }
}

}  // namespace bangfu::registration::domain
