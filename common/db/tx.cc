#include "common/db/tx.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/log/log.h"

namespace bangfu::db {

internal::StatementWatch::StatementWatch(const Connection& connection, const char* name)
    : connection_(connection), name_(name), start_(absl::Now()) {
  connection.CheckBounds();
}

internal::StatementWatch::~StatementWatch() {
  const absl::Duration took = absl::Now() - start_;
  if (took < connection_.slow()) return;
  log::Warning("slow_statement", {{"statement", name_}, {"millis", absl::ToInt64Milliseconds(took)}});
}

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
