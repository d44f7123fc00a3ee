// For tests: the register under rules that are in force, and PolicyService to read what was decided by them.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_POLICY_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_POLICY_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/policy/v1/policy_service.grpc.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/policy/policy_rpc.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/rpc/publish_for_tests.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {

class PolicyFixture : public RegisterFixture {
 protected:
  using Policies = policy::v1::PolicyService::Stub;

  PolicyFixture() {
    AddRules(&rules_);
    policy_stub_ = policy::v1::PolicyService::NewStub(policy_server_.channel());
  }

  // Puts a document in force from 2020 on, for all of 内蒙古 unless another area is named; its id.
  std::string Publish(const google::protobuf::Message& body, const std::string& purpose = "",
                      const std::string& area = "150000000000") {
    return PublishRule(database_.database(), clock_.Now(), body, area, purpose);
  }

  // `yuan` a head and year.
  std::string PublishLine(int64_t yuan, const std::string& purpose) {
    v1::PovertyLine line;
    line.set_line_fen(yuan * 100);
    line.set_price_basis(v1::PovertyLine::CURRENT);
    return Publish(line, purpose);
  }

  std::vector<policy::v1::DecisionRecord> Decisions(const std::string& subject_id) {
    policy::v1::ListDecisionsRequest request;
    request.set_service("registration");
    request.set_subject_id(subject_id);
    auto listed = Call(policy_stub_, &Policies::ListDecisions, request, Viewer(kProvince));
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->decisions().begin(), listed->decisions().end()};
  }

  template <typename Body>
  void Write(Body body) {
    const auto written = database_.database().Write({}, [&](db::Tx& tx) {
      body(tx);
      return absl::OkStatus();
    });
    EXPECT_TRUE(written.ok()) << written;
  }

  // Events that name this message and wait to be told.
  int64_t CountEvents(const std::string& message) {
    return database_.Count("event_outbox WHERE position('" + message + "'::bytea IN body) > 0");
  }

  policy::Rules rules_;
  policy::PolicyRpc policy_rpc_{{.write = registration_.write,
                                 .page_tokens = &page_tokens_,
                                 .policies = &policies_,
                                 .rules = &rules_,
                                 .codes = dictionaries_.lookup()}};
  std::unique_ptr<rpc::ServiceTable> policy_table_ = policy_rpc_.Table(dispatcher_);
  testing::TestServer policy_server_{{policy_table_.get()}};
  std::unique_ptr<Policies> policy_stub_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_POLICY_FIXTURE_H_
