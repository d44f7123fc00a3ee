#include "services/registration/domain/monitoring_entry.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/income.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

constexpr int64_t kWhole = 10'000;  // 100 % in hundredths of a percent

std::string Percent(int64_t centi) { return absl::StrCat(standards::FormatHundredths(centi), "%"); }

// What was found of the household, whatever the groups ask.
struct Facts {
  int64_t income_fen = 0;
  Finding within;  // the income is the line or less
  Finding risk;
  Finding expense;
  Finding drop;
};

Finding FindRisk(const v1::MonitoringEntryInputs& inputs) {
  if (inputs.difficulties().empty()) return {Finding::kFailed, "无突出困难"};
  const std::string difficulties = absl::StrCat("突出困难 ", inputs.difficulties_size(), " 项");
  if (!inputs.has_can_cope()) return {Finding::kUnknown, absl::StrCat(difficulties, ", 应对能力未核实")};
  if (inputs.can_cope()) return {Finding::kFailed, absl::StrCat(difficulties, ", 自身能够应对")};
  return {Finding::kHeld, absl::StrCat(difficulties, ", 自身难以应对")};
}

// Of a household without income any expense is a shock.
Finding FindExpenseShock(const v1::CheckedMoney& money, int64_t share_centi) {
  const int64_t net = NetFen(money);
  const std::string found = absl::StrCat("合规自付支出 ", standards::FormatHundredths(money.compliant_expense_fen()),
                                         " 元, 纯收入 ", standards::FormatHundredths(net), " 元");
  const bool is_shock =
      money.compliant_expense_fen() > 0 &&
      (net <= 0 || money.compliant_expense_fen() >= net / kWhole * share_centi + net % kWhole * share_centi / kWhole);
  return {is_shock ? Finding::kHeld : Finding::kFailed, found};
}

Finding FindDrop(const v1::MonitoringEntryInputs& inputs, int64_t share_centi) {
  if (!inputs.has_previous_per_capita_fen()) return {Finding::kUnknown, "上年收入未登记"};
  const int64_t before = inputs.previous_per_capita_fen();
  const int64_t now = PerHead(NetFen(inputs.money()), inputs.member_count());
  const std::string found = absl::StrCat("上年 ", YuanPerCapita(before), ", 核算期 ", YuanPerCapita(now));
  const bool is_shock = before > 0 && (before - now) * kWhole >= before * share_centi;
  return {is_shock ? Finding::kHeld : Finding::kFailed, found};
}

Facts FactsOf(const v1::MonitoringEntryInputs& inputs, const v1::MonitoringRules& rules, const v1::PovertyLine& line) {
  Facts facts;
  facts.income_fen = IncomePerCapitaFen(inputs.money(), inputs.member_count(), rules.expense_deducted());
  facts.within = {facts.income_fen <= line.line_fen() ? Finding::kHeld : Finding::kFailed,
                  absl::StrCat(YuanPerCapita(facts.income_fen), rules.expense_deducted() ? " (已扣除合规自付支出)" : "",
                               ", ", inputs.period_from(), " 至 ", inputs.period_to())};
  facts.risk = FindRisk(inputs);
  if (rules.expense_share_centi() > 0) facts.expense = FindExpenseShock(inputs.money(), rules.expense_share_centi());
  if (rules.drop_share_centi() > 0) facts.drop = FindDrop(inputs, rules.drop_share_centi());
  return facts;
}

// One shock is enough; without a share there is no such shock.
Finding::State ShockOf(const Facts& facts, const v1::MonitoringRules& rules) {
  const Finding::State expense = rules.expense_share_centi() > 0 ? facts.expense.state : Finding::kFailed;
  const Finding::State drop = rules.drop_share_centi() > 0 ? facts.drop.state : Finding::kFailed;
  if (expense == Finding::kHeld || drop == Finding::kHeld) return Finding::kHeld;
  return expense == Finding::kUnknown || drop == Finding::kUnknown ? Finding::kUnknown : Finding::kFailed;
}

Finding::State RangeOf(const v1::MonitoredGroup& group, const Facts& facts) {
  const bool within = facts.within.state == Finding::kHeld;
  switch (group.range()) {
    case v1::MonitoredGroup::WITHIN: return within ? Finding::kHeld : Finding::kFailed;
    case v1::MonitoredGroup::ABOVE: return within ? Finding::kFailed : Finding::kHeld;
    default: return Finding::kHeld;
  }
}

// All that the group asks holds; one that fails decides.
Finding::State FitOf(const v1::MonitoredGroup& group, const v1::MonitoringEntryInputs& inputs,
                     const v1::MonitoringRules& rules, const Facts& facts) {
  const auto& populations = group.populations();
  if (std::find(populations.begin(), populations.end(), inputs.population()) == populations.end()) {
    return Finding::kFailed;
  }
  std::vector<Finding::State> states = {RangeOf(group, facts)};
  if (group.risk_required()) states.push_back(facts.risk.state);
  if (group.shock_required()) states.push_back(ShockOf(facts, rules));
  const auto any = [&](Finding::State state) { return std::find(states.begin(), states.end(), state) != states.end(); };
  if (any(Finding::kFailed)) return Finding::kFailed;
  return any(Finding::kUnknown) ? Finding::kUnknown : Finding::kHeld;
}

std::string AskedBy(const v1::MonitoredGroup& group) {
  std::vector<std::string> populations;
  for (const int population : group.populations()) {
    populations.push_back(LabelOf(static_cast<v1::MonitoringPopulation>(population)));
  }
  return absl::StrCat(absl::StrJoin(populations, "、"), "; 收入", LabelOf(group.range()),
                      group.risk_required() ? "; 有自身难以应对的困难" : "",
                      group.shock_required() ? "; 支出骤增或收入骤减" : "");
}

void TellFacts(const Facts& facts, const v1::MonitoringRules& rules, const v1::PovertyLine& line,
               RuleOutcome* outcome) {
  TellReason("INCOME_WITHIN_LINE", "收入不高于监测线", facts.within, YuanPerCapita(line.line_fen()), outcome);
  TellReason("RISK", "突出困难和应对能力", facts.risk, "有突出困难且自身难以应对", outcome);
  if (rules.expense_share_centi() > 0) {
    TellReason("EXPENSE_SHOCK", "刚性支出骤增", facts.expense,
               absl::StrCat("达到纯收入的 ", Percent(rules.expense_share_centi())), outcome);
  }
  if (rules.drop_share_centi() > 0) {
    TellReason("INCOME_DROP", "收入大幅缩减", facts.drop,
               absl::StrCat("较上年减少 ", Percent(rules.drop_share_centi()), " 以上"), outcome);
  }
}

}  // namespace

RuleOutcome JudgeMonitoringEntry(const v1::MonitoringEntryInputs& inputs, const v1::MonitoringRules& rules,
                                 const v1::PovertyLine& line) {
  const Facts facts = FactsOf(inputs, rules, line);
  RuleOutcome outcome;
  TellFacts(facts, rules, line, &outcome);
  const v1::MonitoredGroup* fitting = nullptr;
  bool unknown = false;
  for (const v1::MonitoredGroup& group : rules.groups()) {
    const Finding::State fit = FitOf(group, inputs, rules, facts);
    TellReason(absl::StrCat("GROUP_", group.code()), group.title(), {fit, LabelOf(inputs.population())}, AskedBy(group),
               &outcome);
    if (fit == Finding::kHeld && fitting == nullptr) fitting = &group;
    unknown |= fit == Finding::kUnknown;
  }
  outcome.set_verdict(fitting != nullptr ? kPass : unknown ? kIncomplete : kFail);
  outcome.set_label(fitting != nullptr ? absl::StrCat("符合纳入条件: ", fitting->title())
                    : unknown          ? "情况不明, 暂不能判定"
                                       : "不符合纳入条件");
  return outcome;
}

const v1::MonitoredGroup* FindGroup(const v1::MonitoringEntryInputs& inputs, const v1::MonitoringRules& rules,
                                    const v1::PovertyLine& line) {
  const Facts facts = FactsOf(inputs, rules, line);
  const auto found = std::find_if(rules.groups().begin(), rules.groups().end(), [&](const auto& group) {
    return FitOf(group, inputs, rules, facts) == Finding::kHeld;
  });
  return found == rules.groups().end() ? nullptr : &*found;
}

}  // namespace bangfu::registration::domain
