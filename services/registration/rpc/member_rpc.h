// bangfu.registration.v1.MemberService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MEMBER_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MEMBER_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/member_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration {

class MemberRpc {
 public:
  explicit MemberRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::Member> GetMember(rpc::Call& call, const v1::GetMemberRequest& request);
  absl::StatusOr<v1::ListMembersResponse> ListMembers(rpc::Call& call, const v1::ListMembersRequest& request);
  absl::StatusOr<v1::Member> FindMember(rpc::Call& call, const v1::FindMemberRequest& request);
  absl::StatusOr<v1::Member> AddMember(rpc::Call& call, const v1::AddMemberRequest& request);
  absl::StatusOr<v1::Member> UpdateMember(rpc::Call& call, const v1::UpdateMemberRequest& request);
  absl::StatusOr<v1::Member> RemoveMember(rpc::Call& call, const v1::RemoveMemberRequest& request);
  absl::StatusOr<v1::Member> MoveMember(rpc::Call& call, const v1::MoveMemberRequest& request);

 private:
  // Reads a member and authorises the caller for it. MEMBER_NOT_FOUND, AREA_OUT_OF_SCOPE.
  absl::StatusOr<v1::Member> Load(rpc::Call& call, db::Tx& tx, const std::string& member_id) const;

  // Locks the family in which the member is present and, if given, another household. MEMBER_NOT_FOUND, MEMBER_LEFT;
  // CONFLICT if the person has just moved elsewhere.
  absl::StatusOr<std::vector<domain::Family>> LockFamiliesOf(rpc::Call& call, db::Tx& tx, const std::string& member_id,
                                                             const std::string& other_household_id = "") const;

  // Bounds a list to the household or the area of the request.
  absl::Status Bound(rpc::Call& call, db::Tx& tx, const v1::ListMembersRequest& request, store::ListQuery* query) const;

  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MEMBER_RPC_H_
