#include "common/service/program.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <iostream>
#include <string_view>

#include "absl/synchronization/mutex.h"
#include "common/log/log.h"

namespace bangfu::service {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kBadConfig = 78;

int Usage(const Program& program) {
  std::cerr << "usage: bangfu-" << program.name << " serve|migrate|check-config";
  for (const auto& [name, command] : program.commands) std::cerr << "|" << name;
  std::cerr << " --config FILE\n";
  return kUsage;
}

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return kFailed;
}

int RunOnPlatform(const Program& program, const ServiceConfig& config, const std::string& command) {
  auto platform = Platform::Create(program.name, config, program.migrations);
  if (!platform.ok()) return Report(platform.status());
  if (command == "serve") return Report(program.serve(**platform));
  return program.commands.at(command)(**platform);
}

}  // namespace

int Run(const Program& program, int argc, char** argv) {
  if (argc != 4 || std::string_view(argv[2]) != "--config") return Usage(program);
  const std::string command = argv[1];
  if (command != "serve" && command != "migrate" && command != "check-config" && !program.commands.contains(command)) {
    return Usage(program);
  }
  // A debugging aid that distributions leave on; gRPC's mutexes pay for it at every call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  prctl(PR_SET_DUMPABLE, 0);  // keys and personal data are in memory: no core dumps, no tracing by others

  config::ConfigReader reader(argv[3]);
  const ServiceConfig config = ReadServiceConfig(reader);
  program.read_config(reader);
  if (absl::Status status = reader.Finish(); !status.ok()) {
    std::cerr << status.message() << "\n";
    return kBadConfig;
  }
  auto level = log::LevelNamed(config.log_level);
  // What a command answers stands alone on standard output.
  const int output = command == "serve" ? STDOUT_FILENO : STDERR_FILENO;
  log::Configure({.service = program.name,
                  .level = level.value_or(log::Level::kInfo),
                  .output = output,
                  .gathered = command == "serve"});

  if (command == "check-config") {
    std::cout << reader.Effective();
    return 0;
  }
  if (command == "migrate") return Report(db::Migrate(config.owner_conninfo, program.migrations, config.app_role));
  return RunOnPlatform(program, config, command);
}

}  // namespace bangfu::service
