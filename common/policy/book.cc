#include "common/policy/book.h"

#include <algorithm>

#include "bangfu/policy/v1/reason.pb.h"
#include "common/policy/area_chain.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"

namespace bangfu::policy {

absl::Status RefuseUnruled(const Question& question) {
  return status::Refuse(v1::NO_POLICY_APPLIES, {{"kind", question.kind},
                                                {"area", standards::FormatAreaCode(question.area)},
                                                {"date", standards::FormatDate(question.date)},
                                                {"purpose", question.purpose}});
}

Book::Book(int64_t revision, std::vector<Rule> rules, const std::vector<Holding>& holdings) : revision_(revision) {
  for (Rule& rule : rules) {
    std::string id = rule.document.policy_id();
    rules_.emplace(std::move(id), std::move(rule));
  }
  for (const Holding& holding : holdings) {
    const Rule* rule = FindDocument(holding.policy_id);
    if (rule == nullptr) continue;
    const PolicyDocument& document = rule->document;
    const int64_t area = standards::ParseAreaCode(document.area()).value_or(0);
    held_[{document.kind(), document.purpose(), area}].push_back({holding, rule});
  }
}

std::vector<Book::Step> Book::Trace(const Question& question) const {
  std::vector<Step> steps;
  for (const int64_t area : ChainOf(question.area)) {
    steps.push_back({area, nullptr});
    const auto found = held_.find({question.kind, question.purpose, area});
    if (found == held_.end()) continue;
    const auto applies = [&](const Held& held) {
      const Holding& holding = held.holding;
      const bool known =
          question.as_known_at ? holding.KnownAt(*question.as_known_at) : holding.known_to == absl::InfiniteFuture();
      return known && holding.AppliesOn(question.date);
    };
    const auto held = std::find_if(found->second.begin(), found->second.end(), applies);
    if (held == found->second.end()) continue;
    steps.back().rule = held->rule;
    break;
  }
  return steps;
}

const Rule* Book::FindDocument(const std::string& policy_id) const {
  const auto found = rules_.find(policy_id);
  return found == rules_.end() ? nullptr : &found->second;
}

std::vector<const Rule*> Book::OfKind(absl::string_view kind) const {
  std::vector<const Rule*> rules;
  for (const auto& [id, rule] : rules_) {
    if (rule.document.kind() == kind) rules.push_back(&rule);
  }
  return rules;
}

}  // namespace bangfu::policy
