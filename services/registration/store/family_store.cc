#include "services/registration/store/family_store.h"

#include <algorithm>
#include <map>
#include <string>

#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/registration/store/family_dates.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/statistic_store.h"

namespace bangfu::registration::store {
namespace {

using domain::Family;
using google::protobuf::util::MessageDifferencer;

// Records that are new, and records that differ.
template <typename Record>
struct Difference {
  std::vector<Revision<Record>> added;
  std::vector<Revision<Record>> changed;

  void Compare(const Author* author, const std::map<std::string, const Record*>& before, const std::string& id,
               Record* after, const std::map<std::string, std::vector<Record>>& between) {
    const auto found = before.find(id);
    const auto versions = between.find(id);
    const std::vector<Record>* written = versions == between.end() ? nullptr : &versions->second;
    if (found == before.end()) {
      added.push_back({author, nullptr, after, written});
    } else if (!MessageDifferencer::Equals(*found->second, *after) || (written != nullptr && !written->empty())) {
      changed.push_back({author, found->second, after, written});
    }
  }

  // Since when what was written is known, or `known` if that is later.
  absl::Time KnownSince(absl::Time known) const {
    for (const auto* revisions : {&added, &changed}) {
      for (const Revision<Record>& one : *revisions) known = std::max(known, TimeOf(one.after->update_time()));
    }
    return known;
  }
};

// Adds the household if it changes to another number of the national register.
void AddRenumbered(const v1::Household& before, const v1::Household& after, std::vector<NumberClaim>* claims) {
  if (after.national_id() == before.national_id() || after.national_id().empty()) return;
  claims->push_back({IdOf(after.household_id()), after.national_id()});
}

// A change with its dates.
struct Write {
  const FamilyChange& change;
  DatedChange dated;
};

absl::StatusOr<absl::Time> WriteHouseholds(db::Tx& tx, const crypto::Sealer& sealer, std::vector<Write>& writes) {
  Difference<v1::Household> difference;
  for (Write& write : writes) {
    std::map<std::string, const v1::Household*> known;
    for (const Family& family : *write.change.before) known[family.household.household_id()] = &family.household;
    for (Family& family : *write.change.after) {
      difference.Compare(write.change.author, known, family.household.household_id(), &family.household,
                         write.dated.households_between);
    }
  }
  if (!InsertHouseholds(tx, sealer, difference.added)) return status::Refuse(v1::NATIONAL_ID_TAKEN);
  std::vector<NumberClaim> renumbered;
  for (const auto& revision : difference.changed) AddRenumbered(*revision.before, *revision.after, &renumbered);
  if (!FindNumbersInUse(tx, renumbered).empty()) return status::Refuse(v1::NATIONAL_ID_TAKEN);
  SaveHouseholds(tx, sealer, difference.changed);
  return difference.KnownSince(absl::InfinitePast());
}

absl::Time WriteMembers(db::Tx& tx, const crypto::Sealer& sealer, std::vector<Write>& writes, absl::Time known_since) {
  Difference<v1::Member> difference;
  for (Write& write : writes) {
    std::map<std::string, const v1::Member*> known;
    for (const Family& family : *write.change.before) {
      for (const v1::Member& member : family.members) known[member.member_id()] = &member;
    }
    for (const v1::Member& member : write.dated.former_before) known[member.member_id()] = &member;
    const auto compare = [&](v1::Member* member) {
      difference.Compare(write.change.author, known, member->member_id(), member, write.dated.members_between);
    };
    for (Family& family : *write.change.after) {
      for (v1::Member& member : family.members) compare(&member);
    }
    for (v1::Member& member : write.dated.former_after) compare(&member);
  }
  InsertMembers(tx, sealer, difference.added);
  SaveMembers(tx, sealer, difference.changed);
  return difference.KnownSince(known_since);
}

// The ledger learns of all at once, when the last record of them is known.
void WriteLedger(db::Tx& tx, const std::vector<Write>& writes, absl::Time known_since) {
  std::vector<v1::PopulationChange> entries;
  for (const Write& write : writes) {
    for (const v1::PopulationChange& entry : write.dated.entries) {
      SetTime(known_since, entries.emplace_back(entry).mutable_known_time());
    }
  }
  AppendPopulationChanges(tx, entries);
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

// Adds the claims of `left` that are not in `right`.
void AddMissing(const crypto::Sealer& sealer, const std::map<std::string, std::string>& left,
                const std::map<std::string, std::string>& right, std::vector<IdentityClaim>* missing) {
  for (const auto& [member_id, number] : left) {
    auto found = right.find(member_id);
    if (found != right.end() && found->second == number) continue;
    missing->push_back({IdentityDigest(sealer, number), IdOf(member_id)});
  }
}

// What a change of families gives up of identity numbers, and what it takes.
struct ClaimsMoved {
  std::vector<IdentityClaim> freed, taken;
  void Add(const crypto::Sealer& sealer, const std::vector<Family>& before, const std::vector<Family>& after) {
    const auto claimed = ClaimsOf(before), wanted = ClaimsOf(after);
    AddMissing(sealer, claimed, wanted, &freed);
    AddMissing(sealer, wanted, claimed, &taken);
  }
};

}  // namespace

absl::StatusOr<std::vector<Family>> LoadFamiliesForUpdate(db::Tx& tx, const crypto::Sealer& sealer,
                                                          absl::Span<const ids::RecordId> ids,
                                                          std::set<std::string>* locked) {
  ASSIGN_OR_RETURN(const auto households, LoadHouseholdsForUpdate(tx, sealer, ids, locked));
  std::vector<Family> families;
  std::map<std::string, size_t> places;
  std::vector<ids::RecordId> found;
  for (const v1::Household& household : households) {
    places[household.household_id()] = families.size();
    families.push_back({household, {}});
    found.push_back(IdOf(household.household_id()));
  }
  ASSIGN_OR_RETURN(const auto members, LoadPresentMembers(tx, sealer, found));
  for (const v1::Member& member : members) {
    const auto place = places.find(member.household_id());
    if (place != places.end()) families[place->second].members.push_back(member);
  }
  return families;
}

absl::Status SaveFamilies(db::Tx& tx, const crypto::Sealer& sealer, absl::Span<const FamilyChange> changes) {
  std::vector<Write> writes;
  for (const FamilyChange& change : changes) {
    ASSIGN_OR_RETURN(DatedChange dated, DateChange(tx, sealer, change));
    writes.push_back({change, std::move(dated)});
  }
  ClaimsMoved claims;
  for (const FamilyChange& change : changes) claims.Add(sealer, *change.before, *change.after);
  FreeIdentities(tx, claims.freed);
  if (!ClaimIdentities(tx, claims.taken)) return status::Refuse(v1::IDENTITY_NUMBER_TAKEN);
  ASSIGN_OR_RETURN(const absl::Time households_known, WriteHouseholds(tx, sealer, writes));
  WriteLedger(tx, writes, WriteMembers(tx, sealer, writes, households_known));
  std::vector<const std::vector<Family>*> seen;
  for (const FamilyChange& change : changes) seen.insert(seen.end(), {change.before, change.after});
  MarkDue(tx, seen);
  return absl::OkStatus();
}

NumberHolders::NumberHolders(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Family>& before,
                             const std::vector<Family>& after)
    : sealer_(sealer) {
  ClaimsMoved claims;
  claims.Add(sealer, before, after);
  std::vector<std::string> wanted;
  for (const IdentityClaim& claim : claims.taken) wanted.push_back(claim.digest);
  identities_ = FindIdentities(tx, wanted);
  std::map<std::string, const v1::Household*> known;
  for (const Family& family : before) known[family.household.household_id()] = &family.household;
  std::vector<NumberClaim> renumbered;
  for (const Family& family : after) {
    const auto old = known.find(family.household.household_id());
    if (old != known.end()) AddRenumbered(*old->second, family.household, &renumbered);
  }
  numbers_in_use_ = FindNumbersInUse(tx, renumbered);
}

std::set<std::string> NumberHolders::FindTaken(const std::vector<Family>& before,
                                               const std::vector<Family>& after) const {
  ClaimsMoved claims;
  claims.Add(sealer_, before, after);
  std::set<std::pair<std::string, std::string>> freed;
  for (const IdentityClaim& claim : claims.freed) {
    freed.insert({claim.digest, claim.member.ToString()});
  }
  std::set<std::string> members, digests;
  for (const IdentityClaim& claim : claims.taken) {
    const auto holder = identities_.find(claim.digest);
    const bool free = holder == identities_.end() || holder->second == claim.member ||
                      freed.contains({claim.digest, holder->second.ToString()});
    if (!free || !digests.insert(claim.digest).second) members.insert(claim.member.ToString());
  }
  std::set<std::string> taken;
  for (const Family& family : after) {
    const std::string& id = family.household.household_id();
    if (numbers_in_use_.contains(id)) taken.insert(id);
    for (const v1::Member& member : family.members) {
      if (members.contains(member.member_id())) taken.insert(id);
    }
  }
  return taken;
}

}  // namespace bangfu::registration::store
