// Rows of `income` and `living_condition`: one a household and year. Saving keeps the version that it supersedes; the
// household is locked before.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_YEARLY_REPORT_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_YEARLY_REPORT_STORE_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"
#include "services/registration/store/household_store.h"

namespace bangfu::registration::store {

// Newest year first.
std::vector<v1::Income> ListIncomes(db::Tx& tx, const ids::RecordId& household);
std::vector<v1::LivingCondition> ListLivingConditions(db::Tx& tx, const ids::RecordId& household);

// The report of one year; nothing if there is none.
std::optional<v1::Income> LoadIncome(db::Tx& tx, const ids::RecordId& household, int32_t year);
std::optional<v1::LivingCondition> LoadLivingCondition(db::Tx& tx, const ids::RecordId& household, int32_t year);

// The reports of households of one county, all years, locked until the end of the transaction.
std::vector<v1::Income> LoadIncomesOf(db::Tx& tx, int32_t shard, const std::vector<int64_t>& household_ids);
std::vector<v1::LivingCondition> LoadLivingConditionsOf(db::Tx& tx, int32_t shard,
                                                        const std::vector<int64_t>& household_ids);

// Writes the report of each `after`'s household and year, which supersedes `before`; stamps `after`.
void SaveIncomes(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Income>>& revisions);
void SaveLivingConditions(db::Tx& tx, const crypto::Sealer& sealer,
                          const std::vector<Revision<v1::LivingCondition>>& revisions);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_YEARLY_REPORT_STORE_H_
