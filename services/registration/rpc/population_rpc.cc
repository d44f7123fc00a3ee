#include "services/registration/rpc/population_rpc.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bangfu/registration/v1/bitemporal_reason.pb.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/instants.h"
#include "services/registration/store/population_store.h"

namespace bangfu::registration {
namespace {

// Reasons that have no code of a dictionary.
constexpr std::pair<const char*, const char*> kOwnReasons[] = {
    {"RELOCATED", "整户搬迁或区划调整"}, {"EXITED", "脱贫"},         {"PRE_EXIT", "预脱贫"}, {"RETURNED", "返贫"},
    {"EXIT_REVOKED", "撤销脱贫"},        {"IDENTIFIED", "识别纳入"}, {"REMOVED", "清退"},    {"OPENING", "台账期初"}};

// Reasons of a dictionary: what comes before the code, and what before its label.
struct Worded {
  const char* prefix;
  const char* dictionary;
  const char* word;
};
constexpr Worded kWorded[] = {{"JOIN_", "JOIN_REASON", "增加: "},
                              {"LEAVE_", "LEAVE_REASON", "减少: "},
                              {"TRANSFER_", "LEAVE_REASON", "户间转移: "},
                              {"ARCHIVE_", "ARCHIVE_REASON", "归档: "}};

std::string LabelOf(const DictionaryCache& dictionaries, const std::string& reason) {
  for (const auto& [name, label] : kOwnReasons) {
    if (reason == name) return label;
  }
  for (const Worded& worded : kWorded) {
    absl::string_view code = reason;
    if (!absl::ConsumePrefix(&code, worded.prefix)) continue;
    return absl::StrCat(worded.word, dictionaries.LabelOf(worded.dictionary, std::string(code)));
  }
  return reason;
}

}  // namespace

absl::Status CheckPeriod(const std::string& from_date, const std::string& to_date) {
  if (from_date <= to_date) return absl::OkStatus();
  return status::Refuse(v1::PERIOD_REVERSED, {{"from_date", from_date}, {"to_date", to_date}});
}

void LabelReasons(const DictionaryCache& dictionaries, v1::PopulationFlow* flow) {
  const auto label = [&](auto* figures) {
    for (v1::PopulationFigure& figure : *figures) figure.set_reason_label(LabelOf(dictionaries, figure.reason()));
  };
  for (auto* balances : {flow->mutable_total(), flow->mutable_parts()}) {
    for (v1::PopulationBalance& balance : *balances) {
      label(balance.mutable_increases());
      label(balance.mutable_decreases());
    }
  }
}

absl::StatusOr<v1::PopulationFlow> PopulationRpc::GetPopulationFlow(rpc::Call& call,
                                                                    const v1::GetPopulationFlowRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  store::Instants instants;
  if (request.has_as_known_at()) instants.known_at = store::TimeOf(request.as_known_at());
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::PopulationFlow> {
    ASSIGN_OR_RETURN(v1::PopulationFlow flow,
                     store::LoadPopulationFlow(tx, area, request.from_date(), request.to_date(), instants));
    LabelReasons(*registration_.dictionaries, &flow);
    return flow;
  });
}

absl::StatusOr<v1::ListPopulationChangesResponse> PopulationRpc::ListPopulationChanges(
    rpc::Call& call, const v1::ListPopulationChangesRequest& request) {
  RETURN_IF_ERROR(call.Authorise(AreaNumber(request.area())));
  RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size()));
  const std::string query = QueryOf(request);
  std::vector<std::string> after;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(after, registration_.page_tokens->Open(request.page_token(), query));
  }
  using Response = v1::ListPopulationChangesResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    const auto page = store::ListPopulationChanges(tx, request, after, limit);
    Response response;
    for (const v1::PopulationChange& entry : page.records) {
      v1::PopulationChange* change = response.add_changes();
      *change = entry;
      change->set_reason_label(LabelOf(*registration_.dictionaries, entry.reason()));
    }
    if (page.more) response.set_next_page_token(registration_.page_tokens->Seal(query, page.last_key));
    return response;
  });
}

}  // namespace bangfu::registration
