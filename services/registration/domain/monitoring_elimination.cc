#include "services/registration/domain/monitoring_elimination.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using Condition = v1::EliminationCondition;

bool CanWork(const v1::Member& member) { return member.labour() == "01" || member.labour() == "02"; }  // AAB010

const v1::EliminationStatement* StatementOf(const v1::MonitoringEliminationInputs& inputs, Condition::Item item) {
  const auto found = std::find_if(inputs.statements().begin(), inputs.statements().end(),
                                  [&](const auto& statement) { return statement.item() == item; });
  return found == inputs.statements().end() ? nullptr : &*found;
}

// Months are those of the calendar: half a year from 31 August is 28 February and over on 1 March.
absl::CivilDay MonthsBefore(absl::CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) - months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month) + (day.day() - 1), last);
}

Finding FindStableIncome(const v1::MonitoringEliminationInputs& inputs, const v1::MonitoringRules& rules,
                         const v1::PovertyLine& line) {
  const int64_t income = IncomePerCapitaFen(inputs.money(), inputs.member_count(), rules.expense_deducted());
  std::string found = YuanPerCapita(income);
  if (income <= line.line_fen()) return {Finding::kFailed, found};
  const auto since = standards::ParseDate(inputs.above_since());
  const auto date = standards::ParseDate(inputs.date());
  if (!since || !date) return {Finding::kUnknown, absl::StrCat(found, ", 起始日期未核实")};
  absl::StrAppend(&found, ", 自 ", inputs.above_since(), " 起");
  return {*since <= MonthsBefore(*date, rules.stable_months()) ? Finding::kHeld : Finding::kFailed, found};
}

Finding FindStated(const v1::MonitoringEliminationInputs& inputs, const Condition& condition) {
  if (condition.item() == Condition::NO_NEW_RISK && inputs.open_clue_count() > 0) {
    return {Finding::kFailed, absl::StrCat("未办结线索 ", inputs.open_clue_count(), " 条")};
  }
  const v1::EliminationStatement* statement = StatementOf(inputs, condition.item());
  if (statement == nullptr) return {Finding::kUnknown, "未核实"};
  const std::string found =
      absl::StrCat("核实: ", statement->held() ? "具备" : "不具备",
                   statement->evidence().empty() ? "" : absl::StrCat(" (", statement->evidence(), ")"));
  if (!statement->held()) return {Finding::kFailed, found};
  if (!condition.evidence().empty() && statement->evidence().empty()) {
    return {Finding::kUnknown, absl::StrCat(found, "; 缺", condition.evidence())};
  }
  return {Finding::kHeld, found};
}

// Held: it does not bar.
Finding FindBar(const v1::MonitoringEliminationInputs& inputs, v1::EliminationBar bar) {
  const bool stated = std::find(inputs.bars().begin(), inputs.bars().end(), bar) != inputs.bars().end();
  if (stated) return {Finding::kFailed, "核实: 有此情形"};
  if (bar != v1::NO_LABOUR || inputs.labour_count() > 0) return {Finding::kHeld, "无此情形"};
  if (inputs.labour_known_count() < inputs.member_count()) return {Finding::kUnknown, "劳动能力登记不全"};
  return {Finding::kFailed, absl::StrCat("登记: ", inputs.member_count(), " 人均无劳动能力")};
}

}  // namespace

RuleOutcome JudgeMonitoringElimination(const v1::MonitoringEliminationInputs& inputs, const v1::MonitoringRules& rules,
                                       const v1::PovertyLine& line) {
  RuleOutcome outcome;
  bool failed = false, unknown = false;
  const auto require = [&](const std::string& code, const std::string& label, const Finding& finding,
                           const std::string& asked) {
    TellReason(code, label, finding, asked, &outcome);
    failed |= finding.state == Finding::kFailed;
    unknown |= finding.state == Finding::kUnknown;
  };
  for (const Condition& condition : rules.elimination_conditions()) {
    const bool is_income = condition.item() == Condition::INCOME_STABLE;
    const std::string evidence = condition.evidence().empty() ? "" : absl::StrCat(", 附", condition.evidence());
    require(Condition::Item_Name(condition.item()), LabelOf(condition.item()),
            is_income ? FindStableIncome(inputs, rules, line) : FindStated(inputs, condition),
            is_income ? absl::StrCat("高于 ", YuanPerCapita(line.line_fen()), " 满 ", rules.stable_months(), " 个月")
                      : absl::StrCat("具备", evidence));
  }
  for (const int bar : rules.elimination_bars()) {
    const auto value = static_cast<v1::EliminationBar>(bar);
    require(absl::StrCat("NO_", v1::EliminationBar_Name(value)), LabelOf(value), FindBar(inputs, value), "无此情形");
  }
  outcome.set_verdict(failed ? kFail : unknown ? kIncomplete : kPass);
  outcome.set_label(failed ? "不得标注风险消除" : unknown ? "情况不明, 暂不能判定" : "可以标注风险消除");
  return outcome;
}

void CountLabour(const std::vector<v1::Member>& members, v1::MonitoringEliminationInputs* inputs) {
  for (const v1::Member& member : members) {
    if (!member.labour().empty()) inputs->set_labour_known_count(inputs->labour_known_count() + 1);
    if (CanWork(member)) inputs->set_labour_count(inputs->labour_count() + 1);
  }
}

}  // namespace bangfu::registration::domain
