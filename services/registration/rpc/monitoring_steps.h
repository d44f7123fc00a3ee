// Steps that several methods of monitoring take: the regime of a day, the clock, cases under lock, clues into cases.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_STEPS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_STEPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/registration/v1/monitoring_case.pb.h"
#include "bangfu/registration/v1/monitoring_rules.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/policy/book.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/monitoring_store.h"

namespace bangfu::registration {

// The rules and the line of monitoring that apply in an area on a day. NO_POLICY_APPLIES.
struct Regime {
  policy::Applied<v1::MonitoringRules> rules;
  policy::Applied<v1::PovertyLine> line;
};
absl::StatusOr<Regime> RegimeOn(const policy::Book& book, int64_t area, absl::CivilDay day);

// The day of the call, or the one that the request names. INVALID_FIELD for one in the future.
absl::StatusOr<absl::CivilDay> DayAsked(const rpc::Call& call, const std::string& date);

// Sets the clock of a case: from then on, by the rules of today. NO_POLICY_APPLIES.
absl::Status StartClock(const policy::Book& book, absl::Time now, absl::Time start, v1::MonitoringCase* monitored);

// The case under lock, if the caller reaches its household. MONITORING_CASE_NOT_FOUND, AREA_OUT_OF_SCOPE.
absl::StatusOr<v1::MonitoringCase> LockedCase(rpc::Call& call, db::Tx& tx, const std::string& case_id);

// As it is answered: whether it is overdue depends on when one looks.
v1::MonitoringCase Shown(v1::MonitoringCase monitored, absl::Time now);

// Stamps the case, writes it, and names it in the audit record.
void SaveChanged(db::Tx& tx, rpc::Effects& effects, absl::Time now, v1::MonitoringCase* monitored);

// The event of a case that ended without entry.
void TellOfClosing(const v1::MonitoringCase& monitored, rpc::Effects& effects);

// What became of clues: in the order in which they were given, with their ids and cases. Clues about households that
// are not on the register have none.
struct Raised {
  std::vector<v1::MonitoringClue> clues;
  int64_t added = 0;
  int64_t repeated = 0;
};

// Puts clues, of any counties, into the running cases of their households, or opens one. What a source has reported
// before is recognised and changes nothing. NO_POLICY_APPLIES.
absl::StatusOr<Raised> RaiseClues(const Registration& registration, db::Tx& tx, rpc::Effects& effects, absl::Time now,
                                  std::vector<store::NewClue> clues);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_STEPS_H_
