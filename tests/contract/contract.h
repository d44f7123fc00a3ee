// The contract as its authors wrote it: the .proto files of the checkout with their comments, which the generated
// descriptors do not keep. The build makes the descriptor set (see CMakeLists.txt).
#ifndef BANGFU_TESTS_CONTRACT_CONTRACT_H_
#define BANGFU_TESTS_CONTRACT_CONTRACT_H_

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bangfu/options/v1/options.pb.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::contract {

// Everything that the packages bangfu.* declare, in order of file and line; nested types after the type they stand in.
struct Contract {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  std::vector<const google::protobuf::Descriptor*> messages;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  std::vector<const google::protobuf::EnumDescriptor*> enums;
};

// Ends the test program if the descriptor set cannot be read.
const Contract& TheContract();

// Whether the descriptor belongs to the annotations themselves (bangfu.options.v1), which describe no record.
template <typename Descriptor>
bool IsAnnotation(const Descriptor& descriptor) {
  return descriptor.file()->package() == "bangfu.options.v1";
}

// The annotation of a field; an empty one if there is none.
inline const options::v1::Field& Annotation(const google::protobuf::FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field);
}

// What stands above the declaration, without the slashes; empty if nothing does.
template <typename Descriptor>
std::string Comment(const Descriptor& descriptor) {
  google::protobuf::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  return std::string(absl::StripAsciiWhitespace(location.leading_comments));
}

// The place and name of a declaration, for the report of a breach: "bangfu/…/area.proto:12: bangfu.….Area.code".
template <typename Descriptor>
std::string Where(const Descriptor& descriptor) {
  google::protobuf::SourceLocation location;
  const bool known = descriptor.GetSourceLocation(&location);
  return absl::StrCat("protos/", descriptor.file()->name(), ":", known ? location.start_line + 1 : 0, ": ",
                      descriptor.full_name());
}

inline std::string Where(const google::protobuf::EnumValueDescriptor& value) {
  google::protobuf::SourceLocation location;
  const bool known = value.GetSourceLocation(&location);
  return absl::StrCat("protos/", value.type()->file()->name(), ":", known ? location.start_line + 1 : 0, ": ",
                      value.full_name());
}

// The field at a dotted path such as household.area; null if there is none.
const google::protobuf::FieldDescriptor* FieldAt(const google::protobuf::Descriptor& message, absl::string_view path);

// The text of a file of the checkout; empty if it cannot be read.
std::string ReadSource(absl::string_view path);

}  // namespace bangfu::contract

#endif  // BANGFU_TESTS_CONTRACT_CONTRACT_H_
