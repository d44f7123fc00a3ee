// For tests: the probe service in this process, called through real gRPC.
#ifndef BANGFU_TESTS_PROBE_PROBE_FIXTURE_H_
#define BANGFU_TESTS_PROBE_PROBE_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "bangfu/probe/v1/probe_service.grpc.pb.h"
#include "common/crypto/key_ring.h"
#include "common/status/refusal.h"
#include "common/testing/test_database.h"
#include "common/testing/test_server.h"
#include "gtest/gtest.h"
#include "tests/probe/probe_service.h"

namespace bangfu::probe {

using Stub = v1::ProbeService::Stub;

inline constexpr char kVillage[] = "150526100201";
inline constexpr char kOtherCounty[] = "150521100201";

class ProbeFixture : public ::testing::Test {
 protected:
  // `bounds` may lower what the dispatcher bounds.
  explicit ProbeFixture(rpc::DispatcherOptions bounds = {.write_workers = 4, .queue_bound = 64})
      : dispatcher_([&] {
          bounds.service = "probe";
          bounds.verifier = &mint_.verifier();
          bounds.database = &database_.database();
          return bounds;
        }()) {}

  template <typename Request>
  absl::StatusOr<v1::Probe> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, v1::Probe*),
                                 const Request& request, const std::string& token) {
    return testing::TestServer::Call(stub_.get(), method, request, token);
  }
  template <typename Request>
  std::string ReasonFor(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, v1::Probe*),
                        const Request& request, const std::string& token) {
    auto answer = Call(method, request, token);
    return answer.ok() ? "OK" : status::ReasonOf(answer.status());
  }
  v1::CreateProbeRequest NewProbe(const std::string& request_id, const std::string& text = "一") {
    v1::CreateProbeRequest request;
    request.set_area(kVillage);
    request.set_text(text);
    request.set_request_id(request_id);
    return request;
  }
  int Count(const std::string& table) { return static_cast<int>(database_.Count(table)); }

  testing::TestDatabase database_{kMigrations};
  testing::TokenMint mint_;
  crypto::Sealer sealer_{crypto::KeyRing::ForTest()};
  rpc::Dispatcher dispatcher_;
  rpc::WriteContext context_{"probe", &database_.database(), &sealer_};
  ProbeRpc rpc_{context_};
  std::unique_ptr<rpc::ServiceTable> table_ = rpc_.Table(dispatcher_);
  testing::TestServer server_{{table_.get()}};
  std::unique_ptr<Stub> stub_ = v1::ProbeService::NewStub(server_.channel());
  std::string clerk_ = mint_.Token("clerk", options::v1::REGISTRAR, {150526000000});
};

}  // namespace bangfu::probe

#endif  // BANGFU_TESTS_PROBE_PROBE_FIXTURE_H_
