// Persons: identity number, ages, school, labour and work. Ages are told as bounds, never as they are.
#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "common/standards/identity_number.h"
#include "services/registration/domain/quality_checks.h"

namespace bangfu::registration::domain {
namespace {

using Ages = google::protobuf::RepeatedPtrField<v1::CodeAges>;

// Other documents than identity cards have numbers of their own kinds (AAB018).
bool HasIdentityCard(const v1::Member& member) { return member.id_type().empty() || member.id_type() == "01"; }

// What the number says; nothing if it is none, which is the matter of CheckIdentityNumber alone.
std::optional<standards::IdentityNumber> NumberOf(const v1::Member& member) {
  if (!HasIdentityCard(member)) return std::nullopt;
  auto parsed = standards::ParseIdentityNumber(member.id_number());
  if (auto* number = std::get_if<standards::IdentityNumber>(&parsed)) return std::move(*number);
  return std::nullopt;
}

std::string AgesText(int from, int to) { return absl::StrCat(from, " 至 ", to, " 周岁"); }

// Null if the code fits any age.
const v1::CodeAges* AgesOf(const Ages& ages, const std::string& code) {
  for (const v1::CodeAges& entry : ages) {
    if (std::find(entry.codes().begin(), entry.codes().end(), code) != entry.codes().end()) return &entry;
  }
  return nullptr;
}

void CheckCodeAges(QualityView& view, const Ages& ages, const std::string& (v1::Member::*code)() const,
                   absl::string_view field) {
  for (int person = 0; person < view.size(); ++person) {
    const std::string& value = (view.member(person).*code)();
    const v1::CodeAges* fitting = AgesOf(ages, value);
    if (fitting == nullptr || !view.age(person)) continue;
    if (view.AgeWithin(person, fitting->age_from(), fitting->age_to())) continue;
    const bool young = *view.age(person) < fitting->age_from();
    view.AddToMember(person, field,
                     absl::StrCat("代码 ", value, ", ", young ? "不满 " : "超过 ",
                                  young ? fitting->age_from() : fitting->age_to(), " 周岁"),
                     absl::StrCat("代码 ", value, " 适用于 ", AgesText(fitting->age_from(), fitting->age_to())));
  }
}

// Parent before child; in full years.
void CheckGap(QualityView& view, int parent, int child, int told) {
  const auto gap = standards::AgeOn(view.member(parent).birth_date(), view.member(child).birth_date());
  const int from = view.rules().parent_gap_from(), to = view.rules().parent_gap_to();
  if (!gap || (*gap >= from && *gap <= to)) return;
  view.AddToMember(told, "relation",
                   absl::StrCat("与户主相差", *gap < from ? "不足 " : "超过 ", *gap < from ? from : to, " 岁"),
                   absl::StrCat("父母与子女相差 ", from, " 至 ", to, " 岁"));
}

bool HasWorked(const v1::Member& member) { return member.work_months() > 0; }

}  // namespace

void CheckIdentityNumber(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (!HasIdentityCard(view.member(person))) continue;
    const auto parsed = standards::ParseIdentityNumber(view.member(person).id_number());
    const auto* fault = std::get_if<standards::IdentityFault>(&parsed);
    if (fault == nullptr) continue;
    view.AddToMember(person, "id_number", std::string(standards::FaultText(*fault)), "符合 GB 11643 的 18 位号码");
  }
}

void CheckBirthDate(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    const auto number = NumberOf(view.member(person));
    if (!number || number->birth_date == view.member(person).birth_date()) continue;
    view.AddToMember(person, "birth_date", "与身份证号码中的日期不同", "与身份证号码一致");
  }
}

void CheckSex(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    const auto number = NumberOf(view.member(person));
    if (!number || view.member(person).sex() == (number->male ? "1" : "2")) continue;
    view.AddToMember(person, "sex", "与身份证号码中的性别不同", "与身份证号码一致");
  }
}

void CheckSkilledAge(QualityView& view) {
  const int from = view.rules().labour_age_from(), to = view.rules().labour_age_to();
  for (int person = 0; person < view.size(); ++person) {
    if (view.member(person).labour() != "02" || !view.age(person) || view.AgeWithin(person, from, to)) continue;
    view.AddToMember(person, "labour",
                     *view.age(person) < from ? absl::StrCat("技能劳动力, 不满 ", from, " 周岁")
                                              : absl::StrCat("技能劳动力, 超过 ", to, " 周岁"),
                     absl::StrCat("技能劳动力为 ", AgesText(from, to)));
  }
}

// AAB009 02 pre-school, AAB008 06 pre-school child.
void CheckPreSchoolAge(QualityView& view) {
  const int to = view.rules().pre_school_age_to();
  for (int person = 0; person < view.size(); ++person) {
    const v1::Member& member = view.member(person);
    if (!view.age(person) || *view.age(person) <= to) continue;
    const std::string expected = absl::StrCat("学龄前不超过 ", to, " 周岁");
    const std::string found = absl::StrCat("学龄前, 超过 ", to, " 周岁");
    if (member.school_status() == "02") view.AddToMember(person, "school_status", found, expected);
    if (member.education() == "06") view.AddToMember(person, "education", found, expected);
  }
}

void CheckSchoolAge(QualityView& view) {
  CheckCodeAges(view, view.rules().school_ages(), &v1::Member::school_status, "school_status");
}

void CheckEducationAge(QualityView& view) {
  CheckCodeAges(view, view.rules().education_ages(), &v1::Member::education, "education");
}

// AAB006: 01 head, 03 son, 04 daughter, 11 father, 12 mother.
void CheckParentAge(QualityView& view) {
  for (int head = 0; head < view.size(); ++head) {
    if (view.member(head).relation() != "01") continue;
    for (int other = 0; other < view.size(); ++other) {
      const std::string& relation = view.member(other).relation();
      if (relation == "03" || relation == "04") CheckGap(view, head, other, other);
      if (relation == "11" || relation == "12") CheckGap(view, other, head, other);
    }
    return;
  }
}

// AAB017 01 healthy; AAB010 03 lost, 04 none. That somebody is healthy is no detail that harms.
void CheckHealthyLabour(QualityView& view) {
  const int from = view.rules().able_age_from(), to = view.rules().able_age_to();
  for (int person = 0; person < view.size(); ++person) {
    const v1::Member& member = view.member(person);
    if (member.health() != "01" || member.labour() < "03" || view.IsPupil(person)) continue;
    if (!view.AgeWithin(person, from, to)) continue;
    view.AddToMember(person, "labour", "登记为无劳动能力或丧失劳动能力",
                     absl::StrCat("健康的非在校人口在 ", AgesText(from, to), "有劳动能力"));
  }
}

void CheckPupilAtWork(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (!view.IsPupil(person) || !HasWorked(view.member(person))) continue;
    view.AddToMember(person, "work_months", absl::StrCat("在校生, 务工 ", view.member(person).work_months(), " 个月"),
                     "在校生不登记务工");
  }
}

void CheckNoLabourAtWork(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (view.member(person).labour() < "03" || !HasWorked(view.member(person)) || view.IsPupil(person)) continue;
    view.AddToMember(person, "work_months", absl::StrCat("务工 ", view.member(person).work_months(), " 个月"),
                     "无劳动能力或丧失劳动能力者不登记务工");
  }
}

void CheckUnderAgeAtWork(QualityView& view) {
  const int from = view.rules().labour_age_from();
  for (int person = 0; person < view.size(); ++person) {
    if (!HasWorked(view.member(person)) || !view.age(person) || *view.age(person) >= from) continue;
    view.AddToMember(person, "work_months", absl::StrCat("不满 ", from, " 周岁, 登记务工"),
                     absl::StrCat("满 ", from, " 周岁方可登记务工"));
  }
}

void CheckWorkMonths(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    const v1::Member& member = view.member(person);
    if (member.work_place().empty() || HasWorked(member)) continue;
    view.AddToMember(person, "work_months", "有务工地点, 务工月数为空或零", "务工月数 1 至 12");
  }
}

void CheckWorkPlace(QualityView& view) {
  for (int person = 0; person < view.size(); ++person) {
    if (!HasWorked(view.member(person)) || !view.member(person).work_place().empty()) continue;
    view.AddToMember(person, "work_place", "有务工月数, 务工地点为空", "按代码表填写务工地点");
  }
}

}  // namespace bangfu::registration::domain
