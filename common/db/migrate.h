// Forward-only migrations: numbered SQL files, each in its own transaction, recorded with a checksum, one runner at a
// time. Run by the owner role (`bangfu-<service> migrate`); the application's role owns nothing.
#ifndef BANGFU_COMMON_DB_MIGRATE_H_
#define BANGFU_COMMON_DB_MIGRATE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/db/database.h"

namespace bangfu::db {

// A migration file, embedded in the binary by bangfu_migrations() in CMake.
struct Migration {
  const char* name;  // 0001_areas.sql
  const char* sql;
};

// The migrations that every database gets first.
absl::Span<const Migration> PlatformMigrations();

// Applies what is missing, platform first, then grants the application's role its rights: all on ordinary tables,
// SELECT and INSERT only on tables whose comment begins with "append-only". FAILED_PRECONDITION if a file that was
// applied has changed since. `app_role` may be empty (tests).
absl::Status Migrate(const std::string& owner_conninfo, absl::Span<const Migration> migrations,
                     const std::string& app_role);

// FAILED_PRECONDITION unless all of these are applied as they are here; readiness asks this. More may be applied: while
// a new version is rolled out, replicas of the old one go on, so a migration must leave them what they use.
absl::Status CheckSchema(Database& database, absl::Span<const Migration> migrations);

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_MIGRATE_H_
