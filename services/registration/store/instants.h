// The two instants of a question: the day that it is about, and until when what is known counts.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_INSTANTS_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_INSTANTS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {

struct Instants {
  // YYYY-MM-DD; empty for the newest that is known.
  std::string as_of = {};
  // Nothing for now.
  std::optional<absl::Time> known_at = std::nullopt;

  bool AreNow() const { return as_of.empty() && !known_at; }

  // As a date and a timestamptz of PostgreSQL.
  std::string AsOf() const { return as_of.empty() ? "infinity" : as_of; }
  std::string KnownAt() const { return known_at ? TimeLiteral(*known_at) : "infinity"; }

  // Whether the version in force of a household or member is the one that holds then: none is written after it.
  template <typename Record>
  bool Hold(const Record& current) const {
    return (as_of.empty() || current.valid_from() <= as_of) &&
           (!known_at || TimeOf(current.update_time()) <= *known_at);
  }
};

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_INSTANTS_H_
