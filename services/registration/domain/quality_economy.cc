// Causes of poverty against what is known of the members, and income.
#include "absl/strings/str_cat.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/income.h"
#include "services/registration/domain/quality_checks.h"

namespace bangfu::registration::domain {
namespace {

// Causes (AAC007), health (AAB017), attributes (AAC006), school (AAB009).
constexpr char kIllness[] = "01", kDisability[] = "02", kSchooling[] = "03", kLabour[] = "08";
constexpr char kHealthy[] = "01", kDisabled[] = "04";
constexpr char kExtremelyPoor[] = "06";
constexpr char kCollege[] = "16";

std::string Yuan(int64_t fen) { return absl::StrCat(standards::FormatHundredths(fen), " 元"); }

// What members suffer from is not told.
void AddCause(QualityView& view, absl::string_view cause, std::string found, std::string expected) {
  view.AddToHousehold(view.household().main_cause() == cause ? "main_cause" : "other_causes", std::move(found),
                      std::move(expected));
}

int Months(const QualityView& view) {
  int months = 0;
  for (int person = 0; person < view.size(); ++person) months += view.member(person).work_months();
  return months;
}

int Recipients(const QualityView& view) {
  return view.Count([&](int person) { return view.member(person).subsistence_allowance(); });
}

}  // namespace

void CheckCauseIllness(QualityView& view) {
  if (view.size() == 0 || !view.HasCause(kIllness)) return;
  if (view.Count([&](int person) { return view.member(person).health() == kHealthy; }) < view.size()) return;
  AddCause(view, kIllness, "因病, 与成员健康状况的登记不符", "原因与成员健康状况相符");
}

void CheckCauseDisability(QualityView& view) {
  if (view.size() == 0 || !view.HasCause(kDisability)) return;
  const auto known = [&](int person) {
    return !view.member(person).health().empty() && view.member(person).health() != kDisabled;
  };
  if (view.Count(known) < view.size()) return;
  AddCause(view, kDisability, "因残, 与成员健康状况的登记不符", "原因与成员健康状况相符");
}

void CheckCauseSchooling(QualityView& view) {
  if (view.size() == 0 || !view.HasCause(kSchooling)) return;
  if (view.Count([&](int person) { return view.IsPupil(person); }) > 0) return;
  AddCause(view, kSchooling, "因学, 无在校生", "至少一名在校生");
}

void CheckCauseLabour(QualityView& view) {
  const int able = view.Count([&](int person) { return view.IsAble(person); });
  if (!view.HasCause(kLabour) || able < view.rules().able_members()) return;
  AddCause(view, kLabour, absl::StrCat("缺劳力, 有劳动能力者 ", able, " 人"),
           absl::StrCat("有劳动能力者少于 ", view.rules().able_members(), " 人"));
}

void CheckCauseRepeated(QualityView& view) {
  for (const std::string& cause : view.household().other_causes()) {
    if (cause != view.household().main_cause()) continue;
    return view.AddToHousehold("other_causes", absl::StrCat("代码 ", cause, " 与主要原因相同"), "不含主要原因");
  }
}

void CheckIncomeSums(QualityView& view) {
  if (!view.judged().income) return;
  const v1::Income& income = *view.judged().income;
  const int64_t parts = TransferParts(income);
  if (parts > 0 && income.transfer_fen() != parts) {
    view.AddToIncome("transfer_fen", Yuan(income.transfer_fen()), absl::StrCat("分项合计 ", Yuan(parts)));
  }
  const int64_t net = income.wage_fen() + income.production_fen() + income.property_fen() + income.transfer_fen() -
                      income.expense_fen();
  if (net != income.net_fen()) {
    view.AddToIncome("net_fen", Yuan(income.net_fen()), absl::StrCat("分项合计 ", Yuan(net)));
  }
  if (income.member_count() < 1) return;
  const int64_t per_head = PerHead(income.net_fen(), income.member_count());
  if (per_head == income.net_per_capita_fen()) return;
  view.AddToIncome("net_per_capita_fen", Yuan(income.net_per_capita_fen()),
                   absl::StrCat("按 ", income.member_count(), " 人计算 ", Yuan(per_head)));
}

void CheckIncomeMembers(QualityView& view) {
  if (!view.judged().income || view.size() == 0 || view.judged().income->member_count() == view.size()) return;
  view.AddToIncome("member_count", absl::StrCat(view.judged().income->member_count(), " 人"),
                   absl::StrCat("在册成员 ", view.size(), " 人; 收入采集后人口有变动的, 请重新填报"));
}

void CheckIncomePlausible(QualityView& view) {
  if (!view.judged().income) return;
  const int64_t net = view.judged().income->net_per_capita_fen();
  const int64_t from = view.rules().net_per_capita_from_fen(), to = view.rules().net_per_capita_to_fen();
  if (net >= from && net <= to) return;
  view.AddToIncome("net_per_capita_fen", absl::StrCat("人均 ", Yuan(net)),
                   absl::StrCat("人均 ", Yuan(from), " 至 ", Yuan(to)));
}

// Months that nobody filled in are the matter of another rule.
void CheckWageWithoutMonths(QualityView& view) {
  if (!view.judged().income || view.judged().income->wage_fen() == 0 || Months(view) > 0) return;
  if (view.Count([&](int person) { return view.member(person).has_work_months(); }) == 0) return;
  view.AddToIncome("wage_fen", absl::StrCat("工资性收入 ", Yuan(view.judged().income->wage_fen()), ", 务工月数合计 0"),
                   "有工资性收入的户有成员务工");
}

void CheckMonthsWithoutWage(QualityView& view) {
  if (!view.judged().income || view.judged().income->wage_fen() > 0 || Months(view) == 0) return;
  view.AddToIncome("wage_fen", absl::StrCat("工资性收入 0 元, 务工月数合计 ", Months(view)), "有务工的户有工资性收入");
}

void CheckCollegeAllowance(QualityView& view) {
  if (!view.judged().income || view.judged().income->subsistence_fen() > 0) return;
  if (view.Count([&](int person) { return view.member(person).school_status() == kCollege; }) == 0) return;
  view.AddToIncome("subsistence_fen", "低保金 0 元, 有在校大学生", "核实低保是否应享未享或收入漏填");
}

void CheckAllowanceMoney(QualityView& view) {
  if (!view.judged().income || view.judged().income->subsistence_fen() > 0 || Recipients(view) == 0) return;
  view.AddToIncome("subsistence_fen", absl::StrCat("低保金 0 元, 享受低保 ", Recipients(view), " 人"),
                   "享受低保的户有低保金收入");
}

void CheckAllowanceMarked(QualityView& view) {
  if (!view.judged().income || view.judged().income->subsistence_fen() == 0 || Recipients(view) > 0) return;
  view.AddToIncome("subsistence_fen",
                   absl::StrCat("低保金 ", Yuan(view.judged().income->subsistence_fen()), ", 享受低保 0 人"),
                   "有低保金收入的户有成员享受低保");
}

void CheckExtremePovertyMoney(QualityView& view) {
  if (!view.judged().income || view.household().attribute() != kExtremelyPoor) return;
  if (view.judged().income->extreme_poverty_fen() > 0) return;
  view.AddToIncome("extreme_poverty_fen", "特困供养金 0 元", "特困供养户有特困供养金收入");
}

}  // namespace bangfu::registration::domain
