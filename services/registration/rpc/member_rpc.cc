#include "services/registration/rpc/member_rpc.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "bangfu/registration/v1/statistics_reason.pb.h"
#include "common/api/field_mask.h"
#include "common/standards/identity_number.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/instants_of.h"
#include "services/registration/rpc/list_request.h"
#include "services/registration/rpc/split_guard.h"
#include "services/registration/store/history_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/instant_list.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using domain::Family;
using status::Refuse;

namespace {

// Whoever is not shown a field does not find it out by filters or sort orders.
bool AsksForHealth(const store::ListQuery& query) {
  return store::Mentions(query.filter, "health") ||
         std::any_of(query.order.begin(), query.order.end(),
                     [](const api::SortKey& key) { return key.field == "health"; });
}

}  // namespace

absl::StatusOr<v1::Member> MemberRpc::Load(rpc::Call& call, db::Tx& tx, const std::string& member_id) const {
  ASSIGN_OR_RETURN(auto member, store::LoadMember(tx, registration_.sealer(), store::IdOf(member_id)));
  if (!member) return call.Missing(member_id, Refuse(v1::MEMBER_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(member->area())));
  return *std::move(member);
}

absl::StatusOr<std::vector<Family>> MemberRpc::LockFamiliesOf(rpc::Call& call, db::Tx& tx, const std::string& member_id,
                                                              const std::string& other_household_id) const {
  ASSIGN_OR_RETURN(const v1::Member member, Load(call, tx, member_id));
  if (member.state() == v1::Member::LEFT) return Refuse(v1::MEMBER_LEFT);
  std::vector<std::string> household_ids = {member.household_id()};
  if (!other_household_id.empty()) household_ids.push_back(other_household_id);
  ASSIGN_OR_RETURN(auto families, LockFamilies(registration_, call, tx, household_ids));
  // The member was read before its household was locked.
  if (domain::FindMember(families[0], member_id) == nullptr) return Refuse(status::Reason::CONFLICT);
  return families;
}

absl::StatusOr<v1::Member> MemberRpc::GetMember(rpc::Call& call, const v1::GetMemberRequest& request) {
  ASSIGN_OR_RETURN(const store::Instants instants, InstantsOf(registration_, call, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::Member> {
    // Who may read a person's past is who may read the person today.
    ASSIGN_OR_RETURN(v1::Member member, Load(call, tx, request.member_id()));
    if (instants.Hold(member)) return member;
    const ids::RecordId id = store::IdOf(request.member_id());
    ASSIGN_OR_RETURN(auto known, store::LoadSupersededMember(tx, registration_.sealer(), id, instants));
    if (!known) return Refuse(v1::MEMBER_NOT_FOUND);
    return *std::move(known);
  });
}

absl::Status MemberRpc::Bound(rpc::Call& call, db::Tx& tx, const v1::ListMembersRequest& request,
                              store::ListQuery* query) const {
  if (request.household_id().empty()) {
    ASSIGN_OR_RETURN(query->scope, call.ScopeIn(request.area()));
    return absl::OkStatus();
  }
  const ids::RecordId id = store::IdOf(request.household_id());
  ASSIGN_OR_RETURN(const auto household, store::LoadHousehold(tx, registration_.sealer(), id));
  if (!household) return call.Missing(request.household_id(), Refuse(v1::HOUSEHOLD_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
  query->condition = "t.shard = $1 AND t.household_id = $2";
  query->condition_params = {absl::StrCat(id.shard), absl::StrCat(id.number)};
  // Relation 01 is the head, so the head comes first.
  if (query->order.empty()) query->order.push_back({"relation", store::MemberFilterColumns().at("relation"), false});
  return absl::OkStatus();
}

absl::StatusOr<v1::ListMembersResponse> MemberRpc::ListMembers(rpc::Call& call, const v1::ListMembersRequest& request) {
  if (!request.household_id().empty() && !request.area().empty()) {
    return status::RefuseFields({{"area", "区域代码: 与户标识只填一项"}});
  }
  const api::PageTokens& tokens = *registration_.page_tokens;
  const std::string bounds = absl::StrCat(request.household_id(), "\n", request.area());
  ASSIGN_OR_RETURN(store::ListQuery query, ListQueryOf(request, bounds, store::MemberFilterColumns(), registration_));
  ASSIGN_OR_RETURN(query.instants, ListInstantsOf(registration_, call, request));
  const bool now = query.instants.AreNow();
  return ReadList(registration_, call, now, [&](db::Tx& tx) -> absl::StatusOr<v1::ListMembersResponse> {
    store::ListQuery bounded = query;
    RETURN_IF_ERROR(Bound(call, tx, request, &bounded));
    if (AsksForHealth(bounded) && !call.sees_health()) return Refuse(v1::HEALTH_NOT_SHOWN);
    const crypto::Sealer& sealer = registration_.sealer();
    ASSIGN_OR_RETURN(const auto page,
                     now ? store::ListMembers(tx, sealer, bounded) : store::ListMembersAt(tx, sealer, bounded));
    v1::ListMembersResponse response;
    response.mutable_members()->Assign(page.records.begin(), page.records.end());
    const auto count = [&] {
      return now ? store::CountMembers(tx, bounded) : store::CountMembersAt(tx, sealer, bounded);
    };
    RETURN_IF_ERROR(FinishList(request, bounds, page, count, tokens, &response));
    return response;
  });
}

absl::StatusOr<v1::Member> MemberRpc::FindMember(rpc::Call& call, const v1::FindMemberRequest& request) {
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(request.area()));
  const auto parsed = standards::ParseIdentityNumber(request.id_number());
  const auto* identity = std::get_if<standards::IdentityNumber>(&parsed);
  if (identity == nullptr) return status::RefuseFields({{"id_number", "证件号码: 无效"}});
  const std::string digest = store::IdentityDigest(registration_.sealer(), identity->number);
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::Member> {
    const auto holders = store::FindIdentities(tx, {digest});
    if (holders.empty()) return Refuse(v1::MEMBER_NOT_FOUND);
    const ids::RecordId& id = holders.begin()->second;
    ASSIGN_OR_RETURN(auto member, store::LoadMember(tx, registration_.sealer(), id));
    // Where a person is registered is not told to those who may not see it. That a number is taken is told to whoever
    // wants to register it (CountTakenNumbers).
    const auto sees = [&](const auth::AreaRange& range) { return range.Contains(AreaNumber(member->area())); };
    if (!member || std::none_of(scope.begin(), scope.end(), sees)) return Refuse(v1::MEMBER_NOT_FOUND);
    return *std::move(member);
  });
}

absl::StatusOr<v1::Member> MemberRpc::AddMember(rpc::Call& call, const v1::AddMemberRequest& request) {
  v1::Member given = request.member();
  given.set_member_id(NewIdIn(request.household_id()));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Member> {
    ASSIGN_OR_RETURN(const Family before, LockFamily(registration_, call, tx, request.household_id()));
    ASSIGN_OR_RETURN(Family family, domain::Join(before, given, TodayOf(call)));
    RETURN_IF_ERROR(GuardMoveIn(registration_, call, tx, before, family));
    std::vector<Family> after = {std::move(family)};
    RETURN_IF_ERROR(SaveAndTellFrom(given.join_date(), {}, registration_, call, tx, effects, {before}, &after));
    return *domain::FindMember(after[0], given.member_id());
  };
  return rpc::Write<v1::Member>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Member> MemberRpc::UpdateMember(rpc::Call& call, const v1::UpdateMemberRequest& request) {
  const v1::Member& given = request.member();
  RETURN_IF_ERROR(CheckEffectiveDate(call, request.effective_date()));
  const store::Asked asked{given.member_id(), FieldsAskedFor(request.update_mask(), given)};
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Member> {
    ASSIGN_OR_RETURN(const auto before, LockFamiliesOf(call, tx, given.member_id()));
    v1::Member changed = *domain::FindMember(before[0], given.member_id());
    RETURN_IF_ERROR(CheckVersion(given.etag(), given.member_id(), changed.etag()));
    RETURN_IF_ERROR(api::ApplyUpdate(request.update_mask(), given, &changed).status());
    ASSIGN_OR_RETURN(Family family, domain::Correct(before[0], changed));
    std::vector<Family> after = {std::move(family)};
    RETURN_IF_ERROR(SaveAndTellFrom(request.effective_date(), asked, registration_, call, tx, effects, before, &after));
    return *domain::FindMember(after[0], given.member_id());
  };
  return rpc::Write<v1::Member>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Member> MemberRpc::RemoveMember(rpc::Call& call, const v1::RemoveMemberRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Member> {
    ASSIGN_OR_RETURN(const auto before, LockFamiliesOf(call, tx, request.member_id()));
    const v1::Member& member = *domain::FindMember(before[0], request.member_id());
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.member_id(), member.etag()));
    ASSIGN_OR_RETURN(Family family, domain::Leave(before[0], request, TodayOf(call)));
    std::vector<Family> after = {std::move(family)};
    RETURN_IF_ERROR(SaveAndTellFrom(request.leave_date(), {}, registration_, call, tx, effects, before, &after));
    return *domain::FindMember(after[0], request.member_id());
  };
  return rpc::Write<v1::Member>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Member> MemberRpc::MoveMember(rpc::Call& call, const v1::MoveMemberRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Member> {
    ASSIGN_OR_RETURN(const auto before, LockFamiliesOf(call, tx, request.member_id(), request.household_id()));
    const v1::Member& member = *domain::FindMember(before[0], request.member_id());
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.member_id(), member.etag()));
    ASSIGN_OR_RETURN(domain::TwoFamilies moved, domain::Move(before[0], before[1], request, TodayOf(call)));
    RETURN_IF_ERROR(GuardMoveIn(registration_, call, tx, before[1], moved.second));
    std::vector<Family> after = {std::move(moved.first), std::move(moved.second)};
    RETURN_IF_ERROR(SaveAndTellFrom(request.move_date(), {}, registration_, call, tx, effects, before, &after));
    return *domain::FindMember(after[1], request.member_id());
  };
  return rpc::Write<v1::Member>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
