// The listener's certificate and key, read again when their files change.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_CERTIFICATE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_CERTIFICATE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "boost/asio/ssl/context.hpp"

namespace bangfu::edge {

// Thread-safe.
class Certificate {
 public:
  using Context = boost::asio::ssl::context;

  // Paths of PEM files. INVALID_ARGUMENT if they cannot be read, or do not belong together.
  static absl::StatusOr<std::unique_ptr<Certificate>> Load(std::string certificate_file, std::string key_file,
                                                           absl::Duration interval);

  // What a new connection is to use. Looks at the files when the last look is `interval` ago. New files that cannot be
  // used are logged, and what was in force stays so: they may be half written, and are looked at again.
  std::shared_ptr<Context> Current(absl::Time now);

 private:
  // When a file last changed, in nanoseconds, and which one it is, and how long.
  using Stamp = std::array<int64_t, 3>;
  struct Stamps {
    Stamp certificate, key;
    bool operator==(const Stamps&) const = default;
  };

  Certificate(std::string certificate_file, std::string key_file, absl::Duration interval)
      : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)), interval_(interval) {}
  static Stamp StampOf(const std::string& file);
  Stamps Look() const { return {StampOf(certificate_file_), StampOf(key_file_)}; }
  absl::StatusOr<std::shared_ptr<Context>> Read() const;

  const std::string certificate_file_, key_file_;
  const absl::Duration interval_;
  std::mutex mutex_;
  std::shared_ptr<Context> context_;
  Stamps stamps_;  // of the files that context_ was read from
  absl::Time looked_at_ = absl::InfinitePast();
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_CERTIFICATE_H_
