// Reports of the register as a caller may see them: what GetReport answers, and what charts and files are made of.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_REPORT_READER_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_REPORT_READER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/disclosure_rules.pb.h"
#include "bangfu/registration/v1/statistics_service.pb.h"
#include "common/policy/book.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Whether the caller sees small figures of the area: all that the caller may see with this method lies within the
// area's county.
bool SeesSmallFigures(const rpc::Call& call, int64_t area);

// The rule by which figures are withheld from the caller; nothing where none are. NO_POLICY_APPLIES.
absl::StatusOr<std::optional<policy::Applied<v1::DisclosureRules>>> DisclosureFor(const Registration& registration,
                                                                                  const rpc::Call& call, db::Tx& tx,
                                                                                  int64_t area);

// FIGURES_CATCHING_UP if more is due in the area than one reading adds up.
absl::Status CheckCaughtUp(db::Tx& tx, int64_t area);

// Authorises the caller and reads the report within a snapshot. See StatisticsService.GetReport for what it refuses.
absl::StatusOr<v1::Report> ReadReport(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                      const v1::GetReportRequest& request);

// A request for a report of an area and those right below it.
v1::GetReportRequest ReportOf(const std::string& report, const std::string& area, v1::Report::Status status,
                              int32_t year = 0);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_REPORT_READER_H_
