#include "common/db/error.h"

#include <string>

#include "common/db/connection.h"
#include "common/log/log.h"
#include "common/status/refusal.h"
#include "pqxx/pqxx"

namespace bangfu::db {
namespace {

using status::Reason;
using status::Refuse;

// The statement's text and parameters stay out of the log: they may hold personal data. SQLSTATE is enough to look up.
void LogSqlError(const std::string& state) { log::Warning("sql_error", {{"sqlstate", state}}); }

}  // namespace

Failure FailureOfCurrentException() {
  try {
    throw;
  } catch (const BoundsExceeded&) {
    return {Refuse(Reason::DEADLINE_EXCEEDED)};
  } catch (const pqxx::in_doubt_error&) {
    return {Refuse(Reason::DEADLINE_EXCEEDED), Recovery::kInDoubt};
  } catch (const pqxx::broken_connection&) {
    return {Refuse(Reason::UNAVAILABLE), Recovery::kReconnect};
  } catch (const pqxx::unique_violation& e) {
    LogSqlError(e.sqlstate());
    return {Refuse(Reason::ALREADY_EXISTS)};
  } catch (const pqxx::integrity_constraint_violation& e) {
    LogSqlError(e.sqlstate());
    return {Refuse(Reason::CONSTRAINT_VIOLATED)};
  } catch (const pqxx::serialization_failure&) {
    return {Refuse(Reason::CONFLICT), Recovery::kRetry};
  } catch (const pqxx::deadlock_detected&) {
    return {Refuse(Reason::CONFLICT), Recovery::kRetry};
  } catch (const pqxx::sql_error& e) {
    const std::string& state = e.sqlstate();
    LogSqlError(state);
    if (state == "40001" || state == "40P01") return {Refuse(Reason::CONFLICT), Recovery::kRetry};
    if (state == "57014") return {Refuse(Reason::DEADLINE_EXCEEDED)};             // cancelled or statement_timeout
    if (state == "55P03") return {Refuse(Reason::CONFLICT)};                      // lock_timeout
    if (state.rfind("22", 0) == 0) return {Refuse(Reason::CONSTRAINT_VIOLATED)};  // a value that no column holds
    if (state.rfind("57P", 0) == 0 || state.rfind("08", 0) == 0)
      return {Refuse(Reason::UNAVAILABLE), Recovery::kReconnect};
    if (state.rfind("53", 0) == 0 || state == "25006") return {Refuse(Reason::UNAVAILABLE)};  // disk full, read-only
    return {Refuse(Reason::INTERNAL)};
  } catch (const std::exception& e) {
    log::Error("database_exception", {{"what", std::string(e.what())}});
    return {Refuse(Reason::INTERNAL)};
  }
}

bool MayBeOfOneRow(const absl::Status& status) {
  return !status.ok() && !absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status) &&
         !absl::IsResourceExhausted(status) && !absl::IsCancelled(status) && !absl::IsAborted(status);
}

}  // namespace bangfu::db
