#include "common/api/field_mask.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/api/annotations.h"
#include "common/api/mask.h"
#include "common/standards/hundredths.h"
#include "common/status/refusal.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/message_differencer.h"

namespace bangfu::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;
using google::protobuf::util::MessageDifferencer;

constexpr int kBeijingSeconds = 8 * 60 * 60;
constexpr size_t kLongestPath = 64;

// A path as it may be repeated to the caller: it is the caller's text until it is known to be a field.
absl::Status RefusePath(const std::string& path) {
  const bool plain = path.size() <= kLongestPath && std::all_of(path.begin(), path.end(), [](char c) {
                       return absl::ascii_isalnum(c) || c == '_' || c == '.';
                     });
  return status::Refuse(status::Reason::INVALID_UPDATE_MASK, {{"path", plain ? path : "?"}});
}

bool IsPopulated(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  return field->is_repeated() ? reflection.FieldSize(message, field) > 0 : reflection.HasField(message, field);
}

bool Differs(const Message& a, const Message& b, const FieldDescriptor* field) {
  if (IsPopulated(a, field) != IsPopulated(b, field)) return true;
  return IsPopulated(a, field) && !MessageDifferencer().CompareWithFields(a, b, {field}, {field});
}

// The fields that a mask names, by number. Paths are not resolved below the top level.
absl::StatusOr<std::vector<const FieldDescriptor*>> FieldsNamed(const FieldMask& mask, const Message& from) {
  const Descriptor* type = from.GetDescriptor();
  std::set<const FieldDescriptor*> named;
  bool all = false;
  for (const std::string& path : mask.paths()) {
    all |= path == "*";
    const FieldDescriptor* field = type->FindFieldByName(path);
    if (field == nullptr && path != "*") return RefusePath(path);
    if (field != nullptr) named.insert(field);
  }
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const options::v1::Behavior behavior = AnnotationOf(*field).behavior();
    if (behavior == options::v1::OUTPUT_ONLY) continue;
    const bool populated = IsPopulated(from, field);
    const bool wanted = named.count(field) > 0 || (all && (populated || behavior != options::v1::IMMUTABLE)) ||
                        (mask.paths().empty() && populated);
    if (wanted) fields.push_back(field);
  }
  return fields;
}

std::string LabelOf(const EnumValueDescriptor& value) {
  const std::string& label = value.options().GetExtension(options::v1::label);
  if (!label.empty()) return label;
  return value.number() == 0 ? "" : value.name();
}

// One value of a field, or the item of a list at `index`.
class Shown {
 public:
  Shown(const Message& message, const FieldDescriptor& field)
      : message_(message), reflection_(*message.GetReflection()), field_(field), annotation_(AnnotationOf(field)) {}

  std::string Single() const {
    if (field_.has_presence() && !reflection_.HasField(message_, &field_)) return "";
    if (IsMessage(field_)) return TimeText(reflection_.GetMessage(message_, &field_));
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: return Text(reflection_.GetString(message_, &field_));
      case FieldDescriptor::CPPTYPE_ENUM: return EnumText(reflection_.GetEnumValue(message_, &field_));
      case FieldDescriptor::CPPTYPE_BOOL: return reflection_.GetBool(message_, &field_) ? "是" : "否";
      case FieldDescriptor::CPPTYPE_INT32: return Number(reflection_.GetInt32(message_, &field_));
      case FieldDescriptor::CPPTYPE_INT64: return Number(reflection_.GetInt64(message_, &field_));
      default: return "";  // The contract has no unsigned and no floating-point numbers.
    }
  }

  std::string Item(int i) const {
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: return Text(reflection_.GetRepeatedString(message_, &field_, i));
      case FieldDescriptor::CPPTYPE_ENUM: return EnumText(reflection_.GetRepeatedEnumValue(message_, &field_, i));
      case FieldDescriptor::CPPTYPE_INT32: return Number(reflection_.GetRepeatedInt32(message_, &field_, i));
      case FieldDescriptor::CPPTYPE_INT64: return Number(reflection_.GetRepeatedInt64(message_, &field_, i));
      default: return "";
    }
  }

  std::string List() const {
    const int size = reflection_.FieldSize(message_, &field_);
    if (IsMessage(field_)) return size == 0 ? "" : absl::StrCat(size, " 项");
    std::vector<std::string> items;
    for (int i = 0; i < size; ++i) items.push_back(Item(i));
    return absl::StrJoin(items, ",");
  }

 private:
  std::string Text(const std::string& text) const {
    if (field_.type() == FieldDescriptor::TYPE_BYTES) return "";
    return annotation_.sensitivity() == options::v1::SEALED ? MaskText(annotation_.format(), text) : text;
  }

  std::string Number(int64_t number) const {
    if (number == 0 && ZeroMeansAbsent(field_)) return "";
    const bool hundredths = annotation_.format() == options::v1::FEN || annotation_.format() == options::v1::CENTI;
    return hundredths ? standards::FormatHundredths(number) : absl::StrCat(number);
  }

  std::string EnumText(int number) const {
    const EnumValueDescriptor* value = field_.enum_type()->FindValueByNumber(number);
    return value == nullptr ? absl::StrCat(number) : LabelOf(*value);
  }

  static std::string TimeText(const Message& message) {
    if (message.GetDescriptor() != Timestamp::descriptor()) return "";
    const auto& time = static_cast<const Timestamp&>(message);
    return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()),
                            absl::FixedTimeZone(kBeijingSeconds));
  }

  const Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor& field_;
  const options::v1::Field& annotation_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ApplyUpdate(const FieldMask& mask, const Message& from, Message* to) {
  assert(from.GetDescriptor() == to->GetDescriptor());
  auto named = FieldsNamed(mask, from);
  if (!named.ok()) return named.status();
  std::vector<const FieldDescriptor*> changed;
  std::vector<std::string> names;
  for (const FieldDescriptor* field : *named) {
    if (!Differs(from, *to, field)) continue;
    if (AnnotationOf(*field).behavior() == options::v1::IMMUTABLE) return RefusePath(field->name());
    changed.push_back(field);
    names.push_back(field->name());
  }
  const std::unique_ptr<Message> source(from.New());
  source->CopyFrom(from);
  to->GetReflection()->SwapFields(to, source.get(), changed);
  return names;
}

std::vector<std::string> ChangedFields(const Message& a, const Message& b) {
  assert(a.GetDescriptor() == b.GetDescriptor());
  std::vector<std::string> names;
  for (int i = 0; i < a.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = a.GetDescriptor()->field(i);
    if (field->name() == "etag" || field->name() == "update_time") continue;
    if (Differs(a, b, field)) names.push_back(field->name());
  }
  return names;
}

std::string DisplayValue(const Message& message, const FieldDescriptor& field) {
  const Shown shown(message, field);
  return field.is_repeated() ? shown.List() : shown.Single();
}

}  // namespace bangfu::api
