// For tests: the documents that the demo loads.
#ifndef BANGFU_DEPLOY_DEMO_POLICY_DOCUMENTS_FOR_TESTS_H_
#define BANGFU_DEPLOY_DEMO_POLICY_DOCUMENTS_FOR_TESTS_H_

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "bangfu/policy/v1/policy.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace bangfu::demo {

inline std::vector<std::filesystem::path> Files() {
  const auto folder = std::filesystem::path(BANGFU_SOURCE_DIR) / "deploy/demo/policy";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  return files;
}

inline policy::v1::PolicyDocument Read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  policy::v1::PolicyDocument document;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text.str(), &document).ok()) << path;
  return document;
}

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_POLICY_DOCUMENTS_FOR_TESTS_H_
