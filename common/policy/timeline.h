// When which document holds, in two times: days on which it applies, and the span in which that was known. Pure.
#ifndef BANGFU_COMMON_POLICY_TIMELINE_H_
#define BANGFU_COMMON_POLICY_TIMELINE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/policy/v1/policy.pb.h"

namespace bangfu::policy {

// The end of what is open.
inline constexpr absl::CivilDay kNoEnd = absl::CivilDay(9999, 12, 31);

// One document holds from `from` up to but without `to`, as was known from `known_from` up to but without `known_to`.
struct Holding {
  int64_t id = 0;  // of the row; 0 while it is not stored
  std::string policy_id;
  absl::CivilDay from;
  absl::CivilDay to = kNoEnd;
  absl::Time known_from;
  absl::Time known_to = absl::InfiniteFuture();

  bool AppliesOn(absl::CivilDay day) const { return from <= day && day < to; }
  bool KnownAt(absl::Time time) const { return known_from <= time && time < known_to; }
};

// What a publication does to the holdings that are known now.
struct Publication {
  std::set<std::string> overlapped;  // documents that lose days
  std::set<std::string> superseded;  // those of them that no longer reach their own end
  std::vector<Holding> closed;       // no longer known from now on
  std::vector<Holding> opened;       // known from now on: the new one, and what is left of others
};

// `current` are the holdings known now of one kind, area and purpose; they do not overlap each other. A limited new one
// leaves what lies before it and behind it to those that held there.
Publication Publish(const std::vector<Holding>& current, Holding added);

// The days of a document as written; `to` is kNoEnd if it has none. Dates are validated before.
Holding HoldingOf(const v1::PolicyDocument& document);

// The holdings as periods in order of days, touching ones joined.
std::vector<v1::Period> PeriodsOf(std::vector<Holding> holdings);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_TIMELINE_H_
