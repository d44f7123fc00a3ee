// What every service is configured with: a TOML file, environment overrides BANGFU_…, secrets by file.
#ifndef BANGFU_COMMON_SERVICE_SERVICE_CONFIG_H_
#define BANGFU_COMMON_SERVICE_SERVICE_CONFIG_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/config/config.h"
#include "common/rpc/channel.h"

namespace bangfu::service {

struct ServiceConfig {
  std::vector<std::string> listen;  // unix:/path or host:port
  std::string admin_listen;         // host:port of /healthz, /readyz, /metrics
  rpc::TlsFiles tls;                // mutual TLS on host:port addresses
  bool reflection = false;
  std::string conninfo;        // application role
  std::string owner_conninfo;  // owner role; only `migrate` uses it
  std::string app_role;
  int read_connections = 4;
  int background_connections = 4;
  int write_connections = 32;
  absl::Duration slow_statement;
  std::string key_directory;             // sealing and index keys
  std::string audit_signing;             // PEM
  std::vector<std::string> public_keys;  // files of the keys that sign access tokens
  bool strong_reveals = true;            // persons see unmasked data only in a session with a second factor
  int read_workers = 4;
  int write_workers = 32;
  int bulk_workers = 2;
  int queue_bound = 1024;
  int uploads = 32;
  int exports = 8;  // each holds a connection of the database
  int watchers = 128;
  int request_id_days = 90;  // a request repeated later than that has its effect again
  int drain_seconds = 30;
  std::string log_level = "info";
};

// Reads the settings above; faults are reported by the reader's Finish.
ServiceConfig ReadServiceConfig(config::ConfigReader& reader);

}  // namespace bangfu::service

#endif  // BANGFU_COMMON_SERVICE_SERVICE_CONFIG_H_
