// For tests: the register asked and changed at instants.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_BITEMPORAL_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_BITEMPORAL_FIXTURE_H_

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bangfu/registration/v1/population_service.grpc.pb.h"
#include "bangfu/registration/v1/published_figure_service.grpc.pb.h"
#include "bangfu/registration/v1/snapshot_service.grpc.pb.h"
#include "services/registration/rpc/register_fixture.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

class BitemporalFixture : public RegisterFixture {
 protected:
  using Population = v1::PopulationService::Stub;
  using Snapshots = v1::SnapshotService::Stub;
  using Published = v1::PublishedFigureService::Stub;

  BitemporalFixture()
      : population_(v1::PopulationService::NewStub(server_.channel())),
        snapshots_(v1::SnapshotService::NewStub(server_.channel())),
        published_(v1::PublishedFigureService::NewStub(server_.channel())) {}

  template <typename Request>
  static void SetInstants(const std::string& as_of, absl::Time time, Request* request) {
    request->set_as_of(as_of);
    store::SetTime(time, request->mutable_as_known_at());
  }

  absl::StatusOr<v1::Household> UpdateFrom(const v1::Household& household, const std::string& field,
                                           const std::string& day) {
    v1::UpdateHouseholdRequest request;
    *request.mutable_household() = household;
    request.mutable_update_mask()->add_paths(field);
    request.set_effective_date(day);
    request.set_request_id(testing::NewRequestId());
    auto updated = Call(households_, &Households::UpdateHousehold, request, Registrar());
    EXPECT_TRUE(updated.ok() || !status::ReasonOf(updated.status()).empty()) << updated.status();
    return updated;
  }

  absl::StatusOr<v1::Member> UpdateMemberFrom(const v1::Member& member, const std::string& field,
                                              const std::string& day) {
    v1::UpdateMemberRequest request;
    *request.mutable_member() = member;
    request.mutable_update_mask()->add_paths(field);
    request.set_effective_date(day);
    request.set_request_id(testing::NewRequestId());
    return Call(members_, &Members::UpdateMember, request, Registrar());
  }

  absl::StatusOr<v1::Member> RemoveOn(const v1::Member& member, const std::string& day) {
    v1::RemoveMemberRequest request;
    request.set_member_id(member.member_id());
    request.set_etag(member.etag());
    request.set_leave_reason("01");
    request.set_leave_date(day);
    request.set_request_id(testing::NewRequestId());
    auto removed = Call(members_, &Members::RemoveMember, request, Registrar());
    EXPECT_TRUE(removed.ok()) << removed.status();
    return removed;
  }

  absl::StatusOr<v1::Member> MoveOn(const v1::Member& member, const std::string& household_id, const std::string& day) {
    v1::MoveMemberRequest request;
    request.set_member_id(member.member_id());
    request.set_etag(member.etag());
    request.set_household_id(household_id);
    request.set_relation("99");
    request.set_move_reason("09");
    request.set_move_date(day);
    request.set_request_id(testing::NewRequestId());
    return Call(members_, &Members::MoveMember, request, Registrar());
  }

  absl::StatusOr<v1::Household> GetAt(const std::string& id, const std::string& as_of, absl::Time time) {
    v1::GetHouseholdRequest request;
    request.set_household_id(id);
    SetInstants(as_of, time, &request);
    return Call(households_, &Households::GetHousehold, request, Viewer(kProvince));
  }

  absl::StatusOr<v1::Member> GetMember(const std::string& id) {
    v1::GetMemberRequest request;
    request.set_member_id(id);
    return Call(members_, &Members::GetMember, request, Viewer(kProvince));
  }

  absl::StatusOr<v1::Member> GetMemberAt(const std::string& id, const std::string& as_of, absl::Time time) {
    v1::GetMemberRequest request;
    request.set_member_id(id);
    SetInstants(as_of, time, &request);
    return Call(members_, &Members::GetMember, request, Viewer(kProvince));
  }

  // The ids of all pages of a list at instants, which has pages of three. Its total is their number.
  std::set<std::string> HouseholdIdsAt(const std::string& area, const std::string& filter, const std::string& as_of,
                                       absl::Time time) {
    v1::ListHouseholdsRequest request;
    request.set_area(area);
    request.set_filter(filter);
    request.set_page_size(3);
    SetInstants(as_of, time, &request);
    std::set<std::string> ids;
    int32_t total = -1;
    do {
      const auto page = Call(households_, &Households::ListHouseholds, request, Viewer(kProvince));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return ids;
      if (total < 0) total = page->total_size();
      for (const v1::Household& household : page->households())
        EXPECT_TRUE(ids.insert(household.household_id()).second);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(static_cast<size_t>(total), ids.size()) << filter;
    return ids;
  }

  std::set<std::string> MemberIds(v1::ListMembersRequest request) {
    request.set_page_size(3);
    std::set<std::string> ids;
    int32_t total = -1;
    do {
      const auto page = Call(members_, &Members::ListMembers, request, Viewer(kProvince));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return ids;
      if (total < 0) total = page->total_size();
      for (const v1::Member& member : page->members()) EXPECT_TRUE(ids.insert(member.member_id()).second);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(static_cast<size_t>(total), ids.size()) << request.filter();
    return ids;
  }
  std::set<std::string> MemberIdsAt(const std::string& area, const std::string& filter, const std::string& as_of,
                                    absl::Time time) {
    v1::ListMembersRequest request;
    request.set_area(area);
    request.set_filter(filter);
    SetInstants(as_of, time, &request);
    return MemberIds(request);
  }
  std::set<std::string> MemberIdsOf(const std::string& household, const std::string& as_of, absl::Time time) {
    v1::ListMembersRequest request;
    request.set_household_id(household);
    SetInstants(as_of, time, &request);
    return MemberIds(request);
  }

  absl::StatusOr<v1::RegisterStatistics> StatisticsAt(const std::string& area, const std::string& as_of,
                                                      absl::Time time) {
    v1::GetRegisterStatisticsRequest request;
    request.set_area(area);
    SetInstants(as_of, time, &request);
    return Call(figures_, &Figures::GetRegisterStatistics, request, Viewer(kProvince));
  }

  absl::StatusOr<v1::PopulationFlow> FlowAt(const std::string& area, const std::string& from, const std::string& to,
                                            absl::Time time) {
    v1::GetPopulationFlowRequest request;
    request.set_area(area);
    request.set_from_date(from);
    request.set_to_date(to);
    store::SetTime(time, request.mutable_as_known_at());
    return Call(population_, &Population::GetPopulationFlow, request, Viewer(kProvince));
  }

  static void ExpectBalanced(const v1::PopulationFlow& flow) {
    for (const auto* balances : {&flow.total(), &flow.parts()}) {
      for (const v1::PopulationBalance& balance : *balances) {
        int64_t households = balance.start_household_count(), persons = balance.start_person_count();
        for (const v1::PopulationFigure& figure : balance.increases()) {
          households += figure.household_count();
          persons += figure.person_count();
        }
        for (const v1::PopulationFigure& figure : balance.decreases()) {
          households -= figure.household_count();
          persons -= figure.person_count();
        }
        EXPECT_EQ(households, balance.end_household_count()) << balance.ShortDebugString();
        EXPECT_EQ(persons, balance.end_person_count()) << balance.ShortDebugString();
      }
    }
  }

  // The counts of the entries behind a figure, household or person, in pages of two.
  int64_t OpenedBy(v1::ListPopulationChangesRequest request) {
    int64_t counted = 0;
    request.set_page_size(2);
    do {
      const auto page = Call(population_, &Population::ListPopulationChanges, request, Viewer(kProvince));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return -1;
      for (const v1::PopulationChange& change : page->changes()) {
        counted += change.count();
        EXPECT_NE(change.reason_label(), "");
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return counted;
  }

  // Every figure of a balance is what the list behind it adds up to.
  void ExpectFiguresOpen(const v1::PopulationFlow& flow, const v1::PopulationBalance& balance, absl::Time time) {
    v1::ListPopulationChangesRequest request;
    request.set_area(balance.area());
    request.set_from_date(flow.from_date());
    request.set_to_date(flow.to_date());
    request.set_status(balance.status());
    store::SetTime(time, request.mutable_as_known_at());
    const auto expect = [&](v1::PopulationChange::Direction direction, const auto& figures) {
      request.set_direction(direction);
      for (const v1::PopulationFigure& figure : figures) {
        request.set_reason(figure.reason());
        request.set_subject(v1::PopulationChange::HOUSEHOLD);
        EXPECT_EQ(OpenedBy(request), figure.household_count()) << figure.reason();
        request.set_subject(v1::PopulationChange::PERSON);
        EXPECT_EQ(OpenedBy(request), figure.person_count()) << figure.reason();
      }
    };
    expect(v1::PopulationChange::INCREASE, balance.increases());
    expect(v1::PopulationChange::DECREASE, balance.decreases());
  }

  void Fold(int limit) {
    const auto folded = database_.database().Write(
        {}, [&](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::FoldPopulation(tx, limit); });
    EXPECT_TRUE(folded.ok()) << folded.status();
  }

  const std::unique_ptr<Population> population_;
  const std::unique_ptr<Snapshots> snapshots_;
  const std::unique_ptr<Published> published_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_BITEMPORAL_FIXTURE_H_
