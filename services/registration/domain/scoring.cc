#include "services/registration/domain/scoring.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/exit_verdict.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using FieldErrors = std::vector<status::FieldError>;
using Rubric = v1::ScoringRubric;
using standards::FormatHundredths;

// The code of a reason: the key in capitals.
std::string CodeOf(const std::string& key) { return absl::StrReplaceAll(absl::AsciiStrToUpper(key), {{"-", "_"}}); }

std::string PointsText(int64_t centi) { return absl::StrCat(FormatHundredths(centi), " 分"); }

const v1::RubricAnswer* AnswerTo(const v1::RubricItem& item, const v1::ScoringInputs& inputs) {
  const auto found = std::find_if(inputs.answers().begin(), inputs.answers().end(),
                                  [&](const v1::RubricAnswer& answer) { return answer.item() == item.key(); });
  return found == inputs.answers().end() ? nullptr : &*found;
}

const v1::ExclusionFinding* FindingOf(const v1::ExclusionItem& item, const v1::ScoringInputs& inputs) {
  const auto found = std::find_if(inputs.exclusions().begin(), inputs.exclusions().end(),
                                  [&](const v1::ExclusionFinding& finding) { return finding.key() == item.key(); });
  return found == inputs.exclusions().end() ? nullptr : &*found;
}

int64_t AtMost(int64_t centi, int64_t most) { return most == 0 ? centi : std::min(centi, most); }

// What one item gives, with the options that were found.
struct ItemScore {
  bool answered = false;
  int64_t centi = 0;
  std::vector<std::string> found;
};

ItemScore ScoreItem(const v1::RubricItem& item, const v1::ScoringInputs& inputs) {
  ItemScore score;
  const v1::RubricAnswer* answer = AnswerTo(item, inputs);
  if (answer == nullptr) return score;
  for (const v1::RubricOption& option : item.options()) {
    if (std::find(answer->options().begin(), answer->options().end(), option.key()) == answer->options().end())
      continue;
    score.answered = true;
    score.centi += option.points_centi();
    score.found.push_back(option.title());
  }
  score.centi = AtMost(score.centi, item.most_centi());
  return score;
}

void Tell(const std::string& code, const std::string& label, bool met, const std::string& found,
          const std::string& asked, policy::v1::RuleOutcome* outcome) {
  auto& reason = *outcome->add_reasons();
  reason.set_code(code);
  reason.set_label(label);
  reason.set_met(met);
  reason.set_found(found);
  reason.set_asked(asked);
}

void TellItem(const v1::RubricItem& item, const v1::ScoringInputs& inputs, policy::v1::RuleOutcome* outcome) {
  const ItemScore score = ScoreItem(item, inputs);
  const std::string label = item.group().empty() ? item.title() : absl::StrCat(item.group(), ": ", item.title());
  const std::string found =
      score.answered ? absl::StrCat(absl::StrJoin(score.found, "、"), " (", PointsText(score.centi), ")") : "未核实";
  std::string asked = item.bonus() ? "加分项" : "必核项";
  if (item.most_centi() > 0) absl::StrAppend(&asked, ", 最高 ", PointsText(item.most_centi()));
  Tell(absl::StrCat("ITEM_", CodeOf(item.key())), label, score.answered || item.bonus(), found, asked, outcome);
}

std::string LineText(const Rubric& rubric) {
  return absl::StrCat(rubric.direction() == Rubric::NEEDIEST_HIGHEST ? "不低于 " : "不高于 ",
                      PointsText(rubric.line_centi()));
}

void CheckItem(const v1::RubricItem& item, const std::string& path, FieldErrors* errors) {
  std::set<std::string> keys;
  for (int i = 0; i < item.options_size(); ++i) {
    const std::string& key = item.options(i).key();
    if (IsKey(key) && keys.insert(key).second) continue;
    errors->push_back({absl::StrCat(path, ".options[", i, "].key"),
                       absl::StrCat("选项标识: “", item.title(), "”的选项标识重复, 或不是小写字母、数字和连字符")});
  }
}

// What is wrong with an answer to an item that the rubric has; empty if nothing is.
std::string AnswerFault(const v1::RubricAnswer& answer, const v1::RubricItem& item) {
  std::set<std::string> chosen(answer.options().begin(), answer.options().end());
  if (chosen.size() != static_cast<size_t>(answer.options_size())) return "选项重复";
  if (!item.several() && answer.options_size() > 1) return "只能选一项";
  for (const v1::RubricOption& option : item.options()) chosen.erase(option.key());
  return chosen.empty() ? "" : absl::StrCat("没有选项 ", *chosen.begin());
}

}  // namespace

bool IsKey(const std::string& key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

void CheckExclusionItems(const google::protobuf::RepeatedPtrField<v1::ExclusionItem>& items, const std::string& path,
                         FieldErrors* errors) {
  std::set<std::string> keys;
  for (int i = 0; i < items.size(); ++i) {
    if (IsKey(items[i].key()) && keys.insert(items[i].key()).second) continue;
    errors->push_back({absl::StrCat(path, "[", i, "].key"), "情形标识: 重复, 或不是小写字母、数字和连字符"});
  }
}

FieldErrors CheckScoringRubric(const Rubric& rubric) {
  FieldErrors errors;
  std::set<std::string> keys;
  for (int i = 0; i < rubric.items_size(); ++i) {
    const std::string path = absl::StrCat("items[", i, "]");
    if (!IsKey(rubric.items(i).key()) || !keys.insert(rubric.items(i).key()).second) {
      errors.push_back({absl::StrCat(path, ".key"), "项目标识: 重复, 或不是小写字母、数字和连字符"});
    }
    CheckItem(rubric.items(i), path, &errors);
  }
  CheckExclusionItems(rubric.exclusions(), "exclusions", &errors);
  if (rubric.tie_breakers_size() == 2 && rubric.tie_breakers(0) == rubric.tie_breakers(1)) {
    errors.push_back({"tie_breakers[1]", "同分排序: 重复"});
  }
  return errors;
}

FieldErrors CheckAnswers(const v1::ScoringInputs& inputs, const Rubric& rubric, const std::string& path) {
  std::map<std::string, const v1::RubricItem*> items;
  for (const v1::RubricItem& item : rubric.items()) items[item.key()] = &item;
  FieldErrors errors;
  std::set<std::string> answered;
  for (int i = 0; i < inputs.answers_size(); ++i) {
    const v1::RubricAnswer& answer = inputs.answers(i);
    const auto item = items.find(answer.item());
    const std::string at = absl::StrCat(path, "answers[", i, "]");
    if (item == items.end() || !answered.insert(answer.item()).second) {
      errors.push_back({absl::StrCat(at, ".item"), "项目标识: 评分细则没有此项, 或重复"});
    } else if (const std::string fault = AnswerFault(answer, *item->second); !fault.empty()) {
      errors.push_back({absl::StrCat(at, ".options"), absl::StrCat(item->second->title(), ": ", fault)});
    }
  }
  for (const v1::RubricItem& item : rubric.items()) {
    if (item.bonus() || answered.contains(item.key())) continue;
    errors.push_back({absl::StrCat(path, "answers"), absl::StrCat("项目核实: 缺“", item.title(), "”")});
  }
  return errors;
}

Score ScoreOf(const v1::ScoringInputs& inputs, const Rubric& rubric) {
  Score score;
  int64_t bonus = 0;
  for (const v1::RubricItem& item : rubric.items()) {
    const ItemScore one = ScoreItem(item, inputs);
    (item.bonus() ? bonus : score.centi) += one.centi;
    score.unanswered += one.answered || item.bonus() ? 0 : 1;
  }
  score.centi = AtMost(score.centi + AtMost(bonus, rubric.bonus_most_centi()), rubric.total_most_centi());
  score.excluded = std::any_of(rubric.exclusions().begin(), rubric.exclusions().end(),
                               [&](const auto& item) { return FindingOf(item, inputs) != nullptr; });
  return score;
}

policy::v1::RuleOutcome JudgeScore(const v1::ScoringInputs& inputs, const Rubric& rubric) {
  policy::v1::RuleOutcome outcome;
  for (const v1::RubricItem& item : rubric.items()) TellItem(item, inputs, &outcome);
  const Score score = ScoreOf(inputs, rubric);
  const std::string most =
      rubric.total_most_centi() == 0 ? "" : absl::StrCat("最高 ", PointsText(rubric.total_most_centi()));
  Tell("TOTAL", "总分", score.unanswered == 0, PointsText(score.centi), most, &outcome);
  if (const auto within = IsWithinLine(score.centi, rubric)) {
    Tell("LINE", "分数线", *within, PointsText(score.centi), LineText(rubric), &outcome);
  }
  for (const v1::ExclusionItem& item : rubric.exclusions()) {
    const v1::ExclusionFinding* finding = FindingOf(item, inputs);
    const std::string evidence =
        finding == nullptr || finding->evidence().empty() ? "" : absl::StrCat(" (", finding->evidence(), ")");
    Tell(absl::StrCat("EXCLUSION_", CodeOf(item.key())), item.title(), finding == nullptr,
         finding == nullptr ? "未发现" : absl::StrCat("发现", evidence), "不得有 (一票否决)", &outcome);
  }
  outcome.set_verdict(score.excluded ? "EXCLUDED" : score.unanswered > 0 ? "INCOMPLETE" : "SCORED");
  outcome.set_label(score.excluded         ? "一票否决"
                    : score.unanswered > 0 ? absl::StrCat("有 ", score.unanswered, " 项未核实, 暂不能评分")
                                           : absl::StrCat("得分 ", PointsText(score.centi)));
  return outcome;
}

NeedKeys NeedKeysOf(int64_t score_centi, std::optional<int64_t> net_per_capita_fen, int32_t member_count,
                    const Rubric& rubric) {
  NeedKeys keys;
  keys.need = rubric.direction() == Rubric::NEEDIEST_HIGHEST ? -score_centi : score_centi;
  for (int i = 0; i < rubric.tie_breakers_size(); ++i) {
    keys.ties[i] = rubric.tie_breakers(i) == Rubric::LOWER_INCOME
                       ? net_per_capita_fen.value_or(std::numeric_limits<int64_t>::max())
                       : -static_cast<int64_t>(member_count);
  }
  return keys;
}

std::optional<bool> IsWithinLine(int64_t score_centi, const Rubric& rubric) {
  if (!rubric.has_line_centi()) return std::nullopt;
  return rubric.direction() == Rubric::NEEDIEST_HIGHEST ? score_centi >= rubric.line_centi()
                                                        : score_centi <= rubric.line_centi();
}

std::string OrderRuleText(const Rubric& rubric) {
  std::string text = LabelOf(rubric.direction());
  for (int i = 0; i < rubric.tie_breakers_size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "; 同分时" : ", 再同时", LabelOf(rubric.tie_breakers(i)));
  }
  return absl::StrCat(text, "; 仍相同的并列同一名次, 其后名次顺延");
}

std::string LineRuleText(const Rubric& rubric, int32_t quota) {
  std::vector<std::string> lines;
  if (rubric.has_line_centi()) lines.push_back(absl::StrCat("分数线: ", LineText(rubric)));
  if (quota > 0) {
    lines.push_back(absl::StrCat("规模线: 全批次前 ", quota, " 名, 与末位并列的一并在线内"));
  }
  return absl::StrJoin(lines, "; ");
}

std::string RefusalNote(const Standing& standing, const Rubric& rubric, int32_t quota) {
  if (standing.excluded) return "核查发现一票否决情形";
  if (standing.entry_verdict == "FAIL") return "不符合进入条件";
  if (IsWithinLine(standing.score_centi, rubric) == false) {
    return absl::StrCat("得分 ", PointsText(standing.score_centi), ", 分数线", LineText(rubric));
  }
  return standing.beyond_quota ? absl::StrCat("全批次排序在控制规模 ", quota, " 户之外") : "";
}

}  // namespace bangfu::registration::domain
