#include "common/policy/replay.h"

#include <algorithm>
#include <memory>

#include "bangfu/policy/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"

namespace bangfu::policy {

using status::Refuse;

namespace {

// The document that takes the place of `recorded` in the replay.
absl::StatusOr<const Rule*> Choose(const Book& book, const DecisionRecord& decision, const PolicyRef& recorded,
                                   const ReplayChoice& choice) {
  if (!choice.date) {
    const Rule* rule = book.FindDocument(recorded.policy_id());
    if (rule == nullptr) return Refuse(v1::POLICY_NOT_FOUND);
    return rule;
  }
  const int64_t area = standards::ParseAreaCode(decision.area()).value_or(0);
  const Question question{recorded.kind(), area, *choice.date, recorded.purpose(), choice.as_known_at};
  const Rule* rule = book.Find(question);
  if (rule == nullptr) return RefuseUnruled(question);
  return rule;
}

// A document of another purpose may be tried, too, if the rule takes one document of the kind.
absl::Status Replace(const Rule* named, std::vector<const Rule*>* chosen) {
  const auto is_kind = [&](const Rule* rule) { return rule->document.kind() == named->document.kind(); };
  const auto is_same = [&](const Rule* rule) {
    return is_kind(rule) && rule->document.purpose() == named->document.purpose();
  };
  auto place = std::find_if(chosen->begin(), chosen->end(), is_same);
  if (place == chosen->end() && std::count_if(chosen->begin(), chosen->end(), is_kind) == 1) {
    place = std::find_if(chosen->begin(), chosen->end(), is_kind);
  }
  if (place == chosen->end()) return Refuse(v1::REPLAY_POLICY_UNUSED, {{"policy", named->document.policy_id()}});
  *place = named;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ReplayDecisionResponse> Replay(const Rules& rules, const Book& book, const DecisionRecord& decision,
                                                  const ReplayChoice& choice) {
  const Rules::Entry* rule = rules.Find(decision.rule());
  const Body inputs = Unpack(decision.inputs());
  std::vector<std::string> kinds;
  for (const PolicyRef& ref : decision.policies()) kinds.push_back(ref.kind());
  if (rule == nullptr || inputs == nullptr || inputs->GetDescriptor() != rule->inputs || kinds != rule->kinds) {
    return Refuse(v1::RULE_UNKNOWN, {{"rule", decision.rule()}});
  }
  std::vector<const Rule*> chosen;
  for (const PolicyRef& ref : decision.policies()) {
    ASSIGN_OR_RETURN(const Rule* document, Choose(book, decision, ref, choice));
    chosen.push_back(document);
  }
  for (const std::string& policy_id : choice.policy_ids) {
    const Rule* named = book.FindDocument(policy_id);
    if (named == nullptr) return Refuse(v1::REPLAY_POLICY_UNUSED, {{"policy", policy_id}});
    RETURN_IF_ERROR(Replace(named, &chosen));
  }
  v1::ReplayDecisionResponse response;
  std::vector<Body> bodies;
  for (const Rule* document : chosen) {
    bodies.push_back(document->body);
    *response.add_policies() = RefOf(document->document);
  }
  *response.mutable_decision() = decision;
  *response.mutable_outcome() = rule->judge(*inputs, bodies);
  response.set_same_verdict(response.outcome().verdict() == decision.outcome().verdict());
  return response;
}

}  // namespace bangfu::policy
