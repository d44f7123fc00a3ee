#include "services/registration/store/derived_fields.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/api/annotations.h"

namespace bangfu::registration::store {
namespace {

using api::Column;
using google::protobuf::FieldDescriptor;

constexpr size_t kYearDigits = 4;
constexpr int kFirstYear = 2000, kLastYear = 2100;

std::string OfYear(const char* report, absl::string_view table, int year) {
  return absl::StrCat("FROM ", report, " y WHERE y.shard = ", table, ".shard AND y.household_id = ", table,
                      ".id AND y.year = ", year);
}

// A field of a report that the national register has a column for: its name is that of our column.
std::optional<Column> ReportField(const google::protobuf::Descriptor& type, absl::string_view name) {
  const FieldDescriptor* field = type.FindFieldByName(std::string(name));
  if (field == nullptr || api::AnnotationOf(*field).column().empty()) return std::nullopt;
  Column column{absl::StrCat("y.", name)};
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64: column.type = Column::kBigint; break;
    case FieldDescriptor::CPPTYPE_INT32: column.type = Column::kInteger; break;
    case FieldDescriptor::CPPTYPE_BOOL: column.type = Column::kBoolean; break;
    default: column.type = Column::kText;
  }
  column.label = api::AnnotationOf(*field).label();
  column.dictionary = api::AnnotationOf(*field).dictionary();
  return column;
}

// 2019_net_fen of `report`.
std::optional<Column> YearlyField(const char* report, const google::protobuf::Descriptor& type, absl::string_view rest,
                                  absl::string_view table) {
  int year = 0;
  if (rest.size() <= kYearDigits + 1 || rest[kYearDigits] != '_' ||
      !absl::SimpleAtoi(rest.substr(0, kYearDigits), &year) || year < kFirstYear || year > kLastYear) {
    return std::nullopt;
  }
  const absl::string_view name = rest.substr(kYearDigits + 1);
  const std::string of_year = OfYear(report, table, year);
  if (name == "reported") {
    return Column{absl::StrCat("EXISTS (SELECT ", of_year, ")"), Column::kBoolean, nullptr, "已采集"};
  }
  std::optional<Column> column = ReportField(type, name);
  if (name == "house_centi_m2_per_head" && report == absl::string_view("living_condition")) {
    column = Column{absl::StrCat("y.house_centi_m2 / nullif(", table, ".member_count, 0)"), Column::kBigint, nullptr,
                    "人均住房面积"};
  }
  if (!column) return std::nullopt;
  column->sql = absl::StrCat("(SELECT ", column->sql, " ", of_year, ")");
  column->label = absl::StrCat(year, "年", column->label);
  return column;
}

std::optional<Column> CauseField(absl::string_view rest, absl::string_view table) {
  if (rest == "any") {
    return Column{absl::StrCat("(", table, ".other_causes <> '')"), Column::kBoolean, nullptr, "有其他致贫原因"};
  }
  const bool code = !rest.empty() && rest.size() <= 3 &&
                    std::all_of(rest.begin(), rest.end(), [](char c) { return absl::ascii_isdigit(c); });
  if (!code) return std::nullopt;
  return Column{absl::StrCat("('", rest, "' = ANY (string_to_array(", table, ".other_causes, ',')))"), Column::kBoolean,
                nullptr, "其他致贫原因"};
}

std::optional<Column> HouseholdField(absl::string_view name, absl::string_view table) {
  if (absl::ConsumePrefix(&name, "income_")) {
    return YearlyField("income", *v1::Income::descriptor(), name, table);
  }
  if (absl::ConsumePrefix(&name, "living_")) {
    return YearlyField("living_condition", *v1::LivingCondition::descriptor(), name, table);
  }
  if (absl::ConsumePrefix(&name, "other_cause_")) return CauseField(name, table);
  return std::nullopt;
}

void Add(const api::Filter& filter, api::ColumnMap* columns) {
  for (const api::Filter& part : filter.parts) Add(part, columns);
  if (filter.kind != api::Filter::Kind::kTerm || columns->contains(filter.field)) return;
  // A list of persons knows its household's area; one of households does not say household_.
  const auto household = columns->find("household_area");
  absl::string_view name = filter.field;
  std::optional<Column> column;
  if (household == columns->end()) {
    column = HouseholdField(name, "t");
  } else if (absl::ConsumePrefix(&name, "household_")) {
    column = HouseholdField(name, "h");
    if (column) column->elsewhere = household->second.elsewhere;
  }
  if (column) columns->emplace(filter.field, *std::move(column));
}

}  // namespace

api::ColumnMap WithDerivedFields(api::ColumnMap columns, const api::Filter& filter) {
  Add(filter, &columns);
  return columns;
}

}  // namespace bangfu::registration::store
