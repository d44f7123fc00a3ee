// What an exit makes of a household, and for how long support goes on after it. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_BUFFER_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_BUFFER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "bangfu/registration/v1/exit_buffer.pb.h"
#include "bangfu/registration/v1/exit_procedure.pb.h"
#include "common/status/refusal.h"
#include "services/registration/domain/family.h"

namespace bangfu::registration::domain {

// Codes of AAR010.
inline constexpr char kInPoverty[] = "0";
inline constexpr char kOut[] = "1";
inline constexpr char kPreExit[] = "2";
inline constexpr char kReturned[] = "3";

// The last day is needed by nobody who gives no buffer. Paths are relative to the policy.
std::vector<status::FieldError> CheckExitBufferRules(const v1::ExitBufferRules& rules);

// Last day on which support is not reduced after an exit on `day`, YYYY-MM-DD; empty without a buffer.
std::string BufferEnd(absl::CivilDay day, const v1::ExitBufferRules& rules);

// An exit is of the collection year that runs on `day`, or of the one that ended last. INVALID_FIELD.
absl::Status CheckExitYear(int year, absl::CivilDay day);

// HOUSEHOLD_OUT_ALREADY if a household that is marked as it is cannot be marked as `exit_flag`; HOUSEHOLD_ARCHIVED,
// HOUSEHOLD_NOT_REGISTERED.
absl::Status CheckMayExit(const v1::Household& household, const std::string& exit_flag);

// What comes of an approved household: it is marked as `exit_flag`, or the reason why not.
v1::ExitCase::Outcome OutcomeOf(const v1::Household& household, const std::string& exit_flag);

// The family as it is after the exit: out in `year` with a buffer, or in pre-exit, which has neither.
Family Exit(Family family, const std::string& exit_flag, int year, const std::string& buffer_end_date);

// The family as if it had not left. HOUSEHOLD_ARCHIVED, NO_EXIT_TO_CORRECT.
absl::StatusOr<Family> TakeBackExit(Family family);

// Whether support must go on, on the day `date`. `buffer_end_date` is that of the household, or what the rules make of
// its year of exit if it left before the register kept it.
v1::SupportGuard GuardSupport(const v1::Household& household, const std::string& date,
                              const std::string& buffer_end_date);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_BUFFER_H_
