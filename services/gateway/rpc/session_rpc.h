// bangfu.gateway.v1.SessionService: signing in and out, and one's own account; the second factor in
// second_factor_rpc.cc.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_SESSION_RPC_H_
#define BANGFU_SERVICES_GATEWAY_RPC_SESSION_RPC_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/gateway/v1/session_service.pb.h"
#include "common/rpc/call.h"
#include "common/rpc/effects.h"
#include "services/gateway/domain/sign_in.h"
#include "services/gateway/rpc/account_context.h"

namespace bangfu::gateway {

class SessionRpc {
 public:
  explicit SessionRpc(const AccountContext& context) : context_(context) {}

  absl::StatusOr<v1::Session> SignIn(rpc::Call& call, const v1::SignInRequest& request);
  absl::StatusOr<v1::Session> RefreshSession(rpc::Call& call, const v1::RefreshSessionRequest& request);
  absl::StatusOr<v1::SignOutResponse> SignOut(rpc::Call& call, const v1::SignOutRequest& request);
  absl::StatusOr<v1::ChangePasswordResponse> ChangePassword(rpc::Call& call, const v1::ChangePasswordRequest& request);
  absl::StatusOr<v1::EnrolSecondFactorResponse> EnrolSecondFactor(rpc::Call& call,
                                                                  const v1::EnrolSecondFactorRequest& request);
  absl::StatusOr<v1::ConfirmSecondFactorResponse> ConfirmSecondFactor(rpc::Call& call,
                                                                      const v1::ConfirmSecondFactorRequest& request);
  absl::StatusOr<v1::Account> GetOwnAccount(rpc::Call& call, const v1::GetOwnAccountRequest& request);
  absl::StatusOr<v1::Session> IssueClientToken(rpc::Call& call, const v1::IssueClientTokenRequest& request);

 private:
  // What a name and a password turned out to be. Worked out before the transaction, since hashing takes long.
  struct Proof {
    bool fits = false;
    std::string hash;     // the account's when it was compared; empty: no such account
    std::string renewed;  // the same password by the parameters of today; empty: as it is
  };
  absl::StatusOr<Proof> Prove(rpc::Call& call, const std::string& account_id, const std::string& password);

  // Judges the attempt under the lock of the account, counts a failure, or keeps what a success uses up, and says so in
  // the audit record. CONFLICT if the password was changed since it was compared.
  struct Judgement {
    std::optional<AccountRecord> account;
    Verdict verdict;
  };
  absl::StatusOr<Judgement> Judge(db::Tx& tx, const rpc::Call& call, const std::string& account_id, const Proof& proof,
                                  const std::string& code, rpc::Effects& effects);

  // One failure more of that name.
  void CountFailure(db::Tx& tx, const rpc::Call& call, const std::string& account_id, const NameFailures& before,
                    rpc::Effects& effects);

  // Writes the audit record of an attempt that succeeded or was counted. Others, and those with a name that is no
  // account's, can be made without end, and no lock bounds how often: they are counted with all other denials.
  static absl::Status Keep(db::Tx& tx, rpc::Call& call, const Judgement& judgement, const rpc::Effects& effects);

  // Locks the caller's account. SESSION_ENDED unless the session that the caller's token is of still runs: the token
  // itself outlives it for a while. Looked for under the lock, for whatever ends all sessions of an account holds it.
  absl::StatusOr<AccountRecord> LockOwnAccount(db::Tx& tx, const rpc::Call& call);

  // The step of the device that is enrolled and not confirmed whose code this is.
  absl::StatusOr<std::optional<int64_t>> MatchPending(const AccountRecord& account, const std::string& code,
                                                      absl::Time now);

  // Puts the device that was pending in the place of any before, with its recovery codes. The sessions that end by it:
  // the others, if there was a device before, for they were signed in to with that.
  static std::vector<std::string> TakePending(db::Tx& tx, const rpc::Call& call, AccountRecord& account, int64_t step,
                                              const std::vector<std::string>& recovery_digests, rpc::Effects& effects);

  // What a success changes: the account itself, the codes that it may not use again, and the failures before it.
  void Accept(db::Tx& tx, const Proof& proof, const std::string& recovery_digest, Judgement& judgement,
              rpc::Effects& effects);

  // A new session of the account, which ends others; or, while its password must be changed, a token that is good for
  // nothing else.
  absl::StatusOr<v1::Session> Open(db::Tx& tx, const rpc::Call& call, const Judgement& judgement, rpc::Effects& effects,
                                   std::vector<std::string>* ended);

  // PASSWORD_REUSED if it is one of the account's last passwords.
  absl::StatusOr<std::string> HashUnlessUsed(rpc::Call& call, const std::string& account_id,
                                             const std::string& password);

  // The session with the rights that it has today.
  absl::StatusOr<v1::Session> AnswerSession(db::Tx& tx, const SessionRecord& session, const std::string& refresh_token,
                                            absl::Time now);

  // The answer with a new access token.
  absl::StatusOr<v1::Session> Answer(const auth::Caller& caller, const std::string& refresh_token, absl::Time now);

  db::Database& database() { return *context_.write.database; }

  const AccountContext& context_;
};

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_SESSION_RPC_H_
