#include "common/rpc/method_rule.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/api/annotations.h"
#include "google/api/annotations.pb.h"

namespace bangfu::rpc {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

Stream StreamOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) return Stream::kUpload;
  if (!method.server_streaming()) return Stream::kNone;
  return absl::StartsWith(method.name(), "Watch") ? Stream::kWatch : Stream::kExport;
}

absl::Duration DeadlineOf(Stream stream, options::v1::Load load) {
  switch (stream) {
    case Stream::kWatch: return absl::Hours(2);
    case Stream::kUpload:
    case Stream::kExport: return absl::Minutes(30);
    case Stream::kNone: break;
  }
  return absl::Seconds(load == options::v1::BULK ? 60 : 10);
}

bool Repeats(const std::vector<options::v1::Role>& roles) {
  return std::set<options::v1::Role>(roles.begin(), roles.end()).size() != roles.size();
}

}  // namespace

absl::StatusOr<MethodRule::Path> MethodRule::PathTo(const Descriptor& request, const std::string& dotted) {
  Path path;
  if (dotted.empty()) return path;
  const Descriptor* scope = &request;
  for (absl::string_view part : absl::StrSplit(dotted, '.')) {
    const FieldDescriptor* field = scope == nullptr ? nullptr : scope->FindFieldByName(std::string(part));
    if (field == nullptr) {
      return absl::FailedPreconditionError(absl::StrCat(request.full_name(), " has no field ", dotted));
    }
    path.push_back(field);
    scope = field->message_type();
  }
  if (path.back()->cpp_type() != FieldDescriptor::CPPTYPE_STRING || path.back()->is_repeated()) {
    return absl::FailedPreconditionError(absl::StrCat(request.full_name(), ".", dotted, " is not a single string"));
  }
  return path;
}

std::string MethodRule::StringAt(const Path& path, const Message& request) {
  if (path.empty()) return "";
  const Message* scope = &request;
  for (size_t i = 0; i + 1 < path.size(); ++i) scope = &scope->GetReflection()->GetMessage(*scope, path[i]);
  return scope->GetReflection()->GetString(*scope, path.back());
}

absl::StatusOr<MethodRule> MethodRule::Of(const google::protobuf::MethodDescriptor& method) {
  MethodRule rule;
  rule.name_ = method.full_name();
  rule.duration_ =
      std::make_unique<metrics::Histogram>("rpc_server_call_duration_seconds", "Time from receipt to answer",
                                           metrics::Buckets::kSeconds, metrics::Labels{{"method", rule.name_}});
  if (!method.options().HasExtension(options::v1::access)) {
    return absl::FailedPreconditionError(absl::StrCat(rule.name_, " has no access rule"));
  }
  rule.access_ = method.options().GetExtension(options::v1::access);
  const auto& access = rule.access_;
  for (int role : access.roles()) rule.roles_.push_back(static_cast<options::v1::Role>(role));
  for (int role : access.reveal_roles()) rule.reveal_roles_.push_back(static_cast<options::v1::Role>(role));
  if (Repeats(rule.roles_) || Repeats(rule.reveal_roles_)) {
    return absl::FailedPreconditionError(absl::StrCat(rule.name_, " names a role twice"));
  }
  if (access.audience() == options::v1::AUDIENCE_ROLES && rule.roles_.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(rule.name_, " admits nobody"));
  }
  if (!access.areawide() && access.area().empty() && access.record().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(rule.name_, " does not say which area it acts on"));
  }

  const Descriptor& request = *method.input_type();
  struct Wanted {
    Path* path;
    std::string dotted;
  };
  auto present = [&](const char* field) { return request.FindFieldByName(field) == nullptr ? "" : field; };
  for (const Wanted& wanted :
       {Wanted{&rule.area_path_, access.area()}, Wanted{&rule.record_path_, access.record()},
        Wanted{&rule.request_id_path_, present("request_id")}, Wanted{&rule.purpose_path_, present("purpose")}}) {
    auto path = PathTo(request, wanted.dotted);
    if (!path.ok()) return path.status();
    *wanted.path = *std::move(path);
  }
  // Of a record that is given the area is a part, and not what is asked about.
  rule.area_may_be_left_out_ =
      rule.area_path_.size() == 1 && api::AnnotationOf(*rule.area_path_[0]).behavior() != options::v1::REQUIRED;
  rule.view_ = request.FindFieldByName("view");
  rule.validate_only_ = request.FindFieldByName("validate_only");
  if (access.reveals() && (rule.view_ == nullptr || rule.purpose_path_.empty())) {
    return absl::FailedPreconditionError(absl::StrCat(rule.name_, " reveals but has no view and purpose"));
  }

  bool reads = method.options().GetExtension(google::api::http).has_get();
  rule.writes_ = !rule.request_id_path_.empty();
  rule.load_ = access.load() != options::v1::LOAD_UNSPECIFIED ? access.load()
               : reads                                        ? options::v1::INTERACTIVE_READ
                                                              : options::v1::INTERACTIVE_WRITE;
  rule.stream_ = StreamOf(method);
  rule.default_deadline_ = DeadlineOf(rule.stream_, rule.load_);
  return rule;
}

bool MethodRule::FullViewIn(const Message& request) const {
  return view_ != nullptr && request.GetReflection()->GetEnumValue(request, view_) == options::v1::FULL;
}

bool MethodRule::ValidateOnlyIn(const Message& request) const {
  return validate_only_ != nullptr && request.GetReflection()->GetBool(request, validate_only_);
}

std::optional<int32_t> ShardOf(absl::string_view record_id) {
  int32_t shard = 0;
  if (record_id.size() < 7 || record_id[6] != '-' || !absl::SimpleAtoi(record_id.substr(0, 6), &shard)) {
    return std::nullopt;
  }
  return shard;
}

}  // namespace bangfu::rpc
