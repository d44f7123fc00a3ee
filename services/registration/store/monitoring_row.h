// How rows of monitoring become messages.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_ROW_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_ROW_H_

#include "bangfu/registration/v1/monitoring_case.pb.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

// Columns of a case `t` joined with its household `h`, and of a clue `t`, as the readers take them.
inline constexpr char kCaseColumns[] = "t.body, h.area, h.head_name";
inline constexpr char kClueColumns[] = "t.body, t.state, t.dismiss_reason";

v1::MonitoringCase ReadCase(const pqxx::row& row);
v1::MonitoringClue ReadClue(const pqxx::row& row);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_ROW_H_
