// REST routes, built at start from the google.api.http options of every linked method. Nothing here names a method: an
// RPC that is added to a contract has its route without a change to the entry.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_ROUTE_TABLE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_ROUTE_TABLE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/api/http.pb.h"
#include "google/protobuf/descriptor.h"
#include "services/gateway/edge/method_catalogue.h"
#include "services/gateway/edge/path_template.h"

namespace bangfu::edge {

using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

struct Route {
  const Method* method;
  std::string verb;  // GET, POST, PATCH, PUT, DELETE
  PathTemplate path;
  std::vector<FieldPath> variables;                                  // one for each of path.variables
  bool whole_body = false;                                           // body: "*"
  const google::protobuf::FieldDescriptor* body = nullptr;           // body: "<field>"
  const google::protobuf::FieldDescriptor* response_body = nullptr;  // response_body: "<field>"

  // The body is taken as it is (a file), not as JSON: its field is bytes or a google.api.HttpBody.
  bool RawBody() const;
  // The answer is a file: a google.api.HttpBody, or a stream of them.
  bool RawAnswer() const;
  // The answer is a stream of messages: server-sent events.
  bool Events() const;
};

struct RouteMatch {
  const Route* route = nullptr;      // nullptr: no route
  std::vector<std::string> values;   // one for each of route->variables, decoded
  std::vector<std::string> allowed;  // if there is no route: the HTTP methods that the path has
};

class RouteTable {
 public:
  // INVALID_ARGUMENT if a template is broken, names an unknown field, or cannot be told from another one.
  static absl::StatusOr<RouteTable> Build(const MethodCatalogue& catalogue);

  // `path` as it was sent: encoded, without the query. Literals win over variables.
  RouteMatch Match(absl::string_view verb, absl::string_view path) const;

  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  using ByVerb = std::map<std::string, const Route*, std::less<>>;
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> one;
    std::map<std::string, ByVerb, std::less<>> rest;  // custom verb → HTTP method → route, for templates ending in **
    std::map<std::string, ByVerb, std::less<>> here;  // the same for templates that end at this node
  };

  absl::Status Add(const Method& method, const google::api::HttpRule& rule);
  absl::Status Insert(std::unique_ptr<Route> route);
  static const ByVerb* Walk(const Node& node, const std::vector<std::string>& segments, size_t at,
                            absl::string_view custom);

  std::unique_ptr<Node> root_ = std::make_unique<Node>();
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_ROUTE_TABLE_H_
