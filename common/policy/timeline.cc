#include "common/policy/timeline.h"

#include <algorithm>

#include "common/standards/date.h"

namespace bangfu::policy {
namespace {

std::string EndText(absl::CivilDay day) { return day == kNoEnd ? "" : standards::FormatDate(day); }

}  // namespace

Publication Publish(const std::vector<Holding>& current, Holding added) {
  Publication publication;
  for (const Holding& holding : current) {
    if (holding.to <= added.from || added.to <= holding.from) continue;
    publication.overlapped.insert(holding.policy_id);
    publication.closed.push_back(holding);
    Holding rest = holding;
    rest.id = 0;
    rest.known_from = added.known_from;
    if (holding.from < added.from) {
      rest.to = added.from;
      publication.opened.push_back(rest);
    }
    if (added.to < holding.to) {
      rest.from = added.to;
      rest.to = holding.to;
      publication.opened.push_back(rest);
    } else {
      publication.superseded.insert(holding.policy_id);
    }
  }
  // A document in several pieces is superseded only if its last one is cut short.
  for (const Holding& holding : current) {
    if (holding.from >= added.to) publication.superseded.erase(holding.policy_id);
  }
  publication.opened.push_back(std::move(added));
  return publication;
}

Holding HoldingOf(const v1::PolicyDocument& document) {
  Holding holding;
  holding.policy_id = document.policy_id();
  holding.from = standards::ParseDate(document.valid_from()).value_or(kNoEnd);
  holding.to = document.valid_to().empty() ? kNoEnd : standards::ParseDate(document.valid_to()).value_or(kNoEnd);
  return holding;
}

std::vector<v1::Period> PeriodsOf(std::vector<Holding> holdings) {
  std::sort(holdings.begin(), holdings.end(), [](const Holding& a, const Holding& b) { return a.from < b.from; });
  std::vector<v1::Period> periods;
  for (const Holding& holding : holdings) {
    const std::string from = standards::FormatDate(holding.from);
    if (periods.empty() || periods.back().valid_to() != from) {
      periods.emplace_back();
      periods.back().set_valid_from(from);
    }
    periods.back().set_valid_to(EndText(holding.to));
  }
  return periods;
}

}  // namespace bangfu::policy
