#include "common/config/config.h"

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/crypto/secret_file.h"

namespace bangfu::config {
namespace {

constexpr char kPrefix[] = "BANGFU_";
constexpr char kFileSuffix[] = "_file";
constexpr char kMask[] = "***";

std::string VariableOf(const std::string& key) {
  return absl::StrCat(kPrefix, absl::AsciiStrToUpper(absl::StrReplaceAll(key, {{".", "_"}})));
}

std::string Quoted(const std::string& text) { return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\""); }

// Insertions, deletions and replacements that make one word the other.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row[b.size()];
}

// The value as a T: from the file it has that type already, from the environment `parse` makes it of the text.
template <typename T, typename Parse>
std::optional<T> As(const TomlValue& value, bool from_environment, Parse parse) {
  if (from_environment) return parse(std::get<std::string>(value.value));
  if (const T* typed = std::get_if<T>(&value.value)) return *typed;
  return std::nullopt;
}

std::optional<int64_t> ParseInt(const std::string& text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? std::optional(number) : std::nullopt;
}

std::optional<bool> ParseBool(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::vector<std::string>> ParseList(const std::string& text) {
  std::vector<std::string> words;
  for (absl::string_view word : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    words.emplace_back(absl::StripAsciiWhitespace(word));
  }
  return words;
}

}  // namespace

Environment ProcessEnvironment() {
  Environment variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::pair<std::string, std::string> variable = absl::StrSplit(*entry, absl::MaxSplits('=', 1));
    if (absl::StartsWith(variable.first, kPrefix)) variables.insert(variable);
  }
  return variables;
}

ConfigReader::ConfigReader(const std::string& path, Environment environment)
    : path_(path), environment_(std::move(environment)) {
  if (path.empty()) return;
  absl::StatusOr<std::string> text = crypto::ReadSecretFile(path);
  absl::StatusOr<std::map<std::string, TomlValue>> settings =
      text.ok() ? ParseToml(*text, path) : absl::StatusOr<std::map<std::string, TomlValue>>(text.status());
  if (settings.ok()) {
    file_ = *std::move(settings);
  } else {
    faults_.emplace_back(settings.status().message());
  }
}

std::string ConfigReader::String(const std::string& key, std::optional<std::string> fallback) {
  const std::optional<Given> given = Find(key);
  if (!given && !fallback) Missing(key);
  std::string text = fallback.value_or("");
  if (given) {
    if (const std::string* value = std::get_if<std::string>(&given->value.value)) {
      text = *value;
    } else {
      Fault(*given, "a string");
    }
  }
  Note(key, Quoted(text), given);
  return text;
}

int64_t ConfigReader::Int(const std::string& key, std::optional<int64_t> fallback, int64_t min, int64_t max) {
  const std::optional<Given> given = Find(key);
  if (!given && !fallback) Missing(key);
  int64_t number = fallback.value_or(min);
  if (given) {
    const auto value = As<int64_t>(given->value, given->from_environment, ParseInt);
    if (value && min <= *value && *value <= max) {
      number = *value;
    } else {
      Fault(*given, absl::StrCat("a whole number from ", min, " to ", max));
    }
  }
  Note(key, absl::StrCat(number), given);
  return number;
}

bool ConfigReader::Bool(const std::string& key, std::optional<bool> fallback) {
  const std::optional<Given> given = Find(key);
  if (!given && !fallback) Missing(key);
  bool flag = fallback.value_or(false);
  if (given) {
    if (const auto value = As<bool>(given->value, given->from_environment, ParseBool)) {
      flag = *value;
    } else {
      Fault(*given, "true or false");
    }
  }
  Note(key, flag ? "true" : "false", given);
  return flag;
}

absl::Duration ConfigReader::Duration(const std::string& key, std::optional<absl::Duration> fallback,
                                      absl::Duration min, absl::Duration max) {
  const std::optional<Given> given = Find(key);
  if (!given && !fallback) Missing(key);
  absl::Duration duration = fallback.value_or(min);
  if (given) {
    const std::string* text = std::get_if<std::string>(&given->value.value);
    absl::Duration value;
    if (text != nullptr && absl::ParseDuration(*text, &value) && min <= value && value <= max) {
      duration = value;
    } else {
      Fault(*given, absl::StrCat("a duration with unit, such as 1.5s, from ", absl::FormatDuration(min), " to ",
                                 absl::FormatDuration(max)));
    }
  }
  Note(key, Quoted(absl::FormatDuration(duration)), given);
  return duration;
}

std::vector<std::string> ConfigReader::StringList(const std::string& key,
                                                  std::optional<std::vector<std::string>> fallback) {
  const std::optional<Given> given = Find(key);
  if (!given && !fallback) Missing(key);
  std::vector<std::string> list = fallback.value_or(std::vector<std::string>());
  if (given) {
    if (const auto value = As<std::vector<std::string>>(given->value, given->from_environment, ParseList)) {
      list = *value;
    } else {
      Fault(*given, "a list of strings");
    }
  }
  const auto append_quoted = [](std::string* out, const std::string& text) { absl::StrAppend(out, Quoted(text)); };
  Note(key, absl::StrCat("[", absl::StrJoin(list, ", ", append_quoted), "]"), given);
  return list;
}

std::string ConfigReader::Secret(const std::string& key, std::optional<std::string> fallback) {
  // Only to tell what is wrong: a secret is not taken from where others can read it.
  if (const std::optional<Given> open = Find(key)) {
    faults_.push_back(absl::StrCat(open->place, ": is a secret; put it into a file and name that by ",
                                   VariableOf(key + kFileSuffix), " or ", key, kFileSuffix));
  }
  const std::optional<Given> given = Find(key + kFileSuffix);
  if (!given && !fallback) Missing(key + kFileSuffix);
  std::string secret = fallback.value_or("");
  std::string file;
  if (given) {
    const std::string* path = std::get_if<std::string>(&given->value.value);
    if (path == nullptr) {
      Fault(*given, "the path of a file");
    } else if (absl::StatusOr<std::string> content = crypto::ReadSecretFile(*path); content.ok()) {
      file = *path;
      secret = std::string(absl::StripSuffix(absl::StripSuffix(*content, "\n"), "\r"));
    } else {
      faults_.push_back(absl::StrCat(given->place, ": ", std::string(content.status().message())));
    }
  }
  Note(key, Quoted(secret.empty() ? "" : kMask), given);
  Note(key + kFileSuffix, Quoted(file), given);
  return secret;
}

absl::Status ConfigReader::Finish() {
  std::vector<std::string> faults = faults_;
  for (const auto& [key, value] : file_) {
    if (known_.count(key) != 0) continue;
    const std::string nearest = NearestKnown(key);
    faults.push_back(absl::StrCat(path_, ":", value.line, ": unknown setting ", key,
                                  nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?")));
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

std::string ConfigReader::Effective() const {
  std::string text;
  for (const auto& [key, line] : known_) absl::StrAppend(&text, line, "\n");
  return text;
}

std::optional<ConfigReader::Given> ConfigReader::Find(const std::string& key) {
  known_.try_emplace(key);
  const std::string variable = VariableOf(key);
  if (auto found = environment_.find(variable); found != environment_.end()) {
    return Given{{found->second, 0}, variable, true};
  }
  if (auto found = file_.find(key); found != file_.end()) {
    return Given{found->second, absl::StrCat(path_, ":", found->second.line, ": ", key), false};
  }
  return std::nullopt;
}

void ConfigReader::Missing(const std::string& key) {
  faults_.push_back(absl::StrCat(key, ": is required; set it in the file or by ", VariableOf(key)));
}

void ConfigReader::Fault(const Given& given, const std::string& expected) {
  faults_.push_back(absl::StrCat(given.place, ": must be ", expected));
}

void ConfigReader::Note(const std::string& key, const std::string& value, const std::optional<Given>& given) {
  const char* source = !given ? "default" : given->from_environment ? "environment" : "file";
  known_[key] = absl::StrCat(key, " = ", value, "  # ", source);
}

std::string ConfigReader::NearestKnown(const std::string& key) const {
  // A third of the name may be mistyped; beyond that a suggestion is a guess.
  size_t nearest_distance = std::max<size_t>(2, key.size() / 3) + 1;
  std::string nearest;
  for (const auto& [known, line] : known_) {
    const size_t distance = EditDistance(key, known);
    if (distance < nearest_distance) {
      nearest_distance = distance;
      nearest = known;
    }
  }
  return nearest;
}

}  // namespace bangfu::config
