#include "services/registration/domain/history.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/api/annotations.h"
#include "common/api/field_mask.h"
#include "common/api/mask.h"

namespace bangfu::registration::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string ValueOf(const Message& message, const FieldDescriptor& field, const CodeLabels& labels, bool health) {
  const std::string shown = api::DisplayValue(message, field);
  const options::v1::Field& annotation = api::AnnotationOf(field);
  if (annotation.sensitivity() == options::v1::HEALTH && !health) return api::MaskText(annotation.format(), shown);
  const std::string& dictionary = annotation.dictionary();
  if (dictionary.empty() || shown.empty()) return shown;
  std::vector<std::string> words;
  const std::vector<std::string> codes = absl::StrSplit(shown, ',');
  for (const std::string& code : codes) words.push_back(labels(dictionary, code));
  return absl::StrJoin(words, "、");
}

bool IsNews(const FieldDescriptor& field, bool first_version) {
  if (field.name() == "valid_from") return false;  // told with the change itself
  if (!first_version) return true;
  return api::AnnotationOf(field).format() != options::v1::RECORD_ID && field.name() != "create_time";
}

}  // namespace

void DescribeChange(const Message& before, const Message& after, const CodeLabels& labels, bool health,
                    v1::RecordChange* change) {
  const bool first_version = before.ByteSizeLong() == 0;
  for (const std::string& name : api::ChangedFields(before, after)) {
    const FieldDescriptor& field = *after.GetDescriptor()->FindFieldByName(name);
    if (!IsNews(field, first_version)) continue;
    v1::FieldChange* described = change->add_fields();
    described->set_field(name);
    described->set_label(api::LabelOf(field));
    described->set_before(ValueOf(before, field, labels, health));
    described->set_after(ValueOf(after, field, labels, health));
  }
}

}  // namespace bangfu::registration::domain
