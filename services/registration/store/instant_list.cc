#include "services/registration/store/instant_list.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/filter_match.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr int kOpenedAtOnce = 500;

const std::string& IdTextOf(const v1::Household& household) { return household.household_id(); }
const std::string& IdTextOf(const v1::Member& member) { return member.member_id(); }

// Where a record stands in a list.
template <typename Record>
std::pair<int64_t, int64_t> PlaceOf(const Record& record) {
  return {standards::ParseAreaCode(record.area()).value_or(0), IdOf(IdTextOf(record)).number};
}

template <typename Record>
std::vector<std::string> KeyOfRecord(const Record& record) {
  const auto [area, id] = PlaceOf(record);
  return {absl::StrCat(area), absl::StrCat(id)};
}

// What a list of records asks for: how its two streams are read, and which records it keeps.
template <typename Record>
struct Streams {
  // Behind a key, up to `limit`, without what the filter leaves out; says whether more follow.
  using Read = std::function<absl::StatusOr<Page<Record>>(const std::vector<std::string>& after, int limit)>;
  Read in_force;
  Read superseded;
};

// One stream, read as far as it is needed.
template <typename Record>
class Stream {
 public:
  Stream(typename Streams<Record>::Read read, std::vector<std::string> after, int limit)
      : read_(std::move(read)), after_(std::move(after)), limit_(limit) {}

  // The next record; null behind the last.
  absl::StatusOr<const Record*> Head() {
    while (at_ == records_.size() && more_) {
      ASSIGN_OR_RETURN(Page<Record> page, read_(after_, limit_));
      records_ = std::move(page.records);
      at_ = 0;
      more_ = page.more;
      after_ = std::move(page.last_key);
    }
    return at_ == records_.size() ? nullptr : &records_[at_];
  }

  Record Take() { return std::move(records_[at_++]); }

 private:
  const typename Streams<Record>::Read read_;
  std::vector<std::string> after_;
  const int limit_;
  std::vector<Record> records_;
  size_t at_ = 0;
  bool more_ = true;
};

template <typename Record>
absl::StatusOr<Page<Record>> Merge(const Streams<Record>& streams, const std::vector<std::string>& after, int limit) {
  const int at_once = std::min(limit + 1, kOpenedAtOnce);
  Stream<Record> first(streams.in_force, after, at_once), second(streams.superseded, after, at_once);
  Page<Record> page;
  for (;;) {
    ASSIGN_OR_RETURN(const Record* in_force, first.Head());
    ASSIGN_OR_RETURN(const Record* superseded, second.Head());
    if (in_force == nullptr && superseded == nullptr) return page;
    page.more = static_cast<int>(page.records.size()) == limit;
    if (page.more) return page;
    const bool takes_first =
        superseded == nullptr || (in_force != nullptr && PlaceOf(*in_force) < PlaceOf(*superseded));
    page.records.push_back(takes_first ? first.Take() : second.Take());
    page.last_key = KeyOfRecord(page.records.back());
  }
}

// A page of superseded versions, opened, before any filter.
template <typename Record>
absl::StatusOr<Page<Record>> ReadSuperseded(db::Tx& tx, const crypto::Sealer& sealer, RecordKind kind,
                                            const ListQuery& query, const std::vector<std::string>& after) {
  Page<Record> page;
  for (const auto& row : RunSuperseded(tx, kind, query, after, kOpenedAtOnce)) {
    const VersionKey key{row[0].as<int32_t>(), kind, row[1].as<int64_t>(), row[2].as<int64_t>()};
    Record& record = page.records.emplace_back();
    RETURN_IF_ERROR(OpenVersion(sealer, key, db::BytesOf(row[3]), &record));
    record.set_valid_from(row[4].as<std::string>());
    page.last_key = {row[5].as<std::string>(), row[1].as<std::string>()};
  }
  page.more = page.records.size() == kOpenedAtOnce;
  return page;
}

// Without an order: by area and id.
ListQuery PageQuery(const ListQuery& query, const std::vector<std::string>& after, int limit) {
  ListQuery page = query;
  page.order.clear();
  page.after = after;
  page.limit = limit;
  return page;
}

// What lists leave out unless the filter names it: see list_query.cc.
template <typename Record>
bool ListedByDefault(const ListQuery& query, const Record& record, const char* type_field, v1::Household::Type type) {
  if (!Mentions(query.filter, "state") && static_cast<int>(record.state()) != 1) return false;
  return !query.condition.empty() || Mentions(query.filter, type_field) || type == v1::Household::REGISTERED;
}

bool MentionsElsewhere(const api::Filter& filter, const api::ColumnMap& columns) {
  return std::any_of(columns.begin(), columns.end(), [&](const auto& entry) {
    return !entry.second.elsewhere.empty() && Mentions(filter, entry.first);
  });
}

Streams<v1::Household> HouseholdStreams(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  const auto keep = [&query](const v1::Household& household) {
    const auto cell = [&](const std::string& field) { return HouseholdCell(household, field); };
    return ListedByDefault(query, household, "type", household.type()) &&
           api::Matches(query.filter, HouseholdFilterColumns(), cell);
  };
  return {[&](const auto& after, int limit) { return ListHouseholds(tx, sealer, PageQuery(query, after, limit)); },
          [&tx, &sealer, &query, keep](const auto& after, int) -> absl::StatusOr<Page<v1::Household>> {
            ASSIGN_OR_RETURN(auto page,
                             ReadSuperseded<v1::Household>(tx, sealer, RecordKind::kHousehold, query, after));
            std::erase_if(page.records, [&](const v1::Household& household) { return !keep(household); });
            return page;
          }};
}

// Leaves those that the filter means, asking the households as they were then.
absl::Status KeepMatching(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query,
                          std::vector<v1::Member>* members) {
  std::vector<std::optional<v1::Household>> households(members->size());
  if (query.filter_later) {
    std::vector<RecordAt> wanted;
    for (const v1::Member& member : *members) wanted.push_back({IdOf(member.household_id()), query.instants});
    ASSIGN_OR_RETURN(households, LoadHouseholdsAt(tx, sealer, wanted));
  }
  std::vector<v1::Member> kept;
  for (size_t i = 0; i < members->size(); ++i) {
    v1::Member& member = (*members)[i];
    const v1::Household household = households[i].value_or(v1::Household());
    const auto cell = [&](const std::string& field) { return MemberCell(member, household, field); };
    if (ListedByDefault(query, member, "household_type", member.household_type()) &&
        api::Matches(query.filter, MemberFilterColumns(), cell, households[i].has_value())) {
      kept.push_back(std::move(member));
    }
  }
  *members = std::move(kept);
  return absl::OkStatus();
}

// `query` outlives the streams and says whether its filter is applied later.
Streams<v1::Member> MemberStreams(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  return {[&](const auto& after, int limit) -> absl::StatusOr<Page<v1::Member>> {
            ASSIGN_OR_RETURN(auto page, ListMembers(tx, sealer, PageQuery(query, after, limit)));
            if (query.filter_later) RETURN_IF_ERROR(KeepMatching(tx, sealer, query, &page.records));
            return page;
          },
          [&](const auto& after, int) -> absl::StatusOr<Page<v1::Member>> {
            ASSIGN_OR_RETURN(auto page, ReadSuperseded<v1::Member>(tx, sealer, RecordKind::kMember, query, after));
            RETURN_IF_ERROR(KeepMatching(tx, sealer, query, &page.records));
            return page;
          }};
}

ListQuery MemberQuery(const ListQuery& query) {
  ListQuery later = query;
  later.filter_later = MentionsElsewhere(query.filter, MemberFilterColumns());
  return later;
}

// The members of one household are few: all of them are read and put into order, head first.
absl::StatusOr<Page<v1::Member>> PageOfHousehold(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  ASSIGN_OR_RETURN(auto all, Merge(MemberStreams(tx, sealer, query), {}, kCountLimit));
  const auto key = [](const v1::Member& member) {
    const auto [area, id] = PlaceOf(member);
    return std::make_tuple(member.relation(), area, id);
  };
  std::sort(all.records.begin(), all.records.end(),
            [&](const v1::Member& left, const v1::Member& right) { return key(left) < key(right); });
  Page<v1::Member> page;
  for (v1::Member& member : all.records) {
    const auto [relation, area, id] = key(member);
    if (query.after.size() == 3) {
      int64_t after_area = 0, after_id = 0;
      if (!absl::SimpleAtoi(query.after[1], &after_area) || !absl::SimpleAtoi(query.after[2], &after_id)) continue;
      if (key(member) <= std::make_tuple(query.after[0], after_area, after_id)) continue;
    }
    page.more = static_cast<int>(page.records.size()) == query.limit;
    if (page.more) break;
    page.last_key = {relation, absl::StrCat(area), absl::StrCat(id)};
    page.records.push_back(std::move(member));
  }
  return page;
}

template <typename Record>
absl::StatusOr<Total> Count(const Streams<Record>& streams) {
  ASSIGN_OR_RETURN(const auto page, Merge(streams, {}, kCountLimit));
  return Total{static_cast<int64_t>(page.records.size()), page.more};
}

}  // namespace

absl::StatusOr<Page<v1::Household>> ListHouseholdsAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  RETURN_IF_ERROR(api::ToSql(query.filter, HouseholdFilterColumns(), 1).status());
  return Merge(HouseholdStreams(tx, sealer, query), query.after, query.limit);
}

absl::StatusOr<Page<v1::Member>> ListMembersAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  RETURN_IF_ERROR(api::ToSql(query.filter, MemberFilterColumns(), 1).status());
  const ListQuery later = MemberQuery(query);
  if (!later.condition.empty()) return PageOfHousehold(tx, sealer, later);
  return Merge(MemberStreams(tx, sealer, later), later.after, later.limit);
}

absl::StatusOr<Total> CountHouseholdsAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  return Count(HouseholdStreams(tx, sealer, query));
}

absl::StatusOr<Total> CountMembersAt(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  const ListQuery later = MemberQuery(query);
  return Count(MemberStreams(tx, sealer, later));
}

}  // namespace bangfu::registration::store
