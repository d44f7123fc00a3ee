#include "services/registration/domain/import_record.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace bangfu::registration::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void SetList(const Reflection& reflection, const FieldDescriptor* field, const std::string& text, Message* record) {
  reflection.ClearField(record, field);
  for (absl::string_view item : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    reflection.AddString(record, field, std::string(item));
  }
}

void SetField(const FieldDescriptor* field, const Value& value, Message* record) {
  const Reflection& reflection = *record->GetReflection();
  if (value.null) return reflection.ClearField(record, field);
  if (field->is_repeated()) return SetList(reflection, field, value.text, record);
  int64_t number = 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return reflection.SetBool(record, field, value.text == "t");
    case FieldDescriptor::CPPTYPE_INT32:
      if (absl::SimpleAtoi(value.text, &number)) reflection.SetInt32(record, field, static_cast<int32_t>(number));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      if (absl::SimpleAtoi(value.text, &number)) reflection.SetInt64(record, field, number);
      return;
    default: return reflection.SetString(record, field, value.text);
  }
}

}  // namespace

void ApplyValues(const ImportTable& table, const std::vector<Value>& values, Message* record) {
  for (const ImportColumn& column : table.columns) {
    if (!column.compared) SetField(column.descriptor, values[column.index], record);
  }
}

void AddImportedMember(const std::string& member_id, const std::vector<Value>& values, absl::string_view as_of,
                       Family* family) {
  v1::Member member;
  ApplyValues(TableOf(Table::kMember), values, &member);
  member.set_member_id(member_id);
  member.set_household_id(family->household.household_id());
  member.set_area(family->household.area());
  member.set_household_type(family->household.type());
  member.set_state(v1::Member::PRESENT);
  member.set_join_date(std::string(as_of));
  member.set_join_reason(kJoinedByImport);
  family->members.push_back(std::move(member));
}

}  // namespace bangfu::registration::domain
