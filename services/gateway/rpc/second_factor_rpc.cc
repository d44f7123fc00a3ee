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

absl::StatusOr<AccountRecord> SessionRpc::LockOwnAccount(db::Tx& tx, const rpc::Call& call) {
  std::optional<AccountRecord> account = store::FindAccountForUpdate(tx, call.caller().subject);
  const std::optional<SessionRecord> session = store::FindSession(tx, call.caller().session);
  if (!account || !session) return Refuse(v1::SESSION_ENDED);
  RETURN_IF_ERROR(CheckRunning(context_.sessions, *session, call.now()));
  return *std::move(account);
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
    RETURN_IF_ERROR(LockOwnAccount(tx, call).status());
    rpc::Effects effects(context_.write.service, call);
    ASSIGN_OR_RETURN(Judgement judgement, Judge(tx, call, account_id, proof, request.code(), effects));
    refusal = judgement.verdict.refusal;
    if (refusal.ok()) {
      judgement.account->totp_pending = context_.write.sealer->Seal(TotpPlace(account_id), secret);
      judgement.account->totp_pending_at = call.now();
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

std::vector<std::string> SessionRpc::TakePending(db::Tx& tx, const rpc::Call& call, AccountRecord& account,
                                                 int64_t step, const std::vector<std::string>& recovery_digests,
                                                 rpc::Effects& effects) {
  const std::string& account_id = account.shown.account_id();
  const bool replaces = !account.totp_secret.empty();
  account.totp_secret = std::exchange(account.totp_pending, "");
  account.totp_last_step = step;
  store::UpdateAccount(tx, account);
  store::ReplaceRecoveryCodes(tx, account_id, recovery_digests);
  effects.Change({"second_factor", "recovery_codes"});
  if (!replaces) return {};
  return store::EndOtherSessionsOf(tx, account_id, call.caller().session, call.now());
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
  std::vector<std::string> ended;
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(AccountRecord account, LockOwnAccount(tx, call));
    const NameFailures failures = store::LoadFailures(tx, account_id, call.source());
    RETURN_IF_ERROR(CheckNotLocked(failures, call.now()));
    RETURN_IF_ERROR(CheckEnrolmentInTime(account, call.now()));
    rpc::Effects effects(context_.write.service, call);
    effects.ActOn(account_id, 0);
    ASSIGN_OR_RETURN(const std::optional<int64_t> step, MatchPending(account, request.code(), call.now()));
    refusal = step ? absl::OkStatus() : Refuse(v1::SECOND_FACTOR_WRONG);
    if (!step) {
      effects.record().set_result(status::ReasonOf(refusal));
      CountFailure(tx, call, account_id, failures, effects);
      return effects.Flush(tx);
    }
    ended = TakePending(tx, call, account, *step, digests, effects);
    *response.mutable_account() = ShownWithGrants(tx, context_, {account, failures.from_source}, call.now());
    return effects.Flush(tx);
  }));
  if (!refusal.ok()) return refusal;
  RefuseTokens(context_, ended, call.now());
  return response;
}

}  // namespace bangfu::gateway
