#include "common/testing/test_server.h"

#include <cstdlib>
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/crypto/random.h"
#include "common/status/grpc_status.h"

namespace bangfu::testing {

TokenMint::TokenMint() : key_(crypto::SigningKey::Generate()) {
  issuer_ = std::make_unique<auth::TokenIssuer>(key_);
  verifier_ = std::make_unique<auth::TokenVerifier>(std::vector<crypto::VerifyingKey>{key_.verifying_key()});
}

std::string TokenMint::Token(const std::string& subject, options::v1::Role role, const std::vector<int64_t>& areas) {
  auth::Caller caller;
  caller.subject = subject;
  caller.second_factor = true;
  auth::Grant grant{role, {}};
  for (int64_t area : areas) grant.areas.push_back(auth::RangeOf(area));
  caller.grants.push_back(grant);
  return Token(caller);
}

std::string TokenMint::Token(const auth::Caller& caller) {
  auth::Caller complete = caller;
  if (complete.session.empty()) complete.session = absl::BytesToHexString(crypto::RandomBytes(8));
  auto token = issuer_->Issue(complete, absl::Now());
  if (!token.ok()) {
    std::cerr << token.status() << "\n";
    std::abort();
  }
  return *token;
}

TestServer::TestServer(const std::vector<rpc::ServiceTable*>& tables)
    : health_(std::make_unique<rpc::Health>([] { return absl::OkStatus(); })) {
  auto server = rpc::Server::Start(rpc::ServerOptions{}, *health_, tables);
  if (!server.ok()) {
    std::cerr << server.status() << "\n";
    std::abort();
  }
  server_ = *std::move(server);
  channel_ = server_->InProcessChannel();
}

void TestServer::SetUp(grpc::ClientContext& context, const std::string& token) {
  if (!token.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
}

absl::Status TestServer::Refusal(const grpc::Status& status) { return status::FromGrpc(status); }

std::string NewRequestId() {
  const std::string hex = absl::BytesToHexString(crypto::RandomBytes(16));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-4", hex.substr(13, 3), "-8", hex.substr(17, 3), "-",
                      hex.substr(20, 12));
}

}  // namespace bangfu::testing
