#include "services/registration/store/copy_in.h"

#include "absl/strings/str_cat.h"

namespace bangfu::registration::store {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// The character behind the backslash that stands for `c`; 0 if it stands for itself.
char EscapeOf(char c) {
  switch (c) {
    case '\\': return '\\';
    case '\t': return 't';
    case '\n': return 'n';
    case '\r': return 'r';
    default: return 0;
  }
}

}  // namespace

void CopyIn::Separate() {
  if (begun_) line_.text.push_back('\t');
  begun_ = true;
}

void CopyIn::Null() {
  Separate();
  line_.text.append("\\N");
}

void CopyIn::Number(int64_t number) {
  Separate();
  absl::StrAppend(&line_.text, number);
}

void CopyIn::Text(absl::string_view text) {
  Separate();
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char escape = EscapeOf(text[at]);
    if (escape == 0) continue;
    line_.text.append(text.data() + begin, at - begin);
    line_.text.push_back('\\');
    line_.text.push_back(escape);
    begin = at + 1;
  }
  line_.text.append(text.data() + begin, text.size() - begin);
}

void CopyIn::Bytes(absl::string_view bytes) {
  Separate();
  line_.text.append("\\\\x");
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    line_.text.push_back(kHexDigits[byte >> 4]);
    line_.text.push_back(kHexDigits[byte & 15]);
  }
}

void CopyIn::EndRow() {
  stream_ << line_;
  line_.text.clear();
  begun_ = false;
}

}  // namespace bangfu::registration::store
