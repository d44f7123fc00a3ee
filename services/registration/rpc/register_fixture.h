// For tests: the register on a database of its own, called through real gRPC at a time that stands still. Two counties:
// 扎鲁特旗 with two villages and 科左中旗 with one.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bangfu/registration/v1/area_service.grpc.pb.h"
#include "bangfu/registration/v1/household_service.grpc.pb.h"
#include "bangfu/registration/v1/member_service.grpc.pb.h"
#include "bangfu/registration/v1/register_service.grpc.pb.h"
#include "common/auth/area_range.h"
#include "common/policy/working_days.h"
#include "common/procedure/definition.h"
#include "common/status/refusal.h"
#include "common/testing/test_database.h"
#include "common/testing/test_server.h"
#include "gtest/gtest.h"
#include "services/registration/migrations/migrations.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/rpc/register_tables.h"

namespace bangfu::registration {

inline constexpr int64_t kProvince = 150000000000;
inline constexpr int64_t kCounty = 150526000000;
inline constexpr int64_t kOtherCounty = 150521000000;
inline constexpr char kVillage[] = "150526100201";
inline constexpr char kSecondVillage[] = "150526100202";
inline constexpr char kForeignVillage[] = "150521100201";

// A valid identity number that is nobody's: women have even serials, men odd ones; all were born on 1 May 1980.
inline std::string IdentityNumber(int serial) {
  const std::string digits = absl::StrFormat("%06d19800501%03d", 150526 + serial / 1000, serial % 1000);
  constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (int i = 0; i < 17; ++i) sum += (digits[i] - '0') * kWeights[i];
  return digits + "10X98765432"[sum % 11];
}

inline v1::Member NewMember(int serial, const std::string& relation, const std::string& name = "其木格") {
  v1::Member member;
  member.set_name(name);
  member.set_sex(serial % 2 == 1 ? "1" : "2");
  member.set_id_type("01");
  member.set_id_number(IdentityNumber(serial));
  member.set_relation(relation);
  member.set_ethnicity("02");
  return member;
}

inline v1::Household NewHousehold(const std::string& area) {
  v1::Household household;
  household.set_area(area);
  household.set_standard("1");
  household.set_attribute("01");
  household.set_main_cause("01");
  household.set_exit_flag("0");
  return household;
}

inline std::string ReasonOf(const absl::Status& status) { return status::ReasonOf(status); }
template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return status::ReasonOf(result.status());
}

class RegisterFixture : public ::testing::Test {
 protected:
  using Areas = v1::AreaService::Stub;
  using Households = v1::HouseholdService::Stub;
  using Members = v1::MemberService::Stub;
  using Figures = v1::RegisterService::Stub;

  RegisterFixture() : database_(Migrations()), sealer_(crypto::KeyRing::ForTest()) {
    EXPECT_TRUE(dictionaries_.Refresh().ok());
    areas_ = v1::AreaService::NewStub(server_.channel());
    households_ = v1::HouseholdService::NewStub(server_.channel());
    members_ = v1::MemberService::NewStub(server_.channel());
    figures_ = v1::RegisterService::NewStub(server_.channel());
    ImportTestAreas();
  }

  template <typename Stub, typename Request, typename Response>
  static absl::StatusOr<Response> Call(const std::unique_ptr<Stub>& stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                       const std::type_identity_t<Request>& request, const std::string& token) {
    return testing::TestServer::Call(stub.get(), method, request, token);
  }

  // A token of a role in one area.
  std::string TokenOf(options::v1::Role role, int64_t area, const std::string& subject = "official") {
    auth::Caller caller;
    caller.subject = subject;
    caller.session = subject;
    caller.second_factor = true;
    caller.grants.push_back({role, {auth::RangeOf(area)}});
    return *issuer_.Issue(caller, clock_.Now());
  }
  std::string Registrar(int64_t area = kCounty) { return TokenOf(options::v1::REGISTRAR, area, "registrar"); }
  std::string Reviewer(int64_t area = kCounty) { return TokenOf(options::v1::REVIEWER, area, "reviewer"); }
  std::string Viewer(int64_t area = kCounty) { return TokenOf(options::v1::VIEWER, area, "viewer"); }

  static v1::Area NewArea(const std::string& code, const std::string& name) {
    v1::Area area;
    area.set_code(code);
    area.set_name(name);
    area.set_kind(v1::Area::ADMINISTRATIVE);
    area.set_valid_from("2009-01-01");
    return area;
  }

  absl::StatusOr<v1::ImportAreasResponse> ImportAreas(const std::vector<v1::Area>& areas) {
    v1::ImportAreasRequest request;
    request.set_root("150000000000");
    request.mutable_areas()->Assign(areas.begin(), areas.end());
    request.set_request_id(testing::NewRequestId());
    return Call(areas_, &Areas::ImportAreas, request, Registrar(kProvince));
  }

  absl::StatusOr<v1::Household> Create(const v1::Household& household, const std::vector<v1::Member>& members,
                                       const std::string& token, const std::string& request_id = "") {
    v1::CreateHouseholdRequest request;
    *request.mutable_household() = household;
    request.mutable_members()->Assign(members.begin(), members.end());
    request.set_request_id(request_id.empty() ? testing::NewRequestId() : request_id);
    return Call(households_, &Households::CreateHousehold, request, token);
  }

  // A household of `size` members, the first of whom is the head, with serials that were not used before.
  v1::Household Register(const std::string& village = kVillage, int size = 3) {
    std::vector<v1::Member> members;
    for (int i = 0; i < size; ++i) members.push_back(NewMember(next_serial_++, i == 0 ? "01" : "99"));
    auto household = Create(NewHousehold(village), members, Registrar(kProvince));
    EXPECT_TRUE(household.ok()) << household.status();
    return *household;
  }

  absl::StatusOr<v1::Household> Get(const std::string& household_id, const std::string& token) {
    v1::GetHouseholdRequest request;
    request.set_household_id(household_id);
    return Call(households_, &Households::GetHousehold, request, token);
  }

  absl::StatusOr<v1::Household> Update(const v1::Household& household, const std::vector<std::string>& mask = {}) {
    v1::UpdateHouseholdRequest request;
    *request.mutable_household() = household;
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(testing::NewRequestId());
    return Call(households_, &Households::UpdateHousehold, request, Registrar());
  }

  absl::StatusOr<v1::Household> Archive(const v1::Household& household) {
    v1::ArchiveHouseholdRequest request;
    request.set_household_id(household.household_id());
    request.set_etag(household.etag());
    request.set_reason("02");
    request.set_request_id(testing::NewRequestId());
    return Call(households_, &Households::ArchiveHousehold, request, Reviewer(kProvince));
  }

  // Who is present, head first.
  std::vector<v1::Member> MembersOf(const std::string& household_id) {
    v1::ListMembersRequest request;
    request.set_household_id(household_id);
    auto response = Call(members_, &Members::ListMembers, request, Viewer(kProvince));
    EXPECT_TRUE(response.ok()) << response.status();
    return {response->members().begin(), response->members().end()};
  }

  absl::StatusOr<v1::Member> Add(const std::string& household_id, v1::Member member) {
    v1::AddMemberRequest request;
    request.set_household_id(household_id);
    if (member.join_reason().empty()) member.set_join_reason("02");
    *request.mutable_member() = member;
    request.set_request_id(testing::NewRequestId());
    return Call(members_, &Members::AddMember, request, Registrar(kProvince));
  }

  absl::StatusOr<v1::Member> Remove(const v1::Member& member, const std::string& new_head = "") {
    v1::RemoveMemberRequest request;
    request.set_member_id(member.member_id());
    request.set_etag(member.etag());
    request.set_leave_reason("01");
    request.set_leave_date("2026-03-02");
    request.set_new_head_member_id(new_head);
    if (!new_head.empty()) {
      for (const v1::Member& other : MembersOf(member.household_id())) {
        if (other.member_id() == member.member_id() || other.member_id() == new_head) continue;
        auto* named = request.add_members();
        named->set_member_id(other.member_id());
        named->set_relation("99");
      }
    }
    request.set_request_id(testing::NewRequestId());
    return Call(members_, &Members::RemoveMember, request, Registrar(kProvince));
  }

  absl::StatusOr<v1::Member> Move(const v1::Member& member, const std::string& household_id,
                                  const std::string& relation = "99") {
    v1::MoveMemberRequest request;
    request.set_member_id(member.member_id());
    request.set_etag(member.etag());
    request.set_household_id(household_id);
    request.set_relation(relation);
    request.set_move_reason("09");
    request.set_move_date("2026-03-02");
    request.set_request_id(testing::NewRequestId());
    return Call(members_, &Members::MoveMember, request, Registrar(kProvince));
  }

  // One member founds a household of their own.
  static v1::SplitHouseholdRequest Splitting(const v1::Household& household, const std::string& member_id) {
    v1::SplitHouseholdRequest request;
    request.set_household_id(household.household_id());
    request.set_etag(household.etag());
    request.add_members()->set_member_id(member_id);
    request.mutable_members(0)->set_relation("01");
    request.set_reason("04");
    request.add_evidence("01");
    request.set_request_id(testing::NewRequestId());
    return request;
  }

  absl::StatusOr<v1::ListHouseholdsResponse> List(int64_t area, const std::string& filter, const std::string& order_by,
                                                  int page_size, const std::string& page_token,
                                                  const std::string& token) {
    v1::ListHouseholdsRequest request;
    request.set_area(std::to_string(area));
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    return Call(households_, &Households::ListHouseholds, request, token);
  }

  absl::StatusOr<v1::RegisterStatistics> Statistics(const std::string& area) {
    v1::GetRegisterStatisticsRequest request;
    request.set_area(area);
    return Call(figures_, &Figures::GetRegisterStatistics, request, Viewer(kProvince));
  }

  static policy::Kinds AllKinds() {
    policy::Kinds kinds;
    kinds.Add(policy::CheckHolidayTable).Add(procedure::DefinitionFaults);
    AddPolicies(&kinds);
    return kinds;
  }

  void ImportTestAreas() {
    auto imported = ImportAreas({NewArea("150000000000", "内蒙古自治区"), NewArea("150500000000", "通辽市"),
                                 NewArea("150526000000", "扎鲁特旗"), NewArea("150526100000", "鲁北镇"),
                                 NewArea(kVillage, "巴彦塔拉嘎查"), NewArea(kSecondVillage, "乌力吉木仁嘎查"),
                                 NewArea("150521000000", "科尔沁左翼中旗"), NewArea("150521100000", "保康镇"),
                                 NewArea(kForeignVillage, "长山村")});
    EXPECT_TRUE(imported.ok()) << imported.status();
  }

  testing::FakeClock clock_{absl::FromCivil(absl::CivilSecond(2026, 3, 2, 9, 0, 0), absl::FixedTimeZone(8 * 3600))};
  testing::TestDatabase database_;
  crypto::Sealer sealer_;
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  auth::TokenIssuer issuer_{key_};
  auth::TokenVerifier verifier_{{key_.verifying_key()}};
  api::PageTokens page_tokens_{std::string(32, 'p')};
  DictionaryCache dictionaries_{database_.database(), [this] { return clock_.Now(); }};
  const policy::Kinds kinds_ = AllKinds();
  policy::Library policies_{kinds_};
  const Registration registration_{.write = {"registration", &database_.database(), &sealer_},
                                   .page_tokens = &page_tokens_,
                                   .dictionaries = &dictionaries_,
                                   .policies = &policies_};
  rpc::Dispatcher dispatcher_{{.service = "registration",
                               .verifier = &verifier_,
                               .database = &database_.database(),
                               .codes = dictionaries_.lookup(),
                               .clock = [this] { return clock_.Now(); }}};
  RegisterTables tables_{registration_, dispatcher_};
  testing::TestServer server_{tables_.all()};
  std::unique_ptr<Areas> areas_;
  std::unique_ptr<Households> households_;
  std::unique_ptr<Members> members_;
  std::unique_ptr<Figures> figures_;
  int next_serial_ = 1;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_FIXTURE_H_
