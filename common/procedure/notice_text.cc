#include "common/procedure/notice_text.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/api/annotations.h"
#include "common/procedure/notice_scrub.h"
#include "common/standards/date.h"
#include "common/standards/hundredths.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// 2020年2月17日: no run of digits, unlike 2020-02-17.
std::string WrittenDate(absl::CivilDay day) {
  return absl::StrCat(day.year(), "年", day.month(), "月", day.day(), "日");
}

absl::Status Forbidden(const std::string& field, const std::string& detail) {
  return status::Refuse(v1::NOTICE_FIELD_FORBIDDEN, {{"field", field}, {"detail", detail}});
}

absl::Status CheckField(const FieldDescriptor* field, const std::string& name) {
  if (field == nullptr) return Forbidden(name, "不存在");
  const options::v1::Field& annotation = api::AnnotationOf(*field);
  if (annotation.sensitivity() == options::v1::SEALED || annotation.sensitivity() == options::v1::HEALTH) {
    return Forbidden(annotation.label(), "属于敏感信息, 不能公示");
  }
  if (annotation.format() == options::v1::RECORD_ID || annotation.format() == options::v1::AREA_CODE) {
    return Forbidden(annotation.label(), "是编号, 请公示名称");
  }
  if (field->is_repeated() || api::IsMessage(*field) || field->type() == FieldDescriptor::TYPE_BYTES) {
    return Forbidden(annotation.label(), "不是单个值");
  }
  return absl::OkStatus();
}

std::string NumberText(int64_t number, const options::v1::Field& annotation) {
  const bool hundredths = annotation.format() == options::v1::FEN || annotation.format() == options::v1::CENTI;
  return absl::StrCat(hundredths ? standards::FormatHundredths(number) : absl::StrCat(number), annotation.unit());
}

std::string TextOf(const std::string& text, const options::v1::Field& annotation, const CodeLabel& code_label) {
  if (annotation.format() == options::v1::CODE) return code_label(annotation.dictionary(), text);
  if (const auto day = standards::ParseDate(text); day && annotation.format() == options::v1::DATE) {
    return WrittenDate(*day);
  }
  return absl::StrReplaceAll(text, {{"\t", " "}, {"\n", " "}});
}

std::string ValueOf(const Message& record, const FieldDescriptor* field, const CodeLabel& code_label) {
  const auto& reflection = *record.GetReflection();
  const options::v1::Field& annotation = api::AnnotationOf(*field);
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: return TextOf(reflection.GetString(record, field), annotation, code_label);
    case FieldDescriptor::CPPTYPE_INT32: return NumberText(reflection.GetInt32(record, field), annotation);
    case FieldDescriptor::CPPTYPE_INT64: return NumberText(reflection.GetInt64(record, field), annotation);
    case FieldDescriptor::CPPTYPE_BOOL: return reflection.GetBool(record, field) ? "是" : "否";
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.GetEnum(record, field)->options().GetExtension(options::v1::label);
    default: return "";  // The contract has no other single values.
  }
}

// The template cut at its placeholders: texts and names in turn, beginning and ending with a text. An opening brace
// without a closing one begins a name that is not known.
std::vector<std::string> Cut(absl::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const size_t open = text.find('{');
    parts.emplace_back(text.substr(0, open));
    if (open == absl::string_view::npos) return parts;
    const size_t close = text.find('}', open);
    parts.emplace_back(text.substr(open + 1, close == absl::string_view::npos ? close : close - open - 1));
    text = close == absl::string_view::npos ? "" : text.substr(close + 1);
  }
}

std::string ListText(const std::vector<NoticeLine>& lines) {
  std::string text;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i == 0) {
      text += "序号";
      for (const auto& [label, value] : lines[0].values()) absl::StrAppend(&text, "\t", label);
    }
    absl::StrAppend(&text, "\n", i + 1);
    for (const auto& [label, value] : lines[i].values()) absl::StrAppend(&text, "\t", value);
  }
  return text;
}

}  // namespace

absl::StatusOr<NoticeLine> NoticeLine::Of(const Message& record,
                                          const google::protobuf::RepeatedPtrField<std::string>& columns,
                                          const CodeLabel& code_label) {
  NoticeLine line;
  for (const std::string& column : columns) {
    const FieldDescriptor* field = record.GetDescriptor()->FindFieldByName(column);
    RETURN_IF_ERROR(CheckField(field, column));
    line.values_.emplace_back(api::LabelOf(*field), ValueOf(record, field, code_label));
  }
  return line;
}

std::string TemplateFault(const v1::NoticeRequirement& requirement) {
  static const auto& known = *new std::map<std::string, int>{{"title", 0}, {"area", 0}, {"place", 0}, {"from", 0},
                                                             {"to", 0},    {"days", 0}, {"count", 0}, {"list", 0}};
  const std::vector<std::string> parts = Cut(requirement.template_());
  bool has_list = false;
  for (size_t i = 1; i < parts.size(); i += 2) {
    if (known.count(parts[i]) == 0) return absl::StrCat("模板中的 {", parts[i], "} 不认识");
    has_list = has_list || parts[i] == "list";
  }
  if (has_list == requirement.columns().empty()) return "模板中的 {list} 与公示栏目须同时有或同时没有";
  return "";
}

absl::StatusOr<std::string> RenderNotice(const v1::NoticeRequirement& requirement, const NoticeFrame& frame,
                                         const std::vector<NoticeLine>& lines) {
  const std::map<std::string, std::string> values = {
      {"title", requirement.title()},
      {"area", frame.area_name},
      {"place", frame.place},
      {"from", WrittenDate(frame.from)},
      {"to", WrittenDate(frame.to)},
      {"days", absl::StrCat(requirement.days(), requirement.day_kind() == policy::v1::WORKING ? "个工作日" : "天")},
      {"count", absl::StrCat(lines.size())},
      {"list", ListText(lines)},
  };
  const std::vector<std::string> parts = Cut(requirement.template_());
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto value = i % 2 == 0 ? values.end() : values.find(parts[i]);
    text += value == values.end() ? parts[i] : value->second;
  }
  if (const auto found = FindPersonalData(text)) {
    return status::Refuse(v1::NOTICE_HOLDS_PERSONAL_DATA, {{"line", absl::StrCat(found->line)}, {"kind", found->kind}});
  }
  return text;
}

}  // namespace bangfu::procedure
