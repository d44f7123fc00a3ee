#include "services/gateway/edge/route_table.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "bangfu/operations/v1/operation_service.pb.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using google::protobuf::ServiceDescriptor;

// A service whose methods all take GetOperationRequest {service, operation_id} and have the given GET routes.
class MadeService {
 public:
  explicit MadeService(const std::vector<std::string>& paths) : pool_(DescriptorPool::generated_pool()) {
    FileDescriptorProto file;
    file.set_name("made.proto");
    file.set_package("bangfu.made.v1");
    file.add_dependency("bangfu/operations/v1/operation_service.proto");
    file.add_dependency("bangfu/operations/v1/operation.proto");
    auto* service = file.add_service();
    service->set_name("MadeService");
    for (size_t i = 0; i < paths.size(); ++i) {
      auto* method = service->add_method();
      method->set_name(absl::StrCat("Method", i));
      method->set_input_type(".bangfu.operations.v1.GetOperationRequest");
      method->set_output_type(".bangfu.operations.v1.Operation");
      method->mutable_options()->MutableExtension(google::api::http)->set_get(paths[i]);
      method->mutable_options()->MutableExtension(options::v1::access)->set_areawide(true);
    }
    service_ = pool_.BuildFile(file)->service(0);
  }

  MethodCatalogue Catalogue() const { return MethodCatalogue({service_}); }

 private:
  DescriptorPool pool_;
  const ServiceDescriptor* service_;
};

std::string Matched(const RouteTable& table, absl::string_view verb, absl::string_view path) {
  RouteMatch match = table.Match(verb, path);
  if (match.route == nullptr) return match.allowed.empty() ? "none" : "other method";
  std::string text(match.route->method->descriptor->name());
  for (const std::string& value : match.values) absl::StrAppend(&text, " ", value);
  return text;
}

TEST(RouteTableTest, Matches) {
  MadeService service({"/v1/a/{operation_id}", "/v1/a/fixed", "/v1/a/{operation_id}:stop", "/v1/a:all",
                       "/v1/{service}/x/{operation_id}", "/v1/files/{operation_id=**}", "/v1/a/{operation_id}/b"});
  MethodCatalogue catalogue = service.Catalogue();
  auto table = RouteTable::Build(catalogue);
  ASSERT_TRUE(table.ok()) << table.status();
  const std::pair<const char*, const char*> cases[] = {
      {"/v1/a/7", "Method0 7"},
      {"/v1/a/fixed", "Method1"},
      {"/v1/a/7:stop", "Method2 7"},
      {"/v1/a/7:go", "Method0 7:go"},  // no such verb, so it belongs to the id
      {"/v1/a:all", "Method3"},
      {"/v1/a/x/9", "Method4 a 9"},  // the literal `a` leads nowhere, so the search goes back
      {"/v1/files/p/q/r", "Method5 p/q/r"},
      {"/v1/files", "none"},
      {"/v1/a/a%2Fb", "Method0 a/b"},
      {"/v1/a/%E5%B8%AE", "Method0 帮"},
      {"/v1/a/7/b", "Method6 7"},
      {"/v1/a/%zz", "none"},
      {"/v1/a", "none"},
      {"/v1/a/", "none"},
      {"/", "none"},
      {"", "none"},
  };
  for (const auto& [path, expected] : cases) EXPECT_EQ(Matched(*table, "GET", path), expected) << path;
  EXPECT_EQ(Matched(*table, "POST", "/v1/a/7"), "other method");
}

TEST(RouteTableTest, RefusesConflictsAndUnknownFields) {
  for (const auto& paths : std::vector<std::vector<std::string>>{
           {"/v1/a/{service}", "/v1/a/{operation_id}"},
           {"/v1/{operation_id=a/*}", "/v1/a/{service}"},
           {"/v1/a/{nothing}"},
           {"/v1/a/{operation_id.deeper}"},
           {"no slash"},
       }) {
    MadeService service(paths);
    MethodCatalogue catalogue = service.Catalogue();
    EXPECT_FALSE(RouteTable::Build(catalogue).ok()) << paths[0];
  }
}

// The contracts themselves: every linked method that has a route can be reached, and nothing conflicts.
TEST(RouteTableTest, TakesAllLinkedServices) {
  MethodCatalogue catalogue(LinkedServices());
  auto table = RouteTable::Build(catalogue);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_GT(table->routes().size(), 20u);
  EXPECT_EQ(Matched(*table, "GET", "/v1/services/fund/operations/150526-0000000000000:watch"),
            "WatchOperation fund 150526-0000000000000");
  const Method* get = catalogue.Find("/bangfu.operations.v1.OperationService/GetOperation");
  ASSERT_NE(get, nullptr);
  operations::v1::GetOperationRequest request;
  request.set_service("fund");
  EXPECT_EQ(get->UpstreamOf(request), "fund");
  const Method* household = catalogue.Find("/bangfu.registration.v1.HouseholdService/GetHousehold");
  ASSERT_NE(household, nullptr);
  EXPECT_EQ(household->upstream, "registration");
  EXPECT_TRUE(household->personal);
}

}  // namespace
}  // namespace bangfu::edge
