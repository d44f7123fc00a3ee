// Numbers with two decimals, kept as integers of hundredths: yuan as fen, mu as hundredths of a mu. Pure, thread-safe.
#ifndef BANGFU_COMMON_STANDARDS_HUNDREDTHS_H_
#define BANGFU_COMMON_STANDARDS_HUNDREDTHS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::standards {

// 123456 as 1234.56, -5 as -0.05.
std::string FormatHundredths(int64_t hundredths);

// What people write: 1234.5, -0.05, 1,234.56; full-width digits and spaces around it are taken, too. Nothing if it is
// not a number, has more than two decimals (zeros apart), misplaced commas, or more than 15 digits before the point.
std::optional<int64_t> ParseHundredths(absl::string_view text);

}  // namespace bangfu::standards

#endif  // BANGFU_COMMON_STANDARDS_HUNDREDTHS_H_
