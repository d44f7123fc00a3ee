#include "services/registration/domain/timeline.h"

#include <algorithm>
#include <memory>

#include "common/api/field_mask.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kValidFrom[] = "valid_from", kCreateTime[] = "create_time", kMemberCount[] = "member_count";

void Erase(std::vector<std::string>* names, absl::string_view name) {
  names->erase(std::remove(names->begin(), names->end(), name), names->end());
}

void CopyFields(const google::protobuf::Message& from, const std::vector<std::string>& names,
                google::protobuf::Message* to) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  for (const std::string& name : names) {
    if (const auto* field = from.GetDescriptor()->FindFieldByName(name)) fields.push_back(field);
  }
  std::unique_ptr<google::protobuf::Message> copy(from.New());
  copy->CopyFrom(from);
  to->GetReflection()->SwapFields(to, copy.get(), fields);
}

void AddMembers(int members, v1::Household* household) {
  household->set_member_count(household->member_count() + members);
}
void AddMembers(int /*members*/, v1::Member* /*member*/) {}

template <typename Record>
Record Patched(Record record, const std::vector<std::string>& fields, const Patch<Record>& patch) {
  CopyFields(patch.after, fields, &record);
  AddMembers(patch.members, &record);
  return record;
}

// Whether the steps show nothing but what was so already.
template <typename Record>
bool SameAs(const std::vector<Record>& appended, const Steps<Record>& steps) {
  return std::all_of(appended.begin(), appended.end(), [&](const Record& one) {
    const Record* known = At(steps, one.valid_from());
    return known != nullptr && ChangedBetween(*known, one).empty();
  });
}

void Place(const v1::Household* household, v1::Member* member) {
  if (household == nullptr) return;
  member->set_area(household->area());
  member->set_household_type(household->type());
}

bool PlacedAlike(const v1::Member& a, const v1::Member& b) {
  return a.area() == b.area() && a.household_type() == b.household_type();
}

}  // namespace

template <typename Record>
Steps<Record> InForce(const std::vector<Record>& versions) {
  Steps<Record> steps;
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (steps.empty() || version->valid_from() < steps.back().valid_from()) steps.push_back(*version);
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

template <typename Record>
const Record* At(const Steps<Record>& steps, absl::string_view day) {
  const auto behind =
      std::upper_bound(steps.begin(), steps.end(), day,
                       [](absl::string_view wanted, const Record& step) { return wanted < step.valid_from(); });
  return behind == steps.begin() ? nullptr : &*std::prev(behind);
}

template <typename Record>
std::vector<std::string> ChangedBetween(const Record& before, const Record& after) {
  std::vector<std::string> names = api::ChangedFields(before, after);
  Erase(&names, kValidFrom);
  Erase(&names, kCreateTime);
  return names;
}

template <typename Record>
std::vector<Record> Rebase(const Steps<Record>& steps, const Patch<Record>& patch) {
  std::vector<std::string> fields = patch.fields;
  Erase(&fields, kMemberCount);
  const std::string day = std::max(patch.valid_from, steps.front().valid_from());
  const Record* at = At(steps, day);
  std::vector<Record> appended = {Patched(*at, fields, patch)};
  appended.back().set_valid_from(day);
  for (const Record* step = at + 1; step != steps.data() + steps.size(); ++step) {
    for (const std::string& name : ChangedBetween(step[-1], *step)) Erase(&fields, name);
    appended.push_back(Patched(*step, fields, patch));
  }
  if (SameAs(appended, steps)) appended.clear();
  return appended;
}

template <typename Record>
Steps<Record> Joined(Steps<Record> steps, const std::vector<Record>& appended) {
  if (appended.empty()) return steps;
  while (!steps.empty() && steps.back().valid_from() >= appended.front().valid_from()) steps.pop_back();
  steps.insert(steps.end(), appended.begin(), appended.end());
  return steps;
}

Steps<v1::Member> Follow(const Steps<v1::Member>& steps, const HouseholdSteps& households, absl::string_view day) {
  Steps<v1::Member> followed;
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool last = i + 1 == steps.size();
    const auto household = households.find(steps[i].household_id());
    followed.push_back(steps[i]);
    if (household == households.end() || (!last && steps[i + 1].valid_from() <= day)) continue;
    if (steps[i].valid_from() >= day) Place(At(household->second, steps[i].valid_from()), &followed.back());
    if (steps[i].state() != v1::Member::PRESENT) continue;
    for (const v1::Household& moved : household->second) {
      if (moved.valid_from() < day || moved.valid_from() <= steps[i].valid_from()) continue;
      if (!last && moved.valid_from() >= steps[i + 1].valid_from()) break;
      v1::Member there = followed.back();
      Place(&moved, &there);
      if (PlacedAlike(there, followed.back())) continue;
      there.set_valid_from(moved.valid_from());
      followed.push_back(std::move(there));
    }
  }
  return followed;
}

template Steps<v1::Household> InForce(const std::vector<v1::Household>&);
template Steps<v1::Member> InForce(const std::vector<v1::Member>&);
template const v1::Household* At(const Steps<v1::Household>&, absl::string_view);
template const v1::Member* At(const Steps<v1::Member>&, absl::string_view);
template std::vector<std::string> ChangedBetween(const v1::Household&, const v1::Household&);
template std::vector<std::string> ChangedBetween(const v1::Member&, const v1::Member&);
template std::vector<v1::Household> Rebase(const Steps<v1::Household>&, const Patch<v1::Household>&);
template std::vector<v1::Member> Rebase(const Steps<v1::Member>&, const Patch<v1::Member>&);
template Steps<v1::Household> Joined(Steps<v1::Household>, const std::vector<v1::Household>&);
template Steps<v1::Member> Joined(Steps<v1::Member>, const std::vector<v1::Member>&);

}  // namespace bangfu::registration::domain
