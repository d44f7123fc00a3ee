// For tests: the register with the services of dynamic management.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_FIXTURE_H_

#include <memory>
#include <string>

#include "bangfu/registration/v1/area_reform_service.grpc.pb.h"
#include "bangfu/registration/v1/area_tag_service.grpc.pb.h"
#include "bangfu/registration/v1/collection_service.grpc.pb.h"
#include "bangfu/registration/v1/target_group_service.grpc.pb.h"
#include "bangfu/registration/v1/transfer_service.grpc.pb.h"
#include "common/operations/runner.h"
#include "services/registration/rpc/area_reform_run.h"
#include "services/registration/rpc/management_tables.h"
#include "services/registration/rpc/policy_fixture.h"

namespace bangfu::registration {

class ManagementFixture : public PolicyFixture {
 protected:
  using Transfers = v1::TransferService::Stub;
  using Collections = v1::CollectionService::Stub;
  using Groups = v1::TargetGroupService::Stub;
  using Reforms = v1::AreaReformService::Stub;
  using Tags = v1::AreaTagService::Stub;

  ManagementFixture() {
    transfers_ = v1::TransferService::NewStub(management_server_.channel());
    collections_ = v1::CollectionService::NewStub(management_server_.channel());
    groups_ = v1::TargetGroupService::NewStub(management_server_.channel());
    reforms_ = v1::AreaReformService::NewStub(management_server_.channel());
    tags_ = v1::AreaTagService::NewStub(management_server_.channel());
  }

  absl::StatusOr<v1::Income> RecordIncome(const std::string& household_id, int year, int64_t wage_fen) {
    v1::RecordIncomeRequest request;
    request.set_household_id(household_id);
    request.mutable_income()->set_year(year);
    request.mutable_income()->set_wage_fen(wage_fen);
    request.set_request_id(testing::NewRequestId());
    return Call(households_, &Households::RecordIncome, request, Registrar(kProvince));
  }

  operations::Runner runner_{database_.database(), {{kAreaReformKind, AreaReformBody(registration_)}}, 1};
  ManagementTables management_{registration_, dispatcher_, [this] { runner_.Wake(); }};
  testing::TestServer management_server_{management_.all()};
  std::unique_ptr<Transfers> transfers_;
  std::unique_ptr<Collections> collections_;
  std::unique_ptr<Groups> groups_;
  std::unique_ptr<Reforms> reforms_;
  std::unique_ptr<Tags> tags_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_FIXTURE_H_
