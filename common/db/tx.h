// A unit of work on one connection: runs named statements. Made by Database; stores take it as their first parameter.
#ifndef BANGFU_COMMON_DB_TX_H_
#define BANGFU_COMMON_DB_TX_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/db/connection.h"
#include "pqxx/pqxx"

namespace bangfu::db {

namespace internal {

// Stands round one statement: refuses to begin when the bounds are exceeded, and logs the name, never the values, of a
// statement that was slow.
class StatementWatch {
 public:
  StatementWatch(const Connection& connection, const char* name);
  ~StatementWatch();

 private:
  const Connection& connection_;
  const char* const name_;
  const absl::Time start_;
};

}  // namespace internal

class Tx {
 public:
  Tx(Connection& connection, pqxx::transaction_base& work) : connection_(connection), work_(work) {}

  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  // Runs a prepared statement. Parameters: std::string, numbers, bool, const char*, std::optional of these, Bytes.
  template <typename... Args>
  pqxx::result Run(const Statement& statement, Args&&... args) {
    const internal::StatementWatch watch(connection_, statement.name);
    connection_.Prepare(statement);
    return work_.exec_prepared(statement.name, std::forward<Args>(args)...);
  }

  // Runs SQL that was composed at run time (filters, COPY set-up) with bound parameters; not prepared.
  pqxx::result RunText(const std::string& sql, const std::vector<std::string>& parameters = {}) {
    const internal::StatementWatch watch(connection_, "composed");
    if (parameters.empty()) return work_.exec(sql);
    return work_.exec_params(sql, pqxx::prepare::make_dynamic_params(parameters));
  }

  // For COPY by pqxx::stream_to and stream_from.
  pqxx::transaction_base& raw() { return work_; }

 private:
  Connection& connection_;
  pqxx::transaction_base& work_;
};

// Binds bytes as a bytea parameter.
inline pqxx::binarystring Bytes(absl::string_view bytes) { return pqxx::binarystring(bytes.data(), bytes.size()); }

// Reads a bytea column.
inline std::string BytesOf(const pqxx::field& field) { return pqxx::binarystring(field).str(); }

// Text of an array parameter: `$1::bytea[]` and `$1::bigint[]`, `$1::text[]`.
std::string ByteaArray(const std::vector<std::string>& values);
std::string TextArray(const std::vector<std::string>& values);
template <typename Integers>
std::string IntegerArray(const Integers& values) {
  std::string out = "{";
  for (auto value : values) {
    if (out.size() > 1) out += ',';
    out += std::to_string(value);
  }
  return out + "}";
}

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_TX_H_
