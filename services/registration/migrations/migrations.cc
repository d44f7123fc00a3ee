#include "services/registration/migrations/migrations.h"

namespace bangfu::registration {

extern const db::Migration kRegistrationMigrations[];
extern const size_t kRegistrationMigrationCount;

absl::Span<const db::Migration> Migrations() { return {kRegistrationMigrations, kRegistrationMigrationCount}; }

}  // namespace bangfu::registration
