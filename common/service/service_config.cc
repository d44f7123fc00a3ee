#include "common/service/service_config.h"

namespace bangfu::service {

ServiceConfig ReadServiceConfig(config::ConfigReader& reader) {
  ServiceConfig config;
  auto integer = [&](const char* key, int fallback, int min, int max) {
    return static_cast<int>(reader.Int(key, fallback, min, max));
  };
  config.listen = reader.StringList("listen", std::nullopt);
  config.admin_listen = reader.String("admin_listen", "127.0.0.1:0");
  config.tls.certificate = reader.String("tls.certificate", "");
  config.tls.key = reader.String("tls.key", "");
  config.tls.roots = reader.String("tls.roots", "");
  config.reflection = reader.Bool("reflection", false);
  config.conninfo = reader.Secret("database.conninfo", std::nullopt);
  config.owner_conninfo = reader.Secret("database.owner_conninfo", "");
  config.app_role = reader.String("database.app_role", "");
  config.read_connections = integer("database.read_connections", 4, 1, 200);
  config.background_connections = integer("database.background_connections", 4, 1, 100);
  config.write_connections = integer("database.write_connections", 32, 1, 500);
  config.slow_statement =
      reader.Duration("database.slow_statement", absl::Milliseconds(500), absl::Milliseconds(1), absl::Minutes(10));
  config.key_directory = reader.String("keys.directory", std::nullopt);
  config.audit_signing = reader.String("keys.audit_signing", std::nullopt);
  config.public_keys = reader.StringList("auth.public_keys", std::nullopt);
  config.strong_reveals = reader.Bool("auth.strong_reveals", true);
  config.read_workers = integer("workers.read", 4, 1, 200);
  config.write_workers = integer("workers.write", 32, 1, 500);
  config.bulk_workers = integer("workers.bulk", 2, 1, 100);
  config.queue_bound = integer("workers.queue_bound", 1024, 1, 100'000);
  config.uploads = integer("workers.uploads", 32, 1, 1000);
  config.exports = integer("workers.exports", 8, 1, 200);
  config.watchers = integer("workers.watchers", 128, 1, 10'000);
  config.request_id_days = integer("retention.request_id_days", 90, 1, 3650);
  config.drain_seconds = integer("drain_seconds", 30, 0, 600);
  config.log_level = reader.String("log.level", "info");
  return config;
}

}  // namespace bangfu::service
