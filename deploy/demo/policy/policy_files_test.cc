// The rules that the demo loads: every file is a document that the service would take, and no two collide.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bangfu/policy/v1/policy_service.pb.h"
#include "common/api/validate.h"
#include "common/policy/document.h"
#include "common/policy/kind.h"
#include "common/policy/timeline.h"
#include "common/policy/working_days.h"
#include "common/procedure/definition.h"
#include "deploy/demo/policy/documents_for_tests.h"
#include "gtest/gtest.h"
#include "services/registration/rpc/policies.h"

namespace bangfu::demo {
namespace {

namespace fs = std::filesystem;
using policy::v1::PolicyDocument;

policy::Kinds AllKinds() {
  policy::Kinds kinds;
  kinds.Add(policy::CheckHolidayTable).Add(procedure::DefinitionFaults);
  registration::AddPolicies(&kinds);
  return kinds;
}

TEST(PolicyFilesTest, EveryFileIsADocumentOfItsFoldersKind) {
  const policy::Kinds kinds = AllKinds();
  for (const fs::path& path : Files()) {
    policy::v1::CreatePolicyRequest request;
    request.set_service("registration");
    request.set_request_id("018e0000-0000-7000-8000-000000000000");
    *request.mutable_policy() = Read(path);
    EXPECT_TRUE(api::Validate(request).ok()) << path << ": " << api::Validate(request);
    const absl::Status checked = policy::CheckDraft(kinds, nullptr, request.mutable_policy());
    EXPECT_TRUE(checked.ok()) << path << ": " << checked;
    std::string folder = request.policy().kind();
    for (char& c : folder) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(path.parent_path().filename().string(), folder) << path;
  }
}

TEST(PolicyFilesTest, NoFileTakesTheDaysOfAnother) {
  policy::Kinds kinds = AllKinds();
  std::map<std::string, std::vector<policy::Holding>> held;
  for (const fs::path& path : Files()) {
    PolicyDocument document = Read(path);
    ASSERT_TRUE(policy::CheckDraft(kinds, nullptr, &document).ok());
    document.set_policy_id(path.string());
    auto& others = held[document.kind() + document.area() + document.purpose()];
    const policy::Publication publication = policy::Publish(others, policy::HoldingOf(document));
    EXPECT_TRUE(publication.overlapped.empty()) << path << " overlaps " << *publication.overlapped.begin();
    others.push_back(policy::HoldingOf(document));
  }
  EXPECT_GE(held.size(), 12u);
}

}  // namespace
}  // namespace bangfu::demo
