// The last look at a text before it is posted on a wall. Pure and thread-safe.
#ifndef BANGFU_COMMON_PROCEDURE_NOTICE_SCRUB_H_
#define BANGFU_COMMON_PROCEDURE_NOTICE_SCRUB_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::procedure {

// Something that must not be shown: what it seems to be, in Chinese, and the line it stands in, from 1. Never the text.
struct PersonalData {
  std::string kind;
  int line = 0;
};

// The first thing in the text that looks like an identity number (15 or 18), a mobile phone (11 digits) or an account
// (12 digits and more; 8 and more behind a word such as 账号). Digits count in any script that people type: half and
// full width, Chinese numerals, split by spaces, hyphens, dots or characters of no width. Amounts (12,345.60), office
// telephones that begin with an area code (0475-1234567), years, dates in 年月日 and numbers of documents are no such
// thing. A tab or a line feed separates numbers. Text that is not UTF-8 is refused, too.
//
// What it cannot see: accounts of fewer than 12 digits without such a word, and health in words. Fields of these kinds
// never reach a notice in the first place (notice_text.h).
std::optional<PersonalData> FindPersonalData(absl::string_view text);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_NOTICE_SCRUB_H_
