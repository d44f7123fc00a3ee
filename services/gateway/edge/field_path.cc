#include "services/gateway/edge/field_path.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/json_util.h"
#include "services/gateway/edge/json_writer.h"

namespace bangfu::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kLongestEcho = 64;

absl::Status Malformed(std::string path, absl::string_view name, absl::string_view what) {
  const std::string detail = absl::StrCat("字段“", name, "”", what);
  return status::Refuse(status::Reason::MALFORMED_REQUEST, {{"detail", detail}}, {{std::move(path), detail}});
}

// Sets or appends one value: the reflection methods differ in name only.
template <typename Value, typename Set, typename Add>
bool Put(const FieldDescriptor* field, Message* message, const Value& value, Set set, Add add) {
  const Reflection* reflection = message->GetReflection();
  if (field->is_repeated()) {
    (reflection->*add)(message, field, value);
  } else {
    (reflection->*set)(message, field, value);
  }
  return true;
}

template <typename Number, typename Set, typename Add>
bool PutInteger(const FieldDescriptor* field, absl::string_view text, Message* message, Set set, Add add) {
  Number value = 0;
  return IsWholeNumber(text) && absl::SimpleAtoi(text, &value) && Put(field, message, value, set, add);
}

template <typename Number, typename Set, typename Add, typename Parse>
bool PutFloating(const FieldDescriptor* field, absl::string_view text, Message* message, Set set, Add add,
                 Parse parse) {
  Number value = 0;
  return parse(text, &value) && Put(field, message, value, set, add);
}

bool PutEnum(const FieldDescriptor* field, absl::string_view text, Message* message) {
  const auto* value = field->enum_type()->FindValueByName(std::string(text));
  return value != nullptr && Put(field, message, value, &Reflection::SetEnum, &Reflection::AddEnum);
}

bool PutBytes(const FieldDescriptor* field, absl::string_view text, Message* message) {
  std::optional<std::string> bytes = FromBase64(text);
  return bytes.has_value() && Put(field, message, *bytes, &Reflection::SetString, &Reflection::AddString);
}

bool PutMessage(const FieldDescriptor* field, absl::string_view text, Message* message) {
  if (field->is_map() || !IsWellKnown(*field->message_type())) return false;
  const Reflection* reflection = message->GetReflection();
  Message* child =
      field->is_repeated() ? reflection->AddMessage(message, field) : reflection->MutableMessage(message, field);
  std::string quoted;
  WriteJsonString(text, &quoted);
  return google::protobuf::util::JsonStringToMessage(quoted, child).ok();
}

bool PutText(const FieldDescriptor* field, absl::string_view text, Message* message) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return PutInteger<int32_t>(field, text, message, &Reflection::SetInt32, &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutInteger<int64_t>(field, text, message, &Reflection::SetInt64, &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutInteger<uint32_t>(field, text, message, &Reflection::SetUInt32, &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutInteger<uint64_t>(field, text, message, &Reflection::SetUInt64, &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return PutFloating<double>(field, text, message, &Reflection::SetDouble, &Reflection::AddDouble,
                                 absl::SimpleAtod);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return PutFloating<float>(field, text, message, &Reflection::SetFloat, &Reflection::AddFloat, absl::SimpleAtof);
    case FieldDescriptor::CPPTYPE_BOOL:
      return (text == "true" || text == "false") &&
             Put(field, message, text == "true", &Reflection::SetBool, &Reflection::AddBool);
    case FieldDescriptor::CPPTYPE_ENUM: return PutEnum(field, text, message);
    case FieldDescriptor::CPPTYPE_STRING:
      if (field->type() == FieldDescriptor::TYPE_BYTES) return PutBytes(field, text, message);
      return Put(field, message, std::string(text), &Reflection::SetString, &Reflection::AddString);
    case FieldDescriptor::CPPTYPE_MESSAGE: return PutMessage(field, text, message);
  }
  return false;
}

}  // namespace

bool IsWellKnown(const Descriptor& message) {
  return message.well_known_type() != Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

bool IsWholeNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::optional<std::string> FromBase64(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) && !absl::WebSafeBase64Unescape(text, &bytes)) return std::nullopt;
  auto same = [](absl::string_view a, absl::string_view b) {
    while (absl::ConsumeSuffix(&a, "=")) {
    }
    while (absl::ConsumeSuffix(&b, "=")) {
    }
    return a == b;
  };
  if (!same(text, absl::Base64Escape(bytes)) && !same(text, absl::WebSafeBase64Escape(bytes))) return std::nullopt;
  return bytes;
}

absl::Status RefuseField(const api::Place& place, absl::string_view what) {
  return Malformed(api::PathOf(place), api::LabelOf(place), what);
}

absl::Status RefuseField(const std::vector<const FieldDescriptor*>& path, absl::string_view what) {
  std::vector<api::Place> places;
  places.reserve(path.size());
  for (const FieldDescriptor* field : path) places.push_back({places.empty() ? nullptr : &places.back(), field});
  return RefuseField(places.back(), what);
}

absl::Status RefuseUnknownField(const api::Place* above, absl::string_view name, absl::string_view what) {
  std::string echo(name.substr(0, kLongestEcho));
  for (char& c : echo) c = absl::ascii_isalnum(c) || c == '_' || c == '.' ? c : '?';
  if (above == nullptr) return Malformed(echo, echo, what);
  return Malformed(absl::StrCat(api::PathOf(*above), ".", echo), absl::StrCat(api::LabelOf(*above), "的", echo), what);
}

const FieldDescriptor* FindField(const Descriptor& message, absl::string_view name) {
  std::string key(name);
  const FieldDescriptor* field = message.FindFieldByName(key);
  if (field == nullptr) field = message.FindFieldByCamelcaseName(key);
  return field;
}

std::vector<const FieldDescriptor*> FindFieldPath(const Descriptor& message, absl::string_view path) {
  std::vector<const FieldDescriptor*> found;
  const Descriptor* at = &message;
  for (absl::string_view name : absl::StrSplit(path, '.')) {
    const FieldDescriptor* field = at == nullptr ? nullptr : FindField(*at, name);
    if (field == nullptr) return {};
    found.push_back(field);
    at = field->is_repeated() || (field->message_type() != nullptr && IsWellKnown(*field->message_type()))
             ? nullptr
             : field->message_type();
  }
  return found;
}

absl::Status SetFromText(const std::vector<const FieldDescriptor*>& path, absl::string_view text, Message* message) {
  for (size_t i = 0; i + 1 < path.size(); ++i) message = message->GetReflection()->MutableMessage(message, path[i]);
  if (PutText(path.back(), text, message)) return absl::OkStatus();
  return RefuseField(path, "的内容或类型不对");
}

}  // namespace bangfu::edge
