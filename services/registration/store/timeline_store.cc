#include "services/registration/store/timeline_store.h"

#include "common/status/macros.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kSelectPeople = {"timeline.select_people", R"sql(
  SELECT record_id FROM record_version WHERE shard = $1 AND household_id = ANY($2::bigint[]) AND kind = 2
  UNION SELECT id FROM member WHERE shard = $1 AND household_id = ANY($2::bigint[]))sql"};

constexpr db::Statement kSelectHouseholds = {"timeline.select_households", R"sql(
  SELECT household_id FROM record_version WHERE shard = $1 AND kind = 2 AND record_id = ANY($2::bigint[])
  UNION SELECT household_id FROM member WHERE shard = $1 AND id = ANY($2::bigint[]))sql"};

constexpr db::Statement kSelectVersions = {"timeline.select_versions", R"sql(
  SELECT kind, record_id, version, valid_from::text, body FROM record_version
  WHERE shard = $1 AND household_id = ANY($2::bigint[]) AND kind = 1
  UNION ALL
  SELECT kind, record_id, version, valid_from::text, body FROM record_version
  WHERE shard = $1 AND kind = 2 AND record_id = ANY($3::bigint[])
  ORDER BY kind, record_id, version)sql"};

std::vector<int64_t> NumbersIn(const pqxx::result& rows) {
  std::vector<int64_t> numbers;
  for (const auto& row : rows) numbers.push_back(row[0].as<int64_t>());
  return numbers;
}

template <typename Record>
using Versions = std::map<std::string, std::vector<Record>>;  // in the order in which they were written

template <typename Record>
absl::Status Take(const crypto::Sealer& sealer, const VersionKey& key, const pqxx::row& row,
                  Versions<Record>* versions) {
  Record& record = (*versions)[ids::RecordId{key.shard, key.record}.ToString()].emplace_back();
  RETURN_IF_ERROR(OpenVersion(sealer, key, db::BytesOf(row[4]), &record));
  record.set_valid_from(row[3].as<std::string>());
  return absl::OkStatus();
}

template <typename Record>
std::map<std::string, domain::Steps<Record>> StepsOf(const Versions<Record>& versions) {
  std::map<std::string, domain::Steps<Record>> steps;
  for (const auto& [id, of_record] : versions) steps[id] = domain::InForce(of_record);
  return steps;
}

}  // namespace

absl::StatusOr<Timelines> LoadTimelinesForUpdate(db::Tx& tx, const crypto::Sealer& sealer, int32_t shard,
                                                 const std::vector<int64_t>& households) {
  const std::vector<int64_t> people = NumbersIn(tx.Run(kSelectPeople, shard, db::IntegerArray(households)));
  std::vector<int64_t> all = NumbersIn(tx.Run(kSelectHouseholds, shard, db::IntegerArray(people)));
  all.insert(all.end(), households.begin(), households.end());
  std::vector<ids::RecordId> ids;
  for (const int64_t number : all) ids.push_back({shard, number});
  ASSIGN_OR_RETURN(const auto current_households, LoadHouseholdsForUpdate(tx, sealer, ids));
  ASSIGN_OR_RETURN(const auto current_members, LoadMembers(tx, sealer, shard, people));
  Versions<v1::Household> of_households;
  Versions<v1::Member> of_members;
  for (const auto& row : tx.Run(kSelectVersions, shard, db::IntegerArray(all), db::IntegerArray(people))) {
    const VersionKey key{shard, static_cast<RecordKind>(row[0].as<int>()), row[1].as<int64_t>(), row[2].as<int64_t>()};
    RETURN_IF_ERROR(key.kind == RecordKind::kHousehold ? Take(sealer, key, row, &of_households)
                                                       : Take(sealer, key, row, &of_members));
  }
  Timelines timelines;
  for (const v1::Household& household : current_households) {
    of_households[household.household_id()].push_back(household);
  }
  for (const v1::Member& member : current_members) {
    of_members[member.member_id()].push_back(member);
    timelines.current_members[member.member_id()] = member;
  }
  timelines.households = StepsOf(of_households);
  timelines.members = StepsOf(of_members);
  return timelines;
}

}  // namespace bangfu::registration::store
