#include "services/gateway/rpc/account_context.h"

#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/standards/identity_number.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/grant.h"
#include "services/gateway/rpc/readable_secret.h"
#include "services/gateway/store/grant_store.h"

namespace bangfu::gateway {

std::string SecretDigest(const crypto::Sealer& sealer, absl::string_view client_id, absl::string_view secret) {
  return sealer.Digest("department_client.secret", absl::StrCat(client_id, "\n", secret));
}

std::string IdentityDigest(const crypto::Sealer& sealer, absl::string_view id_number) {
  const auto parsed = standards::ParseIdentityNumber(id_number);
  const auto* number = std::get_if<standards::IdentityNumber>(&parsed);
  return sealer.Digest("account.id_number", number == nullptr ? id_number : number->number);
}

std::string RecoveryCodeDigest(const crypto::Sealer& sealer, absl::string_view account_id, absl::string_view code) {
  return sealer.Digest("recovery_code.code", absl::StrCat(account_id, "\n", code));
}

crypto::SealContext TotpPlace(absl::string_view account_id) {
  return {"gateway", "account", "totp_secret", account_id};
}

std::string SecretOfRequest(const crypto::Sealer& sealer, const rpc::Call& call, absl::string_view request_id,
                            absl::string_view given_to) {
  return ReadableSecret(
      sealer.Digest("request.secret", absl::StrCat(call.caller().subject, "\n", call.rule().name(), "\n",
                                                   absl::AsciiStrToLower(request_id), "\n", given_to)));
}

void RefuseTokens(const AccountContext& context, const std::vector<std::string>& sessions, absl::Time now) {
  for (const std::string& session : sessions) context.verifier->Revoke(session, now);
}

v1::Account ShownWithGrants(db::Tx& tx, const AccountContext& context, const store::ListedAccount& listed,
                            absl::Time now) {
  v1::Account shown = Shown(listed.account, listed.failures, context.passwords, now);
  for (v1::Grant& grant : store::GrantsOf(tx, {shown.account_id()})) {
    if (IsLive(grant, DayInChina(now))) *shown.add_grants() = std::move(grant);
  }
  return shown;
}

}  // namespace bangfu::gateway
