// The Chinese label of an enum value, as the contract gives it.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_LABEL_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_LABEL_H_

#include <string>

#include "bangfu/options/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace bangfu::registration::domain {

// Empty for a number that is none of the enum's.
template <typename Enum>
std::string LabelOf(Enum value) {
  const auto* found = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return found == nullptr ? std::string() : found->options().GetExtension(options::v1::label);
}

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_LABEL_H_
