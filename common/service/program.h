// The command line that every service has:
//   bangfu-<service> serve|migrate|check-config --config FILE
// Exit codes: 0 done, 1 failed, 2 usage, 78 the configuration is wrong.
#ifndef BANGFU_COMMON_SERVICE_PROGRAM_H_
#define BANGFU_COMMON_SERVICE_PROGRAM_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/config/config.h"
#include "common/db/migrate.h"
#include "common/service/platform.h"

namespace bangfu::service {

struct Program {
  std::string name;  // registration
  absl::Span<const db::Migration> migrations;
  // Reads settings that only this service has; may be empty.
  std::function<void(config::ConfigReader&)> read_config = [](config::ConfigReader&) {};
  // Serves until the signal to stop.
  std::function<absl::Status(Platform&)> serve;
  // Commands that only this service has: run once on a platform that does not serve.
  std::map<std::string, std::function<int(Platform&)>> commands = {};
};

int Run(const Program& program, int argc, char** argv);

}  // namespace bangfu::service

#endif  // BANGFU_COMMON_SERVICE_PROGRAM_H_
