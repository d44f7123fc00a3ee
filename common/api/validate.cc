#include "common/api/validate.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/api/annotations.h"
#include "common/api/format.h"
#include "common/api/mask.h"
#include "common/api/place.h"
#include "common/api/plan_cache.h"
#include "common/standards/hundredths.h"
#include "common/standards/text.h"
#include "common/status/refusal.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace bangfu::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr int kDefaultCharacters = 200;
constexpr int kDefaultItems = 1000;
constexpr size_t kMostErrors = 20;
constexpr int64_t kFirstSecond = -62135596800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z

// Whether an OUTPUT_ONLY field may be in a request all the same.
bool IsKept(const FieldDescriptor& field) {
  return AnnotationOf(field).format() == options::v1::RECORD_ID || field.name() == "etag";
}

bool IsCleared(const FieldDescriptor& field) {
  return AnnotationOf(field).behavior() == options::v1::OUTPUT_ONLY && !IsKept(field);
}

struct FieldRule {
  const FieldDescriptor* field;
  const options::v1::Field* annotation;
  bool required;
  bool bounded;
  size_t most_characters;
  int most_items;
  bool checks_code;
};

struct MessageRules {
  std::vector<FieldRule> fields;
  const FieldDescriptor* update_mask = nullptr;
};

MessageRules BuildRules(const Descriptor* type) {
  MessageRules rules;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (IsCleared(*field)) continue;
    const options::v1::Field& annotation = AnnotationOf(*field);
    FieldRule rule{field, &annotation};
    rule.required = annotation.behavior() == options::v1::REQUIRED;
    rule.bounded = IsBounded(annotation);
    rule.most_characters = kDefaultCharacters;
    rule.most_items = kDefaultItems;
    if (annotation.max_length() > 0 && field->is_repeated()) rule.most_items = annotation.max_length();
    if (annotation.max_length() > 0 && !field->is_repeated()) rule.most_characters = annotation.max_length();
    rule.checks_code = (annotation.format() == options::v1::CODE || annotation.format() == options::v1::CODES) &&
                       !annotation.dictionary().empty();
    rules.fields.push_back(rule);
    if (field->name() == "update_mask" && IsMessage(*field) && field->message_type() == FieldMask::descriptor()) {
      rules.update_mask = field;
    }
  }
  return rules;
}

const MessageRules& RulesOf(const Descriptor* type) {
  static auto& cache = *new PlanCache<MessageRules>(BuildRules);
  return cache.Of(type);
}

std::string BoundsText(const options::v1::Field& annotation) {
  const bool hundredths = annotation.format() == options::v1::FEN || annotation.format() == options::v1::CENTI;
  const auto text = [&](int64_t bound) {
    return hundredths ? standards::FormatHundredths(bound) : absl::StrCat(bound);
  };
  return absl::StrCat("应在 ", text(annotation.min()), " 到 ", text(annotation.max()), " 之间");
}

// A value of a field: the single one, or the item of a list at `index`.
struct Value {
  const Message& message;
  const FieldDescriptor* field;
  int index = -1;

  const Reflection& reflection() const { return *message.GetReflection(); }

  const std::string& Text(std::string* scratch) const {
    return index < 0 ? reflection().GetStringReference(message, field, scratch)
                     : reflection().GetRepeatedStringReference(message, field, index, scratch);
  }
  const Message& Child() const {
    return index < 0 ? reflection().GetMessage(message, field) : reflection().GetRepeatedMessage(message, field, index);
  }
  int Enum() const {
    return index < 0 ? reflection().GetEnumValue(message, field)
                     : reflection().GetRepeatedEnumValue(message, field, index);
  }
  int64_t Number() const {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return index < 0 ? reflection().GetInt32(message, field) : reflection().GetRepeatedInt32(message, field, index);
      case FieldDescriptor::CPPTYPE_INT64:
        return index < 0 ? reflection().GetInt64(message, field) : reflection().GetRepeatedInt64(message, field, index);
      default: return 0;  // The contract has no unsigned and no floating-point numbers.
    }
  }
};

class Validation {
 public:
  explicit Validation(const CodeLookup* codes) : codes_(codes) {}

  // `partial`, if not null, names the fields of `message` that count. Without paths all count and none is required.
  void CheckMessage(const Message& message, const Place* above, const FieldMask* partial) {
    const MessageRules& rules = RulesOf(message.GetDescriptor());
    const FieldMask* mask = nullptr;
    if (rules.update_mask != nullptr) {
      mask = static_cast<const FieldMask*>(&message.GetReflection()->GetMessage(message, rules.update_mask));
    }
    for (const FieldRule& rule : rules.fields) {
      const bool named = partial == nullptr || Names(*partial, rule.field->name());
      if (!named && !partial->paths().empty() && !IsKept(*rule.field)) {
        CheckNamedParts(message, *rule.field, above, *partial);
        continue;
      }
      const bool required = rule.required && named;
      if (rule.field->is_repeated()) {
        CheckList(message, rule, above, required);
      } else {
        CheckSingle(message, rule, above, required, mask);
      }
    }
  }

  absl::Status Result() {
    if (errors_.empty()) return absl::OkStatus();
    if (unlisted_ > 0) errors_.push_back({"", absl::StrCat("另有 ", unlisted_, " 处错误未列出")});
    return status::RefuseFields(errors_, masked_ ? status::Reason::MASKED_VALUE : status::Reason::INVALID_FIELD);
  }

 private:
  static bool Names(const FieldMask& mask, const std::string& field) {
    return std::any_of(mask.paths().begin(), mask.paths().end(),
                       [&](const std::string& path) { return path == field || path == "*"; });
  }

  // Paths such as income.wage_fen name parts of a message that is not named itself.
  void CheckNamedParts(const Message& message, const FieldDescriptor& field, const Place* above,
                       const FieldMask& partial) {
    if (!IsMessage(field) || field.is_repeated() || !IsOurs(*field.message_type())) return;
    FieldMask parts;
    for (const std::string& path : partial.paths()) {
      absl::string_view rest = path;
      if (absl::ConsumePrefix(&rest, absl::StrCat(field.name(), "."))) parts.add_paths(std::string(rest));
    }
    if (parts.paths().empty()) return;
    const Place place{above, &field};
    CheckMessage(message.GetReflection()->GetMessage(message, &field), &place, &parts);
  }

  void Refuse(const Place& place, absl::string_view fault) {
    if (errors_.size() == kMostErrors) {
      ++unlisted_;
      return;
    }
    errors_.push_back({PathOf(place), absl::StrCat(LabelOf(place), ": ", fault)});
  }

  void CheckList(const Message& message, const FieldRule& rule, const Place* above, bool required) {
    const int size = message.GetReflection()->FieldSize(message, rule.field);
    if (size == 0 && required) return Refuse({above, rule.field}, "请填写");
    if (size > rule.most_items) return Refuse({above, rule.field}, absl::StrCat("最多 ", rule.most_items, " 项"));
    for (int i = 0; i < size; ++i) CheckValue({message, rule.field, i}, rule, {above, rule.field, i}, nullptr);
  }

  void CheckSingle(const Message& message, const FieldRule& rule, const Place* above, bool required,
                   const FieldMask* mask) {
    const Value value{message, rule.field};
    const Place place{above, rule.field};
    if (!IsGiven(value)) {
      if (required && !IsZeroAllowed(value)) Refuse(place, "请填写");
      return;
    }
    if (required && IsString(*rule.field) && IsBlank(value)) return Refuse(place, "请填写");
    CheckValue(value, rule, place, mask);
  }

  static bool IsGiven(const Value& value) {
    if (value.field->has_presence()) return value.reflection().HasField(value.message, value.field);
    std::string scratch;
    switch (value.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: return !value.Text(&scratch).empty();
      case FieldDescriptor::CPPTYPE_ENUM: return value.Enum() != 0;
      default: return value.Number() != 0;
    }
  }

  // A number or bool without explicit presence that is 0 may be meant, unless 0 is out of bounds.
  static bool IsZeroAllowed(const Value& value) {
    return !value.field->has_presence() && !IsString(*value.field) &&
           value.field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM && !ZeroMeansAbsent(*value.field);
  }

  static bool IsBlank(const Value& value) {
    std::string scratch;
    return standards::Tidy(value.Text(&scratch)).empty();
  }

  void CheckValue(const Value& value, const FieldRule& rule, const Place& place, const FieldMask* mask) {
    switch (rule.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: return CheckText(value, rule, place);
      case FieldDescriptor::CPPTYPE_ENUM: return CheckEnum(value, place);
      case FieldDescriptor::CPPTYPE_MESSAGE: return CheckChild(value.Child(), place, mask);
      default: return CheckNumber(value, rule, place);
    }
  }

  void CheckChild(const Message& child, const Place& place, const FieldMask* mask) {
    if (child.GetDescriptor() == Timestamp::descriptor()) {
      const auto& time = static_cast<const Timestamp&>(child);
      const bool exists = time.seconds() >= kFirstSecond && time.seconds() <= kLastSecond && time.nanos() >= 0 &&
                          time.nanos() < 1'000'000'000;
      if (!exists) Refuse(place, "不是有效的时间");
    } else if (IsOurs(*child.GetDescriptor())) {
      CheckMessage(child, &place, mask);
    }
  }

  void CheckEnum(const Value& value, const Place& place) {
    if (value.field->enum_type()->FindValueByNumber(value.Enum()) == nullptr) Refuse(place, "不是可选的值");
  }

  void CheckNumber(const Value& value, const FieldRule& rule, const Place& place) {
    if (!rule.bounded) return;
    const int64_t number = value.Number();
    if (number < rule.annotation->min() || number > rule.annotation->max()) Refuse(place, BoundsText(*rule.annotation));
  }

  void CheckText(const Value& value, const FieldRule& rule, const Place& place) {
    std::string scratch;
    const std::string& text = value.Text(&scratch);
    if (rule.field->type() == FieldDescriptor::TYPE_BYTES) {
      const auto most = static_cast<size_t>(rule.annotation->max_length());
      if (most > 0 && text.size() > most) Refuse(place, absl::StrCat("最多 ", most, " 字节"));
      return;
    }
    const standards::TextFacts facts = standards::Inspect(text);
    if (!facts.valid_utf8) return Refuse(place, "不是有效的 UTF-8 文本");
    if (facts.control_characters) return Refuse(place, "含有不可见的控制字符");
    const options::v1::Format format = rule.annotation->format();
    // An identity number may come with spaces around it, which the parser takes away; its form bounds its length.
    const bool counts = format != options::v1::IDENTITY_NUMBER;
    if (counts && facts.characters > rule.most_characters) {
      return Refuse(place, absl::StrCat("最多 ", rule.most_characters, " 个字"));
    }
    if (text.empty()) return;
    if (IsMasked(*rule.annotation, text)) {
      masked_ = true;
      return Refuse(place, "是遮盖后的显示内容, 不能保存");
    }
    const absl::string_view fault = FormatFault(format, text);
    if (!fault.empty()) return Refuse(place, fault);
    if (rule.checks_code && codes_ != nullptr) CheckCode(text, rule, place);
  }

  void CheckCode(const std::string& text, const FieldRule& rule, const Place& place) {
    const std::string& dictionary = rule.annotation->dictionary();
    const bool list = rule.annotation->format() == options::v1::CODES && !rule.field->is_repeated();
    const std::vector<absl::string_view> entries =
        list ? absl::StrSplit(text, ',') : std::vector<absl::string_view>{text};
    const bool known = std::all_of(entries.begin(), entries.end(),
                                   [&](absl::string_view code) { return (*codes_)(dictionary, code); });
    if (!known) Refuse(place, absl::StrCat("不在代码表 ", dictionary, " 中"));
  }

  const CodeLookup* codes_;
  std::vector<status::FieldError> errors_;
  int unlisted_ = 0;
  bool masked_ = false;
};

struct ClearPlan {
  std::vector<const FieldDescriptor*> cleared;
  std::vector<const FieldDescriptor*> entered;
};

ClearPlan BuildClearPlan(const Descriptor* type) {
  ClearPlan plan;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (IsCleared(*field)) {
      plan.cleared.push_back(field);
    } else if (IsMessage(*field) && IsOurs(*field->message_type())) {
      plan.entered.push_back(field);
    }
  }
  return plan;
}

}  // namespace

absl::Status Validate(const Message& request, const CodeLookup* codes) {
  Validation validation(codes);
  validation.CheckMessage(request, nullptr, nullptr);
  return validation.Result();
}

void ClearOutputOnly(Message* request) {
  static auto& cache = *new PlanCache<ClearPlan>(BuildClearPlan);
  const ClearPlan& plan = cache.Of(request->GetDescriptor());
  const Reflection& reflection = *request->GetReflection();
  for (const FieldDescriptor* field : plan.cleared) reflection.ClearField(request, field);
  for (const FieldDescriptor* field : plan.entered) {
    if (field->is_repeated()) {
      const int size = reflection.FieldSize(*request, field);
      for (int i = 0; i < size; ++i) ClearOutputOnly(reflection.MutableRepeatedMessage(request, field, i));
    } else if (reflection.HasField(*request, field)) {
      ClearOutputOnly(reflection.MutableMessage(request, field));
    }
  }
}

}  // namespace bangfu::api
