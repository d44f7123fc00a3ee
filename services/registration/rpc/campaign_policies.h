// The documents that a campaign of identification goes by: looked up once, when it is opened, and kept.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_CAMPAIGN_POLICIES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_CAMPAIGN_POLICIES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "bangfu/registration/v1/entry_rules.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "bangfu/registration/v1/scoring_rubric.pb.h"
#include "common/policy/book.h"
#include "common/procedure/definition.h"
#include "services/registration/store/identification_campaign_store.h"

namespace bangfu::registration {

struct CampaignPolicies {
  policy::Applied<v1::ScoringRubric> rubric;
  policy::Applied<v1::EntryRules> rules;
  policy::Applied<v1::PovertyLine> line;
  procedure::AppliedDefinition definition;
};

// Those that apply in the area on the day; `purpose` is that of the procedure. NO_POLICY_APPLIES.
absl::StatusOr<CampaignPolicies> ResolvePolicies(const policy::Book& book, int64_t area, absl::CivilDay day,
                                                 const std::string& purpose);

// Those that the campaign was opened with.
absl::StatusOr<CampaignPolicies> PoliciesOf(const policy::Book& book, const store::StoredCampaign& stored);

// Keeps them with the campaign, and shows them.
void SetPolicies(const CampaignPolicies& policies, store::StoredCampaign* stored);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_CAMPAIGN_POLICIES_H_
