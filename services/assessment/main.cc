// 考核评估: serves its database's operations, event feed and audit trail.
#include "common/service/program.h"

int main(int argc, char** argv) {
  return bangfu::service::Run(
      {
          .name = "assessment",
          .migrations = {},
          .serve = [](bangfu::service::Platform& platform) { return platform.Serve({}); },
      },
      argc, argv);
}
