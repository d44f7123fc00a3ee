// 帮扶责任: serves its database's operations, event feed and audit trail.
#include "common/service/program.h"

int main(int argc, char** argv) {
  return bangfu::service::Run(
      {
          .name = "assignment",
          .migrations = {},
          .serve = [](bangfu::service::Platform& platform) { return platform.Serve({}); },
      },
      argc, argv);
}
