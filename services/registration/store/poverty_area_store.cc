#include "services/registration/store/poverty_area_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "services/registration/store/exit_record.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kSelect = {"poverty_area.select", R"sql(
  SELECT area, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM poverty_area WHERE shard = ANY($1::integer[]) AND area = ANY($2::bigint[]))sql"};

constexpr db::Statement kLock = {"poverty_area.lock", R"sql(
  SELECT area, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM poverty_area WHERE shard = ANY($1::integer[]) AND area = ANY($2::bigint[]) ORDER BY area FOR UPDATE)sql"};

constexpr db::Statement kList = {"poverty_area.list", R"sql(
  SELECT area, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM poverty_area
  WHERE level = $3 AND area > $4 AND ($5::integer = 0 OR state = $5)
    AND ($6::integer = 0 OR exit_year = $6)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS scope(low, high)
                WHERE area >= scope.low AND area < scope.high)
    AND area >= (SELECT min(low) FROM unnest($1::bigint[]) AS first(low))
    AND area < (SELECT max(high) FROM unnest($2::bigint[]) AS last(high))
  ORDER BY area LIMIT $7)sql"};

// State 1 is POOR, 2 EXITED.
constexpr db::Statement kCount = {"poverty_area.count", R"sql(
  SELECT count(*) FILTER (WHERE state IN (1, 2)), count(*) FILTER (WHERE state = 2)
  FROM poverty_area WHERE level = 5 AND area >= $1 AND area < $2)sql"};

const std::string kSaveText = SaveText("poverty_area", "area", {"shard", "area"},
                                       {"level", "state", "exit_year", "body", "version", "updated_by", "update_time"});
const db::Statement kSave = {"poverty_area.save", kSaveText.c_str()};

constexpr db::Statement kProfiles = {"village_profile.select", R"sql(
  SELECT area, year, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM village_profile WHERE shard = $1 AND area = $2 ORDER BY year DESC)sql"};

constexpr db::Statement kNewestProfiles = {"village_profile.select_newest", R"sql(
  SELECT DISTINCT ON (area) area, year, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM village_profile
  WHERE shard = ANY($1::integer[]) AND area = ANY($2::bigint[]) AND year <= $3 ORDER BY area, year DESC)sql"};

const std::string kSaveProfileText =
    SaveText("village_profile", "area", {"shard", "area", "year"}, {"body", "version", "updated_by", "update_time"});
const db::Statement kSaveProfile = {"village_profile.save", kSaveProfileText.c_str()};

std::string ShardsOf(const std::vector<int64_t>& areas) {
  std::vector<int32_t> shards;
  for (int64_t area : areas) shards.push_back(standards::CountyOf(area));
  return db::IntegerArray(shards);
}

v1::PovertyArea Read(const pqxx::row& row) {
  return ReadRecord<v1::PovertyArea>(row, 1, PovertyAreaName(standards::FormatAreaCode(row[0].as<int64_t>())));
}

v1::VillageProfile ReadProfile(const pqxx::row& row) {
  return ReadRecord<v1::VillageProfile>(
      row, 2, VillageProfileName(standards::FormatAreaCode(row[0].as<int64_t>()), row[1].as<int32_t>()));
}

std::map<int64_t, v1::PovertyArea> Load(db::Tx& tx, const db::Statement& statement, const std::vector<int64_t>& areas) {
  std::map<int64_t, v1::PovertyArea> found;
  for (const auto& row : tx.Run(statement, ShardsOf(areas), db::IntegerArray(areas))) {
    found.emplace(row[0].as<int64_t>(), Read(row));
  }
  return found;
}

int64_t CodeOf(const std::string& area) { return standards::ParseAreaCode(area).value_or(0); }

}  // namespace

std::string PovertyAreaName(absl::string_view area) { return absl::StrCat(area, ".poverty"); }

std::string VillageProfileName(absl::string_view area, int32_t year) { return absl::StrCat(area, ".profile.", year); }

std::map<int64_t, v1::PovertyArea> LoadPovertyAreas(db::Tx& tx, const std::vector<int64_t>& areas) {
  return Load(tx, kSelect, areas);
}

std::map<int64_t, v1::PovertyArea> LockPovertyAreas(db::Tx& tx, const std::vector<int64_t>& areas) {
  return Load(tx, kLock, areas);
}

std::vector<v1::PovertyArea> ListPovertyAreas(db::Tx& tx, const PovertyAreaQuery& query) {
  const ScopeArrays scope = ArraysOf(query.scope);
  std::vector<v1::PovertyArea> areas;
  for (const auto& row : tx.Run(kList, scope.lows, scope.highs, query.level, query.after, static_cast<int>(query.state),
                                query.exit_year, query.limit + 1)) {
    areas.push_back(Read(row));
  }
  return areas;
}

PoorVillages CountPoorVillages(db::Tx& tx, int64_t area) {
  const auto row = tx.Run(kCount, area, standards::RangeEndOf(area))[0];
  return {row[0].as<int64_t>(), row[1].as<int64_t>()};
}

bool SavePovertyAreas(db::Tx& tx, const Author& author, std::vector<v1::PovertyArea>* areas) {
  JsonRows rows;
  for (v1::PovertyArea& area : *areas) {
    Stamp(PovertyAreaName(area.area()), author, &area);
    const int64_t code = CodeOf(area.area());
    const auto exit_date = standards::ParseDate(area.exit_date());
    JsonRow row = rows.Add();
    row["shard"] = standards::CountyOf(code);
    row["area"] = code;
    row["level"] = standards::LevelOf(code);
    row["state"] = static_cast<int>(area.state());
    row["exit_year"] = exit_date ? static_cast<int>(exit_date->year()) : 0;
    PutBody(area, author, &row);
  }
  return tx.Run(kSave, rows.Text()).size() == areas->size();
}

std::vector<v1::VillageProfile> ListVillageProfiles(db::Tx& tx, int64_t village) {
  std::vector<v1::VillageProfile> profiles;
  for (const auto& row : tx.Run(kProfiles, standards::CountyOf(village), village)) {
    profiles.push_back(ReadProfile(row));
  }
  return profiles;
}

std::map<int64_t, v1::VillageProfile> LoadVillageProfiles(db::Tx& tx, const std::vector<int64_t>& villages,
                                                          int32_t year) {
  std::map<int64_t, v1::VillageProfile> profiles;
  for (const auto& row : tx.Run(kNewestProfiles, ShardsOf(villages), db::IntegerArray(villages), year)) {
    profiles.emplace(row[0].as<int64_t>(), ReadProfile(row));
  }
  return profiles;
}

bool SaveVillageProfile(db::Tx& tx, const Author& author, v1::VillageProfile* profile) {
  Stamp(VillageProfileName(profile->area(), profile->year()), author, profile);
  const int64_t code = CodeOf(profile->area());
  JsonRows rows;
  {
    JsonRow row = rows.Add();
    row["shard"] = standards::CountyOf(code);
    row["area"] = code;
    row["year"] = profile->year();
    PutBody(*profile, author, &row);
  }
  return tx.Run(kSaveProfile, rows.Text()).size() == 1;
}

}  // namespace bangfu::registration::store
