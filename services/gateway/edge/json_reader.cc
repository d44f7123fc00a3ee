#include "services/gateway/edge/json_reader.h"

#include <bitset>
#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "bangfu/options/v1/options.pb.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/json_util.h"
#include "services/gateway/edge/field_path.h"

namespace bangfu::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Kind = JsonScanner::Kind;

constexpr int kMostFields = 256;

// Times, durations, masks and wrappers are plain values in JSON; protobuf would take {} for them, too.
bool HasPlainForm(const Descriptor& type) {
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_ANY:
    case Descriptor::WELLKNOWNTYPE_STRUCT:
    case Descriptor::WELLKNOWNTYPE_VALUE:
    case Descriptor::WELLKNOWNTYPE_LISTVALUE: return false;
    default: return true;
  }
}

bool SetByServer(const FieldDescriptor& field) {
  return field.name() == "etag" ||
         field.options().GetExtension(options::v1::field).behavior() == options::v1::OUTPUT_ONLY;
}

// A whole number: 12, "12", 12.0 and 1.2e1 without quotes, as the mapping allows.
template <typename Integer>
std::optional<Integer> ToInteger(absl::string_view text, bool quoted) {
  Integer value = 0;
  if (IsWholeNumber(text) && absl::SimpleAtoi(text, &value)) return value;
  double number = 0;
  if (quoted) return std::nullopt;
  // Above 2^53 a double no longer tells neighbouring integers apart, so it is not taken.
  if (!absl::SimpleAtod(text, &number) || number != std::floor(number) || std::abs(number) > 9007199254740992.0) {
    return std::nullopt;
  }
  if (number < static_cast<double>(std::numeric_limits<Integer>::min()) ||
      number > static_cast<double>(std::numeric_limits<Integer>::max())) {
    return std::nullopt;
  }
  return static_cast<Integer>(number);
}

std::optional<double> ToDouble(absl::string_view text, double greatest) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double value = 0;
  bool number = !text.empty() && (absl::ascii_isdigit(text[0]) || text[0] == '-') && absl::ascii_isdigit(text.back());
  if (!number || !absl::SimpleAtod(text, &value) || std::abs(value) > greatest) return std::nullopt;
  return value;
}

class Reader {
 public:
  Reader(absl::string_view text, JsonLimits limits, std::vector<std::string>* mask)
      : scanner_(text, limits), mask_(mask) {}

  absl::Status Read(Message* message) {
    if (scanner_.Peek() != Kind::kObject && scanner_.ok()) return RefuseText("最外层应为对象");
    if (!ReadObject(message, mask_ != nullptr) || !scanner_.Finish()) {
      return refusal_.ok() ? scanner_.status() : refusal_;
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status RefuseText(absl::string_view detail) {
    return status::Refuse(status::Reason::MALFORMED_REQUEST, {{"detail", std::string(detail)}});
  }

  // Refuses the value that is being read.
  bool Fail(absl::string_view what) {
    if (refusal_.ok() && scanner_.ok()) refusal_ = RefuseField(*place_, what);
    return false;
  }

  bool FailUnknown(absl::string_view name) {
    if (refusal_.ok() && scanner_.ok()) refusal_ = RefuseUnknownField(place_, name, "不存在");
    return false;
  }

  // Puts the value that is being read into the mask.
  void Mask() { mask_->push_back(api::PathOf(*place_)); }

  bool ReadObject(Message* message, bool masked) {
    if (!scanner_.BeginObject()) return false;
    std::bitset<kMostFields> seen;
    absl::string_view key;
    const api::Place* const above = place_;
    while (scanner_.NextKey(&key)) {
      const FieldDescriptor* field = FindField(*message->GetDescriptor(), key);
      if (field == nullptr) return FailUnknown(key);
      const api::Place here{above, field};
      place_ = &here;
      if (field->index() < kMostFields && seen[field->index()]) return Fail("重复");
      if (field->index() < kMostFields) seen.set(field->index());
      const bool read = ReadField(field, message, masked);
      place_ = above;
      if (!read) return false;
    }
    return scanner_.ok();
  }

  bool ReadField(const FieldDescriptor* field, Message* message, bool masked) {
    masked = masked && !SetByServer(*field);
    const Descriptor* type = field->message_type();
    bool plain_message = type != nullptr && !field->is_repeated() && !IsWellKnown(*type);
    if (masked && !(plain_message && scanner_.Peek() == Kind::kObject)) Mask();
    // null means absent, but for google.protobuf.Value, which can be null.
    bool null_is_value = type != nullptr && type->well_known_type() == Descriptor::WELLKNOWNTYPE_VALUE;
    if (scanner_.Peek() == Kind::kNull && !(null_is_value && !field->is_repeated())) return scanner_.Null();
    if (field->real_containing_oneof() != nullptr && Taken(*field, *message)) return Fail("与另一字段互斥");
    if (field->is_map()) return ReadMap(field, message);
    if (field->is_repeated()) return ReadList(field, message);
    if (plain_message && masked) return ReadMasked(field, message);
    return ReadValue(field, message);
  }

  static bool Taken(const FieldDescriptor& field, const Message& message) {
    return message.GetReflection()->GetOneofFieldDescriptor(message, field.real_containing_oneof()) != nullptr;
  }

  // A message whose own fields go into the mask; an empty one is itself what changes.
  bool ReadMasked(const FieldDescriptor* field, Message* message) {
    if (scanner_.Peek() != Kind::kObject) return Fail("应为对象");
    size_t before = mask_->size();
    if (!ReadObject(message->GetReflection()->MutableMessage(message, field), true)) return false;
    if (mask_->size() == before) Mask();
    return true;
  }

  bool ReadList(const FieldDescriptor* field, Message* message) {
    if (scanner_.Peek() != Kind::kArray) return Fail("应为数组");
    if (!scanner_.BeginArray()) return false;
    const api::Place* const list = place_;
    api::Place here{list->above, field, 0};
    place_ = &here;
    while (scanner_.NextElement()) {
      if (!ReadValue(field, message)) return false;
      ++here.index;
    }
    place_ = list;
    return scanner_.ok();
  }

  bool ReadMap(const FieldDescriptor* field, Message* message) {
    if (scanner_.Peek() != Kind::kObject) return Fail("应为对象");
    if (!scanner_.BeginObject()) return false;
    const FieldDescriptor* key_field = field->message_type()->map_key();
    const FieldDescriptor* value_field = field->message_type()->map_value();
    absl::string_view key;
    while (scanner_.NextKey(&key)) {
      Message* entry = message->GetReflection()->AddMessage(message, field);
      if (!SetFromText({key_field}, key, entry).ok()) return Fail("的键不对");
      if (!ReadValue(value_field, entry)) return false;
    }
    return scanner_.ok();
  }

  bool ReadValue(const FieldDescriptor* field, Message* message) {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return ReadInteger<int32_t>(field, message, &Reflection::SetInt32, &Reflection::AddInt32);
      case FieldDescriptor::CPPTYPE_INT64:
        return ReadInteger<int64_t>(field, message, &Reflection::SetInt64, &Reflection::AddInt64);
      case FieldDescriptor::CPPTYPE_UINT32:
        return ReadInteger<uint32_t>(field, message, &Reflection::SetUInt32, &Reflection::AddUInt32);
      case FieldDescriptor::CPPTYPE_UINT64:
        return ReadInteger<uint64_t>(field, message, &Reflection::SetUInt64, &Reflection::AddUInt64);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return ReadFloating(field, message, std::numeric_limits<double>::max(), &Reflection::SetDouble,
                            &Reflection::AddDouble);
      case FieldDescriptor::CPPTYPE_FLOAT:
        return ReadFloating(field, message, std::numeric_limits<float>::max(), &Reflection::SetFloat,
                            &Reflection::AddFloat);
      case FieldDescriptor::CPPTYPE_BOOL: {
        bool value = false;
        if (scanner_.Peek() != Kind::kTrue && scanner_.Peek() != Kind::kFalse) return Fail("应为 true 或 false");
        return scanner_.Bool(&value) && Put(field, message, value, &Reflection::SetBool, &Reflection::AddBool);
      }
      case FieldDescriptor::CPPTYPE_ENUM: return ReadEnum(field, message);
      case FieldDescriptor::CPPTYPE_STRING: return ReadString(field, message);
      case FieldDescriptor::CPPTYPE_MESSAGE: return ReadMessage(field, message);
    }
    return false;
  }

  template <typename Value, typename Set, typename Add>
  static bool Put(const FieldDescriptor* field, Message* message, const Value& value, Set set, Add add) {
    const Reflection* reflection = message->GetReflection();
    if (field->is_repeated()) {
      (reflection->*add)(message, field, value);
    } else {
      (reflection->*set)(message, field, value);
    }
    return true;
  }

  // A number's text, given as a number or, as 64-bit numbers are written, as a string.
  bool NumberText(absl::string_view* text) {
    if (scanner_.Peek() == Kind::kNumber) return scanner_.Number(text);
    if (scanner_.Peek() != Kind::kString) return Fail("应为数字");
    if (!scanner_.String(&string_)) return false;
    *text = string_;
    return true;
  }

  template <typename Integer, typename Set, typename Add>
  bool ReadInteger(const FieldDescriptor* field, Message* message, Set set, Add add) {
    absl::string_view text;
    bool quoted = scanner_.Peek() == Kind::kString;
    if (!NumberText(&text)) return false;
    std::optional<Integer> value = ToInteger<Integer>(text, quoted);
    return value.has_value() ? Put(field, message, *value, set, add) : Fail("应为范围内的整数");
  }

  template <typename Floating, typename Set, typename Add>
  bool ReadFloating(const FieldDescriptor* field, Message* message, Floating greatest, Set set, Add add) {
    absl::string_view text;
    if (!NumberText(&text)) return false;
    std::optional<double> value = ToDouble(text, static_cast<double>(greatest));
    return value.has_value() ? Put(field, message, static_cast<Floating>(*value), set, add) : Fail("应为范围内的数字");
  }

  bool ReadEnum(const FieldDescriptor* field, Message* message) {
    if (scanner_.Peek() != Kind::kString) return Fail("应为枚举名");
    if (!scanner_.String(&string_)) return false;
    const auto* value = field->enum_type()->FindValueByName(string_);
    return value != nullptr ? Put(field, message, value, &Reflection::SetEnum, &Reflection::AddEnum)
                            : Fail("没有这个枚举名");
  }

  bool ReadString(const FieldDescriptor* field, Message* message) {
    if (scanner_.Peek() != Kind::kString) return Fail("应为字符串");
    if (!scanner_.String(&string_)) return false;
    if (field->type() == FieldDescriptor::TYPE_BYTES) {
      std::optional<std::string> bytes = FromBase64(string_);
      if (!bytes.has_value()) return Fail("应为 Base64");
      string_ = *std::move(bytes);
    }
    return Put(field, message, string_, &Reflection::SetString, &Reflection::AddString);
  }

  bool ReadMessage(const FieldDescriptor* field, Message* message) {
    const Reflection* reflection = message->GetReflection();
    bool well_known = IsWellKnown(*field->message_type());
    if (!well_known && scanner_.Peek() != Kind::kObject) return Fail("应为对象");
    if (field->is_repeated() && scanner_.Peek() == Kind::kNull) return Fail("不能为 null");
    Message* child =
        field->is_repeated() ? reflection->AddMessage(message, field) : reflection->MutableMessage(message, field);
    if (!well_known) return ReadObject(child, false);
    Kind kind = scanner_.Peek();
    if (HasPlainForm(*field->message_type()) && (kind == Kind::kObject || kind == Kind::kArray))
      return Fail("应为单个值");
    absl::string_view raw;
    if (!scanner_.Skip(&raw)) return false;
    bool read = google::protobuf::util::JsonStringToMessage(std::string(raw), child).ok();
    return read ? true : Fail("的内容或类型不对");
  }

  JsonScanner scanner_;
  std::vector<std::string>* mask_;
  const api::Place* place_ = nullptr;  // of the value being read; nullptr for the whole
  std::string string_;                 // reused for every text
  absl::Status refusal_;
};

}  // namespace

absl::Status ReadJson(absl::string_view text, Message* message, std::vector<std::string>* mask, JsonLimits limits) {
  return Reader(text, limits, mask).Read(message);
}

}  // namespace bangfu::edge
