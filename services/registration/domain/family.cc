#include "services/registration/domain/family.h"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/registration/domain/member.h"

namespace bangfu::registration::domain {
namespace {

using status::FieldError;
using status::Refuse;
using status::RefuseFields;

// Entries of JOIN_REASON, LEAVE_REASON and ARCHIVE_REASON that the rules themselves give.
constexpr char kMovedIn[] = "09";
constexpr char kSplitOff[] = "10";
constexpr char kMergedIn[] = "11";
constexpr char kLeftBySplit[] = "04";
constexpr char kLeftWithHousehold[] = "08";
constexpr char kLeftByMerger[] = "10";
constexpr char kMergedAway[] = "03";
constexpr char kLeftByUndo[] = "11";
constexpr char kTransferred[] = "20";  // to or from another county

bool IsPresent(const v1::Member& member) { return member.state() == v1::Member::PRESENT; }

bool IsHead(const v1::Member& member) { return member.relation() == kHead; }

bool IsOneOf(absl::string_view reason, std::initializer_list<absl::string_view> reasons) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

// The six-digit county in front of an id.
absl::string_view CountyOfId(absl::string_view record_id) { return record_id.substr(0, 6); }

// Where a member stands in a family, const or not.
auto Position(auto& family, absl::string_view member_id) {
  return std::find_if(family.members.begin(), family.members.end(),
                      [&](const v1::Member& member) { return member.member_id() == member_id; });
}

// Puts a member into the household's place.
void Place(const v1::Household& household, v1::Member* member) {
  member->set_household_id(household.household_id());
  member->set_area(household.area());
  member->set_household_type(household.type());
  member->set_state(v1::Member::PRESENT);
}

// Both sides of a move: why the person left the one household, and why they joined the other.
void MoveFor(absl::string_view leave_reason, absl::string_view join_reason, absl::string_view day, v1::Member* member) {
  member->set_leave_date(std::string(day));
  member->set_leave_reason(std::string(leave_reason));
  member->set_join_date(std::string(day));
  member->set_join_reason(std::string(join_reason));
}

// The entry of JOIN_REASON that answers to an entry of LEAVE_REASON when a person moves between two households.
const char* JoinReasonOfMove(absl::string_view move_reason) {
  if (move_reason == "02") return "02";  // marriage
  if (move_reason == kLeftBySplit) return kSplitOff;
  if (move_reason == kLeftByMerger) return kMergedIn;
  return kMovedIn;
}

// Whether who leaves for this entry of LEAVE_REASON may belong to another household afterwards.
bool MovesBetweenHouseholds(absl::string_view reason) {
  constexpr const char* kReasons[] = {"02", "03", "04", "09", "10", "99"};
  return std::find(std::begin(kReasons), std::end(kReasons), reason) != std::end(kReasons);
}

void LeaveFor(absl::string_view reason, absl::string_view day, v1::Member* member) {
  member->set_state(v1::Member::LEFT);
  member->set_leave_reason(std::string(reason));
  member->set_leave_date(std::string(day));
}

// Takes a new member in: completes it and says what is wrong with it.
std::vector<FieldError> Admit(const std::string& path, const v1::Household& household, absl::string_view today,
                              v1::Member* member) {
  Place(household, member);
  if (member->join_date().empty()) member->set_join_date(std::string(today));
  std::vector<FieldError> faults = CheckIdentity(path, member);
  for (FieldError& fault : CheckJoining(path, *member, today)) faults.push_back(std::move(fault));
  return faults;
}

std::vector<FieldError> CheckDay(const std::string& field, absl::string_view label, const std::string& day,
                                 const v1::Member& member, absl::string_view today) {
  std::vector<FieldError> faults;
  if (day > today) faults.push_back({field, absl::StrCat(label, ": 不能晚于今天")});
  if (day < member.join_date()) faults.push_back({field, absl::StrCat(label, ": 不能早于增加日期")});
  return faults;
}

using Relations = google::protobuf::RepeatedPtrField<v1::SplitMember>;

// Relates the present members to their head as `named` says, for which it must name each that is not in `told` already,
// once. What they were related to before tells nothing of it.
absl::Status Relate(const Relations& named, std::set<std::string> told, std::vector<v1::Member>* members) {
  for (int i = 0; i < named.size(); ++i) {
    const auto member = std::find_if(members->begin(), members->end(), [&](const v1::Member& one) {
      return one.member_id() == named[i].member_id() && IsPresent(one);
    });
    if (member == members->end()) return Refuse(v1::MEMBER_NOT_FOUND);
    if (!told.insert(named[i].member_id()).second) {
      return RefuseFields({{absl::StrCat("members[", i, "].member_id"), "其他成员: 重复, 或是新户主"}});
    }
    member->set_relation(named[i].relation());
  }
  std::vector<FieldError> missing;
  for (const v1::Member& member : *members) {
    if (!IsPresent(member) || told.contains(member.member_id())) continue;
    missing.push_back({"members", absl::StrCat("请填写人员 ", member.member_id(), " 与户主的关系")});
  }
  if (missing.empty()) return absl::OkStatus();
  return Refuse(v1::HEAD_RELATIONS_MISSING, {{"missing_count", absl::StrCat(missing.size())}}, missing);
}

// Makes a present member the head, to whom all others who are present are related as `named` says.
absl::Status SetHead(const std::string& member_id, const Relations& named, Family* family) {
  const auto head = Position(*family, member_id);
  if (head == family->members.end() || !IsPresent(*head)) return Refuse(v1::MEMBER_NOT_FOUND);
  head->set_relation(std::string(kHead));
  return Relate(named, {member_id}, &family->members);
}

}  // namespace

absl::StatusOr<Family> Settle(Family family) {
  int present = 0, heads = 0;
  for (const v1::Member& member : family.members) {
    if (!IsPresent(member)) continue;
    ++present;
    if (!IsHead(member)) continue;
    ++heads;
    family.household.set_head_name(member.name());
  }
  if (present == 0) return Refuse(v1::HOUSEHOLD_EMPTY);
  if (heads != 1) return Refuse(v1::HOUSEHOLD_HEAD_COUNT, {{"heads", absl::StrCat(heads)}});
  family.household.set_member_count(present);
  return family;
}

absl::Status CheckActive(const v1::Household& household) {
  return household.state() == v1::Household::ACTIVE ? absl::OkStatus() : Refuse(v1::HOUSEHOLD_ARCHIVED);
}

const v1::Member& HeadOf(const Family& family) {
  return *std::find_if(family.members.begin(), family.members.end(), IsHead);
}

const v1::Member* FindMember(const Family& family, absl::string_view member_id) {
  auto found = Position(family, member_id);
  return found == family.members.end() ? nullptr : &*found;
}

absl::Status CheckRegistered(const v1::Household& household) {
  return household.type() == v1::Household::REGISTERED ? absl::OkStatus() : Refuse(v1::HOUSEHOLD_NOT_REGISTERED);
}

Family WithType(Family family, v1::Household::Type type) {
  family.household.set_type(type);
  for (v1::Member& member : family.members) member.set_household_type(type);
  if (type == v1::Household::REGISTERED) return family;
  family.household.clear_standard();
  family.household.clear_attribute();
  family.household.clear_main_cause();
  family.household.clear_other_causes();
  family.household.clear_cause_note();
  family.household.clear_exit_flag();
  family.household.clear_exit_year();
  return family;
}

absl::StatusOr<Family> Register(v1::Household household, std::vector<v1::Member> members,
                                const std::vector<std::string>& ids, absl::string_view today) {
  if (household.type() == v1::Household::TYPE_UNSPECIFIED) household.set_type(v1::Household::REGISTERED);
  Family family{std::move(household), std::move(members)};
  family.household.set_household_id(ids[0]);
  family.household.set_state(v1::Household::ACTIVE);
  std::vector<FieldError> faults;
  for (size_t i = 0; i < family.members.size(); ++i) {
    v1::Member& member = family.members[i];
    member.set_member_id(ids[i + 1]);
    if (member.join_reason().empty()) member.set_join_reason(kFirstRegistration);
    for (FieldError& fault : Admit(absl::StrCat("members[", i, "]."), family.household, today, &member)) {
      faults.push_back(std::move(fault));
    }
  }
  if (!faults.empty()) return RefuseFields(faults);
  return Settle(std::move(family));
}

absl::StatusOr<Family> Amend(Family family, const v1::Household& after) {
  RETURN_IF_ERROR(CheckActive(family.household));
  if (after.area() != family.household.area()) {
    if (absl::string_view(after.area()).substr(0, 6) != CountyOfId(after.household_id())) {
      return Refuse(v1::MOVE_ACROSS_COUNTIES);
    }
    for (v1::Member& member : family.members) member.set_area(after.area());
  }
  if (family.household.type() == v1::Household::ORDINARY) {
    const Family bare = WithType({after, {}}, v1::Household::ORDINARY);
    if (!google::protobuf::util::MessageDifferencer::Equals(bare.household, after)) {
      return Refuse(v1::HOUSEHOLD_NOT_REGISTERED);
    }
  }
  family.household = after;
  return family;
}

absl::StatusOr<Family> Archive(Family family, absl::string_view reason, absl::string_view today) {
  RETURN_IF_ERROR(CheckActive(family.household));
  for (v1::Member& member : family.members) LeaveFor(kLeftWithHousehold, today, &member);
  family.household.set_member_count(0);
  family.household.set_state(v1::Household::ARCHIVED);
  family.household.set_archive_reason(std::string(reason));
  return family;
}

absl::StatusOr<TwoFamilies> Split(Family family, const v1::SplitHouseholdRequest& request,
                                  absl::string_view new_household_id, absl::string_view today) {
  RETURN_IF_ERROR(CheckActive(family.household));
  Family founded{family.household, {}};
  founded.household.set_household_id(std::string(new_household_id));
  founded.household.clear_national_id();
  founded.household.clear_phone();
  founded.household.clear_bank_name();
  founded.household.clear_bank_account();
  for (const v1::SplitMember& named : request.members()) {
    auto found = Position(family, named.member_id());
    if (found == family.members.end()) return Refuse(v1::MEMBER_NOT_FOUND);
    v1::Member member = std::move(*found);
    family.members.erase(found);
    Place(founded.household, &member);
    member.set_relation(named.relation());
    MoveFor(kLeftBySplit, kSplitOff, today, &member);
    founded.members.push_back(std::move(member));
  }
  ASSIGN_OR_RETURN(family, Settle(std::move(family)));
  ASSIGN_OR_RETURN(founded, Settle(std::move(founded)));
  return TwoFamilies{std::move(family), std::move(founded)};
}

absl::StatusOr<TwoFamilies> Merge(Family stays, Family gone, const v1::MergeHouseholdsRequest& request,
                                  absl::string_view today) {
  if (stays.household.household_id() == gone.household.household_id()) {
    return RefuseFields({{"merged_household_id", "被合并户标识: 不能是同一户"}});
  }
  if (CountyOfId(stays.household.household_id()) != CountyOfId(gone.household.household_id())) {
    return Refuse(v1::MOVE_ACROSS_COUNTIES);
  }
  RETURN_IF_ERROR(CheckActive(stays.household));
  RETURN_IF_ERROR(CheckActive(gone.household));
  if (stays.household.type() != gone.household.type()) return Refuse(v1::HOUSEHOLD_TYPES_DIFFER);
  for (v1::Member& member : gone.members) {
    Place(stays.household, &member);
    MoveFor(kLeftByMerger, kMergedIn, today, &member);
  }
  RETURN_IF_ERROR(Relate(request.members(), {}, &gone.members));
  std::move(gone.members.begin(), gone.members.end(), std::back_inserter(stays.members));
  gone.members.clear();
  ASSIGN_OR_RETURN(stays, Settle(std::move(stays)));
  ASSIGN_OR_RETURN(gone, Archive(std::move(gone), kMergedAway, today));
  return TwoFamilies{std::move(stays), std::move(gone)};
}

absl::StatusOr<Family> Join(Family family, v1::Member member, absl::string_view today) {
  RETURN_IF_ERROR(CheckActive(family.household));
  std::vector<FieldError> faults = Admit("member.", family.household, today, &member);
  if (member.join_reason().empty()) faults.push_back({"member.join_reason", "增加原因: 请填写"});
  if (IsOneOf(member.join_reason(), {kFirstRegistration, kMovedIn, kSplitOff, kMergedIn, kTransferred})) {
    faults.push_back(
        {"member.join_reason", "增加原因: 该原因由系统在办理建档、转户、分户、并户或跨县迁移时填写, 请选择实际原因"});
  }
  if (!faults.empty()) return RefuseFields(faults);
  family.members.push_back(std::move(member));
  return Settle(std::move(family));
}

absl::StatusOr<Family> Correct(Family family, const v1::Member& after) {
  RETURN_IF_ERROR(CheckActive(family.household));
  v1::Member& member = *Position(family, after.member_id());
  v1::Member corrected = after;
  std::vector<FieldError> faults = CheckCorrection("member.", member, &corrected);
  if (!faults.empty()) return RefuseFields(faults);
  member = std::move(corrected);
  return Settle(std::move(family));
}

absl::StatusOr<Family> Leave(Family family, const v1::RemoveMemberRequest& request, absl::string_view today) {
  RETURN_IF_ERROR(CheckActive(family.household));
  v1::Member& member = *Position(family, request.member_id());
  auto faults = CheckDay("leave_date", "减少日期", request.leave_date(), member, today);
  if (IsOneOf(request.leave_reason(), {kLeftWithHousehold, kMovedIn, kLeftByMerger, kLeftByUndo, kTransferred})) {
    faults.push_back(
        {"leave_reason", "减少原因: 该原因由系统在办理归档、转户、并户、跨县迁移或撤销时填写, 请选择实际原因"});
  }
  if (!faults.empty()) return RefuseFields(faults);
  if (family.members.size() == 1) return Refuse(v1::HOUSEHOLD_EMPTY);
  const std::string& new_head = request.new_head_member_id();
  if (IsHead(member) && new_head.empty()) return Refuse(v1::FIRST_HEAD_REQUIRED);
  if (!IsHead(member) && !new_head.empty()) return Refuse(v1::HOUSEHOLD_HEAD_COUNT, {{"heads", "2"}});
  LeaveFor(request.leave_reason(), request.leave_date(), &member);
  if (!new_head.empty()) RETURN_IF_ERROR(SetHead(new_head, request.members(), &family));
  return Settle(std::move(family));
}

absl::StatusOr<Family> ChangeHead(Family family, const v1::ChangeHeadRequest& request) {
  RETURN_IF_ERROR(CheckActive(family.household));
  const v1::Member* head = FindMember(family, request.new_head_member_id());
  if (head != nullptr && IsHead(*head)) return RefuseFields({{"new_head_member_id", "新户主: 已是户主"}});
  RETURN_IF_ERROR(SetHead(request.new_head_member_id(), request.members(), &family));
  return Settle(std::move(family));
}

absl::StatusOr<TwoFamilies> Move(Family from, Family to, const v1::MoveMemberRequest& request,
                                 absl::string_view today) {
  if (from.household.household_id() == to.household.household_id()) {
    return RefuseFields({{"household_id", "转入户标识: 不能是原来的户"}});
  }
  if (CountyOfId(from.household.household_id()) != CountyOfId(to.household.household_id())) {
    return Refuse(v1::MOVE_ACROSS_COUNTIES);
  }
  RETURN_IF_ERROR(CheckActive(from.household));
  RETURN_IF_ERROR(CheckActive(to.household));
  auto found = Position(from, request.member_id());
  auto faults = CheckDay("move_date", "变动日期", request.move_date(), *found, today);
  if (!MovesBetweenHouseholds(request.move_reason())) {
    faults.push_back({"move_reason", "变动原因: 不是转到另一户的原因; 人员不再在册的, 请办理减少"});
  }
  if (!faults.empty()) return RefuseFields(faults);
  v1::Member member = std::move(*found);
  from.members.erase(found);
  Place(to.household, &member);
  member.set_relation(request.relation());
  MoveFor(request.move_reason(), JoinReasonOfMove(request.move_reason()), request.move_date(), &member);
  to.members.push_back(std::move(member));
  ASSIGN_OR_RETURN(from, Settle(std::move(from)));
  ASSIGN_OR_RETURN(to, Settle(std::move(to)));
  return TwoFamilies{std::move(from), std::move(to)};
}

}  // namespace bangfu::registration::domain
