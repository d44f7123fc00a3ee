// The two macros of this code base: return early when a Status or StatusOr is not OK.
#ifndef BANGFU_COMMON_STATUS_MACROS_H_
#define BANGFU_COMMON_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// RETURN_IF_ERROR(Check(x));
#define RETURN_IF_ERROR(expr)                                       \
  do {                                                              \
    if (absl::Status bangfu_status = (expr); !bangfu_status.ok()) { \
      return bangfu_status;                                         \
    }                                                               \
  } while (false)

// ASSIGN_OR_RETURN(auto household, Load(tx, id));
#define ASSIGN_OR_RETURN(lhs, expr) BANGFU_ASSIGN_OR_RETURN_AT(BANGFU_JOIN(bangfu_or_, __LINE__), lhs, expr)
#define BANGFU_JOIN(a, b) BANGFU_JOIN_TOKENS(a, b)
#define BANGFU_JOIN_TOKENS(a, b) a##b
#define BANGFU_ASSIGN_OR_RETURN_AT(name, lhs, expr) \
  auto name = (expr);                               \
  if (!name.ok()) return name.status();             \
  lhs = std::move(name).value()

#endif  // BANGFU_COMMON_STATUS_MACROS_H_
