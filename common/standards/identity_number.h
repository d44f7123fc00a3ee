// Citizen identity numbers, GB 11643-1999: area of first registration 6, birth date 8, sequence 3 (odd: male), check 1.
// Pure and thread-safe.
#ifndef BANGFU_COMMON_STANDARDS_IDENTITY_NUMBER_H_
#define BANGFU_COMMON_STANDARDS_IDENTITY_NUMBER_H_

#include <string>
#include <variant>

#include "absl/strings/string_view.h"

namespace bangfu::standards {

struct IdentityNumber {
  // 18 characters, X in upper case.
  std::string number;
  // YYYY-MM-DD.
  std::string birth_date;
  bool male = false;
  // The text was a number of the old form with 15 digits.
  bool upgraded_from_15 = false;
};

enum class IdentityFault {
  // Neither 17 digits and a digit or X, nor 15 digits.
  kFormat,
  // The check character is not that of the digits.
  kChecksum,
  // The birth date does not exist.
  kBirthDate,
  // A spreadsheet took it for a number and lost its last digits: 1.50526E+17, or 18 digits that end in 000 with a
  // check character that is wrong.
  kFloatDamaged,
};

// Takes full-width digits, spaces around the number, a lower-case x, and 15 digits, which become 18. The area is never
// refused: it is that of the time of birth and may be gone since.
std::variant<IdentityNumber, IdentityFault> ParseIdentityNumber(absl::string_view text);

// What is wrong, in Chinese, without the number: "校验位不对".
absl::string_view FaultText(IdentityFault fault);

// The first three and the last two characters with asterisks between: 150*************1X. They tell members of one
// household apart and leave at least 10^6 possible persons. Texts of other lengths than 15 and 18 become ***.
std::string MaskIdentityNumber(absl::string_view number);

}  // namespace bangfu::standards

#endif  // BANGFU_COMMON_STANDARDS_IDENTITY_NUMBER_H_
