// JSON schemas of messages, for the OpenAPI document.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_OPENAPI_SCHEMA_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_OPENAPI_SCHEMA_H_

#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"

namespace bangfu::edge {

using Json = nlohmann::ordered_json;

// Collects the schemas of all messages and enums that are referred to.
class SchemaBook {
 public:
  // {"$ref": …} to the message's schema. `partial`: for changes, where no field is required.
  Json MessageSchema(const google::protobuf::Descriptor& message, bool partial = false);
  // The schema of a field's value, with title and bounds.
  Json FieldSchema(const google::protobuf::FieldDescriptor& field);
  // An object of the message's fields without those in `left_out`.
  Json ObjectSchema(const google::protobuf::Descriptor& message, bool partial,
                    const std::set<const google::protobuf::FieldDescriptor*>& left_out = {});

  // Name → schema, of everything referred to so far.
  const Json& schemas() const { return schemas_; }

 private:
  Json ValueSchema(const google::protobuf::FieldDescriptor& field);
  Json EnumSchema(const google::protobuf::EnumDescriptor& type);

  Json schemas_ = Json::object();
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_OPENAPI_SCHEMA_H_
