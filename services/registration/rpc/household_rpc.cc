#include "services/registration/rpc/household_rpc.h"

#include <map>
#include <set>

#include "bangfu/registration/v1/reason.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/api/field_mask.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/history.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/entry_gate.h"
#include "services/registration/rpc/instants_of.h"
#include "services/registration/rpc/list_request.h"
#include "services/registration/rpc/split_guard.h"
#include "services/registration/rpc/taken_numbers.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/household_chain.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/instant_list.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using domain::Family;
using status::Refuse;

namespace {

constexpr char kExitYear[] = "household.exit_year", kExitYearLabel[] = "脱贫年度";

// The name of the national register's table: AC01.
const std::string& TableOf(const google::protobuf::Message& record) {
  return record.GetDescriptor()->options().GetExtension(options::v1::table);
}

// The parts of a joint write that were not refused, each with the family that it makes.
template <typename Part>
class Saving {
 public:
  void Add(Part& part, std::vector<Family> before, Family after, const std::string& valid_from = "",
           store::Asked asked = {}) {
    parts_.push_back(&part);
    writes_.push_back({part.call, part.effects, std::move(before), {std::move(after)}, valid_from, std::move(asked)});
  }
  // Answers each part with its household.
  absl::Status Save(const Registration& registration, db::Tx& tx) {
    RETURN_IF_ERROR(SaveAndTell(registration, tx, absl::MakeSpan(writes_)));
    for (size_t i = 0; i < parts_.size(); ++i) parts_[i]->answer = writes_[i].after[0].household;
    return absl::OkStatus();
  }

 private:
  std::vector<Part*> parts_;
  std::vector<FamilyWrite> writes_;
};

// A part that changes a family.
template <typename Part>
struct Amended {
  Part* part;
  const Family* before;
  Family after;
};

// Refuses those that move to a village which takes no households, or which their callers do not reach.
template <typename Part>
void LeaveOutUnplaced(db::Tx& tx, std::vector<Amended<Part>>* amended) {
  const auto moves = [](const Amended<Part>& one) {
    return one.after.household.area() != one.before->household.area();
  };
  std::vector<const rpc::Call*> calls;
  std::vector<std::string> areas;
  for (const Amended<Part>& one : *amended) {
    if (!moves(one)) continue;
    calls.push_back(one.part->call);
    areas.push_back(one.after.household.area());
  }
  if (calls.empty()) return;
  const std::vector<absl::Status> checked = CheckVillages(calls, tx, areas, AreaLock::kShare);
  auto next = checked.begin();
  std::erase_if(*amended, [&](const Amended<Part>& one) {
    if (!moves(one)) return false;
    absl::Status placed = *next++;
    if (placed.ok()) placed = one.part->call->Authorise(AreaNumber(one.after.household.area()));
    if (!placed.ok()) one.part->answer = placed;
    return !placed.ok();
  });
}

// Refuses those that change what the rules of entry leave to procedures.
template <typename Part>
void LeaveOutUngated(policy::Library* policies, db::Tx& tx, std::vector<Amended<Part>>* amended) {
  EntryGate gate(policies, tx);
  std::erase_if(*amended, [&](const Amended<Part>& one) {
    const absl::Status allowed = gate.CheckChange(one.before->household, one.after.household, TodayOf(*one.part->call));
    if (!allowed.ok()) one.part->answer = allowed;
    return !allowed.ok();
  });
}

template <typename Part>
void RefuseTaken(Part* part) {
  const store::Author author = AuthorOf(*part->call);
  CountTakenNumbers(author.method, author.subject, 1);
  part->answer = Refuse(v1::IDENTITY_NUMBER_TAKEN);
}

}  // namespace

HouseholdRpc::HouseholdRpc(const Registration& registration)
    : registration_(registration),
      reads_(registration.database(), [this](db::Tx& tx, absl::Span<const Wanted> wanted) { return Load(tx, wanted); },
             {.name = "get_household", .read_only = true, .batches = 2, .batch_bound = 32}),
      creations_("create_household", registration.write, [this](db::Tx& tx, auto parts) { return Create(tx, parts); }),
      updates_("update_household", registration.write, [this](db::Tx& tx, auto parts) { return Update(tx, parts); }) {}

absl::StatusOr<std::vector<HouseholdRpc::Found>> HouseholdRpc::Load(db::Tx& tx, absl::Span<const Wanted> wanted) const {
  std::vector<ids::RecordId> ids;
  for (const Wanted& one : wanted) ids.push_back(one.id);
  ASSIGN_OR_RETURN(auto households, store::LoadHouseholds(tx, registration_.sealer(), ids));
  std::vector<Found> found(wanted.size());
  std::vector<size_t> superseded;
  std::vector<Wanted> versions;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (!households[i]) continue;
    found[i].area = AreaNumber(households[i]->area());
    found[i].household = std::move(households[i]);
    if (wanted[i].instants.Hold(*found[i].household)) continue;
    superseded.push_back(i);
    versions.push_back(wanted[i]);
  }
  if (superseded.empty()) return found;
  ASSIGN_OR_RETURN(auto known, store::LoadSupersededHouseholds(tx, registration_.sealer(), versions));
  for (size_t i = 0; i < superseded.size(); ++i) found[superseded[i]].household = std::move(known[i]);
  return found;
}

void HouseholdRpc::GetHousehold(rpc::Call& call, const v1::GetHouseholdRequest& request,
                                rpc::Answer<v1::Household> answer) {
  auto instants = InstantsOf(registration_, call, request);
  if (!instants.ok()) return answer(instants.status());
  const Wanted wanted{store::IdOf(request.household_id()), *std::move(instants)};
  reads_.Add(call.bounds(), wanted,
             [&call, id = request.household_id(), answer = std::move(answer)](absl::StatusOr<Found> found) {
               if (!found.ok()) return answer(found.status());
               if (!found->area) return answer(call.Missing(id, Refuse(v1::HOUSEHOLD_NOT_FOUND)));
               if (absl::Status reached = call.Authorise(*found->area); !reached.ok()) return answer(reached);
               if (!found->household) return answer(Refuse(v1::HOUSEHOLD_NOT_FOUND));
               answer(*std::move(found->household));
             });
}

absl::StatusOr<v1::ListHouseholdsResponse> HouseholdRpc::ListHouseholds(rpc::Call& call,
                                                                        const v1::ListHouseholdsRequest& request) {
  const api::PageTokens& tokens = *registration_.page_tokens;
  ASSIGN_OR_RETURN(store::ListQuery query,
                   ListQueryOf(request, request.area(), store::HouseholdFilterColumns(), registration_));
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(query.instants, ListInstantsOf(registration_, call, request));
  const bool now = query.instants.AreNow();
  return ReadList(registration_, call, now, [&](db::Tx& tx) -> absl::StatusOr<v1::ListHouseholdsResponse> {
    const crypto::Sealer& sealer = registration_.sealer();
    ASSIGN_OR_RETURN(const auto page,
                     now ? store::ListHouseholds(tx, sealer, query) : store::ListHouseholdsAt(tx, sealer, query));
    v1::ListHouseholdsResponse response;
    response.mutable_households()->Assign(page.records.begin(), page.records.end());
    const auto count = [&] {
      return now ? store::CountHouseholds(tx, query) : store::CountHouseholdsAt(tx, sealer, query);
    };
    RETURN_IF_ERROR(FinishList(request, request.area(), page, count, tokens, &response));
    return response;
  });
}

void HouseholdRpc::CreateHousehold(rpc::Call& call, const v1::CreateHouseholdRequest& request,
                                   rpc::Answer<v1::Household> answer) {
  // A refusal, too, comes behind the question whether this request had its effect before.
  creations_.Add(call, request, Registered(call, request.household(), request.members()), std::move(answer));
}

void HouseholdRpc::RegisterOrdinaryHousehold(rpc::Call& call, const v1::RegisterOrdinaryHouseholdRequest& request,
                                             rpc::Answer<v1::Household> answer) {
  v1::Household household;
  household.set_area(request.area());
  household.set_phone(request.phone());
  household.set_type(v1::Household::ORDINARY);
  creations_.Add(call, request, Registered(call, household, request.members()), std::move(answer));
}

absl::StatusOr<Family> HouseholdRpc::Registered(rpc::Call& call, const v1::Household& household,
                                                const NewMembers& given) {
  RETURN_IF_ERROR(call.Authorise(AreaNumber(household.area())));
  RETURN_IF_ERROR(domain::CheckBegun(kExitYear, kExitYearLabel, household.exit_year(), TodayOf(call)));
  const std::vector<v1::Member> members(given.begin(), given.end());
  std::vector<std::string> ids;
  for (size_t i = 0; i <= members.size(); ++i) ids.push_back(NewIdIn(household.area()));
  return domain::Register(household, members, ids, TodayOf(call));
}

absl::Status HouseholdRpc::Create(db::Tx& tx, absl::Span<Creations::Part> parts) const {
  std::vector<const rpc::Call*> calls;
  std::vector<std::string> areas;
  std::vector<Creations::Part*> decided;
  for (Creations::Part& part : parts) {
    part.answer = part.plan->ok() ? absl::UnknownError("not answered") : part.plan->status();
    if (!part.plan->ok()) continue;
    decided.push_back(&part);
    calls.push_back(part.call);
    areas.push_back((*part.plan)->household.area());
  }
  if (decided.empty()) return absl::OkStatus();
  const std::vector<absl::Status> checked = CheckVillages(calls, tx, areas);
  EntryGate gate(registration_.policies, tx);
  std::vector<Creations::Part*> placed;
  std::vector<Family> families;
  for (size_t i = 0; i < decided.size(); ++i) {
    absl::Status allowed = checked[i];
    if (allowed.ok()) allowed = gate.CheckCreation((*decided[i]->plan)->household, TodayOf(*decided[i]->call));
    if (!allowed.ok()) {
      decided[i]->answer = allowed;
      continue;
    }
    placed.push_back(decided[i]);
    families.push_back(**decided[i]->plan);
  }
  // Among several, those whose numbers are taken are left out before they fail the others.
  std::set<std::string> taken;
  if (placed.size() > 1) taken = store::NumberHolders(tx, registration_.sealer(), {}, families).FindTaken({}, families);
  Saving<Creations::Part> saving;
  for (size_t i = 0; i < placed.size(); ++i) {
    if (taken.contains(families[i].household.household_id())) {
      RefuseTaken(placed[i]);
    } else {
      saving.Add(*placed[i], {}, std::move(families[i]));
    }
  }
  return saving.Save(registration_, tx);
}

void HouseholdRpc::UpdateHousehold(rpc::Call& call, const v1::UpdateHouseholdRequest& request,
                                   rpc::Answer<v1::Household> answer) {
  updates_.Add(call, request, &request, std::move(answer));
}

absl::Status HouseholdRpc::Update(db::Tx& tx, absl::Span<Updates::Part> parts) const {
  std::vector<ids::RecordId> wanted;
  std::set<std::string> ids;
  for (Updates::Part& part : parts) {
    const std::string& household_id = (*part.plan)->household().household_id();
    part.apart = !ids.insert(household_id).second;
    if (!part.apart) wanted.push_back(store::IdOf(household_id));
  }
  std::set<std::string> locked;
  ASSIGN_OR_RETURN(auto families, store::LoadFamiliesForUpdate(tx, registration_.sealer(), wanted,
                                                               parts[0].alone ? nullptr : &locked));
  std::map<std::string, Family> loaded;
  for (Family& family : families) loaded[family.household.household_id()] = std::move(family);
  std::vector<Amended<Updates::Part>> amended;
  for (Updates::Part& part : parts) {
    const v1::UpdateHouseholdRequest& request = **part.plan;
    const std::string& household_id = request.household().household_id();
    const auto before = loaded.find(household_id);
    part.apart |= locked.contains(household_id);
    if (part.apart) continue;
    absl::StatusOr<Family> after = before == loaded.end()
                                       ? part.call->Missing(household_id, Refuse(v1::HOUSEHOLD_NOT_FOUND))
                                       : Updated(*part.call, request, before->second);
    if (after.ok()) {
      amended.push_back({&part, &before->second, *std::move(after)});
    } else {
      part.answer = after.status();
    }
  }
  LeaveOutUngated(registration_.policies, tx, &amended);
  LeaveOutUnplaced(tx, &amended);
  Saving<Updates::Part> saving;
  for (auto& [part, before, after] : amended) {
    const v1::UpdateHouseholdRequest& request = **part->plan;
    store::Asked asked{request.household().household_id(), FieldsAskedFor(request.update_mask(), request.household())};
    saving.Add(*part, {*before}, std::move(after), request.effective_date(), std::move(asked));
  }
  return saving.Save(registration_, tx);
}

absl::StatusOr<Family> HouseholdRpc::Updated(rpc::Call& call, const v1::UpdateHouseholdRequest& request,
                                             const Family& before) {
  const v1::Household& given = request.household();
  RETURN_IF_ERROR(call.Authorise(AreaNumber(before.household.area())));
  RETURN_IF_ERROR(CheckVersion(given.etag(), given.household_id(), before.household.etag()));
  RETURN_IF_ERROR(CheckEffectiveDate(call, request.effective_date()));
  v1::Household changed = before.household;
  RETURN_IF_ERROR(api::ApplyUpdate(request.update_mask(), given, &changed).status());
  RETURN_IF_ERROR(domain::CheckBegun(kExitYear, kExitYearLabel, changed.exit_year(), TodayOf(call)));
  return domain::Amend(before, changed);
}

absl::StatusOr<v1::Household> HouseholdRpc::ArchiveHousehold(rpc::Call& call,
                                                             const v1::ArchiveHouseholdRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Household> {
    ASSIGN_OR_RETURN(const Family before, LockFamily(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.household_id(), before.household.etag()));
    ASSIGN_OR_RETURN(Family family, domain::Archive(before, request.reason(), TodayOf(call)));
    std::vector<Family> after = {std::move(family)};
    RETURN_IF_ERROR(SaveAndTell(registration_, call, tx, effects, {before}, &after));
    return after[0].household;
  };
  return rpc::Write<v1::Household>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Household> HouseholdRpc::SplitHousehold(rpc::Call& call, const v1::SplitHouseholdRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Household> {
    ASSIGN_OR_RETURN(const Family before, LockFamily(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.household_id(), before.household.etag()));
    const std::string founded_id = NewIdIn(request.household_id());
    RETURN_IF_ERROR(GuardSplit(registration_, call, tx, before.household, request, founded_id));
    ASSIGN_OR_RETURN(domain::TwoFamilies split, domain::Split(before, request, founded_id, TodayOf(call)));
    std::vector<Family> after = {std::move(split.first), std::move(split.second)};
    RETURN_IF_ERROR(SaveAndTell(registration_, call, tx, effects, {before}, &after));
    return after[1].household;
  };
  return rpc::Write<v1::Household>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Household> HouseholdRpc::MergeHouseholds(rpc::Call& call,
                                                            const v1::MergeHouseholdsRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Household> {
    ASSIGN_OR_RETURN(const auto before,
                     LockFamilies(registration_, call, tx, {request.household_id(), request.merged_household_id()}));
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.household_id(), before[0].household.etag()));
    ASSIGN_OR_RETURN(domain::TwoFamilies merged, domain::Merge(before[0], before[1], request, TodayOf(call)));
    RETURN_IF_ERROR(GuardMoveIn(registration_, call, tx, before[0], merged.first));
    std::vector<Family> after = {std::move(merged.first), std::move(merged.second)};
    RETURN_IF_ERROR(SaveAndTell(registration_, call, tx, effects, before, &after, request.household_id()));
    return after[0].household;
  };
  return rpc::Write<v1::Household>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Household> HouseholdRpc::ChangeHead(rpc::Call& call, const v1::ChangeHeadRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Household> {
    ASSIGN_OR_RETURN(const Family before, LockFamily(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.household_id(), before.household.etag()));
    ASSIGN_OR_RETURN(Family family, domain::ChangeHead(before, request));
    std::vector<Family> after = {std::move(family)};
    RETURN_IF_ERROR(SaveAndTell(registration_, call, tx, effects, {before}, &after));
    v1::HouseholdHeadChanged changed;
    changed.set_household_id(request.household_id());
    changed.set_former_head_member_id(domain::HeadOf(before).member_id());
    changed.set_new_head_member_id(request.new_head_member_id());
    changed.set_reason(request.reason());
    effects.Emit(changed, request.household_id(), AreaNumber(after[0].household.area()));
    return after[0].household;
  };
  return rpc::Write<v1::Household>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListHouseholdHistoryResponse> HouseholdRpc::ListHouseholdHistory(
    rpc::Call& call, const v1::ListHouseholdHistoryRequest& request) {
  const ids::RecordId id = store::IdOf(request.household_id());
  const api::PageTokens& tokens = *registration_.page_tokens;
  const std::string query = "history\n" + request.household_id();
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size()));
  std::vector<std::string> from;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(from, tokens.Open(request.page_token(), query));
  }
  const auto labels = [&](const std::string& dictionary, const std::string& code) {
    return registration_.dictionaries->LabelOf(dictionary, code);
  };
  using Response = v1::ListHouseholdHistoryResponse;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const auto household, store::LoadHousehold(tx, registration_.sealer(), id));
    if (!household) return call.Missing(request.household_id(), Refuse(v1::HOUSEHOLD_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
    ASSIGN_OR_RETURN(const auto page, store::ListChangesOfChain(tx, registration_.sealer(), id, from, limit));
    Response response;
    for (const store::RecordedChange& recorded : page.records) {
      v1::RecordChange* change = response.add_changes();
      change->set_table(TableOf(*recorded.after));
      change->set_record_id(recorded.record);
      *change->mutable_time() = recorded.time;
      change->set_valid_from(recorded.valid_from);
      change->set_subject(recorded.subject);
      change->set_method(recorded.method);
      domain::DescribeChange(*recorded.before, *recorded.after, labels, call.sees_health(), change);
    }
    if (page.more) response.set_next_page_token(tokens.Seal(query, page.last_key));
    return response;
  });
}

}  // namespace bangfu::registration
