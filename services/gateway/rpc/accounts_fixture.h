// For tests: the gateway's accounts on a database of their own, called through real gRPC at a time that stands still.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_ACCOUNTS_FIXTURE_H_
#define BANGFU_SERVICES_GATEWAY_RPC_ACCOUNTS_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "bangfu/gateway/v1/account_service.grpc.pb.h"
#include "bangfu/gateway/v1/session_service.grpc.pb.h"
#include "common/status/refusal.h"
#include "common/testing/test_database.h"
#include "common/testing/test_server.h"
#include "gtest/gtest.h"
#include "services/gateway/domain/totp.h"
#include "services/gateway/rpc/gateway_accounts.h"

namespace bangfu::gateway {

class AccountsFixture : public ::testing::Test {
 protected:
  using Sessions = v1::SessionService::Stub;
  using Administration = v1::AccountService::Stub;
  static constexpr char kPassword[] = "spring2026rain";

  explicit AccountsFixture(SessionRule sessions = {.strong_administrators = false})
      : database_(Migrations()), sealer_(crypto::KeyRing::ForTest()), session_rule_(sessions) {
    std::vector<rpc::ServiceTable*> tables;
    for (const auto& table : tables_) tables.push_back(table.get());
    server_ = std::make_unique<testing::TestServer>(tables);
    sessions_ = v1::SessionService::NewStub(server_->channel());
    administration_ = v1::AccountService::NewStub(server_->channel());
    administrators_ = *CreateFirstAdministrators(database_.database(), hasher_, clock_.Now());
  }

  template <typename Stub, typename Request, typename Response>
  static absl::StatusOr<Response> Call(const std::unique_ptr<Stub>& stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                       const std::type_identity_t<Request>& request, const std::string& token = "") {
    return testing::TestServer::Call(stub.get(), method, request, token);
  }

  // A token of an administrator, as if signed in.
  std::string TokenOf(const std::string& subject, options::v1::Role role) {
    auth::Caller caller;
    caller.subject = subject;
    caller.session = subject;
    caller.grants.push_back({role, {}});
    return *issuer_.Issue(caller, clock_.Now());
  }
  std::string System() { return TokenOf("sysadmin", options::v1::SYSTEM_ADMIN); }
  std::string Security() { return TokenOf("secadmin", options::v1::SECURITY_ADMIN); }
  std::string Audit() { return TokenOf("auditadmin", options::v1::AUDIT_ADMIN); }

  // The number of another made-up person each time.
  std::string NextIdNumber() {
    std::string digits = absl::StrFormat("15052619800101%03d", ++persons_);
    constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * kWeights[i];
    return digits + "10X98765432"[sum % 11];
  }

  // Makes an account and answers its first password.
  std::string Create(const std::string& account_id) {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_account_id(account_id);
    request.mutable_account()->set_display_name("测试人员");
    request.mutable_account()->set_id_number(NextIdNumber());
    request.set_request_id(testing::NewRequestId());
    const auto response = Call(administration_, &Administration::CreateAccount, request, System());
    EXPECT_TRUE(response.ok()) << response.status();
    return response->first_password();
  }

  // Makes an account with kPassword.
  void CreateReady(const std::string& account_id) {
    EXPECT_TRUE(ChangePassword(account_id, Create(account_id), kPassword).ok());
  }

  absl::StatusOr<v1::Session> SignIn(const std::string& account_id, const std::string& password,
                                     const std::string& code = "") {
    v1::SignInRequest request;
    request.set_account_id(account_id);
    request.set_password(password);
    request.set_code(code);
    return Call(sessions_, &Sessions::SignIn, request);
  }

  absl::StatusOr<v1::Session> Refresh(const std::string& refresh_token) {
    v1::RefreshSessionRequest request;
    request.set_refresh_token(refresh_token);
    return Call(sessions_, &Sessions::RefreshSession, request);
  }

  absl::Status ChangePassword(const std::string& account_id, const std::string& from, const std::string& to,
                              const std::string& code = "") {
    v1::ChangePasswordRequest request;
    request.set_account_id(account_id);
    request.set_old_password(from);
    request.set_new_password(to);
    request.set_code(code);
    return Call(sessions_, &Sessions::ChangePassword, request).status();
  }

  absl::StatusOr<v1::Grant> Propose(const std::string& account_id, options::v1::Role role,
                                    const std::vector<std::string>& areas, const std::string& end_date = "") {
    v1::ProposeGrantRequest request;
    request.mutable_grant()->set_account_id(account_id);
    request.mutable_grant()->set_role(role);
    request.mutable_grant()->mutable_areas()->Assign(areas.begin(), areas.end());
    request.mutable_grant()->set_end_date(end_date);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::ProposeGrant, request, System());
  }

  absl::StatusOr<v1::Grant> Approve(const std::string& grant_id, const std::string& token) {
    v1::ApproveGrantRequest request;
    request.set_grant_id(grant_id);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::ApproveGrant, request, token);
  }

  absl::StatusOr<v1::Grant> Revoke(const std::string& grant_id) {
    v1::RevokeGrantRequest request;
    request.set_grant_id(grant_id);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::RevokeGrant, request, Security());
  }

  absl::StatusOr<v1::Account> ProposeReset(const std::string& account_id, const std::string& token) {
    v1::ProposeResetRequest request;
    request.set_account_id(account_id);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::ProposeReset, request, token);
  }

  absl::StatusOr<v1::ResetPasswordResponse> ApproveReset(const std::string& account_id, const std::string& token) {
    v1::ApproveResetRequest request;
    request.set_account_id(account_id);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::ApproveReset, request, token);
  }

  absl::StatusOr<v1::Account> Enable(const std::string& account_id, const std::string& token) {
    v1::EnableAccountRequest request;
    request.set_account_id(account_id);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::EnableAccount, request, token);
  }

  absl::StatusOr<v1::ConfirmSecondFactorResponse> Confirm(const std::string& token, const std::string& code) {
    v1::ConfirmSecondFactorRequest request;
    request.set_code(code);
    return Call(sessions_, &Sessions::ConfirmSecondFactor, request, token);
  }

  std::string CodeOf(const std::string& secret) { return TotpCode(secret, TotpStepAt(clock_.Now())); }

  absl::StatusOr<v1::EnrolSecondFactorResponse> Enrol(const std::string& token, const std::string& password,
                                                      const std::string& code = "") {
    v1::EnrolSecondFactorRequest request;
    request.set_password(password);
    request.set_code(code);
    return Call(sessions_, &Sessions::EnrolSecondFactor, request, token);
  }

  struct SecondFactor {
    std::string secret;
    std::vector<std::string> recovery_codes;
  };
  // The secret of the device that is enrolled and not confirmed.
  std::string PendingSecret(const std::string& account_id) {
    std::string sealed;
    EXPECT_TRUE(database_.database()
                    .Read({},
                          [&](db::Tx& tx) {
                            sealed = store::FindAccount(tx, account_id)->totp_pending;
                            return absl::OkStatus();
                          })
                    .ok());
    return *sealer_.Open({"gateway", "account", "totp_secret", account_id}, sealed);
  }

  // Enrols and confirms a second factor by this token and kPassword, in place of the one that the code is of.
  SecondFactor EnrolSecondFactor(const std::string& account_id, const std::string& token,
                                 const std::string& code = "") {
    const auto enrolled = Enrol(token, kPassword, code);
    EXPECT_TRUE(enrolled.ok()) << enrolled.status();
    const std::string secret = PendingSecret(account_id);
    const auto confirmed = Confirm(token, CodeOf(secret));
    EXPECT_TRUE(confirmed.ok()) << confirmed.status();
    EXPECT_TRUE(confirmed->account().second_factor());
    return {secret, {confirmed->recovery_codes().begin(), confirmed->recovery_codes().end()}};
  }

  // Audit records of a method, in order.
  std::vector<audit::v1::AuditRecord> AllAuditOf(const std::string& method) {
    std::vector<audit::v1::AuditRecord> records;
    for (const auto& row : database_.Sql("TABLE audit_outbox ORDER BY id")) {
      audit::v1::AuditRecord record;
      record.ParseFromString(db::BytesOf(row["body"]));
      if (record.method() == method) records.push_back(std::move(record));
    }
    return records;
  }

  // Those that are written with what the call did or used up; other denials name no account and are written behind
  // everything else, whenever that is.
  std::vector<audit::v1::AuditRecord> AuditOf(const std::string& method) {
    std::vector<audit::v1::AuditRecord> records = AllAuditOf(method);
    std::erase_if(records, [](const auto& record) { return record.result() != "OK" && record.objects().empty(); });
    return records;
  }

  // The record of a denial, once it is there.
  audit::v1::AuditRecord DenialOf(const std::string& method, const std::string& result) {
    for (int i = 0; i < 500; ++i) {
      for (const audit::v1::AuditRecord& record : AllAuditOf(method)) {
        if (record.result() == result && record.objects().empty()) return record;
      }
      absl::SleepFor(absl::Milliseconds(10));
    }
    ADD_FAILURE() << "no record of " << result;
    return {};
  }

  absl::StatusOr<v1::Account> Own(const std::string& token) {
    return Call(sessions_, &Sessions::GetOwnAccount, {}, token);
  }

  // What the token says.
  auth::Caller Claims(const std::string& token) { return **verifier_.Verify(token, clock_.Now()); }

  testing::FakeClock clock_{absl::FromCivil(absl::CivilSecond(2026, 3, 2, 9, 0, 0), absl::FixedTimeZone(8 * 3600))};
  testing::TestDatabase database_;
  crypto::Sealer sealer_;
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  auth::TokenIssuer issuer_{key_};
  auth::TokenVerifier verifier_{{key_.verifying_key()}};
  api::PageTokens page_tokens_{std::string(32, 'p')};
  PasswordHasher hasher_{{.memory_kib = 64, .passes = 1}};
  const SessionRule session_rule_;
  Accounts accounts_{{.write = {"gateway", &database_.database(), &sealer_},
                      .issuer = &issuer_,
                      .verifier = &verifier_,
                      .page_tokens = &page_tokens_,
                      .sessions = session_rule_},
                     {.memory_kib = 64, .passes = 1}};
  rpc::Dispatcher dispatcher_{
      {.service = "gateway", .verifier = &verifier_, .database = &database_.database(), .clock = [this] {
         return clock_.Now();
       }}};
  std::vector<std::unique_ptr<rpc::ServiceTable>> tables_ = accounts_.Tables(dispatcher_);
  std::unique_ptr<testing::TestServer> server_;
  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<Administration> administration_;
  std::vector<FirstAdministrator> administrators_;
  int persons_ = 0;
};

inline std::string ReasonOf(const absl::Status& status) { return status::ReasonOf(status); }
template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return status::ReasonOf(result.status());
}

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_ACCOUNTS_FIXTURE_H_
