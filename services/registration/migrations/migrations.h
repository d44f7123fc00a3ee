// The schema of the register's database, as files that are embedded in the program.
#ifndef BANGFU_SERVICES_REGISTRATION_MIGRATIONS_MIGRATIONS_H_
#define BANGFU_SERVICES_REGISTRATION_MIGRATIONS_MIGRATIONS_H_

#include "absl/types/span.h"
#include "common/db/migrate.h"

namespace bangfu::registration {

// In order of application.
absl::Span<const db::Migration> Migrations();

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_MIGRATIONS_MIGRATIONS_H_
