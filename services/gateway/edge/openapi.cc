#include "services/gateway/edge/openapi.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "bangfu/options/v1/options.pb.h"
#include "bangfu/options/v1/reason.pb.h"
#include "bangfu/policy/v1/kind.pb.h"
#include "google/protobuf/descriptor_database.h"
#include "services/gateway/edge/field_path.h"
#include "services/gateway/edge/openapi_schema.h"

namespace bangfu::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

std::string JsonPath(const FieldPath& path) {
  return absl::StrJoin(path, ".", [](std::string* out, const FieldDescriptor* field) { *out += field->json_name(); });
}

using Names = std::vector<std::string>;

// What JSON calls the fields in the path.
Names VariableNames(const Route& route) {
  Names names;
  for (const FieldPath& path : route.variables) names.push_back(JsonPath(path));
  return names;
}

// /v1/households/{householdId}:suspend.
std::string PathOf(const Route& route, const Names& names) {
  std::string path;
  const auto& segments = route.path.segments;
  for (size_t i = 0; i < segments.size(); ++i) {
    auto variable = std::find_if(route.path.variables.begin(), route.path.variables.end(),
                                 [&](const auto& candidate) { return candidate.begin <= i && i < candidate.end; });
    if (variable == route.path.variables.end()) {
      absl::StrAppend(&path, "/", segments[i].literal);
    } else if (variable->begin == i) {
      auto index = static_cast<size_t>(variable - route.path.variables.begin());
      absl::StrAppend(&path, "/{", names[index], "}");
    }
  }
  return route.path.verb.empty() ? path : absl::StrCat(path, ":", route.path.verb);
}

// Paths that differ by the names of their variables alone are one path to OpenAPI: all have the names of the first.
class PathNames {
 public:
  const Names& Of(const Route& route) {
    return names_.try_emplace(PathOf(route, Names(route.variables.size())), VariableNames(route)).first->second;
  }

 private:
  std::map<std::string, Names> names_;
};

// The fields that a query may set: all that are plain, one level of messages deep or more, without loops.
void AddQueryParameters(const Descriptor& message, const std::string& prefix, const Route& route, FieldPath path,
                        SchemaBook* book, Json* parameters) {
  if (path.size() > 3) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    path.push_back(field);
    bool bound = field == route.body || field->is_map() ||
                 std::find(route.variables.begin(), route.variables.end(), path) != route.variables.end();
    const Descriptor* inner = field->message_type();
    if (!bound && inner != nullptr && !IsWellKnown(*inner)) {
      if (!field->is_repeated()) {
        AddQueryParameters(*inner, prefix + field->json_name() + ".", route, path, book, parameters);
      }
    } else if (!bound) {
      Json parameter = {{"name", prefix + field->json_name()}, {"in", "query"}, {"schema", book->FieldSchema(*field)}};
      if (field->options().GetExtension(options::v1::field).behavior() == options::v1::REQUIRED) {
        parameter["required"] = true;
      }
      parameters->push_back(std::move(parameter));
    }
    path.pop_back();
  }
}

Json ParametersOf(const Route& route, const Names& names, SchemaBook* book) {
  Json parameters = Json::array();
  for (size_t i = 0; i < names.size(); ++i) {
    parameters.push_back({{"name", names[i]},
                          {"in", "path"},
                          {"required", true},
                          {"schema", book->FieldSchema(*route.variables[i].back())}});
  }
  const Descriptor& request = *route.method->descriptor->input_type();
  if (!route.whole_body) AddQueryParameters(request, "", route, {}, book, &parameters);
  if (request.FindFieldByName("request_id") != nullptr) {
    parameters.push_back({{"name", "Idempotency-Key"},
                          {"in", "header"},
                          {"schema", {{"type", "string"}, {"format", "uuid"}}},
                          {"description", "与 requestId 相同, 可代替它"}});
  }
  return parameters;
}

Json BodySchemaOf(const Route& route, SchemaBook* book) {
  bool partial = route.verb == "PATCH";
  if (route.body != nullptr) return book->MessageSchema(*route.body->message_type(), partial);
  std::set<const FieldDescriptor*> in_path;
  for (const FieldPath& path : route.variables) {
    if (path.size() == 1) in_path.insert(path[0]);
  }
  return book->ObjectSchema(*route.method->descriptor->input_type(), partial, in_path);
}

Json RequestBodyOf(const Route& route, SchemaBook* book) {
  if (route.RawBody()) {
    return {{"required", true},
            {"content", {{"application/octet-stream", {{"schema", {{"type", "string"}, {"format", "binary"}}}}}}}};
  }
  return {{"required", true}, {"content", {{"application/json", {{"schema", BodySchemaOf(route, book)}}}}}};
}

Json AnswerOf(const Route& route, SchemaBook* book) {
  const Descriptor* type = route.method->descriptor->output_type();
  if (route.response_body != nullptr) type = route.response_body->message_type();
  const std::string& title = type->options().GetExtension(options::v1::title);
  const char* content = route.RawAnswer() ? "application/octet-stream"
                        : route.Events()  ? "text/event-stream"
                                          : "application/json";
  return {{"description", title.empty() ? "办理成功" : title},
          {"content", {{content, {{"schema", book->MessageSchema(*type)}}}}}};
}

Json OperationOf(const Route& route, const Names& names, bool first, SchemaBook* book) {
  const auto& descriptor = *route.method->descriptor;
  const options::v1::Access& access = *route.method->access;
  Json operation;
  // Another binding of the same method needs a name of its own.
  operation["operationId"] =
      first ? std::string(descriptor.name())
            : absl::StrCat(descriptor.name(), "_", absl::AsciiStrToLower(route.verb), "_",
                           absl::StrJoin(route.path.variables, "_",
                                         [](std::string* out, const auto& variable) { *out += variable.field; }));
  operation["tags"] = {descriptor.service()->name()};
  const std::string& title = descriptor.output_type()->options().GetExtension(options::v1::title);
  operation["summary"] = title.empty() ? std::string(descriptor.name()) : absl::StrCat(descriptor.name(), ": ", title);
  operation["x-rpc"] = descriptor.full_name();
  if (access.audience() == options::v1::AUDIENCE_PUBLIC) {
    operation["security"] = Json::array();
  } else if (access.audience() == options::v1::AUDIENCE_ROLES) {
    Json roles = Json::array();
    for (int role : access.roles()) roles.push_back(options::v1::Role_Name(static_cast<options::v1::Role>(role)));
    operation["x-roles"] = std::move(roles);
  }
  Json parameters = ParametersOf(route, names, book);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.whole_body || route.body != nullptr) operation["requestBody"] = RequestBodyOf(route, book);
  operation["responses"] = {{"200", AnswerOf(route, book)}, {"default", {{"$ref", "#/components/responses/Error"}}}};
  return operation;
}

Json ReasonsOf(const EnumDescriptor& type) {
  Json reasons = Json::array();
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    if (!value.options().HasExtension(options::v1::refusal)) continue;
    const options::v1::Refusal& entry = value.options().GetExtension(options::v1::refusal);
    reasons.push_back({{"reason", value.name()},
                       {"status", entry.code()},
                       {"text", entry.text()},
                       {"action", entry.action()},
                       {"cause", entry.cause()}});
  }
  return reasons;
}

// Shared reasons, and those of each service that has a route: the enum Reason of its package.
Json ErrorReasons(const RouteTable& routes) {
  Json all = {{"common", ReasonsOf(*options::v1::Reason_descriptor())}};
  for (const auto& route : routes.routes()) {
    const auto& file = *route->method->descriptor->file();
    const auto* type = file.pool()->FindEnumTypeByName(absl::StrCat(file.package(), ".Reason"));
    if (type == nullptr) continue;
    std::vector<std::string> parts = absl::StrSplit(file.package(), '.');
    if (!all.contains(parts[1])) all[parts[1]] = ReasonsOf(*type);
  }
  return all;
}

Json ErrorSchema() {
  Json text = {{"type", "string"}};
  Json properties = {
      {"code", {{"type", "integer"}, {"title", "HTTP 状态码"}}},
      {"status", {{"type", "string"}, {"title", "状态名"}}},
      {"message", {{"type", "string"}, {"title", "中文说明"}}},
      {"reason", {{"type", "string"}, {"title", "原因代码"}}},
      {"trace", {{"type", "string"}, {"title", "追踪号"}, {"pattern", "^[0-9a-f]{32}$"}}},
      {"details", {{"type", "array"}, {"items", {{"type", "object"}, {"properties", {{"@type", text}}}}}}}};
  return {{"type", "object"},
          {"title", "错误"},
          {"properties", {{"error", {{"type", "object"}, {"properties", properties}}}}},
          {"required", {"error"}}};
}

// The kinds of policy stand in requests as google.protobuf.Any, so no route refers to their schemas.
void AddPolicyKinds(SchemaBook* book) {
  std::vector<std::string> files;
  DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
  for (const std::string& name : files) {
    if (!absl::StartsWith(name, "bangfu/")) continue;
    const auto* file = DescriptorPool::generated_pool()->FindFileByName(name);
    for (int i = 0; i < file->message_type_count(); ++i) {
      const auto& message = *file->message_type(i);
      if (message.options().HasExtension(policy::v1::kind)) book->MessageSchema(message);
    }
  }
}

}  // namespace

std::string OpenApiDocument(const RouteTable& routes, absl::string_view version) {
  SchemaBook book;
  Json paths = Json::object();
  std::set<std::string> tags;
  std::set<const Method*> named;
  PathNames path_names;
  for (const auto& route : routes.routes()) {
    bool first = named.insert(route->method).second;
    const Names& names = path_names.Of(*route);
    paths[PathOf(*route, names)][absl::AsciiStrToLower(route->verb)] = OperationOf(*route, names, first, &book);
    tags.insert(route->method->descriptor->service()->name());
  }
  AddPolicyKinds(&book);
  Json document;
  document["openapi"] = "3.1.0";
  document["info"] = {
      {"title", "帮扶平台接口"},
      {"version", std::string(version)},
      {"description", "64 位整数以字符串表示; 金额以分为单位; 时间为 RFC 3339。错误一律使用真实的 HTTP 状态码。"}};
  document["security"] = {{{"bearer", Json::array()}}};
  document["tags"] = Json::array();
  for (const std::string& tag : tags) document["tags"].push_back({{"name", tag}});
  document["paths"] = std::move(paths);
  Json schemas = book.schemas();
  schemas["Error"] = ErrorSchema();
  document["components"] = {
      {"schemas", std::move(schemas)},
      {"responses",
       {{"Error",
         {{"description", "办理失败"},
          {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}}}}},
      {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}};
  document["x-error-reasons"] = ErrorReasons(routes);
  return document.dump();
}

}  // namespace bangfu::edge
