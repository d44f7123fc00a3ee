#include "services/registration/domain/entry.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bangfu/policy/v1/kind.pb.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/scoring.h"

namespace bangfu::registration::domain {
namespace {

using FieldErrors = std::vector<status::FieldError>;
using Item = v1::ExitCondition;

// Exit flags of dictionary AAR010.
constexpr char kNotOut[] = "0";
constexpr char kOut[] = "1";
constexpr char kFellBack[] = "3";

// Those of (两不愁三保障) and safe water; the rest is no guarantee.
bool IsGuarantee(int item) { return item >= Item::FOOD && item <= Item::SAFE_WATER; }

bool IsLinePurpose(const std::string& purpose) {
  const auto& kind = v1::PovertyLine::descriptor()->options().GetExtension(policy::v1::kind);
  return std::any_of(kind.purposes().begin(), kind.purposes().end(),
                     [&](const policy::v1::Purpose& known) { return known.name() == purpose; });
}

Finding JudgeIncome(const v1::HouseholdExitInputs& inputs, const v1::PovertyLine& line) {
  if (!inputs.has_net_per_capita_fen()) return {Finding::kUnknown, absl::StrCat(inputs.year(), "年度收入未采集")};
  const std::string text =
      absl::StrCat(standards::FormatHundredths(inputs.net_per_capita_fen()), " 元/人·年 (", inputs.year(), "年度)");
  if (line.price_basis() != v1::PovertyLine::CURRENT) {
    return {Finding::kUnknown, absl::StrCat(text, "; 收入为现价, 标准线为不变价, 不能直接比较")};
  }
  return {inputs.net_per_capita_fen() < line.line_fen() ? Finding::kHeld : Finding::kFailed, text};
}

// Collects what speaks for entry, what against, and what is not known.
class EntryVerdict {
 public:
  // One such need is enough.
  void AddNeed(const std::string& code, const std::string& label, Finding::State state, const std::string& found,
               const std::string& asked) {
    needs_ |= state == Finding::kHeld;
    unknown_ |= state == Finding::kUnknown;
    Tell(code, label, state, found, asked);
  }

  void AddRedLine(const v1::ExclusionItem& item, const v1::ExclusionFinding* found) {
    excluded_ |= found != nullptr;
    const std::string code = absl::StrReplaceAll(absl::AsciiStrToUpper(item.key()), {{"-", "_"}});
    const std::string evidence =
        found == nullptr || found->evidence().empty() ? "" : absl::StrCat(" (", found->evidence(), ")");
    Tell(absl::StrCat("RED_LINE_", code), item.title(), found == nullptr ? Finding::kHeld : Finding::kFailed,
         found == nullptr ? "未发现" : absl::StrCat("发现", evidence), "不得有 (红线)");
  }

  policy::v1::RuleOutcome Conclude() {
    if (excluded_) {
      Set("FAIL", "触碰红线, 不符合进入条件");
    } else if (needs_) {
      Set("PASS", "符合进入条件");
    } else if (unknown_) {
      Set("INCOMPLETE", "情况不明, 暂不能判定");
    } else {
      Set("FAIL", "收入达到标准线且保障无缺项, 不符合进入条件");
    }
    return outcome_;
  }

 private:
  void Set(const char* verdict, const char* label) {
    outcome_.set_verdict(verdict);
    outcome_.set_label(label);
  }

  void Tell(const std::string& code, const std::string& label, Finding::State state, const std::string& found,
            const std::string& asked) {
    auto& reason = *outcome_.add_reasons();
    const char* suffix = state == Finding::kHeld ? "_HELD" : state == Finding::kFailed ? "_FAILED" : "_UNKNOWN";
    reason.set_code(absl::StrCat(code, suffix));
    reason.set_label(label);
    reason.set_met(state == Finding::kHeld);
    reason.set_found(found);
    reason.set_asked(asked);
  }

  policy::v1::RuleOutcome outcome_;
  bool needs_ = false, unknown_ = false, excluded_ = false;
};

// A guarantee that is met is no need, and the other way round.
Finding::State NeedOf(Finding::State met) {
  if (met == Finding::kUnknown) return met;
  return met == Finding::kHeld ? Finding::kFailed : Finding::kHeld;
}

}  // namespace

FieldErrors CheckEntryRules(const v1::EntryRules& rules) {
  FieldErrors errors;
  if (!IsLinePurpose(rules.line_purpose())) errors.push_back({"line_purpose", "所用标准线: 没有此用途的收入标准线"});
  std::set<int> seen;
  bool asks_school = false;
  for (int i = 0; i < rules.guarantees_size(); ++i) {
    const int item = rules.guarantees(i);
    asks_school |= item == Item::EDUCATION;
    if (IsGuarantee(item) && seen.insert(item).second) continue;
    errors.push_back({absl::StrCat("guarantees[", i, "]"), "保障项目: 重复, 或不是两不愁三保障和饮水安全"});
  }
  if (asks_school && (rules.school_age_from() == 0 || rules.school_age_from() > rules.school_age_to())) {
    errors.push_back({"school_age_from", "义务教育起始年龄: 要求“义务教育有保障”时应填写起止年龄, 起始不大于终止"});
  }
  CheckExclusionItems(rules.red_lines(), "red_lines", &errors);
  return errors;
}

FieldErrors CheckExclusions(const google::protobuf::RepeatedPtrField<v1::ExclusionFinding>& exclusions,
                            const v1::ScoringRubric& rubric, const v1::EntryRules& rules, const std::string& path) {
  std::map<std::string, std::vector<const v1::ExclusionItem*>> known;
  for (const v1::ExclusionItem& item : rubric.exclusions()) known[item.key()].push_back(&item);
  for (const v1::ExclusionItem& item : rules.red_lines()) known[item.key()].push_back(&item);
  FieldErrors errors;
  std::set<std::string> seen;
  for (int i = 0; i < exclusions.size(); ++i) {
    const std::string at = absl::StrCat(path, "exclusions[", i, "]");
    const auto items = known.find(exclusions[i].key());
    if (items == known.end() || !seen.insert(exclusions[i].key()).second) {
      errors.push_back({absl::StrCat(at, ".key"), "情形标识: 评分细则和进入规则都没有此情形, 或重复"});
      continue;
    }
    for (const v1::ExclusionItem* item : items->second) {
      if (item->evidence().empty() || !exclusions[i].evidence().empty()) continue;
      errors.push_back(
          {absl::StrCat(at, ".evidence"), absl::StrCat("证明材料: “", item->title(), "”应注明", item->evidence())});
      break;
    }
  }
  return errors;
}

policy::v1::RuleOutcome JudgeEntry(const v1::EntryInputs& inputs, const v1::EntryRules& rules,
                                   const v1::PovertyLine& line) {
  EntryVerdict verdict;
  const Finding income = JudgeIncome(inputs.household(), line);
  verdict.AddNeed("INCOME_BELOW_LINE", "人均纯收入低于标准线", income.state, income.text,
                  absl::StrCat("低于 ", standards::FormatHundredths(line.line_fen()), " 元/人·年"));
  v1::HouseholdExitRules school;
  school.set_school_age_from(rules.school_age_from());
  school.set_school_age_to(rules.school_age_to());
  for (const int number : rules.guarantees()) {
    v1::ExitCondition condition;
    condition.set_item(static_cast<Item::Item>(number));
    const Finding met = Combine(condition, RegisteredFinding(condition.item(), inputs.household(), school),
                                inputs.household().statements());
    verdict.AddNeed(absl::StrCat(Item::Item_Name(condition.item()), "_UNMET"),
                    absl::StrCat(LabelOf(condition.item()), "未解决"), NeedOf(met.state), met.text, "未解决即可进入");
  }
  for (const v1::ExclusionItem& item : rules.red_lines()) {
    const auto& found = inputs.exclusions();
    const auto hit = std::find_if(found.begin(), found.end(),
                                  [&](const v1::ExclusionFinding& finding) { return finding.key() == item.key(); });
    verdict.AddRedLine(item, hit == found.end() ? nullptr : &*hit);
  }
  return verdict.Conclude();
}

Family Identified(const Family& family, const v1::IdentificationApplication& application, const std::string& day) {
  Family after = WithType(family, v1::Household::REGISTERED);
  v1::Household& household = after.household;
  household.set_standard(application.standard());
  household.set_attribute(application.attribute());
  household.set_main_cause(application.main_cause());
  *household.mutable_other_causes() = application.other_causes();
  household.set_exit_flag(kNotOut);
  household.set_exit_year(0);
  household.set_identify_date(day);
  return after;
}

Family Removed(const Family& family) {
  Family after = WithType(family, v1::Household::ORDINARY);
  after.household.clear_buffer_end_date();
  return after;
}

Family Returned(const Family& family, const std::string& main_cause, const std::string& day) {
  Family after = family;
  after.household.set_exit_flag(kFellBack);
  after.household.set_main_cause(main_cause);
  after.household.set_identify_date(day);
  after.household.clear_buffer_end_date();
  return after;
}

bool CanBeIdentified(const v1::Household& household) {
  return household.state() == v1::Household::ACTIVE && household.type() == v1::Household::ORDINARY;
}

bool CanBeRemoved(const v1::Household& household) {
  return household.state() == v1::Household::ACTIVE && household.type() == v1::Household::REGISTERED;
}

bool CanReturn(const v1::Household& household) { return CanBeRemoved(household) && household.exit_flag() == kOut; }

}  // namespace bangfu::registration::domain
