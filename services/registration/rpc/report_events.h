// What is told of a yearly report that was recorded.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_REPORT_EVENTS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_REPORT_EVENTS_H_

#include <optional>

#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/crypto/sealer.h"
#include "common/rpc/effects.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// An audit record and YearlyReportRecorded.
template <typename Report>
void TellOfReport(const crypto::Sealer& sealer, const v1::Household& household, const std::optional<Report>& before,
                  const Report& after, rpc::Effects* effects) {
  const int64_t area = AreaNumber(household.area());
  effects->ActOn(household.household_id(), area);
  AuditChange(sealer, before.value_or(Report()), after, effects);
  v1::YearlyReportRecorded recorded;
  recorded.set_household_id(household.household_id());
  recorded.set_year(after.year());
  recorded.set_table(Report::descriptor()->options().GetExtension(options::v1::table));
  effects->Emit(recorded, household.household_id(), area);
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_REPORT_EVENTS_H_
