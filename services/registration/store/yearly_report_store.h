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

namespace bangfu::registration::store {

// Newest year first.
std::vector<v1::Income> ListIncomes(db::Tx& tx, const ids::RecordId& household);
std::vector<v1::LivingCondition> ListLivingConditions(db::Tx& tx, const ids::RecordId& household);

// The report of one year; nothing if there is none.
std::optional<v1::Income> LoadIncome(db::Tx& tx, const ids::RecordId& household, int32_t year);
std::optional<v1::LivingCondition> LoadLivingCondition(db::Tx& tx, const ids::RecordId& household, int32_t year);

// Writes the report of `after`'s household and year, which supersedes `before`, if there was one; stamps `after`.
void SaveIncome(db::Tx& tx, const crypto::Sealer& sealer, const Author& author, const std::optional<v1::Income>& before,
                v1::Income* after);
void SaveLivingCondition(db::Tx& tx, const crypto::Sealer& sealer, const Author& author,
                         const std::optional<v1::LivingCondition>& before, v1::LivingCondition* after);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_YEARLY_REPORT_STORE_H_
