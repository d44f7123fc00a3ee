// A TOML file as flat settings.
#ifndef BANGFU_COMMON_CONFIG_TOML_FILE_H_
#define BANGFU_COMMON_CONFIG_TOML_FILE_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::config {

// A value of the file that no setting can have, such as a date or a list of numbers.
struct Unsupported {};

struct TomlValue {
  std::variant<Unsupported, std::string, int64_t, bool, std::vector<std::string>> value;
  int line = 0;
};

// Settings by dotted key: `port = 1` under `[server]` is server.port. INVALID_ARGUMENT, with the line, for a text that
// is no TOML; `path` only serves the message.
absl::StatusOr<std::map<std::string, TomlValue>> ParseToml(const std::string& text, const std::string& path);

}  // namespace bangfu::config

#endif  // BANGFU_COMMON_CONFIG_TOML_FILE_H_
