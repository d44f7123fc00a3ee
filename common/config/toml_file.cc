#include "common/config/toml_file.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include "toml++/toml.h"

namespace bangfu::config {
namespace {

TomlValue ToValue(const toml::node& node) {
  TomlValue result;
  result.line = static_cast<int>(node.source().begin.line);
  if (const auto text = node.value_exact<std::string>()) {
    result.value = *text;
  } else if (const auto number = node.value_exact<int64_t>()) {
    result.value = *number;
  } else if (const auto flag = node.value_exact<bool>()) {
    result.value = *flag;
  } else if (const toml::array* array = node.as_array()) {
    std::vector<std::string> texts;
    for (const toml::node& item : *array) {
      const auto text = item.value_exact<std::string>();
      if (!text) return result;
      texts.push_back(*text);
    }
    result.value = std::move(texts);
  }
  return result;
}

void Flatten(const toml::table& table, const std::string& prefix, std::map<std::string, TomlValue>& settings) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const toml::table* child = node.as_table()) {
      Flatten(*child, key + ".", settings);
    } else {
      settings.emplace(key, ToValue(node));
    }
  }
}

}  // namespace

absl::StatusOr<std::map<std::string, TomlValue>> ParseToml(const std::string& text, const std::string& path) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", parsed.error().source().begin.line, ": ", std::string(parsed.error().description())));
  }
  std::map<std::string, TomlValue> settings;
  Flatten(parsed.table(), "", settings);
  return settings;
}

}  // namespace bangfu::config
