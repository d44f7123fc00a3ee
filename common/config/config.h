// The configuration of a process, read once at its start.
//
//   config::ConfigReader reader("/etc/bangfu/fund.toml");
//   const int64_t port = reader.Int("server.port", 8443, 1, 65535);
//   const std::string database = reader.String("database.url", config::kRequired);
//   const std::string password = reader.Secret("database.password", config::kRequired);
//   if (absl::Status status = reader.Finish(); !status.ok()) { ... exit code 78 (EX_CONFIG) }
//
// A setting comes from the environment (server.port is BANGFU_SERVER_PORT), else from the TOML file, else from its
// fallback. A secret comes from a file of its own, because environments and configuration files are read by too many;
// the setting with _file behind the secret's key names it (BANGFU_DATABASE_PASSWORD_FILE, or password_file under
// [database]).
// Faults do not stop the reading: Finish() reports all of them together.
#ifndef BANGFU_COMMON_CONFIG_CONFIG_H_
#define BANGFU_COMMON_CONFIG_CONFIG_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/config/toml_file.h"

namespace bangfu::config {

// As fallback: there is none, the setting must be given.
inline constexpr std::nullopt_t kRequired = std::nullopt;

using Environment = std::map<std::string, std::string>;

// The variables of this process whose names start with BANGFU_.
Environment ProcessEnvironment();

// Not thread-safe. Each getter is called once per key; what it returns counts only if Finish() is OK.
class ConfigReader {
 public:
  // Without a path there is no file. A file that cannot be read is a fault.
  explicit ConfigReader(const std::string& path, Environment environment = ProcessEnvironment());

  std::string String(const std::string& key, std::optional<std::string> fallback);

  // Takes `min` to `max`.
  int64_t Int(const std::string& key, std::optional<int64_t> fallback, int64_t min, int64_t max);

  // Takes true and false.
  bool Bool(const std::string& key, std::optional<bool> fallback);

  // Takes a number with unit, such as 1.5s, 300ms or 8h, from `min` to `max`.
  absl::Duration Duration(const std::string& key, std::optional<absl::Duration> fallback, absl::Duration min,
                          absl::Duration max);

  // Takes an array of strings; in the environment, words separated by commas.
  std::vector<std::string> StringList(const std::string& key, std::optional<std::vector<std::string>> fallback);

  // The content of the file, at most 64 KiB, without a line end at its end.
  std::string Secret(const std::string& key, std::optional<std::string> fallback);

  // Called after all getters. INVALID_ARGUMENT lists every fault, one a line: values missing, of a wrong type or out of
  // bounds, and keys of the file that nobody asked for, with the nearest name that somebody did. No values are named.
  absl::Status Finish();

  // Every setting asked for so far, with the place that it came from, one a line, in order of key; secrets masked.
  std::string Effective() const;

 private:
  // A setting as it was given.
  struct Given {
    TomlValue value;
    // For faults: the variable, or file, line and key.
    std::string place;
    bool from_environment = false;
  };

  // Marks the key as known. Nothing if it is given nowhere.
  std::optional<Given> Find(const std::string& key);
  // Notes the fault of a required setting that is given nowhere.
  void Missing(const std::string& key);
  void Fault(const Given& given, const std::string& expected);
  void Note(const std::string& key, const std::string& value, const std::optional<Given>& given);
  std::string NearestKnown(const std::string& key) const;

  const std::string path_;
  const Environment environment_;
  std::map<std::string, TomlValue> file_;
  std::vector<std::string> faults_;
  // Key to the line of Effective().
  std::map<std::string, std::string> known_;
};

}  // namespace bangfu::config

#endif  // BANGFU_COMMON_CONFIG_CONFIG_H_
