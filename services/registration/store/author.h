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
  // Day (YYYY-MM-DD) from which on it is true what the author writes; empty for the day of `time`.
  std::string valid_from = {};
  // The versions that are superseded are not corrected in their past: what is written is true from their days on at the
  // earliest. So rows of files take the place of what is in force, and so they are taken back.
  bool in_place = false;
};

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_AUTHOR_H_
