#include <optional>
#include <utility>
#include <vector>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/crypto/random.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/totp.h"
#include "services/gateway/rpc/readable_secret.h"
#include "services/gateway/rpc/session_rpc.h"
#include "services/gateway/store/recovery_code_store.h"
#include "services/gateway/store/session_store.h"

namespace bangfu::gateway {
namespace {

using status::Refuse;

constexpr int kRecoveryCodes = 10;

}  // namespace

absl::Status SessionRpc::CheckOwnSession(db::Tx& tx, const rpc::Call& call) {
  const std::optional<SessionRecord> session = store::FindSession(tx, call.caller().session);
  return session ? CheckRunning(context_.sessions, *session, call.now()) : Refuse(v1::SESSION_ENDED);
}

// Who holds a token, copied or not, must not give the account a device of his own: the password is asked for, and the
// device that is to be replaced.
absl::StatusOr<v1::EnrolSecondFactorResponse> SessionRpc::EnrolSecondFactor(
    rpc::Call& call, const v1::EnrolSecondFactorRequest& request) {
  const std::string& account_id = call.caller().subject;
  ASSIGN_OR_RETURN(const Proof proof, Prove(call, account_id, request.password()));
  const std::string secret = crypto::RandomBytes(kTotpSecretSize);
  absl::Status refusal;
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    RETURN_IF_ERROR(CheckOwnSession(tx, call));
    rpc::Effects effects(context_.write.service, call);
    ASSIGN_OR_RETURN(Judgement judgement, Judge(tx, call, account_id, proof, request.code(), effects));
    refusal = judgement.verdict.refusal;
    if (refusal.ok()) {
      judgement.account->totp_pending = context_.write.sealer->Seal(TotpPlace(account_id), secret);
      store::UpdateAccount(tx, *judgement.account);
    }
    return Keep(tx, call, judgement, effects);
  }));
  if (!refusal.ok()) return refusal;
  v1::EnrolSecondFactorResponse response;
  response.set_secret(Base32Encode(secret));
  response.set_uri(OtpauthUri(account_id, secret));
  return response;
}

absl::StatusOr<std::optional<int64_t>> SessionRpc::MatchPending(const AccountRecord& account, const std::string& code,
                                                                absl::Time now) {
  if (account.totp_pending.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const std::string secret,
                   context_.write.sealer->Open(TotpPlace(account.shown.account_id()), account.totp_pending));
  return MatchTotp(secret, code, now, 0);
}

absl::StatusOr<v1::ConfirmSecondFactorResponse> SessionRpc::ConfirmSecondFactor(
    rpc::Call& call, const v1::ConfirmSecondFactorRequest& request) {
  const std::string& account_id = call.caller().subject;
  v1::ConfirmSecondFactorResponse response;
  std::vector<std::string> digests;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    response.add_recovery_codes(NewReadableSecret());
    digests.push_back(RecoveryCodeDigest(*context_.write.sealer, account_id, response.recovery_codes(i)));
  }
  absl::Status refusal;
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    RETURN_IF_ERROR(CheckOwnSession(tx, call));
    ASSIGN_OR_RETURN(AccountRecord account, store::LoadAccountForUpdate(tx, account_id));
    const Failures failures = store::LoadFailures(tx, account_id);
    RETURN_IF_ERROR(CheckNotLocked(failures, call.now()));
    rpc::Effects effects(context_.write.service, call);
    effects.ActOn(account_id, 0);
    ASSIGN_OR_RETURN(const std::optional<int64_t> step, MatchPending(account, request.code(), call.now()));
    refusal = step ? absl::OkStatus() : Refuse(v1::SECOND_FACTOR_WRONG);
    if (!step) {
      effects.record().set_result(status::ReasonOf(refusal));
      CountFailure(tx, call, account_id, failures, effects);
      return effects.Flush(tx);
    }
    account.totp_secret = std::exchange(account.totp_pending, "");
    account.totp_last_step = *step;
    store::UpdateAccount(tx, account);
    store::ReplaceRecoveryCodes(tx, account_id, digests);
    effects.Change({"second_factor", "recovery_codes"});
    *response.mutable_account() = ShownWithGrants(tx, context_, {account, failures}, call.now());
    return effects.Flush(tx);
  }));
  if (!refusal.ok()) return refusal;
  return response;
}

}  // namespace bangfu::gateway
