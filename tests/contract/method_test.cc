// Every method says who may call it, and takes a request of its own that can be repeated and paged.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/api/annotations.pb.h"
#include "gtest/gtest.h"
#include "tests/contract/contract.h"

namespace bangfu::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

const options::v1::Access& AccessOf(const MethodDescriptor& method) {
  return method.options().GetExtension(options::v1::access);
}

// GET, or a search whose criteria must not stand in a URL.
bool IsRead(const MethodDescriptor& method) {
  return AccessOf(method).load() == options::v1::INTERACTIVE_READ ||
         method.options().GetExtension(google::api::http).pattern_case() == google::api::HttpRule::kGet;
}

// Writes that need no request id, each for a reason.
bool RepeatsHarmlessly(const MethodDescriptor& method) {
  // Before sign-in there is no caller whose requests could be told apart.
  if (AccessOf(method).audience() == options::v1::AUDIENCE_PUBLIC) return true;
  // One's own session: a repeat ends what has ended, or enrols anew.
  if (method.service()->full_name() == "bangfu.gateway.v1.SessionService") return true;
  // The import's state decides: a repeat finds it moved already, and a file sent again replaces itself.
  static const std::set<std::string> kImportControl = {"UploadImportFile", "CheckImport", "CommitImport",
                                                       "CancelImport", "UndoImport"};
  if (method.full_name() == "bangfu.registration.v1.MatchingService.UploadMatchFile") return true;  // the same
  return method.service()->full_name() == "bangfu.registration.v1.ImportService" &&
         kImportControl.count(method.name()) > 0;
}

TEST(MethodContract, EveryMethodAdmitsSomebody) {
  for (const auto* method : TheContract().methods) {
    ASSERT_TRUE(method->options().HasExtension(options::v1::access)) << Where(*method) << " has no access";
    const auto& access = AccessOf(*method);
    EXPECT_EQ(access.roles().empty(), access.audience() != options::v1::AUDIENCE_ROLES)
        << Where(*method) << " must name either roles or another audience";
    std::set<int> roles(access.roles().begin(), access.roles().end());
    EXPECT_EQ(roles.size(), static_cast<size_t>(access.roles_size())) << Where(*method) << " names a role twice";
    EXPECT_EQ(roles.count(options::v1::ROLE_UNSPECIFIED), 0u) << Where(*method);
    for (int role : access.reveal_roles()) {
      EXPECT_EQ(roles.count(role), 1u) << Where(*method) << " reveals to a role that it does not admit";
    }
  }
}

TEST(MethodContract, EveryMethodSaysWhereItsAreaIsFound) {
  for (const auto* method : TheContract().methods) {
    const auto& access = AccessOf(*method);
    EXPECT_NE(access.areawide(), !access.area().empty() || !access.record().empty())
        << Where(*method) << " must say area or record, or else areawide";
    const bool either = !access.area().empty() && !access.record().empty();
    const bool writes = method->input_type()->FindFieldByName("request_id") != nullptr;
    for (const auto& [path, format] : std::map<std::string, options::v1::Format>{
             {access.area(), options::v1::AREA_CODE}, {access.record(), options::v1::RECORD_ID}}) {
      if (path.empty()) continue;
      const FieldDescriptor* field = FieldAt(*method->input_type(), path);
      ASSERT_NE(field, nullptr) << Where(*method) << " has no field " << path;
      EXPECT_EQ(Annotation(*field).format(), format) << Where(*field) << " decides access by another format";
      const bool required =
          Annotation(*field).behavior() == options::v1::REQUIRED || path.find('.') != std::string::npos;
      EXPECT_FALSE(required && either) << Where(*field) << " is required although another field can take its place";
      // Without an area a read is about all areas of its caller.
      const bool may_be_left_out = either || (path == access.area() && !writes);
      EXPECT_TRUE(required || may_be_left_out) << Where(*field) << " decides access, so it is required";
    }
  }
}

TEST(MethodContract, WhatRevealsAsksForViewAndPurpose) {
  for (const auto* method : TheContract().methods) {
    const auto& access = AccessOf(*method);
    const bool asks =
        FieldAt(*method->input_type(), "view") != nullptr && FieldAt(*method->input_type(), "purpose") != nullptr;
    EXPECT_EQ(access.reveals(), asks) << Where(*method);
    EXPECT_EQ(access.reveals(), !access.reveal_roles().empty()) << Where(*method);
  }
}

TEST(MethodContract, EveryRequestBelongsToOneMethod) {
  std::map<std::string, std::string> owners;
  for (const auto* method : TheContract().methods) {
    const std::string request = method->input_type()->name();
    EXPECT_EQ(request, absl::StrCat(method->name(), "Request")) << Where(*method);
    const auto [owner, is_new] = owners.emplace(method->input_type()->full_name(), method->full_name());
    EXPECT_TRUE(is_new) << Where(*method) << " shares its request with " << owner->second;
  }
}

TEST(MethodContract, EveryWriteHasARequestId) {
  for (const auto* method : TheContract().methods) {
    if (IsRead(*method) || RepeatsHarmlessly(*method)) continue;
    const FieldDescriptor* field = FieldAt(*method->input_type(), "request_id");
    ASSERT_NE(field, nullptr) << Where(*method) << " has no request_id";
    EXPECT_EQ(Annotation(*field).format(), options::v1::REQUEST_ID) << Where(*field);
    EXPECT_EQ(Annotation(*field).behavior(), options::v1::REQUIRED) << Where(*field);
  }
}

TEST(MethodContract, EveryPagedListCanBeContinued) {
  for (const auto* method : TheContract().methods) {
    const auto& request = *method->input_type();
    const FieldDescriptor* size = FieldAt(request, "page_size");
    const FieldDescriptor* token = FieldAt(request, "page_token");
    EXPECT_TRUE(token == nullptr || size != nullptr) << Where(*method) << " has a page_token and no page_size";
    EXPECT_EQ(token != nullptr, FieldAt(*method->output_type(), "next_page_token") != nullptr) << Where(*method);
    if (size == nullptr) continue;
    EXPECT_EQ(size->type(), FieldDescriptor::TYPE_INT32) << Where(*size);
    bool continues = token != nullptr;
    for (int i = 0; i < request.field_count(); ++i) {
      // Logs are read on from a position that the reader keeps.
      continues = continues || absl::StartsWith(request.field(i)->name(), "after_");
    }
    EXPECT_TRUE(continues) << Where(*method) << " has a page_size and no way to the next page";
  }
}

}  // namespace
}  // namespace bangfu::contract
