#include "services/gateway/rpc/account_rpc.h"

#include "common/auth/caller.h"
#include "common/status/grpc_status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/gateway/rpc/accounts_fixture.h"

namespace bangfu::gateway {
namespace {

using namespace options::v1;  // the names of roles
using ::testing::ElementsAre;

const std::string kCertificate(64, 'a');

class AccountRpcTest : public AccountsFixture {
 protected:
  std::vector<auth::Grant> GrantsInToken(const v1::Session& session) { return Claims(session.access_token()).grants; }

  absl::StatusOr<v1::CreateClientResponse> CreateClient(const std::string& client_id) {
    v1::CreateClientRequest request;
    v1::DepartmentClient& client = *request.mutable_client();
    client.set_client_id(client_id);
    client.set_department("民政厅");
    client.set_legal_basis("社会救助暂行办法");
    client.add_purposes("低保, \"核对\"");
    client.add_purposes("临时救助");
    client.add_areas("150526000000");
    client.set_end_date("2026-12-31");
    client.set_certificate_digest(kCertificate);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::CreateClient, request, System());
  }

  absl::StatusOr<v1::Session> ClientToken(const std::string& client_id, const std::string& secret,
                                          const std::string& certificate = kCertificate) {
    v1::IssueClientTokenRequest request;
    request.set_client_id(client_id);
    request.set_client_secret(secret);
    grpc::ClientContext context;
    context.AddMetadata(auth::kCertificateMetadata, certificate);
    v1::Session session;
    const grpc::Status status = sessions_->IssueClientToken(&context, request, &session);
    if (!status.ok()) return status::FromGrpc(status);
    return session;
  }

  absl::StatusOr<v1::DepartmentClient> ApproveClient(const std::string& client_id, const std::string& token) {
    v1::ApproveClientRequest request;
    request.set_client_id(client_id);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::ApproveClient, request, token);
  }

  absl::StatusOr<v1::Account> Get(const std::string& account_id) {
    v1::GetAccountRequest request;
    request.set_account_id(account_id);
    return Call(administration_, &Administration::GetAccount, request, Audit());
  }
};

TEST_F(AccountRpcTest, BootstrapMakesThreeAdministratorsOnce) {
  ASSERT_EQ(administrators_.size(), 3u);
  for (const FirstAdministrator& first : administrators_) {
    EXPECT_EQ(first.first_password.size(), 16u);
    EXPECT_TRUE(SignIn(first.account_id, first.first_password)->password_change_required());
    ASSERT_TRUE(ChangePassword(first.account_id, first.first_password, kPassword).ok());
    const auto grants = GrantsInToken(*SignIn(first.account_id, kPassword));
    ASSERT_EQ(grants.size(), 1u);
    EXPECT_EQ(grants[0].role, first.role);
    EXPECT_TRUE(grants[0].areas.empty());
  }
  const auto again = CreateFirstAdministrators(database_.database(), hasher_, clock_.Now());
  EXPECT_EQ(ReasonOf(again), "ALREADY_EXISTS");
  EXPECT_THAT(ToJson(administrators_), ::testing::HasSubstr(administrators_[0].first_password));
}

TEST_F(AccountRpcTest, APersonHasOneAccount) {
  v1::CreateAccountRequest request;
  request.mutable_account()->set_account_id("li.ming");
  request.mutable_account()->set_display_name("测试人员");
  request.set_request_id(testing::NewRequestId());
  const auto create = [&](const std::string& account_id, const std::string& id_number) {
    request.mutable_account()->set_account_id(account_id);
    request.mutable_account()->set_id_number(id_number);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::CreateAccount, request, System());
  };
  EXPECT_EQ(ReasonOf(create("li.ming", "")), "INVALID_FIELD");
  const auto made = create("li.ming", "11010519491231002X");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->account().id_number(), "");
  EXPECT_EQ(ReasonOf(create("li.ming2", "11010519491231002x")), "PERSON_HAS_ACCOUNT");
  EXPECT_EQ(ReasonOf(create("li.ming", NextIdNumber())), "ACCOUNT_NAME_TAKEN");
  EXPECT_EQ(database_.Count("account WHERE position('11010519491231002X'::bytea IN identity_digest) > 0"), 0);
}

TEST_F(AccountRpcTest, AFirstPasswordIsAnsweredUntilItIsChangedAndKeptNowhere) {
  v1::CreateAccountRequest request;
  request.mutable_account()->set_account_id("li.ming");
  request.mutable_account()->set_display_name("测试人员");
  request.mutable_account()->set_unit("乡村振兴局");
  request.mutable_account()->set_id_number(NextIdNumber());
  request.set_request_id(testing::NewRequestId());
  const auto first = Call(administration_, &Administration::CreateAccount, request, System());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->first_password().size(), 16u);
  EXPECT_EQ(first->account().state(), v1::Account::PASSWORD_CHANGE_REQUIRED);
  const auto repeated = Call(administration_, &Administration::CreateAccount, request, System());
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(repeated->SerializeAsString(), first->SerializeAsString()) << "the answer may have been lost";
  const auto other = Call(administration_, &Administration::CreateAccount, request, TokenOf("other", SYSTEM_ADMIN));
  EXPECT_EQ(ReasonOf(other), "ACCOUNT_NAME_TAKEN");
  const std::string found =
      "SELECT count(*) FROM request_claim WHERE position('" + first->first_password() + "'::bytea IN response) > 0";
  EXPECT_EQ(database_.Sql(found)[0][0].as<int>(), 0);
  ASSERT_TRUE(ChangePassword("li.ming", first->first_password(), kPassword).ok());
  const auto late = Call(administration_, &Administration::CreateAccount, request, System());
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_EQ(late->first_password(), "");

  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(administration_, &Administration::CreateAccount, request, System())), "ACCOUNT_NAME_TAKEN");
  request.mutable_account()->set_account_id("Li Ming");
  EXPECT_EQ(ReasonOf(Call(administration_, &Administration::CreateAccount, request, System())), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Call(administration_, &Administration::CreateAccount, request, Security())), "PERMISSION_DENIED");
}

TEST_F(AccountRpcTest, AResetUnlocksAndEndsSessionsAndIsAnsweredAgain) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(SignIn("li.ming", "autumn2025fog").ok());
  EXPECT_EQ(Get("li.ming")->state(), v1::Account::LOCKED);
  v1::ResetPasswordRequest request;
  request.set_account_id("li.ming");
  request.set_request_id(testing::NewRequestId());
  const auto reset = Call(administration_, &Administration::ResetPassword, request, System());
  ASSERT_TRUE(reset.ok()) << reset.status();
  EXPECT_EQ(ReasonOf(Own(session->access_token())), "UNAUTHENTICATED");
  // The answer may have been lost.
  EXPECT_EQ(Call(administration_, &Administration::ResetPassword, request, System())->first_password(),
            reset->first_password());
  EXPECT_EQ(Get("li.ming")->state(), v1::Account::PASSWORD_CHANGE_REQUIRED);
  EXPECT_EQ(ReasonOf(Refresh(session->refresh_token())), "SESSION_ENDED");
  EXPECT_TRUE(SignIn("li.ming", reset->first_password())->password_change_required());

  // Another reset is another password, and of the one before nothing is shown any more.
  v1::ResetPasswordRequest again = request;
  again.set_request_id(testing::NewRequestId());
  const auto newer = Call(administration_, &Administration::ResetPassword, again, System());
  ASSERT_TRUE(newer.ok()) << newer.status();
  EXPECT_NE(newer->first_password(), reset->first_password());
  EXPECT_EQ(Call(administration_, &Administration::ResetPassword, request, System())->first_password(), "");
}

TEST_F(AccountRpcTest, AnAdministratorIsResetByTwoOthersOnly) {
  for (const FirstAdministrator& first : administrators_) {
    ASSERT_TRUE(ChangePassword(first.account_id, first.first_password, kPassword).ok());
  }
  EnrolSecondFactor("secadmin", SignIn("secadmin", kPassword)->access_token());
  for (const char* id : {"sysadmin", "secadmin", "auditadmin"}) {
    v1::ResetPasswordRequest alone;
    alone.set_account_id(id);
    alone.set_request_id(testing::NewRequestId());
    EXPECT_EQ(ReasonOf(Call(administration_, &Administration::ResetPassword, alone, System())), "RESET_NEEDS_TWO");
  }

  EXPECT_EQ(ReasonOf(ApproveReset("secadmin", Audit())), "RESET_NOT_PROPOSED");
  EXPECT_EQ(ReasonOf(ProposeReset("secadmin", Security())), "RESET_NEEDS_TWO");
  EXPECT_EQ(ReasonOf(ProposeReset("secadmin", TokenOf("li.ming", REGISTRAR))), "PERMISSION_DENIED");
  EXPECT_EQ(ProposeReset("secadmin", System())->reset_proposer(), "sysadmin");
  EXPECT_EQ(ReasonOf(ApproveReset("secadmin", System())), "RESET_NEEDS_TWO");
  EXPECT_EQ(ReasonOf(ApproveReset("secadmin", Security())), "RESET_NEEDS_TWO");
  EXPECT_EQ(ReasonOf(SignIn("secadmin", kPassword)), "SECOND_FACTOR_REQUIRED");  // nothing has happened so far

  const auto approved = ApproveReset("secadmin", Audit());
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(ReasonOf(SignIn("secadmin", kPassword)), "SIGN_IN_FAILED");
  EXPECT_TRUE(SignIn("secadmin", approved->first_password())->password_change_required());
  EXPECT_FALSE(Get("secadmin")->second_factor());
  EXPECT_EQ(Get("secadmin")->reset_proposer(), "");
  EXPECT_EQ(database_.Count("recovery_code"), 0);
  EXPECT_EQ(ReasonOf(ApproveReset("secadmin", Audit())), "RESET_NOT_PROPOSED");
  EXPECT_EQ(AuditOf("bangfu.gateway.v1.AccountService.ProposeReset").back().subject(), "sysadmin");
  EXPECT_EQ(AuditOf("bangfu.gateway.v1.AccountService.ApproveReset").back().subject(), "auditadmin");

  ASSERT_TRUE(ProposeReset("auditadmin", System()).ok());
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(ReasonOf(ApproveReset("auditadmin", Security())), "RESET_NOT_PROPOSED");
}

TEST_F(AccountRpcTest, WhoMayBecomeAnAdministratorIsOneAlready) {
  CreateReady("li.ming");
  ASSERT_TRUE(Propose("li.ming", SECURITY_ADMIN, {}).ok());
  v1::ResetPasswordRequest request;
  request.set_account_id("li.ming");
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(administration_, &Administration::ResetPassword, request, System())), "RESET_NEEDS_TWO");
}

TEST_F(AccountRpcTest, TheRightAdministratorEnablesAndUnlocks) {
  CreateReady("li.ming");
  const auto disable = [&](const std::string& account_id) {
    v1::DisableAccountRequest request;
    request.set_account_id(account_id);
    request.set_request_id(testing::NewRequestId());
    return Call(administration_, &Administration::DisableAccount, request, System());
  };
  ASSERT_TRUE(disable("li.ming").ok());
  EXPECT_EQ(ReasonOf(Enable("li.ming", System())), "ENABLED_BY_OTHERS");
  EXPECT_EQ(ReasonOf(Enable("li.ming", Audit())), "PERMISSION_DENIED");
  EXPECT_EQ(Enable("li.ming", Security())->state(), v1::Account::ACTIVE);
  EXPECT_TRUE(SignIn("li.ming", kPassword).ok());
  const audit::v1::AuditRecord record = AuditOf("bangfu.gateway.v1.AccountService.EnableAccount").back();
  EXPECT_EQ(record.subject(), "secadmin");
  EXPECT_THAT(record.changed_fields(), ElementsAre("state"));

  for (int i = 0; i < 5; ++i) EXPECT_FALSE(SignIn("li.ming", "autumn2025fog").ok());
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword)), "ACCOUNT_LOCKED");
  EXPECT_TRUE(Enable("li.ming", Security()).ok());
  EXPECT_TRUE(SignIn("li.ming", kPassword).ok());

  ASSERT_TRUE(disable("secadmin").ok());
  EXPECT_EQ(ReasonOf(Enable("secadmin", Security())), "ENABLED_BY_OTHERS");
  EXPECT_TRUE(Enable("secadmin", System()).ok());
  EXPECT_EQ(ReasonOf(Enable("nobody", Security())), "ACCOUNT_NOT_FOUND");
}

TEST_F(AccountRpcTest, NobodyDisablesTheOwnAccount) {
  v1::DisableAccountRequest request;
  request.set_account_id("sysadmin");
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(administration_, &Administration::DisableAccount, request, System())),
            "OWN_ACCOUNT_DISABLED");
  EXPECT_TRUE(Call(administration_, &Administration::DisableAccount, request, Security()).ok());
}

TEST_F(AccountRpcTest, ADisabledAccountIsShutOut) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  v1::DisableAccountRequest request;
  request.set_account_id("li.ming");
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(Call(administration_, &Administration::DisableAccount, request, Security())->state(),
            v1::Account::DISABLED);
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword)), "ACCOUNT_DISABLED");
  EXPECT_EQ(ReasonOf(SignIn("li.ming", "autumn2025fog")), "SIGN_IN_FAILED");
  EXPECT_EQ(ReasonOf(Refresh(session->refresh_token())), "SESSION_ENDED");
  EXPECT_EQ(ReasonOf(Own(session->access_token())), "UNAUTHENTICATED");
  EXPECT_EQ(ReasonOf(ChangePassword("li.ming", kPassword, "password-one-1")), "ACCOUNT_DISABLED");
}

TEST_F(AccountRpcTest, AGrantNeedsTwoPersonsAndReachesTheNextToken) {
  CreateReady("li.ming");
  auto session = SignIn("li.ming", kPassword);
  const auto grant = Propose("li.ming", REGISTRAR, {"150526000000"});
  ASSERT_TRUE(grant.ok()) << grant.status();
  EXPECT_EQ(grant->end_date(), "2027-03-02");
  session = Refresh(session->refresh_token());
  EXPECT_TRUE(GrantsInToken(*session).empty());

  EXPECT_EQ(ReasonOf(Approve(grant->grant_id(), System())), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonOf(Approve(grant->grant_id(), TokenOf("sysadmin", SECURITY_ADMIN))), "GRANT_SAME_PERSON");
  const auto approved = Approve(grant->grant_id(), Security());
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->approver(), "secadmin");
  EXPECT_EQ(ReasonOf(Approve(grant->grant_id(), Security())), "GRANT_WRONG_STATE");
  session = Refresh(session->refresh_token());
  ASSERT_EQ(GrantsInToken(*session).size(), 1u);
  EXPECT_TRUE(GrantsInToken(*session)[0].areas[0].Contains(150526001001));
  EXPECT_EQ(Own(session->access_token())->grants(0).grant_id(), grant->grant_id());

  ASSERT_TRUE(Revoke(grant->grant_id()).ok());
  EXPECT_EQ(ReasonOf(Own(session->access_token())), "UNAUTHENTICATED");
  EXPECT_EQ(ReasonOf(Refresh(session->refresh_token())), "SESSION_ENDED");
  session = SignIn("li.ming", kPassword);
  ASSERT_TRUE(session.ok());
  EXPECT_TRUE(GrantsInToken(*session).empty());
  EXPECT_EQ(Own(session->access_token())->grants_size(), 0);
  EXPECT_EQ(ReasonOf(Revoke(grant->grant_id())), "GRANT_WRONG_STATE");
  // What was never in force takes no session with it.
  ASSERT_TRUE(Revoke(Propose("li.ming", REGISTRAR, {"150526000000"})->grant_id()).ok());
  EXPECT_TRUE(Own(session->access_token()).ok());
  EXPECT_EQ(ReasonOf(Approve("nothing", Security())), "GRANT_NOT_FOUND");
}

TEST_F(AccountRpcTest, ATokenEndsWithTheLastDayOfItsGrant) {
  CreateReady("li.ming");
  const auto grant = Propose("li.ming", VIEWER, {"150526000000"}, "2026-03-02");
  ASSERT_TRUE(Approve(grant->grant_id(), Security()).ok());
  clock_.Advance(absl::Hours(15) - absl::Minutes(1));  // a minute before midnight
  const auto session = SignIn("li.ming", kPassword);
  EXPECT_EQ(session->expires_in_seconds(), 60);
  clock_.Advance(absl::Minutes(2));
  EXPECT_TRUE(GrantsInToken(*Refresh(session->refresh_token())).empty());
}

TEST_F(AccountRpcTest, IncompatibleRolesAreKeptApart) {
  CreateReady("li.ming");
  EXPECT_EQ(ReasonOf(Propose("sysadmin", SECURITY_ADMIN, {})), "ADMINISTRATORS_SEPARATE");
  EXPECT_EQ(ReasonOf(Propose("auditadmin", VIEWER, {"150526000000"})), "ADMINISTRATORS_SEPARATE");
  EXPECT_TRUE(Propose("sysadmin", SYSTEM_ADMIN, {}, "2030-01-01").ok());
  const auto clerk = Propose("li.ming", FUND_CLERK, {"150526000000"});
  ASSERT_TRUE(clerk.ok()) << clerk.status();
  EXPECT_EQ(ReasonOf(Propose("li.ming", FUND_APPROVER, {"150527000000"})), "FUND_ROLES_SEPARATE");
  EXPECT_EQ(ReasonOf(Propose("li.ming", AUDIT_ADMIN, {})), "ADMINISTRATORS_SEPARATE");
  ASSERT_TRUE(Revoke(clerk->grant_id()).ok());
  EXPECT_TRUE(Propose("li.ming", FUND_APPROVER, {"150527000000"}).ok());
  EXPECT_EQ(ReasonOf(Propose("li.ming", VIEWER, {})), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Propose("nobody", VIEWER, {"150526000000"})), "ACCOUNT_NOT_FOUND");
}

TEST_F(AccountRpcTest, ListsAccountsByNameWithTheirGrants) {
  for (const char* id : {"b.li", "a.wang", "c.zhao"}) Create(id);
  ASSERT_TRUE(Propose("b.li", VIEWER, {"150526000000"}).ok());
  std::vector<std::string> names;
  v1::ListAccountsRequest request;
  request.set_page_size(2);
  do {
    const auto page = Call(administration_, &Administration::ListAccounts, request, Audit());
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Account& account : page->accounts()) {
      names.push_back(account.account_id());
      EXPECT_EQ(account.grants_size(), account.account_id()[1] == '.' ? account.account_id() == "b.li" : 1);
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("a.wang", "auditadmin", "b.li", "c.zhao", "secadmin", "sysadmin"));
  request.set_page_token("forged");
  EXPECT_EQ(ReasonOf(Call(administration_, &Administration::ListAccounts, request, Audit())), "INVALID_PAGE_TOKEN");
}

TEST_F(AccountRpcTest, AClientGetsTokensOnceApproved) {
  const auto created = CreateClient("minzheng");
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string secret = created->client_secret();
  EXPECT_EQ(secret.size(), 16u);
  EXPECT_EQ(ReasonOf(CreateClient("minzheng")), "ACCOUNT_NAME_TAKEN");
  EXPECT_EQ(ReasonOf(ClientToken("minzheng", secret)), "CLIENT_WRONG_STATE");
  EXPECT_EQ(ReasonOf(ClientToken("minzheng", "wrong")), "CLIENT_FAILED");
  const absl::Status known = ClientToken("minzheng", "wrong").status();
  EXPECT_EQ(ClientToken("unknown", "wrong").status(), known);
  EXPECT_EQ(DenialOf("bangfu.gateway.v1.SessionService.IssueClientToken", "CLIENT_FAILED").subject(),
            "client:minzheng");
  EXPECT_EQ(ReasonOf(ApproveClient("minzheng", TokenOf("sysadmin", SECURITY_ADMIN))), "GRANT_SAME_PERSON");
  ASSERT_TRUE(ApproveClient("minzheng", Security()).ok());
  EXPECT_EQ(ReasonOf(ClientToken("minzheng", secret, std::string(64, 'b'))), "CLIENT_CERTIFICATE_WRONG");

  const auto session = ClientToken("minzheng", secret);
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_EQ(session->refresh_token(), "");
  const auth::Caller caller = Claims(session->access_token());
  EXPECT_EQ(caller.subject, "client:minzheng");
  EXPECT_EQ(caller.department, "民政厅");
  EXPECT_THAT(caller.purposes, ElementsAre("低保, \"核对\"", "临时救助"));
  EXPECT_EQ(caller.grants[0].role, DEPARTMENT);
  EXPECT_EQ(caller.calls_per_minute, 600);
  EXPECT_EQ(caller.certificate, kCertificate);
  EXPECT_EQ(ReasonOf(Own(session->access_token())), "ACCOUNT_NOT_FOUND");

  v1::RevokeClientRequest revoke;
  revoke.set_client_id("minzheng");
  revoke.set_request_id(testing::NewRequestId());
  ASSERT_TRUE(Call(administration_, &Administration::RevokeClient, revoke, System()).ok());
  EXPECT_EQ(ReasonOf(Own(session->access_token())), "UNAUTHENTICATED");
  EXPECT_EQ(ReasonOf(ClientToken("minzheng", secret)), "CLIENT_WRONG_STATE");
  EXPECT_EQ(ReasonOf(ApproveClient("nobody", Security())), "CLIENT_NOT_FOUND");
}

TEST_F(AccountRpcTest, ListsClientsById) {
  for (const char* id : {"weijian", "minzheng"}) ASSERT_TRUE(CreateClient(id).ok());
  const auto page = Call(administration_, &Administration::ListClients, {}, Security());
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->clients_size(), 2);
  EXPECT_EQ(page->clients(0).client_id(), "minzheng");
  EXPECT_EQ(page->clients(1).areas(0), "150526000000");
  EXPECT_EQ(page->next_page_token(), "");
}

}  // namespace
}  // namespace bangfu::gateway
