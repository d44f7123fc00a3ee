#include "common/log/log.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace bangfu::log {
namespace {

constexpr std::array<const char*, 4> kLevelNames = {"debug", "info", "warning", "error"};

struct Logger {
  // Set before other threads start, then only read.
  Options options;
  std::mutex mutex;  // guards what follows; held for no longer than it takes to append
  std::condition_variable wake;
  std::string gathered;
  bool wanted = false;      // something should not wait
  int64_t lost = 0;         // lines since the last that was written
  std::mutex output_mutex;  // keeps lines whole and in order; whoever holds it may wait for a slow reader
};

// Never destroyed: threads may still log while the process ends.
Logger& TheLogger() {
  static Logger& logger = *new Logger;
  return logger;
}

// Bytes of the UTF-8 character that the text, which is not empty, starts with; 0 if it starts with none.
size_t CharacterSize(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Longer than needed, a surrogate, or beyond the last character.
  const bool outside = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f) ||
                       (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f);
  return outside ? 0 : size;
}

bool IsPlain(unsigned char byte) { return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\'; }

void AppendText(std::string& line, absl::string_view text) {
  const bool cut = text.size() > kMaxTextSize;
  text = text.substr(0, kMaxTextSize);
  line += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && IsPlain(static_cast<unsigned char>(text[plain]))) ++plain;
    line.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const size_t size = CharacterSize(text);
    const unsigned char first = static_cast<unsigned char>(text[0]);
    if (size == 0) {
      line += "\\ufffd";
    } else if (first == '"' || first == '\\') {
      line += '\\';
      line += text[0];
    } else if (first < 0x20 || first == 0x7f) {
      absl::StrAppend(&line, "\\u", absl::Hex(first, absl::kZeroPad4));
    } else {
      line.append(text.data(), size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  line += cut ? "...\"" : "\"";
}

void AppendNumber(std::string& line, double number) {
  if (!std::isfinite(number)) {
    line += "null";
    return;
  }
  char digits[32];
  line.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void AppendValue(std::string& line, const Value::Variant& value) {
  if (const bool* flag = std::get_if<bool>(&value)) line += *flag ? "true" : "false";
  if (const int64_t* number = std::get_if<int64_t>(&value)) absl::StrAppend(&line, *number);
  if (const double* number = std::get_if<double>(&value)) AppendNumber(line, *number);
  if (const absl::string_view* text = std::get_if<absl::string_view>(&value)) AppendText(line, *text);
}

void AppendField(std::string& line, absl::string_view key, const Value& value) {
  line += ',';
  AppendText(line, key);
  line += ':';
  AppendValue(line, value.get());
}

// What cannot be written is lost: a service does not stop because nobody takes its log.
void WriteWhole(int output, absl::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(output, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<size_t>(written));
  }
}

constexpr size_t kWorthWriting = 1 << 16;
constexpr size_t kGatheredAtMost = 4 << 20;
constexpr auto kGatherFor = std::chrono::milliseconds(100);

void Flush() {
  Logger& logger = TheLogger();
  int64_t lost = 0;
  {
    std::lock_guard output(logger.output_mutex);
    std::string lines;
    {
      std::lock_guard lock(logger.mutex);
      lines.swap(logger.gathered);
      lost = std::exchange(logger.lost, 0);
      logger.wanted = false;
    }
    WriteWhole(logger.options.output, lines);
  }
  if (lost > 0) Write(Level::kError, "log_lines_lost", {{"count", lost}});
}

void FlushForEver() {
  Logger& logger = TheLogger();
  for (;;) {
    {
      std::unique_lock lock(logger.mutex);
      logger.wake.wait_for(lock, kGatherFor, [&] { return logger.wanted; });
    }
    Flush();
  }
}

// The second is formatted once for all lines of it.
void AppendTime(std::string& line, absl::Time time) {
  thread_local int64_t second = -1;
  thread_local std::string text;
  const int64_t micros = absl::ToUnixMicros(time);
  if (micros / 1'000'000 != second) {
    second = micros / 1'000'000;
    text = absl::FormatTime("%Y-%m-%dT%H:%M:%S", absl::FromUnixSeconds(second), absl::UTCTimeZone());
  }
  absl::StrAppend(&line, "{\"time\":\"", text, ".", absl::Dec(micros % 1'000'000, absl::kZeroPad6), "Z\"");
}

}  // namespace

std::optional<Level> LevelNamed(absl::string_view name) {
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (name == kLevelNames[i]) return static_cast<Level>(i);
  }
  return std::nullopt;
}

void Configure(Options options) {
  Flush();
  TheLogger().options = std::move(options);
  static std::once_flag flushing;
  if (!TheLogger().options.gathered) return;
  std::call_once(flushing, [] {
    std::atexit(Flush);
    std::thread(FlushForEver).detach();
  });
}

void Write(Level level, absl::string_view event, Fields fields) {
  Logger& logger = TheLogger();
  if (level < logger.options.level) return;

  std::string line;
  line.reserve(512);
  AppendTime(line, absl::Now());
  AppendField(line, "level", kLevelNames[static_cast<size_t>(level)]);
  AppendField(line, "service", logger.options.service);
  AppendField(line, "event", event);
  for (const Field& field : fields) AppendField(line, field.key, field.value);
  line += "}\n";
  {
    std::lock_guard lock(logger.mutex);
    if (logger.gathered.size() + line.size() > kGatheredAtMost) {
      ++logger.lost;  // nobody takes the log: the service goes on
      return;
    }
    logger.gathered += line;
    logger.wanted |= level >= Level::kWarning || logger.gathered.size() >= kWorthWriting;
    if (logger.options.gathered) {
      if (logger.wanted) logger.wake.notify_one();
      return;
    }
  }
  Flush();
}

}  // namespace bangfu::log
