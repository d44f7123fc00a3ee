// What every text that comes from outside is checked for: encoding, control characters, length, full-width forms.
// All functions are pure and thread-safe.
#ifndef BANGFU_COMMON_STANDARDS_TEXT_H_
#define BANGFU_COMMON_STANDARDS_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::standards {

// What one pass over a text finds.
struct TextFacts {
  // Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. If false, the other two say nothing.
  bool valid_utf8 = true;
  // Holds a control character (U+0000..001F, U+007F..009F) other than tab and line feed, or a mark that
  // changes the direction of writing (U+200E, U+200F, U+202A..202E, U+2066..2069).
  bool control_characters = false;
  // Code points.
  size_t characters = 0;
};

TextFacts Inspect(absl::string_view text);

bool IsValidUtf8(absl::string_view text);

// Code points of a valid UTF-8 text.
size_t CountCharacters(absl::string_view text);

// Turns the full-width forms U+FF01..FF5E (１Ａ（) into ASCII, and the ideographic and no-break spaces into a space.
// Everything else stays, also bytes that are not UTF-8.
std::string ToHalfWidth(absl::string_view text);

// ToHalfWidth without white space at either end: the form in which numbers, codes and dates are read.
std::string Tidy(absl::string_view text);

}  // namespace bangfu::standards

#endif  // BANGFU_COMMON_STANDARDS_TEXT_H_
