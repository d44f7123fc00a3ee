// Structure and completeness: what holds by construction is checked against the tables all the same.
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/registration/domain/member.h"
#include "services/registration/domain/quality_checks.h"

namespace bangfu::registration::domain {

void CheckMemberCount(QualityView& view) {
  const int declared = view.household().member_count();
  if (view.size() == 0 || declared == view.size()) return;
  view.AddToHousehold("member_count", absl::StrCat("登记 ", declared, " 人"),
                      absl::StrCat("在册成员 ", view.size(), " 人"));
}

void CheckHeadCount(QualityView& view) {
  const int heads = view.Count([&](int person) { return view.member(person).relation() == kHead; });
  if (view.size() == 0 || heads == 1) return;
  view.AddToHousehold("head_name", absl::StrCat("户主 ", heads, " 名"), "有且只有一名户主");
}

// Both are names, so neither is told.
void CheckHeadName(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (view.member(person).relation() != kHead) continue;
    if (view.member(person).name() == view.household().head_name()) return;
    return view.AddToHousehold("head_name", "与户主成员的姓名不同", "与户主成员的姓名一致");
  }
}

void CheckSomebodyPresent(QualityView& view) {
  if (view.size() == 0) view.AddToHousehold("member_count", "无在册成员", "至少一名在册成员, 否则归档");
}

void CheckNumberDuplicate(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (view.judged().persons[static_cast<size_t>(person)].holder != NumberHolder::kSomebodyElse) continue;
    view.AddToMember(person, "id_number", "另一名在册成员已登记同一号码", "一个号码只登记一名在册成员");
  }
}

void CheckNumberClaimed(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (view.judged().persons[static_cast<size_t>(person)].holder != NumberHolder::kNobody) continue;
    view.AddToMember(person, "id_number", "号码不在防重名单中", "在册成员的号码均在防重名单中");
  }
}

void CheckVillageValid(QualityView& view) {
  if (!view.judged().village_valid) {
    view.AddToHousehold("area", absl::StrCat("代码 ", view.household().area(), " 不存在或已失效"), "有效的行政村代码");
  }
}

void CheckMemberAreas(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    const std::string& area = view.member(person).area();
    if (area != view.household().area()) view.AddToMember(person, "area", area, view.household().area());
  }
}

void CheckMemberTypes(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (view.member(person).household_type() == view.household().type()) continue;
    view.AddToMember(person, "household_type", "与户的户类型不同", "与户的户类型一致");
  }
}

void CheckNationalNumber(QualityView& view) {
  if (view.IsRegistered() && view.household().national_id().empty()) {
    view.AddToHousehold("national_id", "空", "全国系统的户编号");
  }
}

void CheckIncomeThere(QualityView& view) {
  if (!view.judged().income) view.AddToIncome("year", "未采集", absl::StrCat(view.judged().year, " 年度收入"));
}

void CheckLivingThere(QualityView& view) {
  if (!view.judged().living) {
    view.AddToLiving("year", "未采集", absl::StrCat(view.judged().year, " 年度生产生活条件"));
  }
}

void CheckMemberFields(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    const v1::Member& member = view.member(person);
    const std::pair<absl::string_view, const std::string*> fields[] = {{"education", &member.education()},
                                                                       {"school_status", &member.school_status()},
                                                                       {"health", &member.health()},
                                                                       {"labour", &member.labour()}};
    for (const auto& [field, value] : fields) {
      if (value->empty()) view.AddToMember(person, field, "空", "按代码表填写");
    }
  }
}

void CheckStaleness(QualityView& view) {
  const int64_t days = view.judged().date - view.judged().confirm_date;
  if (days <= view.rules().stale_days()) return;
  view.AddToHousehold("update_time", absl::StrCat("已超过 ", view.rules().stale_days(), " 天未变更或核实"),
                      "定期入户核实");
}

}  // namespace bangfu::registration::domain
