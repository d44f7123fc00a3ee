// The years that an import's reports are of.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_YEARS_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_YEARS_H_

#include <cstdint>
#include <vector>

#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

struct ReportedYear {
  int32_t county = 0;  // six digits, of the households
  int32_t year = 0;
};

// Of the incomes and living conditions that committing the import would write.
std::vector<ReportedYear> StagedYears(db::Tx& tx, const ids::RecordId& import);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_YEARS_H_
