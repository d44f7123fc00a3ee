// Poverty lines as policy.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_LINE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_LINE_H_

#include <vector>

#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// A range has two ends in order, and the line lies in it.
std::vector<status::FieldError> CheckPovertyLine(const v1::PovertyLine& line);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_LINE_H_
