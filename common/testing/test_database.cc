#include "common/testing/test_database.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"

namespace bangfu::testing {
namespace {

std::string ServerConninfo() {
  const char* conninfo = std::getenv("BANGFU_TEST_POSTGRES");
  if (conninfo == nullptr) {
    std::cerr
        << "BANGFU_TEST_POSTGRES is not set; run tests/run, or point it at a PostgreSQL 15 superuser connection\n";
    std::abort();
  }
  return conninfo;
}

// The last dbname in a connection string counts.
std::string ConninfoOf(const std::string& database) { return absl::StrCat(ServerConninfo(), " dbname=", database); }

void OnServer(const std::string& sql) {
  pqxx::connection connection(ServerConninfo());
  pqxx::nontransaction work(connection);
  work.exec(sql);
}

// Databases made by this program and dropped when it ends.
class Templates {
 public:
  // libpqxx makes tables of its own when it is first used; made before this, they live until after it.
  Templates() { OnServer("SELECT 1"); }

  ~Templates() {
    for (const auto& [key, name] : names_) {
      try {
        OnServer(absl::StrCat("DROP DATABASE IF EXISTS ", name, " WITH (FORCE)"));
      } catch (const std::exception&) {
        // The server is going down with the test run.
      }
    }
  }

  const std::string& For(absl::Span<const db::Migration> migrations) {
    std::lock_guard lock(mutex_);
    std::string& name = names_[migrations.data()];
    if (!name.empty()) return name;
    name = absl::StrCat("template_", getpid(), "_", names_.size());
    OnServer(absl::StrCat("CREATE DATABASE ", name));
    absl::Status migrated = db::Migrate(ConninfoOf(name), migrations, "");
    if (!migrated.ok()) {
      std::cerr << migrated << "\n";
      std::abort();
    }
    return name;
  }

 private:
  std::mutex mutex_;
  std::map<const db::Migration*, std::string> names_;
};

Templates& TheTemplates() {
  static Templates templates;
  return templates;
}

}  // namespace

TestDatabase::TestDatabase(absl::Span<const db::Migration> migrations, db::DatabaseOptions options) {
  static std::atomic<int> count{0};
  name_ = absl::StrCat("test_", getpid(), "_", ++count);
  OnServer(absl::StrCat("CREATE DATABASE ", name_, " TEMPLATE ", TheTemplates().For(migrations)));
  conninfo_ = ConninfoOf(name_);
  options.conninfo = conninfo_;
  database_ = std::make_unique<db::Database>(options);
}

TestDatabase::~TestDatabase() {
  database_.reset();
  OnServer(absl::StrCat("DROP DATABASE ", name_, " WITH (FORCE)"));
}

pqxx::result TestDatabase::Sql(const std::string& sql) {
  pqxx::connection connection(conninfo_);
  pqxx::nontransaction work(connection);
  return work.exec(sql);
}

std::shared_ptr<void> TestDatabase::Hold(const std::string& sql) {
  struct Held {
    explicit Held(const std::string& conninfo) : connection(conninfo), work(connection) {}
    pqxx::connection connection;
    pqxx::work work;
  };
  auto held = std::make_shared<Held>(conninfo_);
  held->work.exec(sql);
  return held;
}

int64_t TestDatabase::Count(const std::string& table) {
  return Sql(absl::StrCat("SELECT count(*) FROM ", table))[0][0].as<int64_t>();
}

}  // namespace bangfu::testing
