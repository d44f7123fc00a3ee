// Rows of `identification_campaign`, and how many applications of a campaign stand where.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_CAMPAIGN_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_CAMPAIGN_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/identification.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// A campaign with the ids of the documents that it goes by.
struct StoredCampaign {
  v1::IdentificationCampaign campaign;
  std::string rubric, rules, line, definition;
};

// How a row is kept from changing until the end of the transaction.
enum class RowLock { kNone, kShare, kUpdate };

std::optional<StoredCampaign> LoadCampaign(db::Tx& tx, const ids::RecordId& id, RowLock lock = RowLock::kNone);

void InsertCampaign(db::Tx& tx, const StoredCampaign& stored, const Author& author);

// Locked for update before.
void CloseCampaign(db::Tx& tx, const ids::RecordId& id, absl::Time time);

struct CampaignQuery {
  std::vector<auth::AreaRange> scope;
  std::vector<int64_t> above;  // areas whose campaigns reach into the scope
  v1::IdentificationCampaign::State state = v1::IdentificationCampaign::STATE_UNSPECIFIED;  // unspecified: any
  int64_t before = 0;  // only ids below; 0 for the first page
  int limit = 0;
};
// Newest first.
std::vector<StoredCampaign> ListCampaigns(db::Tx& tx, const CampaignQuery& query);

// Of the applications of the campaign in the area.
v1::IdentificationProgress CountProgress(db::Tx& tx, const ids::RecordId& campaign, int64_t area);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_CAMPAIGN_STORE_H_
