#include "services/registration/store/family_dates.h"

#include <algorithm>
#include <set>

#include "bangfu/registration/v1/bitemporal_reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/registration/domain/population.h"
#include "services/registration/domain/timeline.h"
#include "services/registration/domain/today.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/timeline_store.h"

namespace bangfu::registration::store {
namespace {

using domain::Family;
using google::protobuf::util::MessageDifferencer;

// Families as they were, by id.
class Known {
 public:
  explicit Known(const std::vector<Family>& families) {
    for (const Family& family : families) {
      households_[family.household.household_id()] = &family.household;
      latest_ = std::max(latest_, family.household.valid_from());
      for (const v1::Member& member : family.members) {
        members_[member.member_id()] = &member;
        latest_ = std::max(latest_, member.valid_from());
      }
    }
  }

  const v1::Household* Find(const v1::Household& household) const {
    return Find(households_, household.household_id());
  }
  const v1::Member* Find(const v1::Member& member) const { return Find(members_, member.member_id()); }
  // The latest day from which on a record is as it is; empty if there is none.
  const std::string& latest() const { return latest_; }
  const std::map<std::string, const v1::Household*>& households() const { return households_; }

 private:
  template <typename Record>
  static const Record* Find(const std::map<std::string, const Record*>& records, const std::string& id) {
    const auto found = records.find(id);
    return found == records.end() ? nullptr : found->second;
  }

  std::map<std::string, const v1::Household*> households_;
  std::map<std::string, const v1::Member*> members_;
  std::string latest_;
};

// A household that is registered grows as its members joined it: one version for each day on which somebody did.
std::vector<v1::Household> GrowthOf(const Family& family) {
  std::map<std::string, int> joined;
  for (const v1::Member& member : family.members) ++joined[member.valid_from()];
  std::vector<v1::Household> versions;
  int members = 0;
  for (const auto& [day, count] : joined) {
    versions.push_back(family.household);
    versions.back().set_valid_from(day);
    versions.back().set_member_count(members += count);
  }
  return versions;
}

class Dating {
 public:
  Dating(db::Tx& tx, const crypto::Sealer& sealer, const FamilyChange& change)
      : tx_(tx), sealer_(sealer), change_(change), known_(*change.before) {}

  absl::StatusOr<DatedChange> Run() {
    day_ = change_.author->valid_from.empty() ? domain::DayOf(change_.author->time) : change_.author->valid_from;
    if (change_.author->in_place) day_ = std::max(day_, known_.latest());
    earliest_ = day_;
    for (Family& family : *change_.after) SetDays(&family);
    if (earliest_ >= known_.latest()) {
      dated_.entries = domain::PopulationChanges(*change_.before, *change_.after, day_);
    } else {
      RETURN_IF_ERROR(CorrectThePast());
    }
    return std::move(dated_);
  }

 private:
  void SetDays(Family* family) {
    const v1::Household* household = known_.Find(family->household);
    if (household == nullptr || !MessageDifferencer::Equals(*household, family->household)) {
      family->household.set_valid_from(day_);
    }
    for (v1::Member& member : family->members) {
      const v1::Member* person = known_.Find(member);
      if (person == nullptr) {
        const bool dated = !member.join_date().empty() && !change_.author->in_place;
        member.set_valid_from(dated ? member.join_date() : day_);
        earliest_ = std::min(earliest_, member.valid_from());
      } else if (!MessageDifferencer::Equals(*person, member)) {
        member.set_valid_from(day_);
      }
    }
    if (!change_.before->empty()) return;
    std::vector<v1::Household> versions = GrowthOf(*family);
    PutInForce(family->household, std::move(versions), &family->household,
               &dated_.households_between[family->household.household_id()]);
  }

  absl::Status CorrectThePast() {
    std::vector<ids::RecordId> ids;
    for (const auto& [id, household] : known_.households()) ids.push_back(IdOf(id));
    for (const auto& [shard, numbers] : NumbersByCounty(ids)) {
      ASSIGN_OR_RETURN(Timelines of_county, LoadTimelinesForUpdate(tx_, sealer_, shard, numbers));
      before_.households.merge(of_county.households);
      before_.members.merge(of_county.members);
      before_.current_members.merge(of_county.current_members);
    }
    households_ = before_.households;
    members_ = before_.members;
    for (Family& family : *change_.after) RETURN_IF_ERROR(RebaseHousehold(&family.household));
    for (Family& family : *change_.after) {
      for (v1::Member& member : family.members) RETURN_IF_ERROR(RebaseMember(&member));
    }
    LetMembersFollow();
    TellTheLedger();
    return absl::OkStatus();
  }

  // The fields that differ, and those that are asked for although they may not.
  template <typename Record>
  std::vector<std::string> FieldsOf(const std::string& id, const Record& before, const Record& after) const {
    std::vector<std::string> fields = domain::ChangedBetween(before, after);
    const Asked* asked = change_.asked;
    if (asked == nullptr || asked->record_id != id) return fields;
    for (const std::string& field : asked->fields) {
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    }
    return fields;
  }

  template <typename Record>
  absl::Status CheckAsked(const std::string& id, const domain::Steps<Record>& steps) const {
    const bool asked = change_.asked != nullptr && change_.asked->record_id == id;
    if (!asked || day_ >= steps.front().valid_from()) return absl::OkStatus();
    return status::Refuse(v1::EFFECTIVE_DATE_TOO_EARLY, {{"first_day", steps.front().valid_from()}});
  }

  // Nobody moves to a household before it is there.
  absl::Status CheckThere(const v1::Member& before, const v1::Member& after) const {
    if (before.household_id() == after.household_id()) return absl::OkStatus();
    const std::string& first_day = households_.at(after.household_id()).front().valid_from();
    if (day_ >= first_day) return absl::OkStatus();
    return status::Refuse(v1::EFFECTIVE_DATE_TOO_EARLY, {{"first_day", first_day}});
  }

  absl::Status RebaseHousehold(v1::Household* after) {
    const std::string& id = after->household_id();
    const v1::Household* before = known_.Find(*after);
    if (before == nullptr) {
      households_[id] = {*after};
      return absl::OkStatus();
    }
    const auto& steps = before_.households.at(id);
    RETURN_IF_ERROR(CheckAsked(id, steps));
    const std::vector<std::string> fields = FieldsOf(id, *before, *after);
    if (fields.empty()) return absl::OkStatus();
    auto appended = domain::Rebase(
        steps, domain::Patch<v1::Household>{day_, fields, *after, after->member_count() - before->member_count()});
    households_[id] = domain::Joined(steps, appended);
    PutInForce(*before, std::move(appended), after, &dated_.households_between[id]);
    return absl::OkStatus();
  }

  absl::Status RebaseMember(v1::Member* after) {
    const std::string& id = after->member_id();
    const v1::Member* before = known_.Find(*after);
    if (before == nullptr) {
      // Nobody belongs to a household before it is there.
      const auto household = households_.find(after->household_id());
      if (household != households_.end()) {
        after->set_valid_from(std::max(after->valid_from(), household->second.front().valid_from()));
      }
      members_[id] = {*after};
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckThere(*before, *after));
    const auto& steps = before_.members.at(id);
    RETURN_IF_ERROR(CheckAsked(id, steps));
    const std::vector<std::string> fields = FieldsOf(id, *before, *after);
    if (!fields.empty()) {
      members_[id] = domain::Joined(steps, domain::Rebase(steps, domain::Patch<v1::Member>{day_, fields, *after}));
    }
    return absl::OkStatus();
  }

  // Puts everybody where the household was, and keeps what that appends to each.
  void LetMembersFollow() {
    std::map<std::string, v1::Member*> in_families;
    for (Family& family : *change_.after) {
      for (v1::Member& member : family.members) in_families[member.member_id()] = &member;
    }
    for (auto& [id, steps] : members_) {
      steps = domain::Follow(steps, households_, earliest_);
      const auto old = before_.members.find(id);
      std::vector<v1::Member> appended = old == before_.members.end() ? steps : Behind(old->second, steps);
      const auto current = before_.current_members.find(id);
      const auto here = in_families.find(id);
      if (here != in_families.end()) {
        PutInForce(current == before_.current_members.end() ? *here->second : current->second, std::move(appended),
                   here->second, &dated_.members_between[id]);
      } else if (!appended.empty()) {
        dated_.former_before.push_back(current->second);
        PutInForce(current->second, std::move(appended), &dated_.former_after.emplace_back(),
                   &dated_.members_between[id]);
      }
    }
  }

  // The steps from the first on that is not among the old ones.
  static std::vector<v1::Member> Behind(const domain::Steps<v1::Member>& old, const domain::Steps<v1::Member>& steps) {
    size_t same = 0;
    while (same < old.size() && same < steps.size() && old[same].valid_from() == steps[same].valid_from() &&
           domain::ChangedBetween(old[same], steps[same]).empty()) {
      ++same;
    }
    if (same == old.size() && same == steps.size()) return {};
    return {steps.begin() + static_cast<std::ptrdiff_t>(same), steps.end()};
  }

  // The last of what is appended is in force; nothing appended leaves the record as it was.
  template <typename Record>
  static void PutInForce(const Record& before, std::vector<Record> appended, Record* after,
                         std::vector<Record>* between) {
    if (appended.empty()) {
      *after = before;
      return;
    }
    *after = std::move(appended.back());
    appended.pop_back();
    *between = std::move(appended);
  }

  void TellTheLedger() {
    std::vector<v1::PopulationChange> wanted;
    const auto want = [&](std::vector<v1::PopulationChange> entries) {
      wanted.insert(wanted.end(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
    };
    std::set<std::string> own;  // households of the change
    for (const auto& [id, household] : known_.households()) own.insert(id);
    for (const Family& family : *change_.after) own.insert(family.household.household_id());
    std::vector<ids::RecordId> ids;
    for (const auto& [id, steps] : households_) {
      ids.push_back(IdOf(id));
      if (own.contains(id)) want(domain::PopulationChangesFrom(steps, earliest_));
    }
    for (const auto& [id, steps] : members_) want(domain::PopulationChangesFrom(steps, households_, earliest_));
    std::vector<v1::PopulationChange> kept;
    for (const auto& [shard, numbers] : NumbersByCounty(ids)) {
      const auto of_county = LoadPopulationChanges(tx_, shard, numbers, earliest_);
      kept.insert(kept.end(), of_county.begin(), of_county.end());
    }
    std::erase_if(kept, [&](const v1::PopulationChange& entry) {
      return entry.member_id().empty() ? !own.contains(entry.household_id()) : !members_.contains(entry.member_id());
    });
    dated_.entries = domain::LedgerDifference(kept, std::move(wanted));
  }

  db::Tx& tx_;
  const crypto::Sealer& sealer_;
  const FamilyChange& change_;
  const Known known_;
  std::string day_, earliest_;
  Timelines before_;
  domain::HouseholdSteps households_;
  domain::MemberSteps members_;
  DatedChange dated_;
};

}  // namespace

absl::StatusOr<DatedChange> DateChange(db::Tx& tx, const crypto::Sealer& sealer, const FamilyChange& change) {
  return Dating(tx, sealer, change).Run();
}

}  // namespace bangfu::registration::store
