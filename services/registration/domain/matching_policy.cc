#include "services/registration/domain/matching_policy.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/matching_reason.pb.h"
#include "common/standards/date.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

bool IsCapitals(absl::string_view code) {
  return !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
    return absl::ascii_isupper(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '_';
  });
}

void CheckBands(const v1::MatchingRule& rule, const std::string& path, std::vector<status::FieldError>* errors) {
  for (int i = 0; i < rule.bands_size(); ++i) {
    const v1::MatchingBand& band = rule.bands(i);
    if (rule.absence() && (!band.items().empty() || band.least_fen() > 0)) {
      errors->push_back({absl::StrCat(path, "bands[", i, "]"), "查未在名单者的规则, 分档不能规定类别和金额"});
    }
  }
}

bool Fits(const v1::MatchingBand& band, const v1::MatchFact& fact) {
  const bool of_item =
      band.items().empty() || std::find(band.items().begin(), band.items().end(), fact.item()) != band.items().end();
  return of_item && fact.value_fen() >= band.least_fen();
}

// The band of one fact: the first that fits, from 1; 0 if none does.
int BandOf(const v1::MatchingRule& rule, const v1::MatchFact& fact) {
  for (int i = 0; i < rule.bands_size(); ++i) {
    if (Fits(rule.bands(i), fact)) return i + 1;
  }
  return 0;
}

bool IsWeightier(const MatchVerdict& a, const MatchVerdict& b) {
  if (a.veto != b.veto) return a.veto;
  if (a.severity != b.severity) return a.severity > b.severity;
  return a.band < b.band;
}

}  // namespace

std::vector<status::FieldError> CheckMatchingPurposes(const v1::MatchingPurposes& purposes) {
  std::vector<status::FieldError> errors;
  std::set<std::string> codes;
  for (int i = 0; i < purposes.purposes_size(); ++i) {
    const v1::MatchingPurpose& purpose = purposes.purposes(i);
    const std::string path = absl::StrCat("purposes[", i, "].");
    if (!IsCapitals(purpose.code())) {
      errors.push_back({path + "code", "用途代码: 只能是大写字母、数字和下划线"});
    } else if (!codes.insert(purpose.code()).second) {
      errors.push_back({path + "code", "用途代码: 重复"});
    }
    const std::set<int> kinds(purpose.kinds().begin(), purpose.kinds().end());
    const bool known = std::all_of(kinds.begin(), kinds.end(),
                                   [](int kind) { return kind != 0 && v1::MatchList::Kind_IsValid(kind); });
    if (!known || static_cast<int>(kinds.size()) != purpose.kinds_size()) {
      errors.push_back({path + "kinds", "名单种类: 不能重复或为空"});
    }
  }
  return errors;
}

std::vector<status::FieldError> CheckMatchingRules(const v1::MatchingRules& rules) {
  std::vector<status::FieldError> errors;
  std::set<int> kinds;
  for (int i = 0; i < rules.rules_size(); ++i) {
    const v1::MatchingRule& rule = rules.rules(i);
    const std::string path = absl::StrCat("rules[", i, "].");
    if (!kinds.insert(rule.kind()).second) errors.push_back({path + "kind", "名单种类: 每种只能有一条规则"});
    if (rule.age_to() != 0 && rule.age_from() > rule.age_to()) {
      errors.push_back({path + "age_to", "年龄上限: 不能小于下限"});
    }
    CheckBands(rule, path, &errors);
  }
  return errors;
}

absl::StatusOr<v1::MatchingPurpose> FindPurpose(const v1::MatchingPurposes& purposes, const std::string& code,
                                                v1::MatchList::Kind kind) {
  for (const v1::MatchingPurpose& purpose : purposes.purposes()) {
    if (purpose.code() != code) continue;
    if (std::find(purpose.kinds().begin(), purpose.kinds().end(), kind) == purpose.kinds().end()) break;
    return purpose;
  }
  return status::Refuse(v1::MATCH_PURPOSE_UNKNOWN, {{"purpose", code}, {"kind", LabelOf(kind)}});
}

absl::StatusOr<v1::MatchingRule> FindRule(const v1::MatchingRules& rules, v1::MatchList::Kind kind) {
  for (const v1::MatchingRule& rule : rules.rules()) {
    if (rule.kind() == kind) return rule;
  }
  return status::Refuse(v1::MATCH_RULE_MISSING, {{"kind", LabelOf(kind)}});
}

bool IsOfAge(const v1::MatchingRule& rule, absl::string_view birth_date, absl::string_view as_of) {
  const std::optional<int> age = standards::AgeOn(birth_date, as_of);
  if (!age) return true;
  return *age >= rule.age_from() && (rule.age_to() == 0 || *age <= rule.age_to());
}

std::optional<MatchVerdict> JudgeMatch(const v1::MatchingRule& rule, const std::vector<v1::MatchFact>& facts) {
  static const auto& nothing = *new std::vector<v1::MatchFact>(1);  // an absence has no fact
  std::optional<MatchVerdict> weightiest;
  for (const v1::MatchFact& fact : rule.absence() ? nothing : facts) {
    const int band = BandOf(rule, fact);
    if (band == 0) continue;
    const MatchVerdict verdict{band, rule.bands(band - 1).severity(), rule.bands(band - 1).veto()};
    if (!weightiest || IsWeightier(verdict, *weightiest)) weightiest = verdict;
  }
  return weightiest;
}

}  // namespace bangfu::registration::domain
