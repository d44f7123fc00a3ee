#include "services/registration/rpc/family_events.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/api/field_mask.h"
#include "common/standards/area_code.h"

namespace bangfu::registration {
namespace {

using domain::Family;

// Tells of the changes of one call, record by record.
class Teller {
 public:
  Teller(const crypto::Sealer& sealer, const std::string& merged_into, rpc::Effects* effects)
      : sealer_(sealer), merged_into_(merged_into), effects_(effects) {}

  void Tell(const v1::Household* before, const Family& family) {
    const v1::Household& after = family.household;
    area_ = standards::ParseAreaCode(after.area()).value_or(0);
    effects_->ActOn(after.household_id(), area_);
    AuditChange(sealer_, before == nullptr ? v1::Household() : *before, after, effects_);
    if (before == nullptr) {
      Emit(Created(family), after.household_id());
    } else if (before->state() != after.state()) {
      v1::HouseholdArchived archived;
      archived.set_household_id(after.household_id());
      archived.set_reason(after.archive_reason());
      archived.set_merged_into(merged_into_);
      Emit(archived, after.household_id());
    } else if (auto fields = api::ChangedFields(*before, after); !fields.empty()) {
      v1::HouseholdUpdated updated;
      updated.set_household_id(after.household_id());
      updated.mutable_fields()->Assign(fields.begin(), fields.end());
      updated.set_exit_flag(after.exit_flag());
      updated.set_type(after.type());
      Emit(updated, after.household_id());
    }
  }

  void Tell(const v1::Member* before, const v1::Member& after, bool household_is_new) {
    const auto fields = before == nullptr ? std::vector<std::string>() : api::ChangedFields(*before, after);
    if (before != nullptr && fields.empty()) return;
    effects_->ActOn(after.member_id(), area_);
    AuditChange(sealer_, before == nullptr ? v1::Member() : *before, after, effects_);
    if (before == nullptr) {
      if (!household_is_new) Emit(Added(after), after.household_id());
    } else if (before->household_id() != after.household_id()) {
      Emit(Moved(*before, after), after.household_id());
    } else if (before->state() != after.state()) {
      Emit(Removed(after), after.household_id());
    } else {
      v1::MemberUpdated updated;
      updated.set_member_id(after.member_id());
      updated.set_household_id(after.household_id());
      updated.mutable_fields()->Assign(fields.begin(), fields.end());
      Emit(updated, after.household_id());
    }
  }

 private:
  static v1::HouseholdCreated Created(const Family& family) {
    v1::HouseholdCreated created;
    created.set_household_id(family.household.household_id());
    for (const v1::Member& member : family.members) created.add_member_ids(member.member_id());
    created.set_exit_flag(family.household.exit_flag());
    created.set_type(family.household.type());
    return created;
  }

  static v1::MemberAdded Added(const v1::Member& member) {
    v1::MemberAdded added;
    added.set_member_id(member.member_id());
    added.set_household_id(member.household_id());
    added.set_reason(member.join_reason());
    return added;
  }

  static v1::MemberMoved Moved(const v1::Member& before, const v1::Member& after) {
    v1::MemberMoved moved;
    moved.set_member_id(after.member_id());
    moved.set_from_household_id(before.household_id());
    moved.set_to_household_id(after.household_id());
    moved.set_leave_reason(after.leave_reason());
    moved.set_join_reason(after.join_reason());
    moved.set_date(after.join_date());
    return moved;
  }

  static v1::MemberRemoved Removed(const v1::Member& member) {
    v1::MemberRemoved removed;
    removed.set_member_id(member.member_id());
    removed.set_household_id(member.household_id());
    removed.set_reason(member.leave_reason());
    return removed;
  }

  // The household is the subject of all its events, since its lock keeps their order.
  void Emit(const google::protobuf::Message& fact, const std::string& household_id) {
    effects_->Emit(fact, household_id, area_);
  }

  const crypto::Sealer& sealer_;
  const std::string& merged_into_;
  rpc::Effects* const effects_;
  int64_t area_ = 0;
};

}  // namespace

void TellOfFamilies(const crypto::Sealer& sealer, const std::vector<Family>& before, const std::vector<Family>& after,
                    const std::string& merged_into, rpc::Effects* effects) {
  std::map<std::string, const v1::Household*> households;
  std::map<std::string, const v1::Member*> members;
  for (const Family& family : before) {
    households[family.household.household_id()] = &family.household;
    for (const v1::Member& member : family.members) members[member.member_id()] = &member;
  }
  const auto find = [](const auto& records, const std::string& id) {
    auto found = records.find(id);
    return found == records.end() ? nullptr : found->second;
  };
  Teller teller(sealer, merged_into, effects);
  for (const Family& family : after) {
    const v1::Household* known = find(households, family.household.household_id());
    teller.Tell(known, family);
    for (const v1::Member& member : family.members) {
      teller.Tell(find(members, member.member_id()), member, known == nullptr);
    }
  }
}

void AuditChange(const crypto::Sealer& sealer, const google::protobuf::Message& before,
                 const google::protobuf::Message& after, rpc::Effects* effects) {
  audit::v1::AuditRecord& record = effects->record();
  std::vector<std::string> news;
  for (const std::string& field : api::ChangedFields(before, after)) {
    const auto& told = record.changed_fields();
    if (std::find(told.begin(), told.end(), field) == told.end()) news.push_back(field);
  }
  effects->Change(news);
  // Several records are digested one after the other.
  const auto digest = [&](const std::string& earlier, const google::protobuf::Message& message) {
    return sealer.Digest("record", absl::StrCat(earlier, message.SerializeAsString()));
  };
  record.set_before_digest(digest(record.before_digest(), before));
  record.set_after_digest(digest(record.after_digest(), after));
}

}  // namespace bangfu::registration
