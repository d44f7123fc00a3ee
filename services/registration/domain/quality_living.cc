// Living conditions, exit and monitoring against return.
#include "absl/strings/str_cat.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/quality_checks.h"

namespace bangfu::registration::domain {
namespace {

// AAC322: A and B are safe.
bool IsUnsafe(const std::string& grade) { return grade == "C" || grade == "D"; }

std::string Yuan(int64_t fen) { return absl::StrCat(standards::FormatHundredths(fen), " 元"); }

}  // namespace

void CheckHouseGrade(QualityView& view) {
  if (!view.judged().living || view.judged().living->danger_grade().empty()) return;
  const v1::LivingCondition& living = *view.judged().living;
  if (!living.has_dangerous_house() || living.dangerous_house() == IsUnsafe(living.danger_grade())) return;
  view.AddToLiving("dangerous_house",
                   absl::StrCat(living.dangerous_house() ? "危房" : "非危房", ", 等级 ", living.danger_grade()),
                   "等级 C、D 为危房, A、B 不是");
}

void CheckWater(QualityView& view) {
  if (!view.judged().living || !view.judged().living->safe_water() || !view.judged().living->water_difficulty()) return;
  view.AddToLiving("safe_water", "饮水安全, 又有饮水困难", "二者不同时成立");
}

void CheckIrrigated(QualityView& view) {
  if (!view.judged().living || !view.judged().living->has_irrigated_centi_mu()) return;
  const v1::LivingCondition& living = *view.judged().living;
  if (!living.has_arable_centi_mu() || living.irrigated_centi_mu() <= living.arable_centi_mu()) return;
  view.AddToLiving("irrigated_centi_mu", absl::StrCat(standards::FormatHundredths(living.irrigated_centi_mu()), " 亩"),
                   absl::StrCat("不大于耕地面积 ", standards::FormatHundredths(living.arable_centi_mu()), " 亩"));
}

void CheckHouseArea(QualityView& view) {
  if (!view.judged().living || !view.judged().living->has_house_centi_m2() || view.size() == 0) return;
  const int64_t each = view.judged().living->house_centi_m2() / view.size();
  const int64_t from = view.rules().house_from_centi_m2(), to = view.rules().house_to_centi_m2();
  if (each >= from && each <= to) return;
  view.AddToLiving(
      "house_centi_m2", absl::StrCat("人均 ", standards::FormatHundredths(each), " 平方米"),
      absl::StrCat("人均 ", standards::FormatHundredths(from), " 至 ", standards::FormatHundredths(to), " 平方米"));
}

void CheckOutIncome(QualityView& view) {
  if (!view.IsOut() || !view.judged().income) return;
  const int64_t net = view.judged().income->net_per_capita_fen();
  if (net >= view.rules().exit_line_fen()) return;
  view.AddToIncome("net_per_capita_fen", absl::StrCat("人均 ", Yuan(net)),
                   absl::StrCat("已脱贫户不低于 ", Yuan(view.rules().exit_line_fen())));
}

void CheckOutHouse(QualityView& view) {
  if (!view.IsOut() || !view.judged().living) return;
  const v1::LivingCondition& living = *view.judged().living;
  if (!living.dangerous_house() && !IsUnsafe(living.danger_grade())) return;
  view.AddToLiving("dangerous_house", "危房", "已脱贫户住房安全有保障");
}

void CheckOutWater(QualityView& view) {
  if (!view.IsOut() || !view.judged().living) return;
  const v1::LivingCondition& living = *view.judged().living;
  const bool unsafe = living.has_safe_water() && !living.safe_water();
  if (unsafe) view.AddToLiving("safe_water", "饮水不安全", "已脱贫户饮水安全有保障");
}

void CheckOutInsurance(QualityView& view) {
  if (!view.IsOut()) return;
  for (int person = 0; person < view.size(); ++person) {
    const v1::Member& member = view.member(person);
    if (!member.has_medical_insurance() || member.medical_insurance()) continue;
    view.AddToMember(person, "medical_insurance", "未参保", "已脱贫户基本医疗有保障");
  }
}

void CheckOutSchool(QualityView& view) {
  if (!view.IsOut()) return;
  const int from = view.rules().school_age_from(), to = view.rules().school_age_to();
  for (int person = 0; person < view.size(); ++person) {
    if (view.member(person).school_status() != "01" || !view.AgeWithin(person, from, to)) continue;
    view.AddToMember(person, "school_status", absl::StrCat("不在校, 在 ", from, " 至 ", to, " 周岁之间"),
                     "已脱贫户义务教育有保障");
  }
}

void CheckExitYear(QualityView& view) {
  if (!view.IsRegistered()) return;
  const int year = view.household().exit_year();
  if (view.IsOut() && year == 0) return view.AddToHousehold("exit_year", "已脱贫, 脱贫年度为空", "脱贫年度");
  if (year > view.judged().date.year()) {
    return view.AddToHousehold("exit_year", absl::StrCat("脱贫年度 ", year), "不晚于基准日期");
  }
  if (view.household().exit_flag() == "0" && year > 0) {
    view.AddToHousehold("exit_year", absl::StrCat("未脱贫, 脱贫年度 ", year), "未脱贫户无脱贫年度");
  }
}

// Those supported by the state (06 特困供养) have no children who must.
void CheckElderlyAlone(QualityView& view) {
  if (view.size() == 0 || view.household().attribute() == "06") return;
  const auto old = [&](int person) { return view.age(person) && *view.age(person) >= view.rules().elderly_age_from(); };
  if (view.Count(old) < view.size()) return;
  view.AddToHousehold("member_count",
                      absl::StrCat("全户 ", view.size(), " 人均满 ", view.rules().elderly_age_from(), " 周岁"),
                      "采集子女收入及赡养情况, 核实是否应合户或计入赡养费");
}

// MONITOR_TYPE: 1 unstable after exit, 2 at the edge, never registered as poor, 4 not out.
void CheckMonitorType(QualityView& view) {
  const v1::Household& household = view.household();
  const std::string& type = household.monitor_type();
  if (type.empty()) return;
  const std::string found =
      absl::StrCat("监测类型 ", type, ", 脱贫标志 ", household.exit_flag().empty() ? "空" : household.exit_flag());
  if (type == "1" && !(view.IsRegistered() && (household.exit_flag() == "1" || household.exit_flag() == "3"))) {
    view.AddToHousehold("monitor_type", found, "脱贫不稳定户为已脱贫的建档立卡户");
  } else if (type == "2" && view.IsRegistered()) {
    view.AddToHousehold("monitor_type", found, "边缘易致贫户为一般农户");
  } else if (type == "4" && !(view.IsRegistered() && !view.IsOut())) {
    view.AddToHousehold("monitor_type", found, "未脱贫户为尚未脱贫的建档立卡户");
  }
}

void CheckRiskState(QualityView& view) {
  if (view.household().monitor_type().empty() || view.household().has_risk_eliminated()) return;
  view.AddToHousehold("risk_eliminated", "空", "风险是否消除");
}

void CheckLowIncomeMonitored(QualityView& view) {
  if (!view.IsOut() || !view.judged().income || !view.household().monitor_type().empty()) return;
  const int64_t net = view.judged().income->net_per_capita_fen();
  if (net >= view.rules().monitor_line_fen()) return;
  view.AddToIncome("net_per_capita_fen", absl::StrCat("人均 ", Yuan(net), ", 未纳入监测"),
                   absl::StrCat("低于 ", Yuan(view.rules().monitor_line_fen()), " 的按程序核实是否纳入监测"));
}

}  // namespace bangfu::registration::domain
