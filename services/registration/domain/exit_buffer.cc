#include "services/registration/domain/exit_buffer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/exit_reason.pb.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/domain/reported_year.h"

namespace bangfu::registration::domain {

using status::Refuse;

std::vector<status::FieldError> CheckExitBufferRules(const v1::ExitBufferRules& rules) {
  if (rules.years() == 0 && (rules.to_year_end() || !rules.last_date().empty())) {
    return {{"years", "缓冲年数: 规定算至年末或最晚截止时应填写年数"}};
  }
  return {};
}

std::string BufferEnd(absl::CivilDay day, const v1::ExitBufferRules& rules) {
  if (rules.years() == 0) return "";
  const absl::CivilDay last = rules.to_year_end() ? absl::CivilDay(day.year() + rules.years(), 12, 31)
                                                  : absl::CivilDay(day.year() + rules.years(), day.month(), day.day());
  const std::string end = standards::FormatDate(last);
  // Dates are YYYY-MM-DD, so they compare as texts.
  return rules.last_date().empty() ? end : std::min(end, rules.last_date());
}

absl::Status CheckExitYear(int year, absl::CivilDay day) {
  const int running = CollectionYearOf(day);
  if (year == running || year == running - 1) return absl::OkStatus();
  return status::RefuseFields(
      {{"year", absl::StrCat("年度: 应为当前或上一采集年度, 即 ", running - 1, " 或 ", running)}});
}

absl::Status CheckMayExit(const v1::Household& household, const std::string& exit_flag) {
  RETURN_IF_ERROR(CheckActive(household));
  RETURN_IF_ERROR(CheckRegistered(household));
  const bool is_out = household.exit_flag() == kOut || household.exit_flag() == exit_flag;
  return is_out ? Refuse(v1::HOUSEHOLD_OUT_ALREADY, {{"subject", household.household_id()}}) : absl::OkStatus();
}

v1::ExitCase::Outcome OutcomeOf(const v1::Household& household, const std::string& exit_flag) {
  if (!CheckActive(household).ok()) return v1::ExitCase::LEFT_REGISTER;
  if (!CheckRegistered(household).ok()) return v1::ExitCase::NOT_REGISTERED;
  if (!CheckMayExit(household, exit_flag).ok()) return v1::ExitCase::OUT_ALREADY;
  return exit_flag == kOut ? v1::ExitCase::EXITED : v1::ExitCase::PRE_EXITED;
}

Family Exit(Family family, const std::string& exit_flag, int year, const std::string& buffer_end_date) {
  const bool is_out = exit_flag == kOut;
  family.household.set_exit_flag(exit_flag);
  family.household.set_exit_year(is_out ? year : 0);
  family.household.set_buffer_end_date(is_out ? buffer_end_date : "");
  return family;
}

absl::StatusOr<Family> TakeBackExit(Family family) {
  RETURN_IF_ERROR(CheckActive(family.household));
  const std::string& flag = family.household.exit_flag();
  if (flag != kOut && flag != kPreExit) return Refuse(v1::NO_EXIT_TO_CORRECT);
  return Exit(std::move(family), kInPoverty, 0, "");
}

v1::SupportGuard GuardSupport(const v1::Household& household, const std::string& date,
                              const std::string& buffer_end_date) {
  v1::SupportGuard guard;
  guard.set_household_id(household.household_id());
  guard.set_date(date);
  const auto say = [&](bool guarded, v1::SupportGuard::Cause cause, const std::string& end_date = "") {
    guard.set_guarded(guarded);
    guard.set_cause(cause);
    guard.set_end_date(end_date);
    return guard;
  };
  if (household.state() == v1::Household::ARCHIVED) return say(false, v1::SupportGuard::OFF_REGISTER);
  const bool registered = household.type() == v1::Household::REGISTERED;
  if (registered && household.exit_flag() != kOut) return say(true, v1::SupportGuard::IN_POVERTY);
  if (!household.monitor_type().empty() && !household.risk_eliminated()) return say(true, v1::SupportGuard::MONITORED);
  if (!registered) return say(false, v1::SupportGuard::NOT_SUPPORTED);
  if (date <= buffer_end_date) return say(true, v1::SupportGuard::IN_BUFFER, buffer_end_date);
  return say(false, v1::SupportGuard::BUFFER_OVER, buffer_end_date);
}

}  // namespace bangfu::registration::domain
