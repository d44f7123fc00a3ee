#include "services/registration/domain/target_group.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"

namespace bangfu::registration::domain {
namespace {

using status::FieldError;
using Codes = google::protobuf::RepeatedPtrField<std::string>;

constexpr char kWoman[] = "2";
constexpr char kDisabledHealth[] = "04";  // of AAB017

bool Has(const Codes& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// Relations to the head (AAB006) of one another's generation.
using Relations = std::set<std::string>;
const Relations& Couple() {
  static const auto* const relations = new Relations{"01", "02"};
  return *relations;
}
const Relations& Sons() {  // and daughters, with their spouses
  static const auto* const relations = new Relations{"03", "04", "05", "06"};
  return *relations;
}
const Relations& Parents() {  // of the head and of the spouse
  static const auto* const relations = new Relations{"11", "12", "13", "14", "15", "16"};
  return *relations;
}

// The generation in the household that a child of this relation has its parents in; nothing if the relation does not
// tell.
const Relations* ParentsOf(const std::string& relation) {
  if (relation == "03" || relation == "04") return &Couple();
  if (relation == "07" || relation == "08" || relation == "09" || relation == "10") return &Sons();
  return nullptr;
}

// The generation in which an elderly person has its children.
const Relations* ChildrenOf(const std::string& relation) {
  if (relation == "01" || relation == "02") return &Sons();
  if (Parents().contains(relation)) return &Couple();
  return nullptr;
}

// The relation of the husband or wife of somebody of this relation; nothing if it is not one only.
std::string SpouseOf(const std::string& relation) {
  if (relation == "01") return "02";
  if (relation == "02") return "01";
  if (relation == "05") return "03";
  if (relation == "04") return "06";
  if (relation == "12") return "11";
  if (relation == "14") return "13";
  if (relation == "16") return "15";
  return "";
}

class Finder {
 public:
  Finder(const Dwelling& dwelling, const v1::TargetGroupRules& rules, absl::string_view date)
      : dwelling_(dwelling), members_(dwelling.family.members), rules_(rules), date_(date) {}

  std::vector<v1::TargetGroupRow> Find(v1::TargetGroup group) {
    switch (group) {
      case v1::LEFT_BEHIND_CHILDREN: EachMember(&Finder::AddChild); break;
      case v1::LEFT_BEHIND_WOMEN: EachMember(&Finder::AddWoman); break;
      case v1::LEFT_BEHIND_ELDERLY: EachMember(&Finder::AddElderly); break;
      case v1::DISABLED_PERSONS: EachMember(&Finder::AddDisabled); break;
      case v1::HOUSING_PRIORITY_HOUSEHOLDS: AddHousing(); break;
      case v1::EDGE_HOUSEHOLDS: AddEdge(); break;
      default: break;
    }
    return std::move(rows_);
  }

 private:
  void EachMember(void (Finder::*add)(const v1::Member&)) {
    for (const v1::Member& member : members_) (this->*add)(member);
  }

  int AgeOf(const v1::Member& member) const { return standards::AgeOn(member.birth_date(), date_).value_or(-1); }

  bool IsAway(const v1::Member& member) const {
    return Has(rules_.away_places(), member.work_place()) && member.work_months() >= rules_.least_months_away();
  }

  // How many of a generation are in the household, the person itself left out, and how many of them are away.
  struct Absence {
    int persons = 0;
    int away = 0;
    std::string Text(absl::string_view who) const {
      return absl::StrCat(who, " ", persons, " 人中 ", away, " 人外出务工");
    }
  };
  Absence AbsenceOf(const Relations& relations, const v1::Member& self) const {
    Absence absence;
    for (const v1::Member& member : members_) {
      if (!relations.contains(member.relation()) || member.member_id() == self.member_id()) continue;
      ++absence.persons;
      absence.away += IsAway(member) ? 1 : 0;
    }
    return absence;
  }

  void AddChild(const v1::Member& member) {
    const Relations* generation = ParentsOf(member.relation());
    const int age = AgeOf(member);
    if (generation == nullptr || age < 0 || age >= rules_.child_below_age()) return;
    const Absence parents = AbsenceOf(*generation, member);
    if (parents.away == 0 || (rules_.both_parents_away() && parents.away < parents.persons)) return;
    AddReason(AddRow(&member), "PARENTS_AWAY", parents.Text("户内父母辈"));
  }

  void AddWoman(const v1::Member& member) {
    const int age = AgeOf(member);
    const std::string spouse = SpouseOf(member.relation());
    if (member.sex() != kWoman || age < rules_.woman_from_age() || age >= rules_.woman_below_age() || spouse.empty()) {
      return;
    }
    const Absence husband = AbsenceOf({spouse}, member);
    // With several sons it cannot be told whose wife she is: all must be away.
    if (IsAway(member) || husband.away == 0 || husband.away < husband.persons) return;
    AddReason(AddRow(&member), "SPOUSE_AWAY", "丈夫外出务工, 本人在家");
  }

  void AddElderly(const v1::Member& member) {
    const Relations* generation = ChildrenOf(member.relation());
    if (generation == nullptr || AgeOf(member) < rules_.elderly_from_age() || IsAway(member)) return;
    const Absence children = AbsenceOf(*generation, member);
    if (children.away == 0 || children.away < children.persons) return;
    AddReason(AddRow(&member), "CHILDREN_AWAY", children.Text("户内子女辈"));
  }

  void AddDisabled(const v1::Member& member) {
    const bool certified = !member.disability_class().empty();
    if (!certified && member.health() != kDisabledHealth) return;
    v1::TargetGroupRow* row = AddRow(&member);
    row->set_disability_class(member.disability_class());
    row->set_disability_grade(member.disability_grade());
    if (certified) {
      AddReason(row, "CERTIFIED", "持有残疾人证");
    } else {
      AddReason(row, "HEALTH_STATED", "健康状况登记为残疾, 未登记残疾人证");
    }
  }

  void AddHousing() {
    const auto& living = dwelling_.living;
    if (!living || !Has(rules_.danger_grades(), living->danger_grade())) return;
    const v1::Household& household = dwelling_.family.household;
    const auto any = [&](auto matches) { return std::any_of(members_.begin(), members_.end(), matches); };
    const bool registered = household.type() == v1::Household::REGISTERED;
    const bool allowance = Has(rules_.allowance_attributes(), household.attribute()) ||
                           any([](const v1::Member& member) { return member.subsistence_allowance(); });
    const bool extreme = Has(rules_.extreme_poverty_attributes(), household.attribute());
    const bool disabled = any([](const v1::Member& member) { return !member.disability_class().empty(); });
    // 贫困残疾人家庭: a disabled person alone makes no household poor.
    const bool poor = registered || allowance || extreme || !household.monitor_type().empty();
    if (!registered && !allowance && !extreme && !(disabled && poor)) return;
    v1::TargetGroupRow* row = AddRow(nullptr);
    const std::string house = absl::StrCat(living->danger_grade(), " 级危房 (", living->year(), " 年度)");
    if (registered) AddReason(row, "REGISTERED", absl::StrCat("建档立卡户, ", house));
    if (allowance) AddReason(row, "LOW_INCOME_ALLOWANCE", absl::StrCat("低保户, ", house));
    if (extreme) AddReason(row, "EXTREME_POVERTY_SUPPORT", absl::StrCat("分散供养特困人员, ", house));
    if (disabled) AddReason(row, "DISABLED_MEMBER", absl::StrCat("贫困残疾人家庭, ", house));
  }

  void AddEdge() {
    const v1::Household& household = dwelling_.family.household;
    if (household.type() != v1::Household::ORDINARY) return;
    if (!Has(rules_.edge_monitor_types(), household.monitor_type()) || household.risk_eliminated()) return;
    AddReason(AddRow(nullptr), "MONITORED_AS_EDGE", "列为边缘易致贫监测对象, 风险未消除");
  }

  v1::TargetGroupRow* AddRow(const v1::Member* member) {
    v1::TargetGroupRow& row = rows_.emplace_back();
    const v1::Household& household = dwelling_.family.household;
    row.set_household_id(household.household_id());
    row.set_area(household.area());
    row.set_head_name(household.head_name());
    if (member == nullptr) return &row;
    row.set_member_id(member->member_id());
    row.set_name(member->name());
    row.set_sex(member->sex());
    row.set_age(std::max(0, AgeOf(*member)));
    return &row;
  }

  static void AddReason(v1::TargetGroupRow* row, const char* code, const std::string& text) {
    auto* reason = row->add_reasons();
    reason->set_code(code);
    reason->set_text(text);
  }

  const Dwelling& dwelling_;
  const std::vector<v1::Member>& members_;
  const v1::TargetGroupRules& rules_;
  const absl::string_view date_;
  std::vector<v1::TargetGroupRow> rows_;
};

}  // namespace

std::vector<FieldError> CheckTargetGroupRules(const v1::TargetGroupRules& rules) {
  if (rules.woman_from_age() < rules.woman_below_age()) return {};
  return {{"woman_below_age", "妇女年龄上限: 应大于下限"}};
}

std::vector<v1::TargetGroupRow> FindInGroup(v1::TargetGroup group, const Dwelling& dwelling,
                                            const v1::TargetGroupRules& rules, absl::string_view date) {
  return Finder(dwelling, rules, date).Find(group);
}

}  // namespace bangfu::registration::domain
