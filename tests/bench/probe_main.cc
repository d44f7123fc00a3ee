// The probe service as a process, for measurements of the wrapper and of coalesced writes.
#include "common/service/program.h"
#include "tests/probe/probe_service.h"

int main(int argc, char** argv) {
  using namespace bangfu;
  return service::Run(
      {
          .name = "probe",
          .migrations = probe::kMigrations,
          .serve =
              [](service::Platform& platform) {
                probe::ProbeRpc rpc(platform.write_context());
                const auto table = rpc.Table(platform.MakeDispatcher());
                return platform.Serve({table.get()});
              },
      },
      argc, argv);
}
