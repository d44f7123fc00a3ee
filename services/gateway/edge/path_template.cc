#include "services/gateway/edge/path_template.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/gateway/edge/utf8.h"

namespace bangfu::edge {
namespace {

absl::Status Broken(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("path template ", text, ": ", why));
}

bool IsFieldPath(absl::string_view text) {
  for (absl::string_view name : absl::StrSplit(text, '.')) {
    if (name.empty() || absl::ascii_isdigit(name[0])) return false;
    for (char c : name) {
      if (!absl::ascii_isalnum(c) && c != '_') return false;
    }
  }
  return true;
}

bool IsLiteral(absl::string_view text) {
  for (char c : text) {
    if (!absl::ascii_isalnum(c) && c != '-' && c != '_' && c != '.' && c != '~') return false;
  }
  return !text.empty();
}

// Splits at slashes that stand outside braces.
std::vector<absl::string_view> SplitOutsideBraces(absl::string_view text) {
  std::vector<absl::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == '/' && depth == 0)) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}') {
      --depth;
    }
  }
  return parts;
}

bool AddSegment(absl::string_view part, PathTemplate* out) {
  if (!out->segments.empty() && out->segments.back().kind == PathTemplate::Kind::kRest) return false;
  if (part == "**") {
    out->segments.push_back({PathTemplate::Kind::kRest, ""});
  } else if (part == "*") {
    out->segments.push_back({PathTemplate::Kind::kOne, ""});
  } else if (IsLiteral(part)) {
    out->segments.push_back({PathTemplate::Kind::kLiteral, std::string(part)});
  } else {
    return false;
  }
  return true;
}

bool AddVariable(absl::string_view inside, PathTemplate* out) {
  std::pair<absl::string_view, absl::string_view> halves = absl::StrSplit(inside, absl::MaxSplits('=', 1));
  absl::string_view pattern = inside.size() == halves.first.size() ? "*" : halves.second;
  if (!IsFieldPath(halves.first)) return false;
  for (const PathTemplate::Variable& other : out->variables) {
    if (other.field == halves.first) return false;
  }
  size_t begin = out->segments.size();
  for (absl::string_view part : absl::StrSplit(pattern, '/')) {
    if (!AddSegment(part, out)) return false;
  }
  out->variables.push_back({std::string(halves.first), begin, out->segments.size()});
  return true;
}

}  // namespace

std::string PathTemplate::Shape() const {
  std::string shape;
  for (const Segment& segment : segments) {
    absl::StrAppend(&shape, "/",
                    segment.kind == Kind::kLiteral ? segment.literal
                    : segment.kind == Kind::kOne   ? "*"
                                                   : "**");
  }
  if (!verb.empty()) absl::StrAppend(&shape, ":", verb);
  return shape;
}

absl::StatusOr<PathTemplate> ParsePathTemplate(absl::string_view text) {
  PathTemplate out;
  absl::string_view path = text;
  if (path.empty() || path[0] != '/') return Broken(text, "must begin with a slash");
  size_t colon = path.rfind(':');
  if (colon != absl::string_view::npos) {
    out.verb = std::string(path.substr(colon + 1));
    if (!IsLiteral(out.verb)) return Broken(text, "bad verb");
    path = path.substr(0, colon);
  }
  for (absl::string_view part : SplitOutsideBraces(path.substr(1))) {
    bool variable = part.size() > 2 && part.front() == '{' && part.back() == '}';
    bool added = variable ? AddVariable(part.substr(1, part.size() - 2), &out) : AddSegment(part, &out);
    if (!added) return Broken(text, absl::StrCat("bad segment ", part));
  }
  return out;
}

std::optional<std::string> PercentDecode(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  auto digit = [](char c) { return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10; };
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3 || !absl::ascii_isxdigit(text[i + 1]) || !absl::ascii_isxdigit(text[i + 2])) {
        return std::nullopt;
      }
      c = static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    }
    if (absl::ascii_iscntrl(c)) return std::nullopt;
    out.push_back(c);
  }
  if (!IsUtf8(out)) return std::nullopt;
  return out;
}

std::optional<std::vector<absl::string_view>> SplitPath(absl::string_view path) {
  if (path.empty() || path[0] != '/') return std::nullopt;
  std::vector<absl::string_view> parts = absl::StrSplit(path.substr(1), '/');
  for (absl::string_view part : parts) {
    if (part.empty()) return std::nullopt;
  }
  return parts;
}

}  // namespace bangfu::edge
