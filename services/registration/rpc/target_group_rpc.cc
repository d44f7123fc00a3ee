#include "services/registration/rpc/target_group_rpc.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "common/api/page_token.h"
#include "common/policy/book.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/target_group.h"
#include "services/registration/store/dwelling_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using v1::TargetGroupRow;

namespace {

constexpr int kListedAtOnce = 500;    // households that a page reads at a time
constexpr int kReadForAPage = 5'000;  // and altogether: a rare group gives short pages instead of slow ones
constexpr int kCountedAtOnce = 2'000;

constexpr v1::TargetGroup kGroups[] = {v1::LEFT_BEHIND_CHILDREN,        v1::LEFT_BEHIND_WOMEN,
                                       v1::LEFT_BEHIND_ELDERLY,         v1::DISABLED_PERSONS,
                                       v1::HOUSING_PRIORITY_HOUSEHOLDS, v1::EDGE_HOUSEHOLDS};

// Where a page goes on: behind a household, in the next one that has rows behind the first so many.
struct Position {
  store::DwellingKey behind;
  int shown = 0;

  std::vector<std::string> ToKey() const {
    return {absl::StrCat(behind.area), absl::StrCat(behind.id), absl::StrCat(shown)};
  }
  bool Read(const std::vector<std::string>& key) {
    return key.size() == 3 && absl::SimpleAtoi(key[0], &behind.area) && absl::SimpleAtoi(key[1], &behind.id) &&
           absl::SimpleAtoi(key[2], &shown);
  }
};

store::DwellingKey KeyOf(const domain::Dwelling& dwelling) {
  const v1::Household& household = dwelling.family.household;
  return {AreaNumber(household.area()), store::IdOf(household.household_id()).number};
}

absl::StatusOr<policy::Applied<v1::TargetGroupRules>> RulesOf(const Registration& registration, db::Tx& tx,
                                                              int64_t area, const std::string& date) {
  return policy::Resolve<v1::TargetGroupRules>(*registration.policies->Open(tx), area, *standards::ParseDate(date));
}

// Collects the rows of one page.
class Page {
 public:
  Page(const v1::ListTargetGroupRequest& request, const v1::TargetGroupRules& rules, std::string date, int limit,
       Position from)
      : request_(request), rules_(rules), date_(std::move(date)), limit_(limit), position_(from) {}

  // Reads on until the page is full, enough was read, or nothing is left.
  void Fill(db::Tx& tx) {
    const int64_t area = AreaNumber(request_.area());
    for (int read = 0; read < kReadForAPage; read += kListedAtOnce) {
      const auto dwellings = store::LoadDwellings(tx, area, position_.behind, kListedAtOnce);
      for (const domain::Dwelling& dwelling : dwellings) {
        if (!Add(dwelling)) return;
      }
      more_ = static_cast<int>(dwellings.size()) == kListedAtOnce;
      if (!more_) return;
    }
  }

  bool more() const { return more_; }
  const Position& position() const { return position_; }
  const std::vector<TargetGroupRow>& rows() const { return rows_; }

 private:
  // False if not all of it has room.
  bool Add(const domain::Dwelling& dwelling) {
    std::vector<TargetGroupRow> found = domain::FindInGroup(request_.group(), dwelling, rules_, date_);
    std::erase_if(found, [&](const TargetGroupRow& row) { return !HasReason(row); });
    for (size_t i = static_cast<size_t>(position_.shown); i < found.size(); ++i) {
      if (static_cast<int>(rows_.size()) == limit_) {
        position_.shown = static_cast<int>(i);
        more_ = true;
        return false;
      }
      rows_.push_back(std::move(found[i]));
    }
    position_ = {KeyOf(dwelling), 0};
    return true;
  }

  bool HasReason(const TargetGroupRow& row) const {
    return request_.reason_code().empty() ||
           std::any_of(row.reasons().begin(), row.reasons().end(),
                       [&](const auto& reason) { return reason.code() == request_.reason_code(); });
  }

  const v1::ListTargetGroupRequest& request_;
  const v1::TargetGroupRules& rules_;
  const std::string date_;
  const int limit_;
  Position position_;
  std::vector<TargetGroupRow> rows_;
  bool more_ = false;
};

// The area right below `area` that a village lies in; 0 if it is the village itself.
int64_t PartOf(int64_t village, int64_t area) {
  int64_t part = village;
  while (part != 0 && part != area && standards::ParentOf(part) != area) part = standards::ParentOf(part);
  return part == area ? 0 : part;
}

void AddCount(int64_t area, v1::TargetGroup group, int64_t count,
              google::protobuf::RepeatedPtrField<v1::TargetGroupCount>* counts) {
  auto* added = counts->Add();
  added->set_area(standards::FormatAreaCode(area));
  added->set_group(group);
  added->set_count(count);
}

}  // namespace

absl::StatusOr<v1::ListTargetGroupResponse> TargetGroupRpc::ListTargetGroup(rpc::Call& call,
                                                                            const v1::ListTargetGroupRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  const std::string date = request.date().empty() ? TodayOf(call) : request.date();
  const std::string name = absl::StrCat("target_group\n", request.area(), "\n", request.group(), "\n", request.date(),
                                        "\n", request.reason_code());
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size()));
  Position from;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const auto key, registration_.page_tokens->Open(request.page_token(), name));
    if (!from.Read(key)) return Refuse(status::Reason::INVALID_PAGE_TOKEN);
  }
  using Answer = absl::StatusOr<v1::ListTargetGroupResponse>;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Answer {
    ASSIGN_OR_RETURN(const auto rules, RulesOf(registration_, tx, area, date));
    Page page(request, rules.message, date, limit, from);
    page.Fill(tx);
    v1::ListTargetGroupResponse response;
    response.mutable_rows()->Assign(page.rows().begin(), page.rows().end());
    if (page.more()) response.set_next_page_token(registration_.page_tokens->Seal(name, page.position().ToKey()));
    *response.mutable_policy() = rules.ref;
    return response;
  });
}

absl::StatusOr<v1::TargetGroupCounts> TargetGroupRpc::CountTargetGroups(rpc::Call& call,
                                                                        const v1::CountTargetGroupsRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  if (standards::LevelOf(area) < standards::kCountyLevel) return Refuse(v1::TARGET_GROUP_AREA_TOO_LARGE);
  const std::string date = request.date().empty() ? TodayOf(call) : request.date();
  using Answer = absl::StatusOr<v1::TargetGroupCounts>;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Answer {
    ASSIGN_OR_RETURN(const auto rules, RulesOf(registration_, tx, area, date));
    std::map<std::pair<int64_t, v1::TargetGroup>, int64_t> counts;  // by part, 0 for all
    store::DwellingKey behind;
    for (bool more = true; more;) {
      const auto dwellings = store::LoadDwellings(tx, area, behind, kCountedAtOnce);
      more = static_cast<int>(dwellings.size()) == kCountedAtOnce;
      for (const domain::Dwelling& dwelling : dwellings) {
        behind = KeyOf(dwelling);
        const int64_t part = PartOf(behind.area, area);
        for (const v1::TargetGroup group : kGroups) {
          const auto rows = static_cast<int64_t>(domain::FindInGroup(group, dwelling, rules.message, date).size());
          counts[{0, group}] += rows;
          if (part != 0 && rows > 0) counts[{part, group}] += rows;
        }
      }
    }
    v1::TargetGroupCounts response;
    response.set_date(date);
    *response.mutable_policy() = rules.ref;
    for (const v1::TargetGroup group : kGroups) AddCount(area, group, counts[{0, group}], response.mutable_total());
    for (const auto& [key, count] : counts) {
      if (key.first != 0) AddCount(key.first, key.second, count, response.mutable_parts());
    }
    return response;
  });
}

}  // namespace bangfu::registration
