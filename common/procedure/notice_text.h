// The printable text of a notice, made so that what must not be shown cannot get into it: a line of the list takes its
// values from annotated fields alone, sealed fields and those of health are refused, and the finished text is looked at
// once more. Pure and thread-safe.
#ifndef BANGFU_COMMON_PROCEDURE_NOTICE_TEXT_H_
#define BANGFU_COMMON_PROCEDURE_NOTICE_TEXT_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "bangfu/procedure/v1/definition.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::procedure {

// The Chinese label of a code in a dictionary; the code itself if there is none.
using CodeLabel = std::function<std::string(const std::string& dictionary, const std::string& code)>;

// What a notice shows of one subject. There is no other way to make one than from fields.
class NoticeLine {
 public:
  // The fields `columns` of `record`, in order. NOTICE_FIELD_FORBIDDEN for a field that is not there, is sealed or of
  // health, is a record's id or the code of an area, or is not one text, number, date, code or yes and no.
  static absl::StatusOr<NoticeLine> Of(const google::protobuf::Message& record,
                                       const google::protobuf::RepeatedPtrField<std::string>& columns,
                                       const CodeLabel& code_label);

  // Label and value, without tabs and line feeds.
  const std::vector<std::pair<std::string, std::string>>& values() const { return values_; }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

// What a notice says beside its list.
struct NoticeFrame {
  std::string area_name;
  std::string place;
  absl::CivilDay from;
  absl::CivilDay to;
};

// What is wrong with the template, in Chinese; empty if nothing is. {list} stands in it if and only if there are
// columns.
std::string TemplateFault(const v1::NoticeRequirement& requirement);

// The text to print: {list} is a line of labels and a line for each subject, numbered, cells separated by tabs.
// NOTICE_HOLDS_PERSONAL_DATA.
absl::StatusOr<std::string> RenderNotice(const v1::NoticeRequirement& requirement, const NoticeFrame& frame,
                                         const std::vector<NoticeLine>& lines);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_NOTICE_TEXT_H_
