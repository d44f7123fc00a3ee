// What spoilers do alike: looking at a household, and recording what they made of its rows.
#ifndef BANGFU_DEPLOY_DEMO_MISTAKE_RECORDS_H_
#define BANGFU_DEPLOY_DEMO_MISTAKE_RECORDS_H_

#include <algorithm>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "deploy/demo/mistakes.h"

namespace bangfu::demo {

// Faults that an import lets pass, each found by a rule of data quality in the register.
absl::Span<const Mistakes::Spoiler> RegisterSpoilers();

// Records. Each returns true, so that a spoiler can end with it.
inline bool AddHousehold(Mistakes::Context& c, absl::string_view column, absl::string_view kind, Severity severity) {
  c.made.push_back({Table::kAc01, c.numbers.household, column, kind, severity});
  return true;
}
inline bool AddPerson(Mistakes::Context& c, int index, absl::string_view column, absl::string_view kind,
                      Severity severity = Severity::kError) {
  c.made.push_back({Table::kAb01, c.numbers.first_person + index, column, kind, severity});
  return true;
}
inline bool AddIncome(Mistakes::Context& c, absl::string_view column, absl::string_view kind,
                      Severity severity = Severity::kError) {
  c.made.push_back({Table::kAc07, c.numbers.income, column, kind, severity});
  return true;
}
inline bool AddLiving(Mistakes::Context& c, absl::string_view column, absl::string_view kind,
                      Severity severity = Severity::kError) {
  c.made.push_back({Table::kAc30, c.numbers.living, column, kind, severity});
  return true;
}

// A household's row that cannot be taken takes the others with it.
inline bool RefuseHousehold(Mistakes::Context& c, absl::string_view column, absl::string_view kind) {
  for (int i = 0; i < c.rows.size; ++i) AddPerson(c, i, "AAC001", "household_refused");
  AddIncome(c, "AAC001", "household_refused");
  AddLiving(c, "AAC001", "household_refused");
  return AddHousehold(c, column, kind, Severity::kError);
}

inline bool HasCause(const Household& household, Cause cause) {
  const auto end = household.other_causes.begin() + household.other_cause_count;
  return household.main_cause == cause || std::find(household.other_causes.begin(), end, cause) != end;
}

inline int Last(const Mistakes::Context& c) { return c.household.size - 1; }

// Index of the first member of whom the test is true; -1 if there is none.
template <typename Test>
int Find(const Mistakes::Context& c, Test test) {
  const Person* found = std::find_if(c.household.begin(), c.household.end(), test);
  return found == c.household.end() ? -1 : static_cast<int>(found - c.household.begin());
}

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_MISTAKE_RECORDS_H_
