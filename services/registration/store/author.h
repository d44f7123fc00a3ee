// Who writes, by which method and when: kept with every version of a record.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_AUTHOR_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_AUTHOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace bangfu::registration::store {

struct Author {
  // Account or client.
  std::string subject;
  // Name of the RPC, such as UpdateHousehold.
  std::string method;
  // One instant for everything that a call writes.
  absl::Time time;
  // The import that writes, if one does: undoing it finds the versions it wrote.
  std::optional<int64_t> import_id = std::nullopt;
};

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_AUTHOR_H_
