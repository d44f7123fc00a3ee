// Rows of `area_tag`.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_AREA_TAG_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_AREA_TAG_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/area_tag_service.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

// The tags of one area and kind whose periods reach beyond `day`, in order of their first days. The area is locked.
std::vector<v1::AreaTag> LoadTagsBeyond(db::Tx& tx, int64_t area, const std::string& tag, const std::string& day);

// Inserts a tag, or ends one that began on the same day.
void SaveTag(db::Tx& tx, const v1::AreaTag& tag);

// The tags of exactly these areas that are in force on `day`, in order of area and tag.
std::vector<v1::AreaTag> LoadTags(db::Tx& tx, const std::vector<int64_t>& areas, const std::string& day);

struct AreaTagQuery {
  std::vector<auth::AreaRange> scope;
  std::string tag;         // any if empty
  std::string date;        // in force then, YYYY-MM-DD
  int64_t after_area = 0;  // of the last one of the page before
  std::string after_tag;
  int limit = 0;
};
// In order of area and tag, with the registered households and persons of each area; last_key is {area, tag}.
Page<v1::AreaTag> ListTags(db::Tx& tx, const AreaTagQuery& query);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_AREA_TAG_STORE_H_
