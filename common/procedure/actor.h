// Who acts in a procedure, and at which level: a role counts for the level of the area it was granted for, so that a
// county's reviewer is no township's. Pure and thread-safe.
#ifndef BANGFU_COMMON_PROCEDURE_ACTOR_H_
#define BANGFU_COMMON_PROCEDURE_ACTOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "bangfu/procedure/v1/definition.pb.h"
#include "common/auth/caller.h"
#include "google/protobuf/repeated_field.h"

namespace bangfu::procedure {

struct Actor {
  std::string account;
  std::vector<auth::Grant> grants;
};

// The roles of an annotation or definition.
using RoleList = google::protobuf::RepeatedField<int>;

// In which role and for which level somebody may act.
struct Right {
  auth::Role role = options::v1::ROLE_UNSPECIFIED;
  v1::Level level = v1::LEVEL_UNSPECIFIED;
};

// The right to act in `area` in one of the roles at `level`; also above it if `or_above`. Nothing if there is none.
std::optional<Right> FindRight(const Actor& actor, const RoleList& roles, v1::Level level, bool or_above, int64_t area);

// Codes of a range that are granted at one level: its whole provinces, then whole cities, and so on down.
struct LevelRange {
  v1::Level level = v1::LEVEL_UNSPECIFIED;
  auth::AreaRange range;
};
std::vector<LevelRange> ByLevel(const auth::AreaRange& range);

// The area at `level` in which `area` lies; `area` itself if it is of that level or above.
int64_t AreaAt(v1::Level level, int64_t area);

// Chinese names: 乡镇; 业务审核员, 资金审批.
std::string LevelName(v1::Level level);
std::string RoleNames(const RoleList& roles);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_ACTOR_H_
