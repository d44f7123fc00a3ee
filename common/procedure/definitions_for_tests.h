// Procedures as offices run them, as definitions that tests share.
#ifndef BANGFU_COMMON_PROCEDURE_DEFINITIONS_FOR_TESTS_H_
#define BANGFU_COMMON_PROCEDURE_DEFINITIONS_FOR_TESTS_H_

#include "bangfu/procedure/v1/definition.pb.h"

namespace bangfu::procedure {

// The national base: two notices, one announcement (两公示一公告), for a list of one village.
v1::ProcedureDefinition TwoNoticesOneAnnouncement();

// Baoji, Shaanxi: seven steps (七步工作法).
v1::ProcedureDefinition SevenSteps();

// Inner Mongolia: nine steps (九步法), by their usual reading.
v1::ProcedureDefinition NineSteps();

// Exit acceptance with a chain of signatures: four of the village, three of the township, four of the county, two of
// the city.
v1::ProcedureDefinition Chain4342();

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_DEFINITIONS_FOR_TESTS_H_
