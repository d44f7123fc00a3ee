// Where in a request a value stands, for machines and for people. Pure and thread-safe.
#ifndef BANGFU_COMMON_API_PLACE_H_
#define BANGFU_COMMON_API_PLACE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::api {

// A chain up to the request itself. The links stand on the stack of who walks down the request, so a place costs
// nothing until there is something to say about it.
struct Place {
  const Place* above;  // nullptr in the request itself
  const google::protobuf::FieldDescriptor* field;
  int index = -1;  // in a list
};

// members[2].id_number
std::string PathOf(const Place& place);

// 家庭成员第3项的证件号码
std::string LabelOf(const Place& place);

// A path or a field name as JSON writes it: members[2].idNumber.
std::string JsonPathOf(absl::string_view path);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_PLACE_H_
