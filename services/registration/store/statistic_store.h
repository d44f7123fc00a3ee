// Statistics: marks of what changed (statistic_due), what each household was counted for (statistic_tally), and sums by
// area (statistic_sum). A reading adds what is due and not folded yet, so it is exact as of its transaction.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_STATISTIC_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_STATISTIC_STORE_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/report_table.h"

namespace bangfu::registration::store {

// Marks the households of a change in every village where one of them was or is: a reading of an area finds by the mark
// whatever came or went.
void MarkDue(db::Tx& tx, absl::Span<const std::vector<domain::Family>* const> families);

// Marks households where they are now.
void MarkDue(db::Tx& tx, absl::Span<const ids::RecordId> households);

// Counts the households behind up to `limit` of the oldest marks again, and adds the difference to the sums of their
// village and of all areas above it; gives the number of marks. One folding at a time: a second one finds nothing to
// do.
int64_t FoldDue(db::Tx& tx, int limit);

// How many marks there are in the area, counted up to `limit`.
int64_t CountDue(db::Tx& tx, const auth::AreaRange& area, int64_t limit);

// The sums of areas within cells.
std::vector<domain::CellAmount> LoadSums(db::Tx& tx, const std::vector<int64_t>& areas,
                                         absl::Span<const domain::CellRange> cells);

// What is due in the area and not in the sums yet, by village: positive and negative.
std::vector<domain::CellAmount> LoadDueDifferences(db::Tx& tx, const auth::AreaRange& area,
                                                   absl::Span<const domain::CellRange> cells);

// The areas of `codes` and those right below them, by code; with `twice` also those two below the last of them.
std::vector<domain::ReportArea> LoadReportAreas(db::Tx& tx, const std::vector<int64_t>& codes, bool twice);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_STATISTIC_STORE_H_
