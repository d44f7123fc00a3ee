// The annotations of fields and messages that this folder interprets, with the rules that several of its parts share.
#ifndef BANGFU_COMMON_API_ANNOTATIONS_H_
#define BANGFU_COMMON_API_ANNOTATIONS_H_

#include <string>

#include "absl/strings/match.h"
#include "bangfu/options/v1/options.pb.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::api {

inline const options::v1::Field& AnnotationOf(const google::protobuf::FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field);
}

// The Chinese label; the proto name of a field without one.
inline const std::string& LabelOf(const google::protobuf::FieldDescriptor& field) {
  const std::string& label = AnnotationOf(field).label();
  return label.empty() ? field.name() : label;
}

// A message of ours, whose fields are annotated; Timestamp, FieldMask and HttpBody are not.
inline bool IsOurs(const google::protobuf::Descriptor& type) { return absl::StartsWith(type.full_name(), "bangfu."); }

inline bool IsMessage(const google::protobuf::FieldDescriptor& field) {
  return field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE;
}

inline bool IsString(const google::protobuf::FieldDescriptor& field) {
  return field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
}

// min and max of 0 mean no bound.
inline bool IsBounded(const options::v1::Field& field) { return field.min() != 0 || field.max() != 0; }

// A number without explicit presence says "not given" by 0, where 0 itself is not allowed (a year).
inline bool ZeroMeansAbsent(const google::protobuf::FieldDescriptor& field) {
  const options::v1::Field& annotation = AnnotationOf(field);
  return !field.has_presence() && IsBounded(annotation) && (annotation.min() > 0 || annotation.max() < 0);
}

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_ANNOTATIONS_H_
