// For tests: the register with the services of dynamic management, and policies that can be published.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_FIXTURE_H_

#include <memory>
#include <string>

#include "bangfu/policy/v1/policy_service.grpc.pb.h"
#include "bangfu/registration/v1/area_reform_service.grpc.pb.h"
#include "bangfu/registration/v1/area_tag_service.grpc.pb.h"
#include "bangfu/registration/v1/collection_service.grpc.pb.h"
#include "bangfu/registration/v1/target_group_service.grpc.pb.h"
#include "bangfu/registration/v1/transfer_service.grpc.pb.h"
#include "common/operations/runner.h"
#include "common/policy/fixture_for_tests.h"
#include "common/policy/policy_rpc.h"
#include "services/registration/rpc/area_reform_run.h"
#include "services/registration/rpc/management_tables.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {

class ManagementFixture : public RegisterFixture {
 protected:
  using Policies = policy::v1::PolicyService::Stub;
  using Transfers = v1::TransferService::Stub;
  using Collections = v1::CollectionService::Stub;
  using Groups = v1::TargetGroupService::Stub;
  using Reforms = v1::AreaReformService::Stub;
  using Tags = v1::AreaTagService::Stub;

  ManagementFixture() {
    AddRules(&rules_);
    policy_stub_ = policy::v1::PolicyService::NewStub(policy_server_.channel());
    transfers_ = v1::TransferService::NewStub(management_server_.channel());
    collections_ = v1::CollectionService::NewStub(management_server_.channel());
    groups_ = v1::TargetGroupService::NewStub(management_server_.channel());
    reforms_ = v1::AreaReformService::NewStub(management_server_.channel());
    tags_ = v1::AreaTagService::NewStub(management_server_.channel());
  }

  template <typename Request>
  static Request Named(const policy::v1::PolicyDocument& document) {
    Request request;
    request.set_service("registration");
    request.set_policy_id(document.policy_id());
    request.set_etag(document.etag());
    request.set_request_id(testing::NewRequestId());
    return request;
  }

  // In force from 2020 on, for all of 内蒙古.
  policy::v1::PolicyDocument Publish(const google::protobuf::Message& body) {
    policy::v1::CreatePolicyRequest create;
    create.set_service("registration");
    create.set_request_id(testing::NewRequestId());
    *create.mutable_policy() = policy::NewDocument(body, "150000000000", "2020-01-01");
    auto document = Call(policy_stub_, &Policies::CreatePolicy, create, Registrar(kProvince));
    EXPECT_TRUE(document.ok()) << document.status();
    document = Call(policy_stub_, &Policies::SubmitPolicy, Named<policy::v1::SubmitPolicyRequest>(*document),
                    Registrar(kProvince));
    auto review = Named<policy::v1::ReviewPolicyRequest>(*document);
    review.set_decision(policy::v1::ReviewPolicyRequest::APPROVE);
    document = Call(policy_stub_, &Policies::ReviewPolicy, review, Reviewer(kProvince));
    document = Call(policy_stub_, &Policies::PublishPolicy, Named<policy::v1::PublishPolicyRequest>(*document),
                    Reviewer(kProvince));
    EXPECT_TRUE(document.ok()) << document.status();
    return *document;
  }

  absl::StatusOr<v1::Income> RecordIncome(const std::string& household_id, int year, int64_t wage_fen) {
    v1::RecordIncomeRequest request;
    request.set_household_id(household_id);
    request.mutable_income()->set_year(year);
    request.mutable_income()->set_wage_fen(wage_fen);
    request.set_request_id(testing::NewRequestId());
    return Call(households_, &Households::RecordIncome, request, Registrar(kProvince));
  }

  std::vector<policy::v1::DecisionRecord> Decisions(const std::string& subject_id) {
    policy::v1::ListDecisionsRequest request;
    request.set_service("registration");
    request.set_subject_id(subject_id);
    auto listed = Call(policy_stub_, &Policies::ListDecisions, request, Viewer(kProvince));
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->decisions().begin(), listed->decisions().end()};
  }

  policy::Rules rules_;
  policy::PolicyRpc policy_rpc_{{.write = registration_.write,
                                 .page_tokens = &page_tokens_,
                                 .policies = &policies_,
                                 .rules = &rules_,
                                 .codes = dictionaries_.lookup()}};
  std::unique_ptr<rpc::ServiceTable> policy_table_ = policy_rpc_.Table(dispatcher_);
  testing::TestServer policy_server_{{policy_table_.get()}};
  operations::Runner runner_{database_.database(), {{kAreaReformKind, AreaReformBody(registration_)}}, 1};
  ManagementTables management_{registration_, dispatcher_, [this] { runner_.Wake(); }};
  testing::TestServer management_server_{management_.all()};
  std::unique_ptr<Policies> policy_stub_;
  std::unique_ptr<Transfers> transfers_;
  std::unique_ptr<Collections> collections_;
  std::unique_ptr<Groups> groups_;
  std::unique_ptr<Reforms> reforms_;
  std::unique_ptr<Tags> tags_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_FIXTURE_H_
