#include "services/gateway/domain/sign_in.h"

#include <optional>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/totp.h"

namespace bangfu::gateway {

using status::Refuse;

Verdict JudgeSignIn(const Attempt& attempt, const PasswordPolicy& policy, absl::Time now) {
  Verdict verdict;
  if (attempt.account == nullptr || !attempt.password_fits) {
    verdict.refusal = Refuse(v1::SIGN_IN_FAILED);
    verdict.counts = true;
    return verdict;
  }
  const AccountRecord& account = *attempt.account;
  if (account.disabled) {
    verdict.refusal = Refuse(v1::ACCOUNT_DISABLED);
    return verdict;
  }
  if (!attempt.totp_secret.empty()) {
    if (attempt.code.empty()) {
      verdict.refusal = Refuse(v1::SECOND_FACTOR_REQUIRED);
      return verdict;
    }
    const std::optional<int64_t> step = MatchTotp(attempt.totp_secret, attempt.code, now, account.totp_last_step);
    if (!step && !attempt.is_recovery_code) {
      verdict.refusal = Refuse(v1::SIGN_IN_FAILED);
      verdict.counts = true;
      return verdict;
    }
    verdict.second_factor = true;
    verdict.totp_step = step.value_or(0);
  }
  verdict.change_only = MustChangePassword(account, policy, now);
  return verdict;
}

}  // namespace bangfu::gateway
