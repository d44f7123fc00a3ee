#include "services/gateway/edge/transcode.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "bangfu/operations/v1/file.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/gateway/edge/content_disposition.h"
#include "services/gateway/edge/field_path.h"
#include "services/gateway/edge/json_reader.h"

namespace bangfu::edge {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using status::Reason;
using status::Refuse;

constexpr size_t kMostParameters = 100;
constexpr char kSpreadsheet[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

std::string DottedName(const FieldPath& path) {
  return absl::StrJoin(path, ".", [](std::string* out, const FieldDescriptor* field) { *out += field->name(); });
}

absl::Status SetQuery(const Route& route, absl::string_view query, Message* message) {
  ASSIGN_OR_RETURN(auto parameters, ParseQuery(query));
  std::vector<FieldPath> taken = route.variables;
  for (const auto& [name, value] : parameters) {
    FieldPath path = FindFieldPath(*message->GetDescriptor(), name);
    bool in_body = route.whole_body || (!path.empty() && path[0] == route.body);
    if (path.empty()) return RefuseUnknownField(nullptr, name, "不是查询参数");
    if (in_body) return RefuseField(path, "不是查询参数");
    if (!path.back()->is_repeated()) {
      if (std::find(taken.begin(), taken.end(), path) != taken.end()) return RefuseField(path, "重复");
      taken.push_back(path);
    }
    RETURN_IF_ERROR(SetFromText(path, value, message));
  }
  return absl::OkStatus();
}

// The message that a change is about: the body field, or the only message in a request that is the body.
Message* ResourceIn(const Route& route, Message* request) {
  const FieldDescriptor* field = route.body;
  if (route.whole_body) {
    const auto& type = *request->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* candidate = type.field(i);
      if (candidate->message_type() == nullptr || candidate->is_repeated() || IsWellKnown(*candidate->message_type())) {
        continue;
      }
      if (field != nullptr) return nullptr;
      field = candidate;
    }
  }
  if (field == nullptr || field->message_type() == nullptr || field->is_repeated()) return nullptr;
  return request->GetReflection()->MutableMessage(request, field);
}

// Whether the single field at the end of a path has another value than the default.
bool IsSet(const FieldPath& path, const Message& message) {
  const Message* owner = &message;
  for (size_t i = 0; i + 1 < path.size(); ++i) owner = &owner->GetReflection()->GetMessage(*owner, path[i]);
  return owner->GetReflection()->HasField(*owner, path.back());
}

// Sets what the URL's path names. A body that names something else is refused: nobody could say which was meant.
absl::Status SetFromPath(const FieldPath& path, absl::string_view value, Message* message) {
  if (path.back()->is_repeated() || !IsSet(path, *message)) return SetFromText(path, value, message);
  const std::unique_ptr<Message> from_body(message->New());
  from_body->CopyFrom(*message);
  RETURN_IF_ERROR(SetFromText(path, value, message));
  if (MessageDifferencer::Equals(*from_body, *message)) return absl::OkStatus();
  return RefuseField(path, "与网址中的不一致");
}

// Sets a text field that the message has and that is empty. Nothing if it does not have the field; a refusal if the
// request says something else elsewhere.
std::optional<absl::Status> FillText(const char* name, absl::string_view value, Message* message) {
  const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING || field->is_repeated()) return std::nullopt;
  const std::string& present = message->GetReflection()->GetString(*message, field);
  if (!present.empty() && present != value) return RefuseField({field}, "与请求头中的不一致");
  message->GetReflection()->SetString(message, field, std::string(value));
  return absl::OkStatus();
}

// The name of an uploaded file, from the header if nothing else gave one.
absl::Status NameFile(absl::string_view disposition, Message* message) {
  if (!disposition.empty()) {
    ASSIGN_OR_RETURN(const std::string name, FileNameIn(disposition));
    if (TextOf(*message, "file_name").empty()) FillText("file_name", name, message);
  }
  const std::string name = TextOf(*message, "file_name");
  if (name.empty() || IsFileName(name)) return absl::OkStatus();
  return RefuseField({message->GetDescriptor()->FindFieldByName("file_name")}, "不是文件名");
}

const FieldDescriptor* MaskField(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("update_mask");
  return field != nullptr && field->message_type() == FieldMask::descriptor() && !field->is_repeated() ? field
                                                                                                       : nullptr;
}

// The body's keys as the mask. Paths are relative to the resource; what the path of the URL names is not changed.
absl::Status DeriveMask(const Route& route, std::vector<std::string> keys, Message* message) {
  const FieldDescriptor* field = MaskField(*message);
  if (field == nullptr || message->GetReflection()->HasField(*message, field)) return absl::OkStatus();
  Message* resource = ResourceIn(route, message);
  if (resource == nullptr) return absl::OkStatus();
  FieldMask mask;
  for (absl::string_view key : keys) {
    if (route.whole_body) {
      // The body is the request: only what lies inside the resource counts.
      FieldPath path = FindFieldPath(*message->GetDescriptor(), key);
      if (path.size() < 2 || path[0]->message_type() != resource->GetDescriptor()) continue;
      absl::ConsumePrefix(&key, path[0]->name() + ".");
    }
    bool named = std::any_of(route.variables.begin(), route.variables.end(), [&](const FieldPath& path) {
      return path.size() > 1 && DottedName(FieldPath(path.begin() + 1, path.end())) == key;
    });
    if (!named) mask.add_paths(std::string(key));
  }
  // An empty mask would mean "everything", which is not what was sent.
  if (mask.paths().empty()) return Refuse(Reason::MALFORMED_REQUEST, {{"detail", "没有要修改的字段"}});
  message->GetReflection()->MutableMessage(message, field)->CopyFrom(mask);
  return absl::OkStatus();
}

absl::Status ReadBody(const Route& route, const RequestParts& parts, std::vector<std::string>* keys, Message* message) {
  if (route.RawBody()) {
    SetFile(route, parts.body, parts.content_type, message);
    return absl::OkStatus();
  }
  if (!route.whole_body && route.body == nullptr) {
    if (parts.body.empty()) return absl::OkStatus();
    return Refuse(Reason::MALFORMED_REQUEST, {{"detail", "此请求不带正文"}});
  }
  if (parts.body.empty()) return absl::OkStatus();
  Message* target = message;
  if (route.body != nullptr) target = message->GetReflection()->MutableMessage(message, route.body);
  return ReadJson(parts.body, target, route.verb == "PATCH" ? keys : nullptr);
}

}  // namespace

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseQuery(absl::string_view query) {
  std::vector<std::pair<std::string, std::string>> out;
  for (absl::string_view part : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    std::pair<std::string, std::string> halves =
        absl::StrSplit(absl::StrReplaceAll(part, {{"+", "%20"}}), absl::MaxSplits('=', 1));
    auto name = PercentDecode(halves.first);
    auto value = PercentDecode(halves.second);
    if (!name.has_value() || !value.has_value() || out.size() == kMostParameters) {
      return Refuse(Reason::MALFORMED_REQUEST, {{"detail", "查询参数的编码有误或参数过多"}});
    }
    out.emplace_back(*std::move(name), *std::move(value));
  }
  return out;
}

std::unique_ptr<Message> DecodeNames(const Route& route, const std::vector<std::string>& path_values,
                                     absl::string_view query) {
  std::unique_ptr<Message> message(route.method->request->New());
  for (size_t i = 0; i < path_values.size(); ++i) {
    SetFromText(route.variables[i], path_values[i], message.get()).IgnoreError();
  }
  SetQuery(route, query, message.get()).IgnoreError();
  return message;
}

absl::StatusOr<std::unique_ptr<Message>> DecodeRequest(const Route& route, const std::vector<std::string>& path_values,
                                                       const RequestParts& parts) {
  std::unique_ptr<Message> message(route.method->request->New());
  std::vector<std::string> keys;
  RETURN_IF_ERROR(ReadBody(route, parts, &keys, message.get()));
  for (size_t i = 0; i < path_values.size(); ++i) {
    RETURN_IF_ERROR(SetFromPath(route.variables[i], path_values[i], message.get()));
  }
  RETURN_IF_ERROR(SetQuery(route, parts.query, message.get()));
  if (route.RawBody()) RETURN_IF_ERROR(NameFile(parts.disposition, message.get()));
  if (!parts.idempotency_key.empty()) {
    RETURN_IF_ERROR(FillText("request_id", parts.idempotency_key, message.get()).value_or(absl::OkStatus()));
  }
  if (!parts.if_match.empty()) {
    std::optional<absl::Status> filled = FillText("etag", parts.if_match, message.get());
    Message* resource = filled ? nullptr : ResourceIn(route, message.get());
    if (resource != nullptr) filled = FillText("etag", parts.if_match, resource);
    RETURN_IF_ERROR(filled.value_or(absl::OkStatus()));
  }
  if (route.verb == "PATCH") RETURN_IF_ERROR(DeriveMask(route, std::move(keys), message.get()));
  return message;
}

void SetFile(const Route& route, absl::string_view bytes, absl::string_view content_type, Message* message) {
  const auto* reflection = message->GetReflection();
  if (route.body->type() == FieldDescriptor::TYPE_BYTES) {
    reflection->SetString(message, route.body, std::string(bytes));
    return;
  }
  auto* file = static_cast<google::api::HttpBody*>(reflection->MutableMessage(message, route.body));
  file->set_content_type(std::string(content_type));
  file->set_data(std::string(bytes));
}

std::string FileNameOf(const Route& route, const google::api::HttpBody& first) {
  operations::v1::FileName told;
  if (first.extensions_size() > 0 && first.extensions(0).UnpackTo(&told)) return told.name();
  static constexpr std::pair<const char*, const char*> kEndings[] = {
      {"text/csv", ".csv"},        {"text/plain", ".txt"}, {"application/json", ".json"}, {"application/pdf", ".pdf"},
      {"application/zip", ".zip"}, {"text/html", ".html"}, {kSpreadsheet, ".xlsx"}};
  std::string name = "download";
  for (const PathTemplate::Segment& segment : route.path.segments) {
    if (segment.kind == PathTemplate::Kind::kLiteral) name = segment.literal;
  }
  for (const auto& [type, ending] : kEndings) {
    if (absl::StartsWith(first.content_type(), type)) return name + ending;
  }
  return name;
}

const Message& BodyOf(const Route& route, const Message& answer) {
  if (route.response_body == nullptr) return answer;
  return answer.GetReflection()->GetMessage(answer, route.response_body);
}

std::string TextOf(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING || field->is_repeated()) return "";
  return message.GetReflection()->GetString(message, field);
}

bool NoneMatchHas(absl::string_view if_none_match, absl::string_view etag) {
  if (etag.empty()) return false;
  for (absl::string_view tag : absl::StrSplit(if_none_match, ',')) {
    tag = absl::StripAsciiWhitespace(tag);
    absl::ConsumePrefix(&tag, "W/");
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

}  // namespace bangfu::edge
