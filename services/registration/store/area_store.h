// Rows of `area` and `area_successor`.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_AREA_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_AREA_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/registration/v1/area.pb.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

// Those of the codes that are registered, with their successors.
std::map<int64_t, v1::Area> LoadAreas(db::Tx& tx, const std::vector<int64_t>& codes);
std::optional<v1::Area> LoadArea(db::Tx& tx, int64_t code);

// The same, kept from changing, by a lock in order of code, until the end of the transaction.
std::map<int64_t, v1::Area> LoadAreasForShare(db::Tx& tx, const std::vector<int64_t>& codes);

// The same and what took over from them, locked in order of code until the end of the transaction.
std::map<int64_t, v1::Area> LoadAreasForUpdate(db::Tx& tx, const std::vector<int64_t>& codes);

// Fills in what the areas took over from.
void AddPredecessors(db::Tx& tx, absl::Span<v1::Area> areas);

// Which areas are listed.
struct AreaQuery {
  // Areas below this one; 0 for the whole country.
  int64_t parent = 0;
  // Empty: those right below. Else those anywhere below whose code begins with these digits, whose name has this part,
  // or whose pinyin has a reading that begins with these initials; and wherever it is, what took over from one of
  // these.
  std::string search;
  bool include_ended = false;
  // YYYY-MM-DD, for what has ended.
  std::string today;
  // Code of the last area of the page before.
  int64_t after = 0;
  int limit = 0;
};

// In order of code, one more than `limit` if there are more; with successors and predecessors.
std::vector<v1::Area> ListAreas(db::Tx& tx, const AreaQuery& query);

// Inserts or replaces areas, which are complete; parents first.
void SaveAreas(db::Tx& tx, const std::vector<v1::Area>& areas);

// Writes the paths of everything that lies in these areas anew.
void RefreshPaths(db::Tx& tx, const std::vector<int64_t>& codes);

// Writes the end of an area and what took over, as recorded at `time`.
void SaveEnd(db::Tx& tx, const v1::Area& area, absl::Time time);

// Whether a household went from the area into one of its successors since the end was recorded.
bool HaveFollowed(db::Tx& tx, int64_t code);

// Deletes the end of an area and what took over.
void DeleteEnd(db::Tx& tx, int64_t code);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_AREA_STORE_H_
