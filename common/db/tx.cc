#include "common/db/tx.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace bangfu::db {

std::string ByteaArray(const std::vector<std::string>& values) {
  std::string out = "{";
  for (const std::string& value : values) {
    absl::StrAppend(&out, out.size() > 1 ? "," : "", "\"\\\\x", absl::BytesToHexString(value), "\"");
  }
  return out + "}";
}

std::string TextArray(const std::vector<std::string>& values) {
  std::string out = "{";
  for (const std::string& value : values) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

}  // namespace bangfu::db
