// Three-way reconciliation (三方一致): how many households are drawn, how values are written, and where they differ.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_RECONCILIATION_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_RECONCILIATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/reconciliation.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

using ReconciledField = v1::ReconciliationRules::Field;

// Each field stands once.
std::vector<status::FieldError> CheckReconciliationRules(const v1::ReconciliationRules& rules);

// Households that are drawn of `population` in a village: the share, rounded up, and no fewer than the least.
int SampleSize(const v1::ReconciliationRules& rules, int population);

// The dictionary whose codes the field takes; empty if it takes none.
absl::string_view DictionaryOf(ReconciledField field);

// What people write, in the one form in which values are compared: codes, whole numbers, yuan with two decimals, 是 or
// 否. Nothing if it is not written as the field is. Whether a code exists is not asked.
std::optional<std::string> CanonicalValue(ReconciledField field, absl::string_view written);

// Whether two values in that form say the same.
bool IsSame(ReconciledField field, absl::string_view a, absl::string_view b, int64_t tolerance_fen);

// Puts what was entered into the values of a form, which stand in their order with what the system says. INVALID_FIELD
// unless every field is entered once and as it is written.
absl::StatusOr<std::vector<v1::ReconciliationValue>> Enter(const std::vector<v1::ReconciliationValue>& values,
                                                           const std::vector<v1::ReconciliationValue>& entered,
                                                           int64_t tolerance_fen);

// What is to be put right: the system where it differs from the reality, and the file where it does.
std::vector<v1::ReconciliationTask> TasksOf(const std::vector<v1::ReconciliationValue>& values, int64_t tolerance_fen);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_RECONCILIATION_H_
