#include "common/api/mask.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/annotations.h"
#include "common/api/plan_cache.h"
#include "common/standards/identity_number.h"

namespace bangfu::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using options::v1::Sensitivity;

constexpr char kHidden[] = "***";
// Shorter numbers would show too great a part of themselves.
constexpr size_t kLeastShown = 8;

bool IsOf(Sensitivity sensitivity, const FieldDescriptor& field) {
  return IsString(field) && AnnotationOf(field).sensitivity() == sensitivity;
}

// Types may contain each other: `seen` ends the walk.
bool Reaches(Sensitivity sensitivity, const Descriptor* type, std::set<const Descriptor*>& seen) {
  if (!seen.insert(type).second) return false;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (IsOf(sensitivity, field) || (IsMessage(field) && Reaches(sensitivity, field.message_type(), seen))) return true;
  }
  return false;
}

bool Reaches(Sensitivity sensitivity, const Descriptor* type) {
  std::set<const Descriptor*> seen;
  return Reaches(sensitivity, type, seen);
}

struct MaskPlan {
  std::vector<const FieldDescriptor*> masked;
  std::vector<const FieldDescriptor*> entered;
};

template <Sensitivity kSensitivity>
MaskPlan BuildPlan(const Descriptor* type) {
  MaskPlan plan;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (IsOf(kSensitivity, *field)) plan.masked.push_back(field);
    if (IsMessage(*field) && Reaches(kSensitivity, field->message_type())) plan.entered.push_back(field);
  }
  return plan;
}

template <Sensitivity kSensitivity>
const MaskPlan& PlanOf(const Descriptor* type) {
  static auto& cache = *new PlanCache<MaskPlan>(BuildPlan<kSensitivity>);
  return cache.Of(type);
}

template <Sensitivity kSensitivity>
bool CanHold(const Descriptor* type) {
  const MaskPlan& plan = PlanOf<kSensitivity>(type);
  return !plan.masked.empty() || !plan.entered.empty();
}

void MaskField(Message* message, const FieldDescriptor* field) {
  const Reflection& reflection = *message->GetReflection();
  const options::v1::Format format = AnnotationOf(*field).format();
  if (!field->is_repeated()) {
    if (!reflection.HasField(*message, field)) return;
    return reflection.SetString(message, field, MaskText(format, reflection.GetString(*message, field)));
  }
  const int size = reflection.FieldSize(*message, field);
  for (int i = 0; i < size; ++i) {
    const std::string masked = MaskText(format, reflection.GetRepeatedString(*message, field, i));
    reflection.SetRepeatedString(message, field, i, masked);
  }
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isascii(c); });
}

template <Sensitivity kSensitivity>
void Mask(Message* message) {
  const MaskPlan& plan = PlanOf<kSensitivity>(message->GetDescriptor());
  for (const FieldDescriptor* field : plan.masked) MaskField(message, field);
  const Reflection& reflection = *message->GetReflection();
  for (const FieldDescriptor* field : plan.entered) {
    if (field->is_repeated()) {
      const int size = reflection.FieldSize(*message, field);
      for (int i = 0; i < size; ++i) Mask<kSensitivity>(reflection.MutableRepeatedMessage(message, field, i));
    } else if (reflection.HasField(*message, field)) {
      Mask<kSensitivity>(reflection.MutableMessage(message, field));
    }
  }
}

}  // namespace

void MaskSealed(Message* message) { Mask<options::v1::SEALED>(message); }

void MaskHealth(Message* message) { Mask<options::v1::HEALTH>(message); }

bool HasSealed(const Descriptor* type) { return CanHold<options::v1::SEALED>(type); }

bool HasHealth(const Descriptor* type) { return CanHold<options::v1::HEALTH>(type); }

std::string MaskText(options::v1::Format format, absl::string_view text) {
  if (text.empty()) return "";
  if (format == options::v1::IDENTITY_NUMBER) return standards::MaskIdentityNumber(text);
  const bool shown = text.size() >= kLeastShown && IsAscii(text);
  if (shown && format == options::v1::PHONE) {
    return absl::StrCat(text.substr(0, 3), "****", text.substr(text.size() - 2));
  }
  if (shown && format == options::v1::BANK_ACCOUNT) return absl::StrCat("****", text.substr(text.size() - 4));
  return kHidden;
}

bool IsMasked(const options::v1::Field& annotation, absl::string_view text) {
  const bool hides = annotation.sensitivity() == options::v1::SEALED || annotation.sensitivity() == options::v1::HEALTH;
  // No format has asterisks, so masks of other forms, such as those of a client, are told as well.
  return hides && absl::StrContains(text, '*') &&
         (annotation.format() != options::v1::FORMAT_UNSPECIFIED || text == kHidden);
}

}  // namespace bangfu::api
