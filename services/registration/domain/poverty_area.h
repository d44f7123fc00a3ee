// Poor villages and counties, and the profiles of villages. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_AREA_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_AREA_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/exit_inputs.pb.h"
#include "bangfu/registration/v1/poverty_area.pb.h"

namespace bangfu::registration::domain {

// What is entered by hand: the day of exit goes with the state, lies not before the day of designation, and neither in
// the future. AREA_LEVEL_WITHOUT_POVERTY; INVALID_FIELD by the request's fields.
absl::Status CheckPovertyArea(const v1::PovertyArea& area, absl::string_view today);

// What people may enter over what stands, which is empty the first time: an area that is on the list comes off it by
// procedure alone, and the day that a procedure gave stays. By hand only history is entered: an exit on a day before
// the area was entered here. AREA_EXIT_BY_PROCEDURE.
absl::Status CheckEnteredByHand(const v1::PovertyArea& before, const v1::PovertyArea& given, absl::string_view today);

// AREA_NOT_POOR unless it is there and on the list.
absl::Status CheckPoor(absl::string_view code, const v1::PovertyArea* area);

// The same after it has come out.
v1::PovertyArea Exit(v1::PovertyArea area, absl::string_view today, absl::string_view procedure_id);

// Conditions and figures stand once, no hamlet is greater than the village, and conditions are of villages.
// INVALID_FIELD by the request's fields.
absl::Status CheckVillageProfile(const v1::VillageProfile& profile);

// Adds what the profile knows and the inputs do not say: population, figures, statements, and hamlets if there are
// none.
void AddProfile(const v1::VillageProfile& profile, v1::AreaExitInputs* inputs);

// The share of poor villages that are out is counted in the register and not given. INVALID_FIELD.
absl::Status CheckCountyFigures(const google::protobuf::RepeatedPtrField<v1::ExitFigure>& figures);

// Adds that share, unless there is no poor village.
void AddVillagesOut(int64_t exited, int64_t total, v1::AreaExitInputs* inputs);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_POVERTY_AREA_H_
