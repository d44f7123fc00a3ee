// Rows of `poverty_area` and `village_profile`.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_POVERTY_AREA_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_POVERTY_AREA_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bangfu/registration/v1/poverty_area.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// What etags are made of.
std::string PovertyAreaName(absl::string_view area);
std::string VillageProfileName(absl::string_view area, int32_t year);

// Those that ever were on the list; locked until the end of the transaction, in order of code.
std::map<int64_t, v1::PovertyArea> LoadPovertyAreas(db::Tx& tx, const std::vector<int64_t>& areas);
std::map<int64_t, v1::PovertyArea> LockPovertyAreas(db::Tx& tx, const std::vector<int64_t>& areas);

struct PovertyAreaQuery {
  std::vector<auth::AreaRange> scope;
  int level = 0;
  v1::PovertyArea::State state = v1::PovertyArea::STATE_UNSPECIFIED;  // unspecified: any
  int32_t exit_year = 0;                                              // 0: any
  int64_t after = 0;                                                  // code of the last area of the page before
  int limit = 0;
};
// In order of code, one more than `limit` if there are more.
std::vector<v1::PovertyArea> ListPovertyAreas(db::Tx& tx, const PovertyAreaQuery& query);

// Poor villages in an area, and how many of them are out.
struct PoorVillages {
  int64_t total = 0;
  int64_t exited = 0;
};
PoorVillages CountPoorVillages(db::Tx& tx, int64_t area);

// Stamps the records, whose etags are those of the versions they replace. False if one replaces another version.
bool SavePovertyAreas(db::Tx& tx, const Author& author, std::vector<v1::PovertyArea>* areas);

// Newest year first.
std::vector<v1::VillageProfile> ListVillageProfiles(db::Tx& tx, int64_t village);

// The newest profile of each village that has one of `year` or before.
std::map<int64_t, v1::VillageProfile> LoadVillageProfiles(db::Tx& tx, const std::vector<int64_t>& villages,
                                                          int32_t year);

// Stamps the profile. False if it replaces another version.
bool SaveVillageProfile(db::Tx& tx, const Author& author, v1::VillageProfile* profile);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_POVERTY_AREA_STORE_H_
