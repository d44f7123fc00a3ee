// Logging: one JSON object per line, made to be read by collectors.
//
//   log::Info("server_started", {{"port", port}, {"tls", true}});
//   {"time":"2026-03-01T08:00:00.000000Z","level":"info","service":"fund","event":"server_started","port":8443,...}
//
// Lines carry ids, codes, counts and durations, never personal data. All functions are thread-safe; a line is written
// whole. Texts are cut after kMaxTextSize bytes.
#ifndef BANGFU_COMMON_LOG_LOG_H_
#define BANGFU_COMMON_LOG_LOG_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace bangfu::log {

enum class Level { kDebug, kInfo, kWarning, kError };

// The level of that name (debug, info, warning, error).
std::optional<Level> LevelNamed(absl::string_view name);

struct Options {
  // Name of the process, in every line.
  std::string service;
  // Lines below this level are dropped.
  Level level = Level::kInfo;
  // Open file descriptor that lines are written to.
  int output = 1;
  // Lines are gathered and written by a thread of their own ten times a second, warnings at once, and when the process
  // exits: a system call for each costs a busy service a twentieth of its time, and a reader that stands still must not
  // stop it. What nobody takes is lost beyond 4 MiB, and counted; a process that is killed loses the last lines.
  bool gathered = false;
};

// Sets how the process logs. Called first thing in main, before other threads start.
void Configure(Options options);

inline constexpr size_t kMaxTextSize = 4096;

// A value of a line. Texts are referred to, not copied.
class Value {
 public:
  template <std::same_as<bool> T>
  Value(T value) : value_(value) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) Value(T value) : value_(static_cast<int64_t>(value)) {}
  template <std::floating_point T>
  Value(T value) : value_(static_cast<double>(value)) {}
  template <std::convertible_to<absl::string_view> T>
  Value(const T& value) : value_(absl::string_view(value)) {}

  using Variant = std::variant<bool, int64_t, double, absl::string_view>;
  const Variant& get() const { return value_; }

 private:
  Variant value_;
};

// Keys are lower_snake words other than time, level, service and event.
struct Field {
  absl::string_view key;
  Value value;
};

using Fields = absl::Span<const Field>;

// `event` is a fixed lower_snake name; what varies goes into fields.
void Write(Level level, absl::string_view event, Fields fields = {});

inline void Debug(absl::string_view event, Fields fields = {}) { Write(Level::kDebug, event, fields); }
inline void Info(absl::string_view event, Fields fields = {}) { Write(Level::kInfo, event, fields); }
inline void Warning(absl::string_view event, Fields fields = {}) { Write(Level::kWarning, event, fields); }
inline void Error(absl::string_view event, Fields fields = {}) { Write(Level::kError, event, fields); }

}  // namespace bangfu::log

#endif  // BANGFU_COMMON_LOG_LOG_H_
