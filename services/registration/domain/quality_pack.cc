#include "services/registration/domain/quality_pack.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using FieldErrors = std::vector<status::FieldError>;
using Rule = v1::QualityRule;

// What a rule needs, as the path of the field, its name and whether it is given.
struct Need {
  Rule::Code code;
  const char* path;
  const char* label;
  bool given;
};

std::vector<Need> NeedsOf(const v1::QualityRules& rules) {
  return {{Rule::SKILLED_LABOUR_AGE, "labour_age_from", "劳动年龄起", rules.labour_age_from() > 0},
          {Rule::SKILLED_LABOUR_AGE, "labour_age_to", "劳动年龄止", rules.labour_age_to() > 0},
          {Rule::UNDER_AGE_AT_WORK, "labour_age_from", "劳动年龄起", rules.labour_age_from() > 0},
          {Rule::HEALTHY_WITHOUT_LABOUR, "able_age_to", "应有劳动能力年龄止", rules.able_age_to() > 0},
          {Rule::PRE_SCHOOL_AGE, "pre_school_age_to", "学龄前年龄止", rules.pre_school_age_to() > 0},
          {Rule::SCHOOL_GRADE_AGE, "school_ages", "在校年级年龄", rules.school_ages_size() > 0},
          {Rule::EDUCATION_AGE, "education_ages", "文化程度年龄", rules.education_ages_size() > 0},
          {Rule::PARENT_CHILD_AGE, "parent_gap_to", "父母子女最大年龄差", rules.parent_gap_to() > 0},
          {Rule::CAUSE_NO_LABOUR_BUT_ABLE, "able_members", "劳动力充足人数", rules.able_members() > 0},
          {Rule::NET_INCOME_IMPLAUSIBLE, "net_per_capita_to_fen", "人均纯收入上限", rules.net_per_capita_to_fen() > 0},
          {Rule::OUT_BELOW_LINE, "exit_line_fen", "脱贫核查线", rules.exit_line_fen() > 0},
          {Rule::LOW_INCOME_NOT_MONITORED, "monitor_line_fen", "监测核查线", rules.monitor_line_fen() > 0},
          {Rule::OUT_CHILD_NOT_AT_SCHOOL, "school_age_to", "义务教育终止年龄", rules.school_age_to() > 0},
          {Rule::HOUSE_AREA_IMPLAUSIBLE, "house_to_centi_m2", "人均住房面积上限", rules.house_to_centi_m2() > 0},
          {Rule::ELDERLY_ALONE, "elderly_age_from", "老年起始年龄", rules.elderly_age_from() > 0},
          {Rule::RECORD_STALE, "stale_days", "长期未核实天数", rules.stale_days() > 0}};
}

void CheckOrder(const char* path, const char* label, int64_t from, int64_t to, FieldErrors* errors) {
  if (to > 0 && from > to) errors->push_back({path, absl::StrCat(label, ": 起大于止, 请改正")});
}

void CheckBounds(const v1::QualityRules& rules, FieldErrors* errors) {
  CheckOrder("labour_age_to", "劳动年龄", rules.labour_age_from(), rules.labour_age_to(), errors);
  CheckOrder("able_age_to", "应有劳动能力年龄", rules.able_age_from(), rules.able_age_to(), errors);
  CheckOrder("parent_gap_to", "父母子女年龄差", rules.parent_gap_from(), rules.parent_gap_to(), errors);
  CheckOrder("school_age_to", "义务教育年龄", rules.school_age_from(), rules.school_age_to(), errors);
  CheckOrder("net_per_capita_to_fen", "人均纯收入", rules.net_per_capita_from_fen(), rules.net_per_capita_to_fen(),
             errors);
  CheckOrder("house_to_centi_m2", "人均住房面积", rules.house_from_centi_m2(), rules.house_to_centi_m2(), errors);
  for (const auto* table : {&rules.school_ages(), &rules.education_ages()}) {
    std::set<std::string> codes;
    const char* path = table == &rules.school_ages() ? "school_ages" : "education_ages";
    for (int i = 0; i < table->size(); ++i) {
      const v1::CodeAges& ages = (*table)[i];
      CheckOrder(path, "适用年龄", ages.age_from(), ages.age_to(), errors);
      for (const std::string& code : ages.codes()) {
        if (codes.insert(code).second) continue;
        errors->push_back({absl::StrCat(path, "[", i, "].codes"), absl::StrCat("代码 ", code, " 重复")});
      }
    }
  }
}

void CheckWeight(const Rule& rule, const std::string& path, FieldErrors* errors) {
  const bool counts = rule.severity() != Rule::CLUE;
  if (counts && rule.weight() == 0) {
    errors->push_back(
        {absl::StrCat(path, ".weight"), absl::StrCat("“", LabelOf(rule.code()), "”计入得分, 请填写权重")});
  }
  if (!counts && rule.weight() > 0) {
    errors->push_back(
        {absl::StrCat(path, ".weight"), absl::StrCat("“", LabelOf(rule.code()), "”为核实线索, 不计入得分")});
  }
}

}  // namespace

FieldErrors CheckQualityRules(const v1::QualityRules& rules) {
  FieldErrors errors;
  std::set<int> on;
  bool scored = false;
  for (int i = 0; i < rules.rules_size(); ++i) {
    const Rule& rule = rules.rules(i);
    const std::string path = absl::StrCat("rules[", i, "]");
    if (!on.insert(rule.code()).second) {
      errors.push_back({absl::StrCat(path, ".code"), absl::StrCat("“", LabelOf(rule.code()), "”重复")});
    }
    CheckWeight(rule, path, &errors);
    scored |= rule.weight() > 0;
  }
  for (const Need& need : NeedsOf(rules)) {
    if (need.given || on.count(need.code) == 0) continue;
    errors.push_back({need.path, absl::StrCat(need.label, ": 规则“", LabelOf(need.code), "”需要此项")});
  }
  if (!scored) errors.push_back({"rules", "规则: 至少一条错误或存疑规则计入得分"});
  CheckBounds(rules, &errors);
  return errors;
}

QualityPack::QualityPack(v1::QualityRules rules) : rules_(std::move(rules)) {
  for (const Rule& rule : rules_.rules()) codes_.push_back(rule.code());
  std::sort(codes_.begin(), codes_.end());
  for (const int code : codes_) {
    const QualityCheck* check = FindCheck(static_cast<Rule::Code>(code));
    if (check != nullptr && check->judge != nullptr) checks_.push_back(check);
  }
}

const v1::QualityRule* QualityPack::Find(v1::QualityRule::Code code) const {
  for (const Rule& rule : rules_.rules()) {
    if (rule.code() == code) return &rule;
  }
  return nullptr;
}

std::string QualityPack::FixOf(const v1::QualityRule& rule) const {
  if (!rule.fix().empty()) return rule.fix();
  const QualityCheck* check = FindCheck(rule.code());
  return check == nullptr ? "" : check->fix;
}

std::vector<QualityFinding> QualityPack::Judge(const QualityCase& judged) const {
  std::vector<QualityFinding> findings;
  QualityView view(judged, rules_, &findings);
  for (const QualityCheck* check : checks_) {
    view.Begin(check->code);
    check->judge(view);
  }
  return findings;
}

}  // namespace bangfu::registration::domain
