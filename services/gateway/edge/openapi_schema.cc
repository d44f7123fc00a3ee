#include "services/gateway/edge/openapi_schema.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "bangfu/options/v1/options.pb.h"
#include "google/api/httpbody.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/gateway/edge/field_path.h"

namespace bangfu::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using options::v1::Field;

constexpr int kDefaultLength = 200;
constexpr int kDefaultItems = 1000;
constexpr char kYuan[] = "元";

const Field& AnnotationOf(const FieldDescriptor& field) { return field.options().GetExtension(options::v1::field); }

Json Ref(const std::string& name) { return {{"$ref", absl::StrCat("#/components/schemas/", name)}}; }

Json WellKnownSchema(const Descriptor& message) {
  switch (message.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP: return {{"type", "string"}, {"format", "date-time"}};
    case Descriptor::WELLKNOWNTYPE_DURATION: return {{"type", "string"}, {"pattern", "^-?[0-9]+(\\.[0-9]+)?s$"}};
    case Descriptor::WELLKNOWNTYPE_FIELDMASK: return {{"type", "string"}, {"description", "逗号分隔的字段名"}};
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE: return {{"type", "string"}};
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE: return {{"type", "boolean"}};
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE: return {{"type", "integer"}};
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE: return {{"type", "number"}};
    case Descriptor::WELLKNOWNTYPE_LISTVALUE: return {{"type", "array"}, {"items", Json::object()}};
    case Descriptor::WELLKNOWNTYPE_VALUE: return Json::object();
    case Descriptor::WELLKNOWNTYPE_ANY:
      return {{"type", "object"}, {"properties", {{"@type", {{"type", "string"}}}}}, {"required", {"@type"}}};
    default: return {{"type", "object"}};
  }
}

bool IsGivenByCallers(const FieldDescriptor& field) {
  const auto behavior = AnnotationOf(field).behavior();
  return behavior != options::v1::OUTPUT_ONLY && behavior != options::v1::IMMUTABLE;
}

// A mask names fields of the record that stands beside it in the request: two that are there to be changed.
void AddMaskExample(const FieldDescriptor& mask, Json* schema) {
  std::vector<std::string> names;
  for (int i = 0; i < mask.containing_type()->field_count(); ++i) {
    const Descriptor* record = mask.containing_type()->field(i)->message_type();
    if (record == nullptr || IsWellKnown(*record)) continue;
    for (int j = 0; j < record->field_count() && names.size() < 2; ++j) {
      const FieldDescriptor& field = *record->field(j);
      if (IsGivenByCallers(field)) names.push_back(field.json_name());
    }
  }
  if (!names.empty()) (*schema)["examples"] = {absl::StrJoin(names, ",")};
}

// How the content of a text is written.
void AddFormat(const Field& annotation, Json* schema) {
  switch (annotation.format()) {
    case options::v1::AREA_CODE: (*schema)["pattern"] = "^[0-9]{12}$"; break;
    case options::v1::DATE: (*schema)["format"] = "date"; break;
    case options::v1::REQUEST_ID:
      (*schema)["format"] = "uuid";
      (*schema)["description"] = "每项操作新生成一个; 同一账号对同一方法重发同一编号, 得到第一次的答复, 不会重复办理";
      break;
    case options::v1::RECORD_ID: (*schema)["pattern"] = "^[0-9]{6}-[0-9a-z]{13}$"; break;
    default: break;
  }
  if (!annotation.dictionary().empty()) (*schema)["x-dictionary"] = annotation.dictionary();
}

// The unit of the number as it travels. An annotation names the unit that people read, of which money and measures are
// hundredths here.
void AddUnit(const Field& annotation, Json* schema) {
  const std::string& shown = annotation.unit();
  if (annotation.format() == options::v1::FEN) {
    const std::string yuan = shown.empty() ? kYuan : shown;
    (*schema)["x-unit"] = absl::StrReplaceAll(yuan, {{kYuan, "分"}});
    (*schema)["description"] = absl::StrCat("以分计的整数, 1 元 = 100 分: 12345 表示 123.45 ", yuan);
  } else if (annotation.format() == options::v1::CENTI) {
    (*schema)["x-unit"] = absl::StrCat("0.01 ", shown);
    (*schema)["description"] = absl::StrCat("以 0.01 ", shown, " 计的整数: 12345 表示 123.45 ", shown);
  } else if (!shown.empty()) {
    (*schema)["x-unit"] = shown;
    (*schema)["description"] = absl::StrCat("单位: ", shown);
  }
}

void AddBounds(const FieldDescriptor& field, const Field& annotation, Json* schema) {
  if (annotation.behavior() == options::v1::OUTPUT_ONLY) return;
  if (field.is_repeated()) {
    (*schema)["maxItems"] = annotation.max_length() > 0 ? annotation.max_length() : kDefaultItems;
  } else if (field.type() == FieldDescriptor::TYPE_STRING) {
    (*schema)["maxLength"] = annotation.max_length() > 0 ? annotation.max_length() : kDefaultLength;
  }
  if (annotation.min() == 0 && annotation.max() == 0) return;
  // 64-bit numbers are texts in JSON, for which schema has no bounds.
  bool number = (*schema)["type"] == "integer" || (*schema)["type"] == "number";
  (*schema)[number ? "minimum" : "x-minimum"] = annotation.min();
  (*schema)[number ? "maximum" : "x-maximum"] = annotation.max();
}

}  // namespace

Json SchemaBook::EnumSchema(const EnumDescriptor& type) {
  if (!schemas_.contains(type.full_name())) {
    Json schema = {{"type", "string"}, {"enum", Json::array()}};
    Json labels = Json::object();
    for (int i = 0; i < type.value_count(); ++i) {
      const auto& value = *type.value(i);
      schema["enum"].push_back(value.name());
      const std::string& label = value.options().GetExtension(options::v1::label);
      if (!label.empty()) labels[value.name()] = label;
    }
    if (!labels.empty()) schema["x-labels"] = std::move(labels);
    schemas_[type.full_name()] = std::move(schema);
  }
  return Ref(type.full_name());
}

Json SchemaBook::ValueSchema(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: return {{"type", "integer"}, {"format", "int32"}};
    case FieldDescriptor::CPPTYPE_UINT32: return {{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967295u}};
    case FieldDescriptor::CPPTYPE_INT64: return {{"type", "string"}, {"format", "int64"}, {"pattern", "^-?[0-9]+$"}};
    case FieldDescriptor::CPPTYPE_UINT64: return {{"type", "string"}, {"format", "uint64"}, {"pattern", "^[0-9]+$"}};
    case FieldDescriptor::CPPTYPE_DOUBLE: return {{"type", "number"}, {"format", "double"}};
    case FieldDescriptor::CPPTYPE_FLOAT: return {{"type", "number"}, {"format", "float"}};
    case FieldDescriptor::CPPTYPE_BOOL: return {{"type", "boolean"}};
    case FieldDescriptor::CPPTYPE_ENUM: return EnumSchema(*field.enum_type());
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) return {{"type", "string"}, {"contentEncoding", "base64"}};
      return {{"type", "string"}};
    case FieldDescriptor::CPPTYPE_MESSAGE: return MessageSchema(*field.message_type());
  }
  return Json::object();
}

Json SchemaBook::FieldSchema(const FieldDescriptor& field) {
  const Field& annotation = AnnotationOf(field);
  Json schema;
  if (field.is_map()) {
    schema = {{"type", "object"}, {"additionalProperties", ValueSchema(*field.message_type()->map_value())}};
  } else {
    schema = ValueSchema(field);
    AddFormat(annotation, &schema);
    AddUnit(annotation, &schema);
    if (field.message_type() == google::protobuf::FieldMask::descriptor()) AddMaskExample(field, &schema);
    if (field.is_repeated()) schema = {{"type", "array"}, {"items", std::move(schema)}};
    AddBounds(field, annotation, &schema);
  }
  if (!annotation.label().empty()) schema["title"] = annotation.label();
  if (annotation.behavior() == options::v1::OUTPUT_ONLY) schema["readOnly"] = true;
  if (annotation.behavior() == options::v1::INPUT_ONLY) schema["writeOnly"] = true;
  if (annotation.behavior() == options::v1::IMMUTABLE) schema["x-immutable"] = true;
  if (annotation.sensitivity() != options::v1::BUSINESS) {
    schema["x-sensitivity"] = options::v1::Sensitivity_Name(annotation.sensitivity());
  }
  return schema;
}

Json SchemaBook::ObjectSchema(const Descriptor& message, bool partial,
                              const std::set<const FieldDescriptor*>& left_out) {
  Json schema = {{"type", "object"}};
  const std::string& title = message.options().GetExtension(options::v1::title);
  if (!title.empty()) schema["title"] = title;
  Json properties = Json::object();
  Json required = Json::array();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (left_out.count(&field) > 0) continue;
    properties[field.json_name()] = FieldSchema(field);
    if (!partial && AnnotationOf(field).behavior() == options::v1::REQUIRED) required.push_back(field.json_name());
  }
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  // Unknown names are refused in requests, but a later version may answer more than this one says.
  return schema;
}

Json SchemaBook::MessageSchema(const Descriptor& message, bool partial) {
  if (IsWellKnown(message)) return WellKnownSchema(message);
  if (&message == google::api::HttpBody::descriptor()) return {{"type", "string"}, {"format", "binary"}};
  std::string name = absl::StrCat(message.full_name(), partial ? ".Patch" : "");
  if (!schemas_.contains(name)) {
    schemas_[name] = nullptr;  // so that a message inside itself ends
    Json schema = ObjectSchema(message, partial);
    schemas_[name] = std::move(schema);
  }
  return Ref(name);
}

}  // namespace bangfu::edge
