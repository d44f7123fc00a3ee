#include "services/registration/domain/history.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/api/annotations.h"
#include "common/api/field_mask.h"

namespace bangfu::registration::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string ValueOf(const Message& message, const FieldDescriptor& field, const CodeLabels& labels) {
  const std::string shown = api::DisplayValue(message, field);
  const std::string& dictionary = api::AnnotationOf(field).dictionary();
  if (dictionary.empty() || shown.empty()) return shown;
  std::vector<std::string> words;
  const std::vector<std::string> codes = absl::StrSplit(shown, ',');
  for (const std::string& code : codes) words.push_back(labels(dictionary, code));
  return absl::StrJoin(words, "、");
}

bool IsNews(const FieldDescriptor& field, bool first_version) {
  if (!first_version) return true;
  return api::AnnotationOf(field).format() != options::v1::RECORD_ID && field.name() != "create_time";
}

}  // namespace

void DescribeChange(const Message& before, const Message& after, const CodeLabels& labels, v1::RecordChange* change) {
  const bool first_version = before.ByteSizeLong() == 0;
  for (const std::string& name : api::ChangedFields(before, after)) {
    const FieldDescriptor& field = *after.GetDescriptor()->FindFieldByName(name);
    if (!IsNews(field, first_version)) continue;
    v1::FieldChange* described = change->add_fields();
    described->set_field(name);
    described->set_label(api::LabelOf(field));
    described->set_before(ValueOf(before, field, labels));
    described->set_after(ValueOf(after, field, labels));
  }
}

}  // namespace bangfu::registration::domain
