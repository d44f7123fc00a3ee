// Whether a definition of a procedure makes sense, and where a step stands in it. Pure and thread-safe.
#ifndef BANGFU_COMMON_PROCEDURE_DEFINITION_H_
#define BANGFU_COMMON_PROCEDURE_DEFINITION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/procedure/v1/definition.pb.h"
#include "common/policy/book.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using v1::ProcedureDefinition;
using v1::StepDefinition;

// A definition, and the policy document that it comes from.
using AppliedDefinition = policy::Applied<ProcedureDefinition>;

// What the annotations of single fields cannot say: keys, levels, shares, templates and references to earlier steps.
// The check of the policy kind; paths are relative to the definition.
std::vector<status::FieldError> DefinitionFaults(const ProcedureDefinition& definition);

// Annotations and faults together, asked before a procedure is started. INVALID_FIELD.
absl::Status CheckDefinition(const ProcedureDefinition& definition);

// The position of a step; -1 if there is none of that key.
int StepIndex(const ProcedureDefinition& definition, absl::string_view key);

// The title of a step; the key if there is none.
std::string StepTitle(const ProcedureDefinition& definition, absl::string_view key);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_DEFINITION_H_
