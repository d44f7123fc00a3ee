#include "services/gateway/domain/password_policy.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bangfu/gateway/v1/reason.pb.h"
#include "common/standards/text.h"
#include "common/status/refusal.h"

namespace bangfu::gateway {
namespace {

absl::Status TooWeak(std::string detail) {
  return status::Refuse(v1::PASSWORD_TOO_WEAK, {{"detail", std::move(detail)}});
}

}  // namespace

absl::Status CheckPassword(const PasswordPolicy& policy, absl::string_view account_id, absl::string_view password) {
  if (standards::CountCharacters(password) < static_cast<size_t>(policy.shortest)) {
    return TooWeak(absl::StrCat("少于 ", policy.shortest, " 位"));
  }
  if (std::none_of(password.begin(), password.end(), absl::ascii_isalpha)) return TooWeak("没有字母");
  if (std::none_of(password.begin(), password.end(), absl::ascii_isdigit)) return TooWeak("没有数字");
  if (absl::StrContains(absl::AsciiStrToLower(password), account_id)) return TooWeak("含有账号名");
  return absl::OkStatus();
}

}  // namespace bangfu::gateway
