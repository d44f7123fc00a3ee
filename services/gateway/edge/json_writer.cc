#include "services/gateway/edge/json_writer.h"

#include <charconv>
#include <cmath>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/gateway/edge/field_path.h"
#include "services/gateway/edge/utf8.h"

namespace bangfu::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void WriteFloating(double value, bool single, std::string* out) {
  if (std::isnan(value)) {
    absl::StrAppend(out, "\"NaN\"");
  } else if (std::isinf(value)) {
    absl::StrAppend(out, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  } else {
    char buffer[32];
    auto end = single ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(value))
                      : std::to_chars(buffer, buffer + sizeof buffer, value);
    out->append(buffer, end.ptr);
  }
}

void WriteEnum(const Message& message, const FieldDescriptor* field, int number, std::string* out) {
  const EnumValueDescriptor* value = field->enum_type()->FindValueByNumber(number);
  if (value != nullptr) {
    absl::StrAppend(out, "\"", value->name(), "\"");
  } else {
    absl::StrAppend(out, number);
  }
}

// The mapping prints 0, 3, 6 or 9 digits of a second. False outside the years 1 to 9999.
bool WriteTimestamp(const google::protobuf::Timestamp& time, std::string* out) {
  constexpr int64_t kYear1 = -62135596800, kYear10000 = 253402300800;
  if (time.seconds() < kYear1 || time.seconds() >= kYear10000) return false;
  if (time.nanos() < 0 || time.nanos() > 999'999'999) return false;
  absl::CivilSecond civil = absl::ToCivilSecond(absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
  char text[40];
  int length = std::snprintf(text, sizeof text, "\"%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(civil.year()),
                             civil.month(), civil.day(), civil.hour(), civil.minute(), civil.second());
  out->append(text, static_cast<size_t>(length));
  if (int nanos = time.nanos(); nanos != 0) {
    int digits = nanos % 1'000'000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
    length = std::snprintf(text, sizeof text, ".%09d", nanos);
    out->append(text, static_cast<size_t>(digits) + 1);
  }
  absl::StrAppend(out, "Z\"");
  return true;
}

void WriteWellKnown(const Message& message, std::string* out) {
  if (message.GetDescriptor() == google::protobuf::Timestamp::descriptor() &&
      WriteTimestamp(static_cast<const google::protobuf::Timestamp&>(message), out)) {
    return;
  }
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  // What has no JSON form (an Any of an unknown type, a time out of range) is null rather than half a document.
  bool written = google::protobuf::util::MessageToJsonString(message, &text, options).ok() && !text.empty();
  absl::StrAppend(out, written ? text : "null");
}

void WriteMessage(const Message& message, std::string* out) {
  if (IsWellKnown(*message.GetDescriptor())) {
    WriteWellKnown(message, out);
  } else {
    WriteJson(message, out);
  }
}

// One value of a single field (index < 0) or of a repeated one.
void WriteValue(const Message& message, const FieldDescriptor* field, int index, std::string* out) {
  const Reflection& r = *message.GetReflection();
  bool one = index < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      absl::StrAppend(out, one ? r.GetInt32(message, field) : r.GetRepeatedInt32(message, field, index));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      absl::StrAppend(out, one ? r.GetUInt32(message, field) : r.GetRepeatedUInt32(message, field, index));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      absl::StrAppend(out, "\"", one ? r.GetInt64(message, field) : r.GetRepeatedInt64(message, field, index), "\"");
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      absl::StrAppend(out, "\"", one ? r.GetUInt64(message, field) : r.GetRepeatedUInt64(message, field, index), "\"");
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      WriteFloating(one ? r.GetDouble(message, field) : r.GetRepeatedDouble(message, field, index), false, out);
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      WriteFloating(one ? r.GetFloat(message, field) : r.GetRepeatedFloat(message, field, index), true, out);
      break;
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool value = one ? r.GetBool(message, field) : r.GetRepeatedBool(message, field, index);
      absl::StrAppend(out, value ? "true" : "false");
      break;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      WriteEnum(message, field, one ? r.GetEnumValue(message, field) : r.GetRepeatedEnumValue(message, field, index),
                out);
      break;
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text = one ? r.GetStringReference(message, field, &scratch)
                                    : r.GetRepeatedStringReference(message, field, index, &scratch);
      if (field->type() == FieldDescriptor::TYPE_BYTES) {
        absl::StrAppend(out, "\"", absl::Base64Escape(text), "\"");
      } else {
        WriteJsonString(text, out);
      }
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      WriteMessage(one ? r.GetMessage(message, field) : r.GetRepeatedMessage(message, field, index), out);
      break;
  }
}

void WriteMapKey(const Message& entry, const FieldDescriptor* key, std::string* out) {
  // A key is always a text; 64-bit numbers and texts come with their quotes already.
  std::string text;
  WriteValue(entry, key, -1, &text);
  if (text[0] == '"') {
    absl::StrAppend(out, text);
  } else {
    absl::StrAppend(out, "\"", text, "\"");
  }
}

void WriteMap(const Message& message, const FieldDescriptor* field, std::string* out) {
  const Reflection& reflection = *message.GetReflection();
  out->push_back('{');
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, field, i);
    if (i > 0) out->push_back(',');
    WriteMapKey(entry, field->message_type()->map_key(), out);
    out->push_back(':');
    WriteValue(entry, field->message_type()->map_value(), -1, out);
  }
  out->push_back('}');
}

void WriteList(const Message& message, const FieldDescriptor* field, std::string* out) {
  int size = message.GetReflection()->FieldSize(message, field);
  out->push_back('[');
  for (int i = 0; i < size; ++i) {
    if (i > 0) out->push_back(',');
    WriteValue(message, field, i, out);
  }
  out->push_back(']');
}

}  // namespace

void WriteJson(const Message& message, std::string* out) {
  const Descriptor& type = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  char before = '{';
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->has_presence() && !reflection.HasField(message, field)) continue;
    out->push_back(before);
    before = ',';
    absl::StrAppend(out, "\"", field->json_name(), "\":");
    if (field->is_map()) {
      WriteMap(message, field, out);
    } else if (field->is_repeated()) {
      WriteList(message, field, out);
    } else {
      WriteValue(message, field, -1, out);
    }
  }
  if (before == '{') out->push_back('{');
  out->push_back('}');
}

void WriteJsonString(absl::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  size_t clean = 0;  // text before this is written
  auto replace = [&](size_t at, size_t length, absl::string_view by) {
    out->append(text.data() + clean, at - clean);
    out->append(by.data(), by.size());
    clean = at + length;
  };
  for (size_t i = 0; i < text.size();) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      size_t length = Utf8Length(text.substr(i));
      if (length == 0) replace(i, 1, "\xEF\xBF\xBD");
      i += length == 0 ? 1 : length;
      continue;
    }
    if (c == '"' || c == '\\') {
      const char escape[] = {'\\', static_cast<char>(c)};
      replace(i, 1, absl::string_view(escape, 2));
    } else if (c == '\n') {
      replace(i, 1, "\\n");
    } else if (c < 0x20 || c == 0x7F || c == '<' || c == '>') {
      // Angle brackets are escaped too, so that an answer can never be taken for a page.
      const char escape[] = {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
      replace(i, 1, absl::string_view(escape, 6));
    }
    ++i;
  }
  out->append(text.data() + clean, text.size() - clean);
  out->push_back('"');
}

}  // namespace bangfu::edge
