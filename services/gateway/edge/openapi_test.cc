#include "services/gateway/edge/openapi.h"

#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace bangfu::edge {
namespace {

using nlohmann::json;

class OpenApiTest : public testing::Test {
 protected:
  OpenApiTest()
      : catalogue_(LinkedServices()),
        routes_(*RouteTable::Build(catalogue_)),
        document_(json::parse(OpenApiDocument(routes_, "1.2.3"))) {}

  MethodCatalogue catalogue_;
  RouteTable routes_;
  json document_;
};

void Visit(const json& node, const std::function<void(const json&)>& visit) {
  if (node.is_object()) visit(node);
  if (!node.is_structured()) return;
  for (const json& child : node) Visit(child, visit);
}

TEST_F(OpenApiTest, HasEveryRouteOnce) {
  size_t operations = 0;
  std::set<std::string> ids;
  for (const auto& [path, item] : document_["paths"].items()) {
    for (const auto& [verb, operation] : item.items()) {
      ++operations;
      EXPECT_TRUE(ids.insert(operation["operationId"]).second) << operation["operationId"];
      EXPECT_TRUE(operation["responses"].contains("200")) << path;
      // Every {name} of the path is a parameter, and the other way round.
      std::set<std::string> in_path, declared;
      for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
        in_path.insert(path.substr(at + 1, path.find('}', at) - at - 1));
      }
      for (const json& parameter : operation.value("parameters", json::array())) {
        EXPECT_TRUE(parameter["schema"].is_object());
        if (parameter["in"] == "path") declared.insert(parameter["name"]);
      }
      EXPECT_EQ(in_path, declared) << path;
    }
  }
  EXPECT_EQ(operations, routes_.routes().size());
}

TEST_F(OpenApiTest, PathsDifferByMoreThanTheNamesOfTheirVariables) {
  std::set<std::string> shapes;
  for (const auto& [path, item] : document_["paths"].items()) {
    std::string shape;
    for (absl::string_view part : absl::StrSplit(path, '{')) {
      absl::StrAppend(&shape, part.substr(part.find('}') + 1), "{}");
    }
    EXPECT_TRUE(shapes.insert(shape).second) << path;
  }
  const json& household = document_["paths"]["/v1/households/{householdId}"];
  EXPECT_TRUE(household.contains("get"));
  EXPECT_TRUE(household.contains("patch"));
}

TEST_F(OpenApiTest, ExamplesOfMasksNameFieldsOfTheRecordThatChanges) {
  int examples = 0;
  for (const auto& [path, item] : document_["paths"].items()) {
    if (!item.contains("patch")) continue;
    for (const json& parameter : item["patch"]["parameters"]) {
      if (parameter["name"] != "updateMask") continue;
      const std::string ref = item["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
      const json& record = document_["components"]["schemas"][ref.substr(ref.rfind('/') + 1)]["properties"];
      for (absl::string_view name : absl::StrSplit(parameter["schema"]["examples"][0].get<std::string>(), ',')) {
        ASSERT_TRUE(record.contains(std::string(name))) << path << " " << name;
        EXPECT_FALSE(record[std::string(name)].value("readOnly", false)) << path << " " << name;
        ++examples;
      }
    }
  }
  EXPECT_GT(examples, 0);
}

TEST_F(OpenApiTest, ResolvesEveryReference) {
  int references = 0;
  Visit(document_, [&](const json& node) {
    if (!node.contains("$ref")) return;
    ++references;
    std::string pointer(absl::StripPrefix(node["$ref"].get<std::string>(), "#"));
    EXPECT_TRUE(document_.contains(json::json_pointer(pointer))) << pointer;
  });
  EXPECT_GT(references, 50);
}

TEST_F(OpenApiTest, SaysWhatTheContractSays) {
  EXPECT_EQ(document_["openapi"], "3.1.0");
  EXPECT_EQ(document_["info"]["version"], "1.2.3");
  EXPECT_EQ(document_["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
  EXPECT_EQ(document_["security"], json::parse(R"([{"bearer":[]}])"));
  const json& operation = document_["components"]["schemas"]["bangfu.operations.v1.Operation"];
  EXPECT_EQ(operation["title"], "后台任务");
  EXPECT_EQ(operation["properties"]["operationId"]["title"], "任务编号");
  EXPECT_EQ(operation["properties"]["operationId"]["readOnly"], true);
  EXPECT_EQ(operation["properties"]["doneCount"]["type"], "string");
  EXPECT_EQ(operation["properties"]["createTime"]["format"], "date-time");
  // Files show 元 and 亩; numbers travel in hundredths of them.
  const json& income = document_["components"]["schemas"]["bangfu.registration.v1.Income"]["properties"];
  EXPECT_EQ(income["wageFen"]["x-unit"], "分");
  EXPECT_EQ(income["wageFen"]["description"], "以分计的整数, 1 元 = 100 分: 12345 表示 123.45 元");
  const json& living = document_["components"]["schemas"]["bangfu.registration.v1.LivingCondition"]["properties"];
  EXPECT_EQ(living["roadCentiKm"]["x-unit"], "0.01 公里");
  const json& line = document_["components"]["schemas"]["bangfu.registration.v1.PovertyLine"];
  EXPECT_EQ(line["properties"]["lineFen"]["x-unit"], "分/人·年");
  EXPECT_EQ(line["properties"]["lineFen"]["title"], "标准线") << "a kind of policy, to which no route refers";
  const json& state = document_["components"]["schemas"]["bangfu.operations.v1.Operation.State"];
  EXPECT_EQ(state["x-labels"]["RUNNING"], "进行中");
  EXPECT_EQ(document_["paths"]["/v1/session:signIn"]["post"]["security"], json::array());
  EXPECT_EQ(document_["x-error-reasons"]["common"][0]["reason"], "UNAUTHENTICATED");
  EXPECT_TRUE(document_["x-error-reasons"].contains("registration"));
  // A change requires no field; the record as a whole does.
  const json& change = document_["components"]["schemas"]["bangfu.registration.v1.Household.Patch"];
  EXPECT_TRUE(change.contains("properties"));
  EXPECT_FALSE(change.contains("required"));
}

}  // namespace
}  // namespace bangfu::edge
