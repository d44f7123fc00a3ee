// The state of the yearly collection, read from the reports; and rows of `collection_reopening`.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_COLLECTION_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_COLLECTION_STORE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/collection_service.pb.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

void InsertReopening(db::Tx& tx, const v1::CollectionReopening& reopening);

// The last day for which the household's year was reopened (YYYY-MM-DD); empty if it never was.
std::string ReopenedUntil(db::Tx& tx, const ids::RecordId& household, int32_t year);

// Registered households of the area and of the areas right below it by what they have of the year, from one statement;
// AREA_NOT_FOUND.
absl::StatusOr<v1::CollectionProgress> CountCollections(db::Tx& tx, int64_t area, int32_t year);

struct CollectionQuery {
  int64_t area = 0;
  int32_t year = 0;
  v1::CollectionStatus status = v1::COLLECTION_STATUS_UNSPECIFIED;  // any
  int64_t after_area = 0, after_id = 0;                             // of the last one of the page before
  int limit = 0;
};
// In order of village and household; last_key is {village, id's number}.
Page<v1::CollectionEntry> ListCollections(db::Tx& tx, const CollectionQuery& query);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_COLLECTION_STORE_H_
