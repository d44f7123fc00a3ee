// Points and ranking of households that apply: by a rubric. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_SCORING_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_SCORING_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/policy/v1/decision.pb.h"
#include "bangfu/registration/v1/scoring.pb.h"
#include "bangfu/registration/v1/scoring_rubric.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// What the annotations of a rubric cannot say: keys, and options that can be told apart. The check of the policy kind.
std::vector<status::FieldError> CheckScoringRubric(const v1::ScoringRubric& rubric);

// The same for a list of what excludes; `path` stands in front of the fields.
void CheckExclusionItems(const google::protobuf::RepeatedPtrField<v1::ExclusionItem>& items, const std::string& path,
                         std::vector<status::FieldError>* errors);

// A name by which programs know something: lower-case letters, digits and hyphens.
bool IsKey(const std::string& key);

// What does not fit the rubric: items that it does not have, a choice that an item does not take, and items without an
// answer. `path` stands in front of the fields.
std::vector<status::FieldError> CheckAnswers(const v1::ScoringInputs& inputs, const v1::ScoringRubric& rubric,
                                             const std::string& path);

// Points, in hundredths. An answer that the rubric does not know gives none.
struct Score {
  int64_t centi = 0;
  int unanswered = 0;  // items that are not extra
  bool excluded = false;
};
Score ScoreOf(const v1::ScoringInputs& inputs, const v1::ScoringRubric& rubric);

// Replayable as HOUSEHOLD_SCORE. The reasons are the items in their order with their points, the total, the line if the
// rubric draws one, and what excludes. Verdict SCORED, EXCLUDED, or INCOMPLETE where an item has no answer.
policy::v1::RuleOutcome JudgeScore(const v1::ScoringInputs& inputs, const v1::ScoringRubric& rubric);

// What households are ranked by: the least comes first.
struct NeedKeys {
  int64_t need = 0;
  std::array<int64_t, 2> ties{};
};
NeedKeys NeedKeysOf(int64_t score_centi, std::optional<int64_t> net_per_capita_fen, int32_t member_count,
                    const v1::ScoringRubric& rubric);

// Whether these points are within the line of the rubric; nothing if it draws none.
std::optional<bool> IsWithinLine(int64_t score_centi, const v1::ScoringRubric& rubric);

// How the rubric orders, in words.
std::string OrderRuleText(const v1::ScoringRubric& rubric);

// The lines that rubric and quota draw, in words; empty if neither does.
std::string LineRuleText(const v1::ScoringRubric& rubric, int32_t quota);

// Why an application does not go on to the village's list; empty if it does.
struct Standing {
  bool excluded = false;
  std::string entry_verdict;
  int64_t score_centi = 0;
  bool beyond_quota = false;  // by its place in all of the campaign
};
std::string RefusalNote(const Standing& standing, const v1::ScoringRubric& rubric, int32_t quota);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_SCORING_H_
