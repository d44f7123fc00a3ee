// What a household or member was, day by day: the versions in force, of which a later one hides those that begin with
// it or after it.
//
//   version   known from   valid from          in force now: 1 from 2015-01-01, 3 from 2018-06-01, 4 from 2020-05-01
//   1         2015         2015-01-01
//   2         2020         2020-05-01   hidden by 3, which is known later and begins earlier
//   3         2021         2018-06-01   a correction of the past
//   4         2021         2020-05-01   what 2 had changed, again
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_TIMELINE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_TIMELINE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/member.pb.h"

namespace bangfu::registration::domain {

// Records of one household or member in order of valid_from, which is that of no two of them. Each is how it is until
// the next begins. Record is v1::Household or v1::Member in all that follows.
template <typename Record>
using Steps = std::vector<Record>;
using HouseholdSteps = std::map<std::string, Steps<v1::Household>>;  // by id
using MemberSteps = std::map<std::string, Steps<v1::Member>>;

// The steps that the versions of one record make, given in the order in which they were written.
template <typename Record>
Steps<Record> InForce(const std::vector<Record>& versions);

// The step of a day; null before the first.
template <typename Record>
const Record* At(const Steps<Record>& steps, absl::string_view day);

// Fields in which two versions say something else.
template <typename Record>
std::vector<std::string> ChangedBetween(const Record& before, const Record& after);

// A change that is true from a day on: the fields that are given, with their values in `after`.
template <typename Record>
struct Patch {
  std::string valid_from;
  std::vector<std::string> fields;
  const Record& after;
  // By how many the members of a household become more. Members who come or go count from the day on for good, whatever
  // others did later.
  int members = 0;
};

// The versions to append, in order of valid_from: one from the day of the patch on, and again each later step, with the
// patch as far as no step had itself changed the field since the day. None if nothing would be otherwise. A patch from
// before the first step begins with it.
template <typename Record>
std::vector<Record> Rebase(const Steps<Record>& steps, const Patch<Record>& patch);

// The steps with those that were appended, which hide all from the first of them on.
template <typename Record>
Steps<Record> Joined(Steps<Record> steps, const std::vector<Record>& appended);

// A member's steps from a day on, each in the village and of the type of its household then: the person follows the
// household where that moves while the person is present.
Steps<v1::Member> Follow(const Steps<v1::Member>& steps, const HouseholdSteps& households, absl::string_view day);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_TIMELINE_H_
