#include "services/registration/domain/monitoring_alert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "services/registration/domain/monitoring_rules.h"

namespace bangfu::registration::domain {
namespace {

using Threshold = v1::AlertThreshold;

constexpr int64_t kWhole = 10'000;  // 100 % in hundredths of a percent

bool IsAbout(const Threshold& threshold, const ReportedHousehold& household) {
  switch (threshold.population()) {
    case Threshold::REGISTERED: return household.registered;
    case Threshold::EXITED: return household.registered && household.exited;
    case Threshold::MONITORED: return household.monitored;
    default: return false;
  }
}

bool Reaches(const Threshold& threshold, int64_t amount_fen, int64_t rural_income_fen) {
  if (threshold.comparison() == Threshold::LISTED) return true;
  // Both sides in hundredths of a percent of a fen, so that a share of an odd income is exact.
  const int64_t asked = threshold.income_share_centi() > 0 ? rural_income_fen * threshold.income_share_centi()
                                                           : threshold.amount_fen() * kWhole;
  const int64_t given = amount_fen * kWhole;
  return threshold.comparison() == Threshold::ABOVE ? given > asked : given >= asked;
}

}  // namespace

const Threshold* FindAlert(const v1::DepartmentAlertRules& rules, v1::DepartmentFactKind kind, int64_t amount_fen,
                           const ReportedHousehold& household) {
  const auto& all = rules.thresholds();
  const auto find = [&](auto fits) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Threshold& one) { return one.fact() == kind && fits(one); });
    return found == all.end() ? nullptr : &*found;
  };
  const Threshold* deciding = find([&](const Threshold& one) { return IsAbout(one, household); });
  if (deciding == nullptr) deciding = find([](const Threshold& one) { return one.population() == Threshold::OTHERS; });
  if (deciding == nullptr || !Reaches(*deciding, amount_fen, rules.rural_income_fen())) return nullptr;
  return deciding;
}

bool IsMonth(const std::string& text) { return standards::ParseDate(absl::StrCat(text, "-01")).has_value(); }

std::vector<std::string> ComputeTriggers(int64_t per_capita_fen, std::optional<int64_t> previous_fen,
                                         const v1::MonitoringRules& rules, const v1::PovertyLine& line) {
  std::vector<std::string> triggers;
  const bool dropped = previous_fen && *previous_fen > 0 && rules.drop_share_centi() > 0 &&
                       (*previous_fen - per_capita_fen) * kWhole >= *previous_fen * rules.drop_share_centi();
  if (dropped && KnowsTrigger(rules, kIncomeDropTrigger)) triggers.push_back(kIncomeDropTrigger);
  if (per_capita_fen <= line.line_fen() && KnowsTrigger(rules, kBelowLineTrigger))
    triggers.push_back(kBelowLineTrigger);
  return triggers;
}

}  // namespace bangfu::registration::domain
