// Moving the households of a village that ended into its successors (区划调整). Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_REFORM_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_REFORM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/area.pb.h"
#include "bangfu/registration/v1/area_reform_service.pb.h"
#include "services/registration/domain/family.h"

namespace bangfu::registration::domain {

// Where those go who are not named: `rest_to`, or the only successor; empty if they stay. The area has ended and
// everybody goes to a successor of its county; nobody is named twice, or from another county.
// AREA_NOT_A_VILLAGE, AREA_NOT_REPLACED, AREA_REFORM_NO_SUCCESSOR, AREA_REFORM_ACROSS_COUNTIES; INVALID_FIELD.
absl::StatusOr<std::string> PlanReform(const v1::Area& area, const v1::StartAreaReformRequest& request,
                                       absl::string_view today);

// The family in another village of its county; members who left stay where they were.
Family MoveTo(Family family, const std::string& area);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_REFORM_H_
