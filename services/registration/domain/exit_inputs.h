// What is told to the rules of exit.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_INPUTS_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_INPUTS_H_

#include "absl/status/status.h"
#include "bangfu/registration/v1/exit_inputs.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace bangfu::registration::domain {

// Each condition is stated once, and incomes are the register's matter. INVALID_FIELD by the request's fields.
absl::Status CheckStatements(const google::protobuf::RepeatedPtrField<v1::ExitStatement>& statements);

// The same of a village or county; each figure is given once, no part is greater than its whole, and no more persons
// are registered than live there.
absl::Status CheckAreaInputs(const v1::AreaExitInputs& inputs);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_INPUTS_H_
