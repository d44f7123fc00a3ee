#include "services/registration/rpc/campaign_policies.h"

#include "common/status/macros.h"

namespace bangfu::registration {
namespace {

// A document that was in force once stays readable, whatever became of it since.
template <typename Message>
absl::StatusOr<policy::Applied<Message>> Kept(const policy::Book& book, const std::string& policy_id) {
  const policy::Rule* rule = book.FindDocument(policy_id);
  if (rule == nullptr) return absl::DataLossError("a document that a campaign goes by");
  return policy::Applied<Message>{static_cast<const Message&>(*rule->body), policy::RefOf(rule->document)};
}

}  // namespace

absl::StatusOr<CampaignPolicies> ResolvePolicies(const policy::Book& book, int64_t area, absl::CivilDay day,
                                                 const std::string& purpose) {
  CampaignPolicies policies;
  ASSIGN_OR_RETURN(policies.rubric, policy::Resolve<v1::ScoringRubric>(book, area, day));
  ASSIGN_OR_RETURN(policies.rules, policy::Resolve<v1::EntryRules>(book, area, day));
  ASSIGN_OR_RETURN(policies.line,
                   policy::Resolve<v1::PovertyLine>(book, area, day, policies.rules.message.line_purpose()));
  ASSIGN_OR_RETURN(policies.definition, policy::Resolve<procedure::ProcedureDefinition>(book, area, day, purpose));
  return policies;
}

absl::StatusOr<CampaignPolicies> PoliciesOf(const policy::Book& book, const store::StoredCampaign& stored) {
  CampaignPolicies policies;
  ASSIGN_OR_RETURN(policies.rubric, Kept<v1::ScoringRubric>(book, stored.rubric));
  ASSIGN_OR_RETURN(policies.rules, Kept<v1::EntryRules>(book, stored.rules));
  ASSIGN_OR_RETURN(policies.line, Kept<v1::PovertyLine>(book, stored.line));
  ASSIGN_OR_RETURN(policies.definition, Kept<procedure::ProcedureDefinition>(book, stored.definition));
  return policies;
}

void SetPolicies(const CampaignPolicies& policies, store::StoredCampaign* stored) {
  stored->rubric = policies.rubric.ref.policy_id();
  stored->rules = policies.rules.ref.policy_id();
  stored->line = policies.line.ref.policy_id();
  stored->definition = policies.definition.ref.policy_id();
  stored->campaign.clear_policies();
  for (const auto& ref : {policies.rubric.ref, policies.rules.ref, policies.line.ref, policies.definition.ref}) {
    *stored->campaign.add_policies() = ref;
  }
}

}  // namespace bangfu::registration
