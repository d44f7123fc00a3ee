#include "services/gateway/edge/head_guard.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace bangfu::edge {
namespace {

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-.^_`|~", absl::string_view(&c, 1));
}

const char* FaultOfRequestLine(absl::string_view line, bool* http10) {
  std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words.size() != 3 || words[0].empty()) return "请求行有误";
  if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0") return "只支持 HTTP/1.1";
  *http10 = words[2] == "HTTP/1.0";
  for (char c : words[0]) {
    if (!absl::ascii_isupper(c)) return "请求方法有误";
  }
  if (words[1] == "*" && words[0] == "OPTIONS") return nullptr;
  for (char c : words[1]) {
    if (!absl::ascii_isgraph(c) || c == '#') return "地址有误";
  }
  return absl::StartsWith(words[1], "/") ? nullptr : "地址有误";
}

// What may appear once only, and how often it did.
struct Seen {
  int host = 0;
  int length = 0;
  int coding = 0;
  int authorization = 0;
};

const char* FaultOfField(absl::string_view line, Seen* seen) {
  size_t colon = line.find(':');
  if (colon == 0 || colon == absl::string_view::npos) return "请求头有误";
  absl::string_view name = line.substr(0, colon);
  absl::string_view value = absl::StripAsciiWhitespace(line.substr(colon + 1));
  if (!std::all_of(name.begin(), name.end(), IsTokenCharacter)) return "请求头名称有误";
  if (absl::EqualsIgnoreCase(name, "host")) ++seen->host;
  if (absl::EqualsIgnoreCase(name, "authorization")) ++seen->authorization;
  if (absl::EqualsIgnoreCase(name, "content-length")) {
    ++seen->length;
    if (value.empty() || value.size() > 15 || !std::all_of(value.begin(), value.end(), absl::ascii_isdigit)) {
      return "Content-Length 有误";
    }
  }
  if (absl::EqualsIgnoreCase(name, "transfer-encoding")) {
    ++seen->coding;
    if (!absl::EqualsIgnoreCase(value, "chunked")) return "不支持的 Transfer-Encoding";
  }
  return nullptr;
}

}  // namespace

const char* FaultOfHead(absl::string_view head) {
  for (size_t i = 0; i < head.size(); ++i) {
    char c = head[i];
    bool pair = c == '\r' ? i + 1 < head.size() && head[i + 1] == '\n' : c != '\n' || (i > 0 && head[i - 1] == '\r');
    if (!pair) return "换行有误";
    if (absl::ascii_iscntrl(c) && c != '\r' && c != '\n' && c != '\t') return "请求头有控制字符";
  }
  std::vector<absl::string_view> lines = absl::StrSplit(head, "\r\n");
  if (lines.size() < 3) return "请求头不完整";
  lines.resize(lines.size() - 2);  // the empty line at the end
  if (lines.size() > kMostHeaderLines) return "请求头行数过多";
  bool http10 = false;
  if (const char* fault = FaultOfRequestLine(lines[0], &http10)) return fault;
  Seen seen;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty() || lines[i][0] == ' ' || lines[i][0] == '\t') return "请求头不得折行";
    if (const char* fault = FaultOfField(lines[i], &seen)) return fault;
  }
  if (seen.host > 1 || (seen.host == 0 && !http10)) return "Host 缺失或重复";
  if (seen.length > 1) return "Content-Length 重复";
  if (seen.coding > 1 || (seen.coding == 1 && (seen.length == 1 || http10))) return "Transfer-Encoding 有误";
  if (seen.authorization > 1) return "Authorization 重复";
  return nullptr;
}

}  // namespace bangfu::edge
