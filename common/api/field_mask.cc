#include "common/api/field_mask.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/api/annotations.h"
#include "common/api/mask.h"
#include "common/api/place.h"
#include "common/standards/hundredths.h"
#include "common/status/macros.h"
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

absl::Status Refuse(const std::string& path, const std::string& name, absl::string_view fault) {
  return status::Refuse(status::Reason::INVALID_UPDATE_MASK, {{"path", path}, {"field", name}},
                        {{path, absl::StrCat(name, ": ", fault)}});
}

// A path as it may be repeated to the caller: it is the caller's text, and no field.
absl::Status RefusePath(const std::string& path) {
  const bool plain = path.size() <= kLongestPath && std::all_of(path.begin(), path.end(), [](char c) {
                       return absl::ascii_isalnum(c) || c == '_' || c == '.';
                     });
  const std::string shown = plain ? path : "?";
  return Refuse(shown, JsonPathOf(shown), "不存在, 或不能单独修改");
}

absl::Status RefuseImmutable(const Place& place) { return Refuse(PathOf(place), LabelOf(place), "创建后不可修改"); }

bool IsPopulated(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  return field->is_repeated() ? reflection.FieldSize(message, field) > 0 : reflection.HasField(message, field);
}

bool Differs(const Message& a, const Message& b, const FieldDescriptor* field) {
  if (IsPopulated(a, field) != IsPopulated(b, field)) return true;
  return IsPopulated(a, field) && !MessageDifferencer().CompareWithFields(a, b, {field}, {field});
}

// What a mask names of one message: fields as a whole, or parts of them.
struct Named {
  bool whole = false;
  std::map<int, Named> parts;  // by number of field
};

// Paths can lead through it: it is one message with fields of its own, no value such as a time.
bool HasParts(const FieldDescriptor& field) {
  return IsMessage(field) && !field.is_repeated() && IsOurs(*field.message_type());
}

absl::Status AddPath(const Descriptor* type, const std::string& path, Named* named) {
  for (const absl::string_view step : absl::StrSplit(path, '.')) {
    const FieldDescriptor* field = type == nullptr ? nullptr : type->FindFieldByName(std::string(step));
    if (field == nullptr) return RefusePath(path);
    if (AnnotationOf(*field).behavior() == options::v1::OUTPUT_ONLY) {
      return Refuse(path, AnnotationOf(*field).label(), "由系统填写, 不能修改");
    }
    named = &named->parts[field->number()];
    type = HasParts(*field) ? field->message_type() : nullptr;
  }
  named->whole = true;
  return absl::OkStatus();
}

absl::StatusOr<Named> NamedBy(const FieldMask& mask, const Message& from) {
  const Descriptor* type = from.GetDescriptor();
  Named named;
  for (const std::string& path : mask.paths()) {
    if (path == "*") {
      named.whole = true;
    } else {
      RETURN_IF_ERROR(AddPath(type, path, &named));
    }
  }
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const bool populated = IsPopulated(from, field);
    const bool mutable_or_given = populated || AnnotationOf(*field).behavior() != options::v1::IMMUTABLE;
    if ((named.whole && mutable_or_given) || (mask.paths().empty() && populated)) {
      named.parts[field->number()].whole = true;
    }
  }
  return named;
}

void CopyField(const Message& from, const FieldDescriptor* field, Message* to) {
  const std::unique_ptr<Message> source(from.New());
  source->CopyFrom(from);
  to->GetReflection()->SwapFields(to, source.get(), {field});
}

// Copies what is named of the message at `above`, and adds the paths of what changed. On refusal `to` is half done.
absl::Status Copy(const Named& named, const Message& from, const Place* above, Message* to,
                  std::vector<std::string>* changed) {
  for (int i = 0; i < from.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = from.GetDescriptor()->field(i);
    const auto part = named.parts.find(field->number());
    const options::v1::Behavior behavior = AnnotationOf(*field).behavior();
    if (part == named.parts.end() || behavior == options::v1::OUTPUT_ONLY || !Differs(from, *to, field)) continue;
    const Place place{above, field};
    if (part->second.whole) {
      if (behavior == options::v1::IMMUTABLE) return RefuseImmutable(place);
      CopyField(from, field, to);
      changed->push_back(PathOf(place));
      continue;
    }
    // A message that nothing changes in must not come into being by that.
    const std::unique_ptr<Message> inner(to->GetReflection()->GetMessage(*to, field).New());
    inner->CopyFrom(to->GetReflection()->GetMessage(*to, field));
    const size_t before = changed->size();
    RETURN_IF_ERROR(Copy(part->second, from.GetReflection()->GetMessage(from, field), &place, inner.get(), changed));
    if (changed->size() == before) continue;
    if (behavior == options::v1::IMMUTABLE) return RefuseImmutable(place);
    to->GetReflection()->MutableMessage(to, field)->CopyFrom(*inner);
  }
  return absl::OkStatus();
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
  ASSIGN_OR_RETURN(const Named named, NamedBy(mask, from));
  const std::unique_ptr<Message> result(to->New());
  result->CopyFrom(*to);
  std::vector<std::string> changed;
  RETURN_IF_ERROR(Copy(named, from, nullptr, result.get(), &changed));
  to->GetReflection()->Swap(to, result.get());
  return changed;
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
