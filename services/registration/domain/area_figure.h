// What may be entered for an area. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_FIGURE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_FIGURE_H_

#include "absl/status/status.h"
#include "bangfu/registration/v1/statistics.pb.h"

namespace bangfu::registration::domain {

// INVALID_FIELD: a population is not 0.
absl::Status CheckAreaFigure(const v1::AreaFigure& figure);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_FIGURE_H_
