// Every method has routes over HTTP that no other method has, and their variables are fields of its request.
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/api/annotations.pb.h"
#include "gtest/gtest.h"
#include "tests/contract/contract.h"

namespace bangfu::contract {
namespace {

using google::api::HttpRule;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

struct Route {
  std::string verb, path, body;
};

Route RouteOf(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet: return {"GET", rule.get(), rule.body()};
    case HttpRule::kPut: return {"PUT", rule.put(), rule.body()};
    case HttpRule::kPost: return {"POST", rule.post(), rule.body()};
    case HttpRule::kDelete: return {"DELETE", rule.delete_(), rule.body()};
    case HttpRule::kPatch: return {"PATCH", rule.patch(), rule.body()};
    default: return {};
  }
}

std::vector<Route> RoutesOf(const MethodDescriptor& method) {
  const HttpRule& rule = method.options().GetExtension(google::api::http);
  std::vector<Route> routes = {RouteOf(rule)};
  for (const HttpRule& more : rule.additional_bindings()) routes.push_back(RouteOf(more));
  return routes;
}

TEST(RouteContract, EveryMethodHasARoute) {
  for (const auto* method : TheContract().methods) {
    for (const Route& route : RoutesOf(*method)) {
      EXPECT_TRUE(absl::StartsWith(route.path, "/v1/")) << Where(*method) << ": '" << route.path << "'";
    }
  }
}

TEST(RouteContract, NoTwoMethodsShareARoute) {
  static const std::regex kVariable(R"(\{[^}]*\})");
  std::map<std::string, std::string> owners;
  for (const auto* method : TheContract().methods) {
    for (const Route& route : RoutesOf(*method)) {
      const std::string key = absl::StrCat(route.verb, " ", std::regex_replace(route.path, kVariable, "*"));
      const auto [owner, is_new] = owners.emplace(key, method->full_name());
      EXPECT_TRUE(is_new) << Where(*method) << " shares " << key << " with " << owner->second;
    }
  }
}

void CheckFieldsOf(const Route& route, const MethodDescriptor& method) {
  static const std::regex kVariable(R"(\{([^}=]*)\})");
  for (auto it = std::sregex_iterator(route.path.begin(), route.path.end(), kVariable); it != std::sregex_iterator();
       ++it) {
    const FieldDescriptor* field = FieldAt(*method.input_type(), (*it)[1].str());
    ASSERT_NE(field, nullptr) << Where(method) << " has no field " << (*it)[1];
    EXPECT_FALSE(field->is_repeated() || field->message_type() != nullptr) << Where(*field) << " stands in a path";
  }
  EXPECT_EQ(route.body.empty(), route.verb == "GET" || route.verb == "DELETE") << Where(method);
  if (!route.body.empty() && route.body != "*") {
    EXPECT_NE(FieldAt(*method.input_type(), route.body), nullptr) << Where(method) << " has no field " << route.body;
  }
}

TEST(RouteContract, VariablesAndBodyAreFieldsOfTheRequest) {
  for (const auto* method : TheContract().methods) {
    for (const Route& route : RoutesOf(*method)) CheckFieldsOf(route, *method);
  }
}

// Identity numbers and the like would stand in access logs and browser histories.
TEST(RouteContract, NoSealedFieldStandsInAUrl) {
  for (const auto* method : TheContract().methods) {
    for (const Route& route : RoutesOf(*method)) {
      for (int i = 0; i < method->input_type()->field_count(); ++i) {
        const FieldDescriptor& field = *method->input_type()->field(i);
        const bool in_path = absl::StrContains(route.path, absl::StrCat("{", field.name(), "}"));
        const bool in_url = in_path || (route.body != "*" && route.body != field.name());
        EXPECT_FALSE(in_url && Annotation(field).sensitivity() == options::v1::SEALED) << Where(field);
      }
    }
  }
}

}  // namespace
}  // namespace bangfu::contract
