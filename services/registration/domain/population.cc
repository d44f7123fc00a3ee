#include "services/registration/domain/population.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace bangfu::registration::domain {
namespace {

using v1::PopulationChange;

// Where somebody is counted, and as what; nowhere if the status is none.
struct Standing {
  std::string area;
  PopulationChange::Status status = PopulationChange::STATUS_UNSPECIFIED;
  bool operator==(const Standing& other) const { return area == other.area && status == other.status; }
};

Standing StandingOf(const v1::Household* household) {
  if (household == nullptr || household->state() != v1::Household::ACTIVE) return {};
  return {household->area(), StatusOf(*household)};
}

Standing StandingOf(const v1::Member* member, const v1::Household* household) {
  if (member == nullptr || household == nullptr || member->state() != v1::Member::PRESENT) return {};
  return {member->area(), StatusOf(*household)};
}

bool IsOutside(const Standing& standing) { return standing.status == PopulationChange::STATUS_UNSPECIFIED; }

// Why somebody who stays on the register is counted otherwise.
std::string ReasonOfStatus(const Standing& from, const Standing& to) {
  if (from.area != to.area) return "RELOCATED";
  switch (to.status) {
    case PopulationChange::ORDINARY: return "REMOVED";
    case PopulationChange::OUT_OF_POVERTY: return "EXITED";
    case PopulationChange::PRE_EXIT: return "PRE_EXIT";
    case PopulationChange::RETURNED: return "RETURNED";
    default: return from.status == PopulationChange::ORDINARY ? "IDENTIFIED" : "EXIT_REVOKED";
  }
}

std::string ReasonOf(const v1::Member& before, const v1::Member& after, const Standing& from, const Standing& to) {
  if (IsOutside(from)) return absl::StrCat("JOIN_", after.join_reason());
  if (IsOutside(to)) return absl::StrCat("LEAVE_", after.leave_reason());
  if (before.household_id() != after.household_id()) return absl::StrCat("TRANSFER_", after.leave_reason());
  return ReasonOfStatus(from, to);
}

PopulationChange Entry(const std::string& household_id, const std::string& date, const Standing& from,
                       const Standing& to, std::string reason) {
  PopulationChange entry;
  entry.set_household_id(household_id);
  entry.set_date(date);
  entry.set_from_area(from.area);
  entry.set_from_status(from.status);
  entry.set_to_area(to.area);
  entry.set_to_status(to.status);
  entry.set_reason(std::move(reason));
  entry.set_count(1);
  return entry;
}

// A household comes as its head does.
std::string ReasonOfJoining(const Family& family) {
  for (const v1::Member& member : family.members) {
    if (member.relation() == "01") return absl::StrCat("JOIN_", member.join_reason());
  }
  return "JOIN_99";
}

std::string FirstDayOf(const Family& family) {
  std::string first = family.household.valid_from();
  for (const v1::Member& member : family.members) first = std::min(first, member.valid_from());
  return first;
}

std::string ReasonOf(const v1::Household& after, const Standing& from, const Standing& to,
                     const std::string& reason_of_joining) {
  if (IsOutside(from)) return reason_of_joining;
  if (IsOutside(to)) return absl::StrCat("ARCHIVE_", after.archive_reason());
  return ReasonOfStatus(from, to);
}

// Who and what is meant, without the reason.
auto Facts(const PopulationChange& entry) {
  return std::make_tuple(entry.household_id(), entry.member_id(), entry.date(), entry.from_area(), entry.from_status(),
                         entry.to_area(), entry.to_status());
}

}  // namespace

PopulationChange::Status StatusOf(const v1::Household& household) {
  if (household.type() == v1::Household::ORDINARY) return PopulationChange::ORDINARY;
  if (household.exit_flag() == "1") return PopulationChange::OUT_OF_POVERTY;
  if (household.exit_flag() == "2") return PopulationChange::PRE_EXIT;
  if (household.exit_flag() == "3") return PopulationChange::RETURNED;
  return PopulationChange::IN_POVERTY;
}

namespace {

std::string FilterOf(PopulationChange::Status status, absl::string_view state, absl::string_view type,
                     absl::string_view exit_flag) {
  if (status == PopulationChange::ORDINARY) return absl::StrCat(state, " AND ", type, " = ORDINARY");
  const int flag = status - PopulationChange::IN_POVERTY;
  return absl::StrCat(state, " AND ", type, " = REGISTERED AND ", exit_flag, " = \"", flag, "\"");
}

}  // namespace

std::string HouseholdFilterOf(PopulationChange::Status status) {
  return FilterOf(status, "state = ACTIVE", "type", "exit_flag");
}

std::string PersonFilterOf(PopulationChange::Status status) {
  return FilterOf(status, "state = PRESENT", "household_type", "household_exit_flag");
}

bool IsStatusChange(absl::string_view reason) {
  constexpr const char* kReasons[] = {"REMOVED", "EXITED", "PRE_EXIT", "RETURNED", "IDENTIFIED", "EXIT_REVOKED"};
  return std::find(std::begin(kReasons), std::end(kReasons), reason) != std::end(kReasons);
}

std::vector<PopulationChange> PopulationChanges(const std::vector<Family>& before, const std::vector<Family>& after,
                                                const std::string& day) {
  std::map<std::string, const v1::Household*> households;
  std::map<std::string, const v1::Member*> members;
  for (const Family& family : before) {
    households[family.household.household_id()] = &family.household;
    for (const v1::Member& member : family.members) members[member.member_id()] = &member;
  }
  const auto find = [](const auto& records, const std::string& id) {
    const auto found = records.find(id);
    return found == records.end() ? nullptr : found->second;
  };
  std::vector<PopulationChange> entries;
  for (const Family& family : after) {
    const std::string& id = family.household.household_id();
    const v1::Household* known = find(households, id);
    const Standing from = StandingOf(known), to = StandingOf(&family.household);
    if (!(from == to)) {
      const std::string reason = ReasonOf(family.household, from, to, ReasonOfJoining(family));
      entries.push_back(Entry(id, known == nullptr ? FirstDayOf(family) : day, from, to, reason));
    }
    for (const v1::Member& member : family.members) {
      const v1::Member* person = find(members, member.member_id());
      const Standing was =
          person == nullptr ? Standing{} : StandingOf(person, find(households, person->household_id()));
      const Standing is = StandingOf(&member, &family.household);
      if (was == is) continue;
      const std::string reason = ReasonOf(person == nullptr ? member : *person, member, was, is);
      entries.push_back(Entry(id, person == nullptr ? member.valid_from() : day, was, is, reason));
      entries.back().set_member_id(member.member_id());
    }
  }
  return entries;
}

std::vector<PopulationChange> PopulationChangesFrom(const Steps<v1::Household>& steps, absl::string_view day) {
  std::vector<PopulationChange> entries;
  Standing from;
  for (const v1::Household& step : steps) {
    const Standing to = StandingOf(&step);
    if (!(from == to) && step.valid_from() >= day) {
      entries.push_back(Entry(step.household_id(), step.valid_from(), from, to, ReasonOf(step, from, to, "JOIN_08")));
    }
    from = to;
  }
  return entries;
}

std::vector<PopulationChange> PopulationChangesFrom(const Steps<v1::Member>& steps, const HouseholdSteps& households,
                                                    absl::string_view day) {
  std::set<std::string> days;
  for (const v1::Member& step : steps) {
    days.insert(step.valid_from());
    const auto household = households.find(step.household_id());
    if (household == households.end()) continue;
    for (const v1::Household& other : household->second) days.insert(other.valid_from());
  }
  std::vector<PopulationChange> entries;
  Standing from;
  const v1::Member* before = nullptr;
  for (const std::string& date : days) {
    const v1::Member* member = At(steps, date);
    if (member == nullptr) continue;
    const auto household = households.find(member->household_id());
    const Standing to = household == households.end() ? Standing{} : StandingOf(member, At(household->second, date));
    if (!(from == to) && date >= day) {
      const std::string reason = ReasonOf(before == nullptr ? *member : *before, *member, from, to);
      entries.push_back(Entry(member->household_id(), date, from, to, reason));
      entries.back().set_member_id(member->member_id());
    }
    from = to;
    before = member;
  }
  return entries;
}

std::vector<PopulationChange> LedgerDifference(const std::vector<PopulationChange>& kept,
                                               std::vector<PopulationChange> wanted) {
  std::vector<PopulationChange> added;
  for (const PopulationChange& entry : kept) {
    const auto same = std::find_if(wanted.begin(), wanted.end(),
                                   [&](const PopulationChange& one) { return Facts(one) == Facts(entry); });
    if (same != wanted.end() && entry.count() == 1) {
      wanted.erase(same);
      continue;
    }
    PopulationChange taken_back = entry;
    taken_back.set_count(-entry.count());
    added.push_back(std::move(taken_back));
  }
  added.insert(added.end(), wanted.begin(), wanted.end());
  return added;
}

}  // namespace bangfu::registration::domain
