#include "services/registration/domain/area_exit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/standards/area_code.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/incidence.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using Share = v1::ExitShare;

const v1::ExitFigure* FindFigure(const v1::AreaExitInputs& inputs, Share::Item item) {
  const auto& figures = inputs.figures();
  const auto found =
      std::find_if(figures.begin(), figures.end(), [item](const auto& figure) { return figure.item() == item; });
  return found == figures.end() ? nullptr : &*found;
}

// The limit that holds in the area, and the region it is made for.
std::pair<int64_t, std::string> LimitFor(const Share& share, const std::string& area) {
  const int64_t code = standards::ParseAreaCode(area).value_or(0);
  for (const v1::RegionalLimit& regional : share.regional_limits()) {
    for (const std::string& part : regional.areas()) {
      if (standards::IsWithin(code, standards::ParseAreaCode(part).value_or(0)))
        return {regional.limit_centi(), regional.region()};
    }
  }
  return {share.limit_centi(), ""};
}

// Why a figure cannot be used; empty if it can.
std::string LackOf(const Share& share, Share::Item item, const v1::ExitFigure* figure) {
  if (figure == nullptr) return absl::StrCat("缺", LabelOf(item), "数据");
  if (figure->rank() < share.least_rank()) {
    return absl::StrCat(LabelOf(item), "的证据等级不足: ", LabelOf(figure->rank()));
  }
  return "";
}

Finding Compare(const Share& share, int64_t limit, const std::string& counted, const Fraction& fraction) {
  return {Holds(fraction, share.comparison(), limit) ? Finding::kHeld : Finding::kFailed,
          absl::StrCat(counted, " = ", PercentText(fraction, limit))};
}

Finding JudgeCombined(const v1::AreaExitInputs& inputs, const Share& share, int64_t limit) {
  const int64_t unregistered = inputs.rural_population() - inputs.not_out_count() - inputs.exited_count();
  Estimate missed{.population = unregistered};
  Estimate wrong{.population = inputs.exited_count()};
  for (auto& [item, estimate] : {std::pair(Share::MISSED_RATE, &missed), std::pair(Share::WRONG_EXIT_RATE, &wrong)}) {
    if (estimate->population == 0) continue;  // nobody to estimate, so no sample either
    const v1::ExitFigure* figure = FindFigure(inputs, item);
    if (const std::string lack = LackOf(share, item, figure); !lack.empty()) return {Finding::kUnknown, lack};
    estimate->found = figure->count();
    estimate->sampled = figure->total();
  }
  const std::string counted = absl::StrCat("(未脱贫 ", inputs.not_out_count(), " + 估计漏评 ", missed.Text(),
                                           " + 估计错退 ", wrong.Text(), ") ÷ 农村人口 ", inputs.rural_population());
  return Compare(share, limit, counted,
                 CombinedIncidence(inputs.not_out_count(), missed, wrong, inputs.rural_population()));
}

Finding JudgeShare(const v1::AreaExitInputs& inputs, const Share& share, int64_t limit) {
  if (share.item() == Share::COMBINED_INCIDENCE) return JudgeCombined(inputs, share, limit);
  if (share.item() == Share::INCIDENCE) {
    return Compare(share, limit,
                   absl::StrCat("未脱贫 ", inputs.not_out_count(), " ÷ 农村人口 ", inputs.rural_population()),
                   {inputs.not_out_count(), inputs.rural_population()});
  }
  const v1::ExitFigure* figure = FindFigure(inputs, share.item());
  if (const std::string lack = LackOf(share, share.item(), figure); !lack.empty()) return {Finding::kUnknown, lack};
  return Compare(share, limit, absl::StrCat(LabelOf(figure->rank()), ": ", figure->count(), " ÷ ", figure->total()),
                 {figure->count(), figure->total()});
}

template <typename Rules>
ExitVerdict JudgeArea(const v1::AreaExitInputs& inputs, const Rules& rules) {
  ExitVerdict verdict;
  for (const Share& share : rules.shares()) {
    const auto [limit, region] = LimitFor(share, inputs.area());
    verdict.Require(Share::Item_Name(share.item()), LabelOf(share.item()), JudgeShare(inputs, share, limit),
                    absl::StrCat(LabelOf(share.comparison()), " ", standards::FormatHundredths(limit), "%",
                                 region.empty() ? "" : absl::StrCat(" (", region, ")")));
  }
  for (const v1::ExitCondition& condition : rules.conditions()) {
    verdict.Add(condition, Combine(condition, std::nullopt, inputs.statements()));
  }
  return verdict;
}

// Villages without hamlets have their households in one place.
void AddHamlets(const v1::AreaExitInputs& inputs, const v1::HamletThreshold& threshold, ExitVerdict* verdict) {
  std::vector<std::string> lacking;
  int asked = 0;
  for (const v1::ExitHamlet& hamlet : inputs.hamlets()) {
    if (hamlet.household_count() < threshold.least_households()) continue;
    ++asked;
    const auto& services = hamlet.services();
    if (std::find(services.begin(), services.end(), threshold.item()) == services.end()) {
      lacking.push_back(absl::StrCat(hamlet.name(), " (", hamlet.household_count(), "户)"));
    }
  }
  Finding finding{inputs.hamlets().empty() ? Finding::kUnknown : Finding::kHeld,
                  inputs.hamlets().empty() ? "未提供自然屯情况" : absl::StrCat("应具备 ", asked, " 个屯, 均已具备")};
  if (!lacking.empty()) {
    finding = {Finding::kFailed, absl::StrCat("应具备 ", asked, " 个屯, 未具备: ", absl::StrJoin(lacking, ", "))};
  }
  verdict->Require(absl::StrCat("HAMLET_", v1::ExitCondition::Item_Name(threshold.item())),
                   absl::StrCat("自然屯", LabelOf(threshold.item())), finding,
                   absl::StrCat(threshold.least_households(), " 户以上自然屯具备"));
}

}  // namespace

RuleOutcome JudgeVillageExit(const v1::AreaExitInputs& inputs, const v1::VillageExitRules& rules) {
  ExitVerdict verdict = JudgeArea(inputs, rules);
  for (const v1::HamletThreshold& threshold : rules.hamlet_thresholds()) {
    // Dates are YYYY-MM-DD, so they compare as texts.
    if (threshold.from_date() <= inputs.date()) AddHamlets(inputs, threshold, &verdict);
  }
  return verdict.Conclude(rules.least_held());
}

RuleOutcome JudgeCountyExit(const v1::AreaExitInputs& inputs, const v1::CountyExitRules& rules) {
  return JudgeArea(inputs, rules).Conclude(rules.least_held());
}

}  // namespace bangfu::registration::domain
