// bangfu-keys FOLDER: makes the keys of a deployment that are not there yet. Exit codes: 0 done, 1 failed, 2 usage.
#include <sys/stat.h>

#include <iostream>

#include "deploy/keys/key_files.h"

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::cerr << "用法: bangfu-keys 目录\n";
    return 2;
  }
  umask(S_IRWXG | S_IRWXO);
  const absl::Status status = bangfu::deploy::CreateDeploymentKeys(argv[1]);
  if (status.ok()) return 0;
  std::cerr << "密钥未能生成: " << status.message() << "\n";
  return 1;
}
