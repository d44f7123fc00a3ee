#include "services/registration/rpc/natural_change_rpc.h"

#include "absl/strings/str_cat.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/store/natural_change_store.h"

namespace bangfu::registration {
namespace {

// What both methods ask about.
template <typename Request>
absl::StatusOr<store::NaturalChangeQuery> QueryOf(const rpc::Call& call, const Request& request) {
  if (request.last_day() < request.first_day()) {
    return status::RefuseFields({{"last_day", "截止日期: 不能早于起始日期"}});
  }
  if (request.first_day() > TodayOf(call)) return status::RefuseFields({{"first_day", "起始日期: 不能晚于今天"}});
  store::NaturalChangeQuery query;
  query.area = AreaNumber(request.area());
  query.first_day = request.first_day();
  query.last_day = request.last_day();
  if (request.household_type() != v1::Household::TYPE_UNSPECIFIED) query.household_type = request.household_type();
  return query;
}

}  // namespace

std::string NaturalChangeRpc::LabelOf(v1::ChangeDirection direction, const std::string& reason) const {
  return registration_.dictionaries->LabelOf(direction == v1::INCREASE ? "JOIN_REASON" : "LEAVE_REASON", reason);
}

absl::StatusOr<v1::ListNaturalChangesResponse> NaturalChangeRpc::ListNaturalChanges(
    rpc::Call& call, const v1::ListNaturalChangesRequest& request) {
  ASSIGN_OR_RETURN(auto query, QueryOf(call, request));
  RETURN_IF_ERROR(call.Authorise(query.area));
  if (!request.reason().empty() && request.direction() == v1::CHANGE_DIRECTION_UNSPECIFIED) {
    return status::RefuseFields({{"direction", "方向: 按原因查询时请选择"}});
  }
  query.direction = request.direction();
  query.reason = request.reason();
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  const std::string name =
      absl::StrCat("natural_changes\n", request.area(), "\n", request.first_day(), "\n", request.last_day(), "\n",
                   request.direction(), "\n", request.reason(), "\n", request.household_type());
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(query.after, registration_.page_tokens->Open(request.page_token(), name));
  }
  using Answer = absl::StatusOr<v1::ListNaturalChangesResponse>;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> Answer {
    auto page = store::ListNaturalChanges(tx, query);
    v1::ListNaturalChangesResponse response;
    for (v1::NaturalChange& change : page.records) {
      change.set_reason_label(LabelOf(change.direction(), change.reason()));
      *response.add_changes() = std::move(change);
    }
    if (page.more) response.set_next_page_token(registration_.page_tokens->Seal(name, page.last_key));
    return response;
  });
}

absl::StatusOr<v1::NaturalChangeCounts> NaturalChangeRpc::CountNaturalChanges(
    rpc::Call& call, const v1::CountNaturalChangesRequest& request) {
  ASSIGN_OR_RETURN(const auto query, QueryOf(call, request));
  RETURN_IF_ERROR(call.Authorise(query.area));
  using Answer = absl::StatusOr<v1::NaturalChangeCounts>;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> Answer {
    v1::NaturalChangeCounts response;
    for (v1::NaturalChangeCount& count : store::CountNaturalChanges(tx, query)) {
      count.set_reason_label(LabelOf(count.direction(), count.reason()));
      if (count.direction() == v1::INCREASE) {
        response.set_increase_count(response.increase_count() + count.count());
      } else {
        response.set_decrease_count(response.decrease_count() + count.count());
      }
      *response.add_counts() = std::move(count);
    }
    return response;
  });
}

}  // namespace bangfu::registration
