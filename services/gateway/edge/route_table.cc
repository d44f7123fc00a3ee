#include "services/gateway/edge/route_table.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/macros.h"
#include "google/api/annotations.pb.h"
#include "google/api/httpbody.pb.h"
#include "services/gateway/edge/field_path.h"

namespace bangfu::edge {
namespace {

using google::api::HttpRule;
using google::protobuf::FieldDescriptor;

bool IsHttpBody(const google::protobuf::Descriptor* message) { return message == google::api::HttpBody::descriptor(); }

std::pair<std::string, std::string> VerbAndPath(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet: return {"GET", rule.get()};
    case HttpRule::kPut: return {"PUT", rule.put()};
    case HttpRule::kPost: return {"POST", rule.post()};
    case HttpRule::kDelete: return {"DELETE", rule.delete_()};
    case HttpRule::kPatch: return {"PATCH", rule.patch()};
    default: return {};
  }
}

absl::Status Broken(const Method& method, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("route of ", method.path, ": ", why));
}

}  // namespace

bool Route::RawBody() const {
  return body != nullptr && !body->is_repeated() &&
         (body->type() == FieldDescriptor::TYPE_BYTES || IsHttpBody(body->message_type()));
}

bool Route::RawAnswer() const { return IsHttpBody(method->descriptor->output_type()); }

bool Route::Events() const { return method->descriptor->server_streaming() && !RawAnswer(); }

absl::StatusOr<RouteTable> RouteTable::Build(const MethodCatalogue& catalogue) {
  RouteTable table;
  for (const auto& method : catalogue.methods()) {
    if (!method->descriptor->options().HasExtension(google::api::http)) continue;
    const HttpRule& rule = method->descriptor->options().GetExtension(google::api::http);
    RETURN_IF_ERROR(table.Add(*method, rule));
    for (const HttpRule& more : rule.additional_bindings()) RETURN_IF_ERROR(table.Add(*method, more));
  }
  return table;
}

absl::Status RouteTable::Add(const Method& method, const HttpRule& rule) {
  const auto& request = *method.descriptor->input_type();
  auto route = std::make_unique<Route>();
  route->method = &method;
  auto [verb, path] = VerbAndPath(rule);
  if (verb.empty()) return Broken(method, "no path");
  route->verb = verb;
  ASSIGN_OR_RETURN(route->path, ParsePathTemplate(path));
  for (const auto& variable : route->path.variables) {
    FieldPath field = FindFieldPath(request, variable.field);
    if (field.empty() || field.back()->is_repeated()) return Broken(method, absl::StrCat("no field ", variable.field));
    route->variables.push_back(std::move(field));
  }
  if (rule.body() == "*") {
    route->whole_body = true;
  } else if (!rule.body().empty()) {
    route->body = request.FindFieldByName(rule.body());
    if (route->body == nullptr) return Broken(method, absl::StrCat("no field ", rule.body()));
    if (route->body->message_type() == nullptr && !route->RawBody()) return Broken(method, "body must be a message");
  }
  if (!rule.response_body().empty()) {
    route->response_body = method.descriptor->output_type()->FindFieldByName(rule.response_body());
    if (route->response_body == nullptr || route->response_body->message_type() == nullptr ||
        route->response_body->is_repeated()) {
      return Broken(method, absl::StrCat("no message field ", rule.response_body()));
    }
  }
  if (method.descriptor->client_streaming() && (method.descriptor->server_streaming() || !route->RawBody())) {
    return Broken(method, "a client stream over HTTP must take a file and give one answer");
  }
  return Insert(std::move(route));
}

absl::Status RouteTable::Insert(std::unique_ptr<Route> route) {
  Node* node = root_.get();
  bool rest = false;
  for (const auto& segment : route->path.segments) {
    std::unique_ptr<Node>* next = nullptr;
    switch (segment.kind) {
      case PathTemplate::Kind::kLiteral: next = &node->literals[segment.literal]; break;
      case PathTemplate::Kind::kOne: next = &node->one; break;
      case PathTemplate::Kind::kRest: rest = true; continue;
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
  }
  const Route*& slot = (rest ? node->rest : node->here)[route->path.verb][route->verb];
  if (slot != nullptr) {
    return Broken(*route->method,
                  absl::StrCat(route->verb, " ", route->path.Shape(), " is also the route of ", slot->method->path));
  }
  slot = route.get();
  routes_.push_back(std::move(route));
  return absl::OkStatus();
}

const RouteTable::ByVerb* RouteTable::Walk(const Node& node, const std::vector<std::string>& segments, size_t at,
                                           absl::string_view custom) {
  std::string key(custom);
  if (at == segments.size()) {
    auto here = node.here.find(key);
    if (here != node.here.end()) return &here->second;
  } else {
    if (auto literal = node.literals.find(segments[at]); literal != node.literals.end()) {
      if (const ByVerb* found = Walk(*literal->second, segments, at + 1, custom)) return found;
    }
    if (node.one != nullptr) {
      if (const ByVerb* found = Walk(*node.one, segments, at + 1, custom)) return found;
    }
  }
  auto rest = node.rest.find(key);
  return rest != node.rest.end() && at < segments.size() ? &rest->second : nullptr;
}

RouteMatch RouteTable::Match(absl::string_view verb, absl::string_view path) const {
  RouteMatch match;
  auto raw = SplitPath(path);
  if (!raw.has_value()) return match;
  // A custom verb follows the last colon; an id may hold a colon too, so the whole segment is tried second.
  absl::string_view last = raw->back();
  size_t colon = last.rfind(':');
  for (bool with_verb : {true, false}) {
    if (with_verb && colon == absl::string_view::npos) continue;
    absl::string_view custom = with_verb ? last.substr(colon + 1) : "";
    raw->back() = with_verb ? last.substr(0, colon) : last;
    if (raw->back().empty()) continue;
    std::vector<std::string> segments;
    for (absl::string_view part : *raw) {
      auto decoded = PercentDecode(part);
      if (!decoded.has_value()) return match;
      segments.push_back(*std::move(decoded));
    }
    const ByVerb* routes = Walk(*root_, segments, 0, custom);
    if (routes == nullptr) continue;
    auto route = routes->find(verb);
    if (route == routes->end()) {
      for (const auto& [name, other] : *routes) match.allowed.push_back(name);
      return match;
    }
    match.route = route->second;
    for (const auto& variable : match.route->path.variables) {
      bool open = match.route->path.segments[variable.end - 1].kind == PathTemplate::Kind::kRest;
      size_t end = open ? segments.size() : variable.end;
      match.values.push_back(absl::StrJoin(segments.begin() + static_cast<std::ptrdiff_t>(variable.begin),
                                           segments.begin() + static_cast<std::ptrdiff_t>(end), "/"));
    }
    return match;
  }
  return match;
}

}  // namespace bangfu::edge
