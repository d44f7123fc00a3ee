// A service in this process, called through real gRPC: dispatcher, tables and a channel, with tokens made on the spot.
#ifndef BANGFU_COMMON_TESTING_TEST_SERVER_H_
#define BANGFU_COMMON_TESTING_TEST_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/auth/token.h"
#include "common/crypto/signer.h"
#include "common/rpc/server.h"

namespace bangfu::testing {

// Time that stands still until it is moved.
class FakeClock {
 public:
  explicit FakeClock(absl::Time start) : now_(start) {}
  absl::Time Now() const { return now_; }
  void Advance(absl::Duration by) { now_ += by; }

 private:
  absl::Time now_;
};

// Makes tokens that verify: who, and as what where.
class TokenMint {
 public:
  TokenMint();
  auth::TokenVerifier& verifier() { return *verifier_; }
  // A token of a role in areas given by code, such as {150526000000}, as if signed in with a second factor.
  std::string Token(const std::string& subject, options::v1::Role role, const std::vector<int64_t>& areas);
  std::string Token(const auth::Caller& caller);

 private:
  crypto::SigningKey key_;
  std::unique_ptr<auth::TokenIssuer> issuer_;
  std::unique_ptr<auth::TokenVerifier> verifier_;
};

// Starts `tables` (made against `dispatcher`) on an in-process channel; aborts when they cannot start.
class TestServer {
 public:
  explicit TestServer(const std::vector<rpc::ServiceTable*>& tables);

  std::shared_ptr<grpc::Channel> channel() { return channel_; }

  // Calls an RPC by its stub method: Call(stub.get(), &Stub::GetHousehold, request, token).
  template <typename Stub, typename Request, typename Response>
  static absl::StatusOr<Response> Call(Stub* stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                       const Request& request, const std::string& token) {
    grpc::ClientContext context;
    SetUp(context, token);
    Response response;
    grpc::Status status = (stub->*method)(&context, request, &response);
    if (!status.ok()) return Refusal(status);
    return response;
  }

 private:
  static void SetUp(grpc::ClientContext& context, const std::string& token);
  static absl::Status Refusal(const grpc::Status& status);

  std::unique_ptr<rpc::Health> health_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A request id, different at each call.
std::string NewRequestId();

}  // namespace bangfu::testing

#endif  // BANGFU_COMMON_TESTING_TEST_SERVER_H_
