// Ranking of a campaign's applications, and the start of the procedure for a village's list.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/identification_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/scoring.h"
#include "services/registration/rpc/identification_procedure.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/store/identification_application_store.h"
#include "services/registration/store/identification_ranking_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using Application = v1::IdentificationApplication;

namespace {

// The applications of a village, parted into those that make its list and those that are refused before it.
struct VillageList {
  std::vector<procedure::Subject> subjects;
  std::vector<int64_t> listed, refused;
  std::vector<std::string> notes;  // of those refused
};

VillageList PartList(const std::vector<store::Candidate>& candidates, const v1::ScoringRubric& rubric, int32_t quota) {
  VillageList list;
  for (const auto& [application, beyond_quota] : candidates) {
    const int64_t number = store::IdOf(application.application_id()).number;
    const std::string note = domain::RefusalNote(
        {application.excluded(), application.entry_verdict(), application.score_centi(), beyond_quota}, rubric, quota);
    if (note.empty()) {
      list.listed.push_back(number);
      list.subjects.emplace_back().set_subject_id(application.household_id());
    } else {
      list.refused.push_back(number);
      list.notes.push_back(note);
    }
  }
  return list;
}

// Everything that is left to do before a list can be made.
absl::Status CheckSettled(const std::vector<store::Candidate>& candidates, const v1::ScoringRubric& rubric,
                          const std::string& village) {
  if (candidates.empty()) return Refuse(v1::APPLICATIONS_NONE, {{"area", village}});
  const auto count = [&](auto is) {
    return absl::StrCat(std::count_if(candidates.begin(), candidates.end(),
                                      [&](const store::Candidate& one) { return is(one.application); }));
  };
  const std::string unchecked = count([](const Application& one) { return one.state() == Application::APPLIED; });
  if (unchecked != "0") return Refuse(v1::APPLICATIONS_UNCHECKED, {{"count", unchecked}});
  const std::string unsettled = count([&](const Application& one) {
    return !one.excluded() && one.entry_verdict() == "INCOMPLETE" &&
           domain::IsWithinLine(one.score_centi(), rubric).value_or(true);
  });
  if (unsettled != "0") return Refuse(v1::APPLICATIONS_UNSETTLED, {{"count", unsettled}});
  return absl::OkStatus();
}

// With a quota ranks decide: nobody may be added any more, and all must be checked and settled, since there is no check
// behind the first list.
absl::Status CheckRanks(db::Tx& tx, const v1::IdentificationCampaign& campaign, const v1::ScoringRubric& rubric) {
  if (campaign.quota() == 0) return absl::OkStatus();
  if (campaign.state() == v1::IdentificationCampaign::OPEN) return Refuse(v1::CAMPAIGN_STILL_OPEN);
  const ids::RecordId id = store::IdOf(campaign.campaign_id());
  const int64_t unchecked = store::CountUnchecked(tx, id);
  if (unchecked != 0) return Refuse(v1::APPLICATIONS_UNCHECKED, {{"count", absl::StrCat(unchecked)}});
  const auto scores = store::ScoresOfIncomplete(tx, id);
  const auto unsettled = std::count_if(scores.begin(), scores.end(), [&](int64_t score_centi) {
    return domain::IsWithinLine(score_centi, rubric).value_or(true);
  });
  if (unsettled == 0) return absl::OkStatus();
  return Refuse(v1::APPLICATIONS_UNSETTLED, {{"count", absl::StrCat(unsettled)}});
}

}  // namespace

absl::StatusOr<v1::ListIdentificationRankingResponse> IdentificationRpc::ListIdentificationRanking(
    rpc::Call& call, const v1::ListIdentificationRankingRequest& request) {
  using Response = v1::ListIdentificationRankingResponse;
  const api::PageTokens& tokens = *registration_.page_tokens;
  const std::string name = absl::StrCat("identification ranking\n", request.campaign_id(), "\n", request.area());
  store::RankingQuery query;
  query.campaign = store::IdOf(request.campaign_id());
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(query.after, tokens.Open(request.page_token(), name));
  }
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const store::StoredCampaign stored,
                     LoadCampaign(call, tx, request.campaign_id(), store::RowLock::kNone));
    ASSIGN_OR_RETURN(query.area, PartOf(call, stored.campaign, request.area()));
    query.quota = stored.campaign.quota();
    ASSIGN_OR_RETURN(const CampaignPolicies policies, PoliciesOf(*registration_.policies->Open(tx), stored));
    const v1::ScoringRubric& rubric = policies.rubric.message;
    store::RankingPage page = store::ListRanking(tx, query);
    Response response;
    for (v1::RankedApplication& entry : page.entries) {
      if (const auto within = domain::IsWithinLine(entry.application().score_centi(), rubric)) {
        entry.set_side(*within ? v1::RankedApplication::WITHIN : v1::RankedApplication::BEYOND);
      }
      *response.add_entries() = std::move(entry);
    }
    if (page.more) response.set_next_page_token(tokens.Seal(name, page.last_key));
    response.set_order_rule(domain::OrderRuleText(rubric));
    response.set_line_rule(domain::LineRuleText(rubric, query.quota));
    return response;
  });
}

absl::StatusOr<v1::StartedProcedure> IdentificationRpc::StartIdentification(
    rpc::Call& call, const v1::StartIdentificationRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::StartedProcedure> {
    const ids::RecordId campaign = store::IdOf(request.campaign_id());
    // Of checks and withdrawals, all are done or wait, see LockBehindCampaign.
    ASSIGN_OR_RETURN(const store::StoredCampaign stored,
                     LoadCampaign(call, tx, request.campaign_id(), store::RowLock::kUpdate));
    ASSIGN_OR_RETURN(const int64_t village, PartOf(call, stored.campaign, request.area()));
    RETURN_IF_ERROR(CheckVillage(call, tx, request.area()));
    ASSIGN_OR_RETURN(const CampaignPolicies policies, PoliciesOf(*registration_.policies->Open(tx), stored));
    RETURN_IF_ERROR(CheckRanks(tx, stored.campaign, policies.rubric.message));
    const int32_t quota = stored.campaign.quota();
    const auto candidates = store::LockCandidates(tx, campaign, village, quota);
    RETURN_IF_ERROR(CheckSettled(candidates, policies.rubric.message, request.area()));
    const VillageList list = PartList(candidates, policies.rubric.message, quota);
    store::RefuseApplications(tx, campaign.shard, list.refused, list.notes, call.now());
    effects.ActOn(request.campaign_id(), village);
    v1::StartedProcedure started;
    started.set_listed_count(static_cast<int32_t>(list.listed.size()));
    started.set_refused_count(static_cast<int32_t>(list.refused.size()));
    if (list.subjects.empty()) return started;
    ASSIGN_OR_RETURN(const procedure::Procedure begun,
                     procedure::StartProcedure(host_, tx, effects, call.now(), policies.definition,
                                               {"", kIdentificationKind, village, list.subjects, {}}));
    store::PutInProcedure(tx, campaign.shard, list.listed, begun.procedure_id(), call.now());
    Show(begun, &started);
    return started;
  };
  return rpc::Write<v1::StartedProcedure>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
