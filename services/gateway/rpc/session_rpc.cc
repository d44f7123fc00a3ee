#include "services/gateway/rpc/session_rpc.h"

#include <algorithm>
#include <utility>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/client.h"
#include "services/gateway/store/client_store.h"
#include "services/gateway/store/grant_store.h"
#include "services/gateway/store/recovery_code_store.h"
#include "services/gateway/store/session_store.h"

namespace bangfu::gateway {
namespace {

using status::ReasonOf;
using status::Refuse;

constexpr size_t kSessionIdSize = 16;

std::string NewSessionId() { return crypto::HexEncode(crypto::RandomBytes(kSessionIdSize)); }

// Keeps in the session what the token can be recognised by.
std::string Turn(const std::string& family, SessionRecord& session) {
  const RefreshToken token{family, crypto::RandomBytes(kTurnSize)};
  session.family_digest = crypto::Sha256(token.family);
  session.refresh_digest = crypto::Sha256(token.turn);
  return FormatRefreshToken(token);
}

}  // namespace

absl::StatusOr<SessionRpc::Proof> SessionRpc::Prove(rpc::Call& call, const std::string& account_id,
                                                    const std::string& password) {
  if (!IsAccountName(account_id)) return Refuse(v1::SIGN_IN_FAILED);
  Proof proof;
  RETURN_IF_ERROR(database().Read(call.bounds(), [&](db::Tx& tx) {
    const std::optional<AccountRecord> account = store::FindAccount(tx, account_id);
    // The name of an unknown account is not kept: what was typed may be anything, a password even.
    if (account) call.Identify(account_id);
    proof.hash = account ? account->password_hash : "";
    return CheckNotLocked(store::LoadFailures(tx, account_id, call.source()), call.now());
  }));
  ASSIGN_OR_RETURN(proof.fits, context_.hasher->Fits(password, proof.hash, call.deadline()));
  return proof;
}

absl::StatusOr<SessionRpc::Judgement> SessionRpc::Judge(db::Tx& tx, const rpc::Call& call,
                                                        const std::string& account_id, const Proof& proof,
                                                        const std::string& code, rpc::Effects& effects) {
  Judgement judgement;
  judgement.account = store::FindAccountForUpdate(tx, account_id);
  const AccountRecord* account = judgement.account ? &*judgement.account : nullptr;
  if ((account == nullptr ? "" : account->password_hash) != proof.hash) return Refuse(status::Reason::CONFLICT);
  if (account != nullptr) effects.ActOn(account_id, 0);
  const NameFailures failures = store::LoadFailures(tx, account_id, call.source());
  std::string totp_secret, recovery_digest;
  bool is_recovery_code = false;
  if (account != nullptr && !account->totp_secret.empty()) {
    ASSIGN_OR_RETURN(totp_secret, context_.write.sealer->Open(TotpPlace(account_id), account->totp_secret));
    recovery_digest = RecoveryCodeDigest(*context_.write.sealer, account_id, code);
    is_recovery_code = store::HasRecoveryCode(tx, account_id, recovery_digest);
  }
  Verdict& verdict = judgement.verdict;
  // Guesses that were on their way together meet the lock here.
  verdict.refusal = CheckNotLocked(failures, call.now());
  if (verdict.refusal.ok()) {
    verdict = JudgeSignIn({account, proof.fits, code, totp_secret, is_recovery_code}, context_.passwords, call.now());
  }
  if (!verdict.refusal.ok()) effects.record().set_result(ReasonOf(verdict.refusal));
  if (verdict.counts) {
    CountFailure(tx, call, account_id, failures, effects);
  } else if (verdict.refusal.ok()) {
    // A password alone never gets here where a code is needed: it would make good the wrong codes before it.
    if (failures.any()) store::ClearFailures(tx, account_id);
    Accept(tx, proof, recovery_digest, judgement, effects);
  }
  return judgement;
}

void SessionRpc::CountFailure(db::Tx& tx, const rpc::Call& call, const std::string& account_id,
                              const NameFailures& before, rpc::Effects& effects) {
  const NameFailures after = AfterFailure(context_.lockout, before, call.now());
  store::SaveFailures(tx, account_id, call.source(), after, call.now());
  if (IsLocked(after, call.now())) effects.record().set_result(v1::Reason_Name(v1::ACCOUNT_LOCKED));
}

absl::Status SessionRpc::Keep(db::Tx& tx, rpc::Call& call, const Judgement& judgement, const rpc::Effects& effects) {
  const bool changed = judgement.verdict.refusal.ok() || judgement.verdict.counts;
  if (!judgement.account || !changed) return absl::OkStatus();
  call.MarkAudited();
  return effects.Flush(tx);
}

void SessionRpc::Accept(db::Tx& tx, const Proof& proof, const std::string& recovery_digest, Judgement& judgement,
                        rpc::Effects& effects) {
  AccountRecord& account = *judgement.account;
  const Verdict& verdict = judgement.verdict;
  if (verdict.second_factor && verdict.totp_step == 0) {
    store::DeleteRecoveryCode(tx, account.shown.account_id(), recovery_digest);
    effects.Change({"recovery_codes"});
  }
  if (verdict.totp_step == 0 && proof.renewed.empty()) return;
  if (verdict.totp_step != 0) account.totp_last_step = verdict.totp_step;
  if (!proof.renewed.empty()) account.password_hash = proof.renewed;
  store::UpdateAccount(tx, account);
}

absl::StatusOr<v1::Session> SessionRpc::Answer(const auth::Caller& caller, const std::string& refresh_token,
                                               absl::Time now) {
  v1::Session answer;
  ASSIGN_OR_RETURN(*answer.mutable_access_token(), context_.issuer->Issue(caller, now));
  const absl::Duration life = std::min(auth::kTokenLife, caller.expire_time - now);
  answer.set_expires_in_seconds(static_cast<int32_t>(absl::ToInt64Seconds(life)));
  answer.set_refresh_token(refresh_token);
  answer.set_password_change_required(caller.password_change_only);
  return answer;
}

absl::StatusOr<v1::Session> SessionRpc::AnswerSession(db::Tx& tx, const SessionRecord& session,
                                                      const std::string& refresh_token, absl::Time now) {
  const std::vector<v1::Grant> held = store::GrantsOf(tx, {session.account_id});
  const auth::Caller caller = CallerOfSession(context_.sessions, session, held, now);
  ASSIGN_OR_RETURN(v1::Session answer, Answer(caller, refresh_token, now));
  answer.set_second_factor_required(!caller.withheld.empty());
  return answer;
}

absl::StatusOr<v1::Session> SessionRpc::Open(db::Tx& tx, const rpc::Call& call, const Judgement& judgement,
                                             rpc::Effects& effects, std::vector<std::string>* ended) {
  SessionRecord session;
  session.session_id = NewSessionId();
  session.account_id = judgement.account->shown.account_id();
  session.second_factor = judgement.verdict.second_factor;
  session.created_at = session.last_used_at = call.now();
  session.expires_at = call.now() + context_.sessions.longest;
  effects.record().set_session(session.session_id);
  if (judgement.verdict.change_only) {
    auth::Caller caller = CallerOfSession(context_.sessions, session, {}, call.now());
    caller.password_change_only = true;
    return Answer(caller, "", call.now());
  }
  const std::string refresh_token = Turn(crypto::RandomBytes(kFamilySize), session);
  if (context_.sessions.one_per_account) *ended = store::EndSessionsOf(tx, session.account_id, call.now());
  store::InsertSession(tx, session);
  return AnswerSession(tx, session, refresh_token, call.now());
}

absl::StatusOr<v1::Session> SessionRpc::SignIn(rpc::Call& call, const v1::SignInRequest& request) {
  ASSIGN_OR_RETURN(Proof proof, Prove(call, request.account_id(), request.password()));
  if (proof.fits && context_.hasher->IsOutdated(proof.hash)) {
    ASSIGN_OR_RETURN(proof.renewed, context_.hasher->Hash(request.password(), call.deadline()));
  }
  absl::Status refusal;
  v1::Session answer;
  std::vector<std::string> ended;
  // The body succeeds even if it refuses: the failure is counted and audited.
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    rpc::Effects effects(context_.write.service, call);
    ASSIGN_OR_RETURN(const Judgement judgement, Judge(tx, call, request.account_id(), proof, request.code(), effects));
    refusal = judgement.verdict.refusal;
    if (refusal.ok()) {
      ASSIGN_OR_RETURN(answer, Open(tx, call, judgement, effects, &ended));
    }
    return Keep(tx, call, judgement, effects);
  }));
  if (!refusal.ok()) return refusal;
  RefuseTokens(context_, ended, call.now());
  return answer;
}

absl::StatusOr<v1::Session> SessionRpc::RefreshSession(rpc::Call& call, const v1::RefreshSessionRequest& request) {
  const std::optional<RefreshToken> token = ParseRefreshToken(request.refresh_token());
  if (!token) return Refuse(v1::SESSION_ENDED);
  absl::Status refusal;
  v1::Session answer;
  std::vector<std::string> ended;
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    std::optional<SessionRecord> session = store::FindSessionForUpdate(tx, crypto::Sha256(token->family));
    if (!session) return Refuse(v1::SESSION_ENDED);
    call.Identify(session->account_id);
    RETURN_IF_ERROR(CheckRunning(context_.sessions, *session, call.now()));
    refusal = absl::OkStatus();
    const std::string presented = crypto::Sha256(token->turn);
    if (!MayRefresh(*session, presented, call.now())) {
      // Somebody holds a copy, and nobody can say which of the two is the owner: the session ends for both.
      refusal = Refuse(v1::SESSION_ENDED);
      ended = store::EndSession(tx, session->session_id, call.now());
      call.MarkAudited();
      rpc::Effects effects(context_.write.service, call);
      effects.ActOn(session->account_id, 0);
      effects.record().set_session(session->session_id);
      effects.record().set_result("REFRESH_TOKEN_REUSED");
      return effects.Flush(tx);
    }
    const std::string refresh_token = Turn(token->family, *session);
    session->previous_digest = presented;
    session->last_used_at = call.now();
    store::UpdateSession(tx, *session);
    ASSIGN_OR_RETURN(answer, AnswerSession(tx, *session, refresh_token, call.now()));
    return absl::OkStatus();
  }));
  RefuseTokens(context_, ended, call.now());
  if (!refusal.ok()) return refusal;
  return answer;
}

absl::StatusOr<v1::SignOutResponse> SessionRpc::SignOut(rpc::Call& call, const v1::SignOutRequest& request) {
  std::vector<std::string> ended;
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) {
    ended = store::EndSession(tx, call.caller().session, call.now());
    return rpc::Effects(context_.write.service, call).Flush(tx);
  }));
  RefuseTokens(context_, ended, call.now());
  return v1::SignOutResponse();
}

absl::StatusOr<v1::ChangePasswordResponse> SessionRpc::ChangePassword(rpc::Call& call,
                                                                      const v1::ChangePasswordRequest& request) {
  RETURN_IF_ERROR(CheckPassword(context_.passwords, request.account_id(), request.new_password()));
  ASSIGN_OR_RETURN(const Proof proof, Prove(call, request.account_id(), request.old_password()));
  std::string new_hash;
  if (proof.fits) {
    ASSIGN_OR_RETURN(new_hash, HashUnlessUsed(call, request.account_id(), request.new_password()));
  }
  absl::Status refusal;
  std::vector<std::string> ended;
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    rpc::Effects effects(context_.write.service, call);
    ASSIGN_OR_RETURN(Judgement judgement, Judge(tx, call, request.account_id(), proof, request.code(), effects));
    refusal = judgement.verdict.refusal;
    if (refusal.ok()) {
      AccountRecord& account = *judgement.account;
      account.password_hash = new_hash;
      account.password_changed_at = call.now();
      account.must_change = false;
      store::UpdateAccount(tx, account);
      store::AddPassword(tx, request.account_id(), new_hash, context_.passwords.history);
      ended = store::EndSessionsOf(tx, request.account_id(), call.now());
      effects.Change({"password"});
    }
    return Keep(tx, call, judgement, effects);
  }));
  if (!refusal.ok()) return refusal;
  RefuseTokens(context_, ended, call.now());
  return v1::ChangePasswordResponse();
}

absl::StatusOr<std::string> SessionRpc::HashUnlessUsed(rpc::Call& call, const std::string& account_id,
                                                       const std::string& password) {
  std::vector<std::string> last;
  RETURN_IF_ERROR(database().Read(call.bounds(), [&](db::Tx& tx) {
    last = store::LastPasswords(tx, account_id, context_.passwords.history);
    return absl::OkStatus();
  }));
  ASSIGN_OR_RETURN(const bool used, context_.hasher->FitsAny(password, last, call.deadline()));
  if (used) return Refuse(v1::PASSWORD_REUSED);
  return context_.hasher->Hash(password, call.deadline());
}

absl::StatusOr<v1::Account> SessionRpc::GetOwnAccount(rpc::Call& call, const v1::GetOwnAccountRequest& request) {
  return database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::Account> {
    const std::optional<store::ListedAccount> own = store::FindListedAccount(tx, call.caller().subject);
    if (!own) return Refuse(v1::ACCOUNT_NOT_FOUND);
    return ShownWithGrants(tx, context_, *own, call.now());
  });
}

absl::StatusOr<v1::Session> SessionRpc::IssueClientToken(rpc::Call& call, const v1::IssueClientTokenRequest& request) {
  const std::string digest = SecretDigest(*context_.write.sealer, request.client_id(), request.client_secret());
  v1::Session answer;
  RETURN_IF_ERROR(database().Write(call.bounds(), [&](db::Tx& tx) -> absl::Status {
    const std::optional<ClientRecord> client = store::FindClient(tx, request.client_id());
    // Of an unknown client nothing is kept: what was typed may be anything, a secret even.
    if (client) call.Identify(ClientSession(request.client_id()));
    if (!client || !crypto::ConstantTimeEqual(client->secret_digest, digest)) return Refuse(v1::CLIENT_FAILED);
    RETURN_IF_ERROR(CheckUsable(client->shown, call.certificate(), DayInChina(call.now())));
    ASSIGN_OR_RETURN(answer, Answer(CallerOfClient(client->shown, call.now()), "", call.now()));
    rpc::Effects effects(context_.write.service, call);
    effects.ActOn(request.client_id(), 0);
    return effects.Flush(tx);
  }));
  return answer;
}

}  // namespace bangfu::gateway
