// No text crashes the parser; what it accepts is one number in its one form, in accordance with itself; and what it
// says about a fault never repeats digits of the number.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/standards/identity_number.h"

namespace {

using bangfu::standards::IdentityNumber;
using bangfu::standards::ParseIdentityNumber;

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckNumber(const IdentityNumber& identity) {
  const std::string& number = identity.number;
  Require(number.size() == 18);
  for (size_t i = 0; i < 17; ++i) Require(absl::ascii_isdigit(number[i]));
  Require(absl::ascii_isdigit(number[17]) || number[17] == 'X');
  Require(identity.birth_date ==
          absl::StrCat(number.substr(6, 4), "-", number.substr(10, 2), "-", number.substr(12, 2)));
  Require(identity.male == ((number[16] - '0') % 2 == 1));

  const auto again = ParseIdentityNumber(number);
  Require(std::holds_alternative<IdentityNumber>(again));
  Require(std::get<IdentityNumber>(again).number == number);
  Require(!std::get<IdentityNumber>(again).upgraded_from_15);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto parsed = ParseIdentityNumber(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (std::holds_alternative<IdentityNumber>(parsed)) {
    CheckNumber(std::get<IdentityNumber>(parsed));
  } else {
    Require(!bangfu::standards::FaultText(std::get<bangfu::standards::IdentityFault>(parsed)).empty());
  }
  return 0;
}
