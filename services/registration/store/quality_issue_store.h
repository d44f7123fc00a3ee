// Rows of quality_issue and quality_note.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_ISSUE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_ISSUE_STORE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/quality.pb.h"
#include "common/api/filter.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/quality_reconcile.h"
#include "services/registration/store/author.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

// Fields that lists may filter by.
const api::ColumnMap& QualityIssueColumns();

std::optional<domain::QualityRecord> LoadIssue(db::Tx& tx, const ids::RecordId& id);
// Locked until the end of the transaction.
std::optional<domain::QualityRecord> LoadIssueForUpdate(db::Tx& tx, const ids::RecordId& id);

// All issues of the households, fixed ones included, locked in order of id until the end of the transaction.
std::vector<domain::QualityRecord> LoadIssuesForUpdate(db::Tx& tx, const std::vector<ids::RecordId>& households);

// In order of village and id. INVALID_FILTER.
absl::StatusOr<Page<v1::QualityIssue>> ListIssues(db::Tx& tx, const ListQuery& query);
absl::StatusOr<Total> CountIssues(db::Tx& tx, const ListQuery& query);

// Writes what a look at households made of their issues: new ones get ids, those that changed their next version.
void SaveChange(db::Tx& tx, const domain::QualityChange& change);
// One issue that a person changed.
void SaveIssue(db::Tx& tx, domain::QualityRecord* record);

// Assigns those of the issues that are still to be mended, which are of one county; answers how many. A due date is
// replaced unless it is empty. Writes a note of each.
int64_t AssignIssues(db::Tx& tx, const std::vector<ids::RecordId>& issues, const std::string& assignee,
                     const std::string& due_date, const Author& author);

void AddNote(db::Tx& tx, const ids::RecordId& issue, v1::QualityNote::Kind kind, const std::string& text,
             const Author& author);
// The last `limit`, oldest first.
std::vector<v1::QualityNote> ListNotes(db::Tx& tx, const ids::RecordId& issue, int limit);

// Issues whose household has moved to another village stand there from now on.
void FollowHouseholds(db::Tx& tx, const auth::AreaRange& range);

// Fixes up to `limit` issues in the areas that no look at a household can fix: of households that are off the register,
// by `rules`; and of members who are lost no longer, by `table_rules`. Answers how many of them were open, and whether
// there may be more.
struct GoneIssues {
  int64_t fixed = 0;
  bool more = false;
};
GoneIssues FixGone(db::Tx& tx, const auth::AreaRange& range, const std::set<int>& rules,
                   const std::set<int>& table_rules, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_ISSUE_STORE_H_
