// For tests: documents to start from.
#ifndef BANGFU_COMMON_POLICY_FIXTURE_FOR_TESTS_H_
#define BANGFU_COMMON_POLICY_FIXTURE_FOR_TESTS_H_

#include <string>

#include "bangfu/policy/v1/holiday_table.pb.h"
#include "bangfu/policy/v1/policy.pb.h"

namespace bangfu::policy {

inline constexpr char kNation[] = "100000000000";
inline constexpr char kProvinceText[] = "150000000000";
inline constexpr char kCountyText[] = "150526000000";
inline constexpr char kVillageText[] = "150526100201";

inline void SetSource(v1::PolicySource::Confidence confidence, v1::PolicyDocument* document) {
  v1::PolicySource& source = *document->mutable_source();
  source.Clear();
  source.set_confidence(confidence);
  if (confidence != v1::PolicySource::OFFICIAL) return;
  source.set_issuer("国务院办公厅");
  source.set_document_number("国办发明电〔2024〕12号");
  source.set_year(2024);
}

inline v1::HolidayTable HolidaysOf(int year, const std::string& first_day, const std::string& last_day,
                                   const std::string& name = "春节") {
  v1::HolidayTable table;
  table.set_year(year);
  v1::Holiday& holiday = *table.add_holidays();
  holiday.set_name(name);
  holiday.set_first_day(first_day);
  holiday.set_last_day(last_day);
  return table;
}

inline v1::PolicyDocument NewDocument(const google::protobuf::Message& body, const std::string& area,
                                      const std::string& from, const std::string& to = "",
                                      const std::string& purpose = "") {
  v1::PolicyDocument document;
  document.set_area(area);
  document.set_purpose(purpose);
  document.set_title("节假日安排");
  document.set_valid_from(from);
  document.set_valid_to(to);
  SetSource(v1::PolicySource::SECONDARY, &document);
  document.mutable_body()->PackFrom(body);
  return document;
}

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_FIXTURE_FOR_TESTS_H_
