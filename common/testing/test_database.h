// A throw-away database for one test: copied from a template that was migrated once per test program.
#ifndef BANGFU_COMMON_TESTING_TEST_DATABASE_H_
#define BANGFU_COMMON_TESTING_TEST_DATABASE_H_

#include <memory>
#include <string>

#include "absl/types/span.h"
#include "common/db/database.h"
#include "common/db/migrate.h"

namespace bangfu::testing {

// The server is named by BANGFU_TEST_POSTGRES, a connection string of a superuser; tests/run starts one. Without it the
// constructor aborts with a message that says so.
class TestDatabase {
 public:
  explicit TestDatabase(absl::Span<const db::Migration> migrations, db::DatabaseOptions options = {});
  ~TestDatabase();

  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  db::Database& database() { return *database_; }
  const std::string& conninfo() const { return conninfo_; }

  // Runs SQL as superuser: to arrange what no statement of the program can, or to look behind it.
  pqxx::result Sql(const std::string& sql);
  // Runs SQL as superuser in a transaction that stays open, with its locks, as long as the answer is kept.
  std::shared_ptr<void> Hold(const std::string& sql);
  // Rows of a table, such as "member" or "member WHERE state = 1".
  int64_t Count(const std::string& table);

 private:
  std::string name_;
  std::string conninfo_;
  std::unique_ptr<db::Database> database_;
};

}  // namespace bangfu::testing

#endif  // BANGFU_COMMON_TESTING_TEST_DATABASE_H_
