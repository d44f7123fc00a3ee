#include "common/db/migrate.h"

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/crypto/digest.h"
#include "common/log/log.h"

namespace bangfu::db {

extern const Migration kPlatformMigrations[];
extern const size_t kPlatformMigrationCount;

absl::Span<const Migration> PlatformMigrations() { return {kPlatformMigrations, kPlatformMigrationCount}; }

namespace {

constexpr int64_t kLockKey = 0x62616e676675;  // "bangfu": one runner at a time

std::string ChecksumOf(const Migration& migration) { return absl::BytesToHexString(crypto::Sha256(migration.sql)); }

std::map<std::string, std::string> Applied(pqxx::transaction_base& work) {
  std::map<std::string, std::string> applied;
  for (const auto& row : work.exec("SELECT name, checksum FROM schema_migration")) {
    applied[row[0].as<std::string>()] = row[1].as<std::string>();
  }
  return applied;
}

absl::Status ApplyOne(pqxx::connection& connection, const Migration& migration) {
  pqxx::work work(connection);
  work.exec("SET LOCAL lock_timeout = '2s'");
  work.exec(migration.sql);
  work.exec_params("INSERT INTO schema_migration(name, checksum) VALUES ($1, $2)", migration.name,
                   ChecksumOf(migration));
  work.commit();
  log::Info("migration_applied", {{"name", std::string(migration.name)}});
  return absl::OkStatus();
}

void GrantRights(pqxx::connection& connection, const std::string& app_role) {
  pqxx::work work(connection);
  const std::string role = work.quote_name(app_role);
  work.exec(absl::StrCat("GRANT USAGE ON SCHEMA public TO ", role));
  work.exec(absl::StrCat("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ", role));
  work.exec(absl::StrCat("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ", role));
  auto append_only = work.exec(
      "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "WHERE n.nspname = 'public' AND c.relkind = 'r' AND obj_description(c.oid) LIKE 'append-only%'");
  for (const auto& row : append_only) {
    work.exec(
        absl::StrCat("REVOKE UPDATE, DELETE, TRUNCATE ON ", work.quote_name(row[0].as<std::string>()), " FROM ", role));
  }
  work.exec(absl::StrCat("REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM ", role));
  work.commit();
}

}  // namespace

absl::Status Migrate(const std::string& owner_conninfo, absl::Span<const Migration> migrations,
                     const std::string& app_role) {
  try {
    pqxx::connection connection(owner_conninfo);
    {
      pqxx::nontransaction lock(connection);
      lock.exec(absl::StrCat("SELECT pg_advisory_lock(", kLockKey, ")"));
      lock.exec(
          "CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, checksum text NOT NULL, "
          "applied_at timestamptz NOT NULL DEFAULT now())");
    }
    std::map<std::string, std::string> applied;
    {
      pqxx::nontransaction work(connection);
      applied = Applied(work);
    }
    for (absl::Span<const Migration> set : {PlatformMigrations(), migrations}) {
      for (const Migration& migration : set) {
        auto found = applied.find(migration.name);
        if (found == applied.end()) {
          absl::Status status = ApplyOne(connection, migration);
          if (!status.ok()) return status;
        } else if (found->second != ChecksumOf(migration)) {
          return absl::FailedPreconditionError(
              absl::StrCat("migration ", migration.name, " has changed since it was applied; add a new one instead"));
        }
      }
    }
    if (!app_role.empty()) GrantRights(connection, app_role);
    return absl::OkStatus();
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("migration failed: ", e.what()));
  }
}

absl::Status CheckSchema(Database& database, absl::Span<const Migration> migrations) {
  absl::Status status =
      database.Read({absl::Now() + absl::Seconds(2), nullptr, Share::kBackground}, [&](Tx& tx) -> absl::Status {
        auto applied = Applied(tx.raw());
        for (absl::Span<const Migration> set : {PlatformMigrations(), migrations}) {
          for (const Migration& migration : set) {
            if (applied[migration.name] != ChecksumOf(migration)) {
              return absl::FailedPreconditionError(
                  absl::StrCat("migration ", migration.name, " is not applied as it is here"));
            }
          }
        }
        return absl::OkStatus();
      });
  if (status.code() == absl::StatusCode::kUnavailable) return absl::UnavailableError("the database cannot be reached");
  if (status.code() == absl::StatusCode::kInternal)
    return absl::FailedPreconditionError("the database is not migrated");
  return status;
}

}  // namespace bangfu::db
