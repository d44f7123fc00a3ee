// A household together with its members, and everything that may happen to it. Each function takes records as they are
// and gives them as they will be, or refuses; nothing half-happens.
//
// What always holds: a household on the register has at least one member, exactly one of them is the head, and its
// head_name and member_count say so; its members are in its village.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_FAMILY_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_FAMILY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/member_service.pb.h"

namespace bangfu::registration::domain {

// JOIN_REASON of the members with whom a household is registered.
inline constexpr char kFirstRegistration[] = "08";

struct Family {
  v1::Household household;
  // Who is present. In what a function gives also who has just left.
  std::vector<v1::Member> members;
};

// What comes of something that happens to two households.
struct TwoFamilies {
  Family first;
  Family second;
};

// Registers a household, as one of the poor if it does not say its type. `ids` has the id of the household and then
// those of its members. Members joined today for the first registration unless they say otherwise. INVALID_FIELD
// (identity numbers, dates), HOUSEHOLD_EMPTY, HOUSEHOLD_HEAD_COUNT.
absl::StatusOr<Family> Register(v1::Household household, std::vector<v1::Member> members,
                                const std::vector<std::string>& ids, absl::string_view today);

// Takes over changed fields of the household itself; its members follow it to another village.
// HOUSEHOLD_ARCHIVED, MOVE_ACROSS_COUNTIES, HOUSEHOLD_NOT_REGISTERED (a field that an ordinary one does not have).
absl::StatusOr<Family> Amend(Family family, const v1::Household& after);

// Takes the household off the register; its members leave with it. HOUSEHOLD_ARCHIVED.
absl::StatusOr<Family> Archive(Family family, absl::string_view reason, absl::string_view today);

// The named members found a household of their own in the same village; it inherits what was found about the old one,
// but not its number, telephone and account. `first` stays, `second` is new. HOUSEHOLD_ARCHIVED, MEMBER_NOT_FOUND,
// HOUSEHOLD_EMPTY, HOUSEHOLD_HEAD_COUNT.
absl::StatusOr<TwoFamilies> Split(Family family, const v1::SplitHouseholdRequest& request,
                                  absl::string_view new_household_id, absl::string_view today);

// All members of `gone` move to `stays`, related to its head as the request says, and `gone` is archived.
// HOUSEHOLD_ARCHIVED, MOVE_ACROSS_COUNTIES, MEMBER_NOT_FOUND, HEAD_RELATIONS_MISSING, HOUSEHOLD_HEAD_COUNT,
// HOUSEHOLD_TYPES_DIFFER; INVALID_FIELD for one and the same.
absl::StatusOr<TwoFamilies> Merge(Family stays, Family gone, const v1::MergeHouseholdsRequest& request,
                                  absl::string_view today);

// A person joins. HOUSEHOLD_ARCHIVED, HOUSEHOLD_HEAD_COUNT, INVALID_FIELD.
absl::StatusOr<Family> Join(Family family, v1::Member member, absl::string_view today);

// Takes over changed fields of a present member. HOUSEHOLD_ARCHIVED, HOUSEHOLD_HEAD_COUNT, INVALID_FIELD.
absl::StatusOr<Family> Correct(Family family, const v1::Member& after);

// A present member leaves; when it is the head, the member named takes over, and the others are related to it as the
// request says. HOUSEHOLD_ARCHIVED, HOUSEHOLD_EMPTY, FIRST_HEAD_REQUIRED, MEMBER_NOT_FOUND, HEAD_RELATIONS_MISSING,
// HOUSEHOLD_HEAD_COUNT (a new head although the head stays), INVALID_FIELD.
absl::StatusOr<Family> Leave(Family family, const v1::RemoveMemberRequest& request, absl::string_view today);

// Another present member becomes the head, and everybody else is related to it as the request says.
// HOUSEHOLD_ARCHIVED, MEMBER_NOT_FOUND, HEAD_RELATIONS_MISSING with those it does not name, HOUSEHOLD_HEAD_COUNT,
// INVALID_FIELD for who is the head already or is named twice.
absl::StatusOr<Family> ChangeHead(Family family, const v1::ChangeHeadRequest& request);

// A present member of `from` moves to `to`. `first` is left, `second` is joined.
// HOUSEHOLD_ARCHIVED, MOVE_ACROSS_COUNTIES, HOUSEHOLD_EMPTY, HOUSEHOLD_HEAD_COUNT, INVALID_FIELD.
absl::StatusOr<TwoFamilies> Move(Family from, Family to, const v1::MoveMemberRequest& request, absl::string_view today);

// Checks what always holds, and derives head_name and member_count from the members who are present.
// HOUSEHOLD_EMPTY, HOUSEHOLD_HEAD_COUNT.
absl::StatusOr<Family> Settle(Family family);

// HOUSEHOLD_ARCHIVED unless the household is on the register.
absl::Status CheckActive(const v1::Household& household);

// HOUSEHOLD_NOT_REGISTERED if it is an ordinary one.
absl::Status CheckRegistered(const v1::Household& household);

// The family of a household that is from now on of that type. What an ordinary household does not have is taken away;
// what a registered one needs is for the caller to set.
Family WithType(Family family, v1::Household::Type type);

// The head of a household on the register.
const v1::Member& HeadOf(const Family& family);

// The member with this id; null if none.
const v1::Member* FindMember(const Family& family, absl::string_view member_id);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_FAMILY_H_
