#include "services/registration/store/family_store.h"

#include <map>
#include <string>

#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using domain::Family;
using google::protobuf::util::MessageDifferencer;

// Records that are new and records that differ, each once.
template <typename Record>
struct Difference {
  std::vector<Record*> added;
  std::vector<Revision<Record>> changed;
};

template <typename Record>
void Compare(const std::map<std::string, const Record*>& before, const std::string& id, Record* after,
             Difference<Record>* difference) {
  auto found = before.find(id);
  if (found == before.end()) {
    difference->added.push_back(after);
  } else if (!MessageDifferencer::Equals(*found->second, *after)) {
    difference->changed.push_back({found->second, after});
  }
}

// Whether the household changes to a number that another one has.
bool NumberTaken(db::Tx& tx, const v1::Household& before, const v1::Household& after) {
  const bool renumbered = after.national_id() != before.national_id() && !after.national_id().empty();
  return renumbered && NationalIdInUse(tx, IdOf(after.household_id()), after.national_id());
}

absl::Status WriteHouseholds(db::Tx& tx, const crypto::Sealer& sealer, const Author& author,
                             const std::vector<Family>& before, std::vector<Family>* after) {
  std::map<std::string, const v1::Household*> known;
  for (const Family& family : before) known[family.household.household_id()] = &family.household;
  Difference<v1::Household> difference;
  for (Family& family : *after) Compare(known, family.household.household_id(), &family.household, &difference);
  for (v1::Household* household : difference.added) {
    if (!InsertHousehold(tx, sealer, author, household)) return status::Refuse(v1::NATIONAL_ID_TAKEN);
  }
  for (const auto& [old, household] : difference.changed) {
    if (NumberTaken(tx, *old, *household)) return status::Refuse(v1::NATIONAL_ID_TAKEN);
  }
  SaveHouseholds(tx, sealer, author, difference.changed);
  return absl::OkStatus();
}

// The identity numbers of those who are present, by member.
std::map<std::string, std::string> ClaimsOf(const std::vector<Family>& families) {
  std::map<std::string, std::string> claims;
  for (const Family& family : families) {
    for (const v1::Member& member : family.members) {
      if (member.state() == v1::Member::PRESENT) claims[member.member_id()] = member.id_number();
    }
  }
  return claims;
}

// Claims of `left` that are not in `right`.
std::vector<IdentityClaim> Missing(const crypto::Sealer& sealer, const std::map<std::string, std::string>& left,
                                   const std::map<std::string, std::string>& right) {
  std::vector<IdentityClaim> missing;
  for (const auto& [member_id, number] : left) {
    auto found = right.find(member_id);
    if (found != right.end() && found->second == number) continue;
    missing.push_back({IdentityDigest(sealer, number), IdOf(member_id)});
  }
  return missing;
}

}  // namespace

absl::StatusOr<std::vector<Family>> LoadFamiliesForUpdate(db::Tx& tx, const crypto::Sealer& sealer, int32_t shard,
                                                          const std::vector<int64_t>& household_ids) {
  ASSIGN_OR_RETURN(const auto households, LoadHouseholdsForUpdate(tx, sealer, shard, household_ids));
  ASSIGN_OR_RETURN(const auto members, LoadPresentMembers(tx, sealer, shard, household_ids));
  std::vector<Family> families;
  for (const v1::Household& household : households) {
    Family family{household, {}};
    for (const v1::Member& member : members) {
      if (member.household_id() == household.household_id()) family.members.push_back(member);
    }
    families.push_back(std::move(family));
  }
  return families;
}

absl::Status SaveFamilies(db::Tx& tx, const crypto::Sealer& sealer, const Author& author,
                          const std::vector<Family>& before, std::vector<Family>* after) {
  const auto claimed = ClaimsOf(before);
  const auto wanted = ClaimsOf(*after);
  FreeIdentities(tx, Missing(sealer, claimed, wanted));
  if (!ClaimIdentities(tx, Missing(sealer, wanted, claimed))) return status::Refuse(v1::IDENTITY_NUMBER_TAKEN);
  RETURN_IF_ERROR(WriteHouseholds(tx, sealer, author, before, after));
  std::map<std::string, const v1::Member*> known;
  for (const Family& family : before) {
    for (const v1::Member& member : family.members) known[member.member_id()] = &member;
  }
  Difference<v1::Member> difference;
  for (Family& family : *after) {
    for (v1::Member& member : family.members) Compare(known, member.member_id(), &member, &difference);
  }
  InsertMembers(tx, sealer, author, difference.added);
  SaveMembers(tx, sealer, author, difference.changed);
  return absl::OkStatus();
}

std::set<std::string> FindTaken(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Family>& before,
                                const std::vector<Family>& after) {
  const auto claimed = ClaimsOf(before);
  const auto wanted = ClaimsOf(after);
  std::set<std::pair<std::string, std::string>> freed;
  for (const IdentityClaim& claim : Missing(sealer, claimed, wanted)) {
    freed.insert({claim.digest, claim.member.ToString()});
  }
  std::set<std::string> members, digests;
  for (const IdentityClaim& claim : Missing(sealer, wanted, claimed)) {
    const auto holder = FindIdentity(tx, claim.digest);
    const bool free = !holder || *holder == claim.member || freed.contains({claim.digest, holder->ToString()});
    if (!free || !digests.insert(claim.digest).second) members.insert(claim.member.ToString());
  }
  std::map<std::string, const v1::Household*> known;
  for (const Family& family : before) known[family.household.household_id()] = &family.household;
  std::set<std::string> taken;
  for (const Family& family : after) {
    const std::string& id = family.household.household_id();
    auto old = known.find(id);
    if (old != known.end() && NumberTaken(tx, *old->second, family.household)) taken.insert(id);
    for (const v1::Member& member : family.members) {
      if (members.contains(member.member_id())) taken.insert(id);
    }
  }
  return taken;
}

}  // namespace bangfu::registration::store
