#include "services/registration/domain/import_table.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_join.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/api/annotations.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {
namespace {

using google::protobuf::FieldDescriptor;

constexpr int kDefaultMaxLength = 200;
constexpr int kLeastKnownColumns = 3;

CellKind KindOf(const options::v1::Field& annotation, const FieldDescriptor& field) {
  switch (annotation.format()) {
    case options::v1::CODE: return CellKind::kCode;
    case options::v1::CODES: return CellKind::kCodes;
    case options::v1::DATE: return CellKind::kDate;
    case options::v1::FEN:
    case options::v1::CENTI: return CellKind::kHundredths;
    case options::v1::YES_NO: return CellKind::kYesNo;
    case options::v1::PHONE: return CellKind::kPhone;
    case options::v1::BANK_ACCOUNT: return CellKind::kAccount;
    case options::v1::IDENTITY_NUMBER: return CellKind::kIdentity;
    case options::v1::AREA_CODE: return CellKind::kArea;
    default: break;
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return CellKind::kText;
  return field.name() == "year" ? CellKind::kYear : CellKind::kNumber;
}

// The database's choice: what is sealed, has presence, or is the unique number is NULL when absent.
bool IsNullable(const ImportColumn& column) {
  return column.sealed || column.descriptor->has_presence() ||
         (column.field == "national_id" && column.descriptor->containing_type()->name() == "Household");
}

ImportTable BuildTable(Table table, const char* storage, const google::protobuf::Descriptor* type) {
  ImportTable built{table, type->options().GetExtension(options::v1::table), storage, type, {}, {}};
  for (const api::ColumnPlan& plan : api::ColumnsOf(type)) {
    const options::v1::Field& annotation = api::AnnotationOf(*plan.field);
    ImportColumn column;
    column.index = static_cast<int>(built.columns.size());
    column.name = plan.name;
    column.label = plan.label;
    column.field = plan.field->name();
    column.kind = KindOf(annotation, *plan.field);
    column.dictionary = plan.dictionary;
    column.compared = plan.behavior == options::v1::OUTPUT_ONLY;
    column.required = plan.behavior == options::v1::REQUIRED;
    column.sealed = annotation.sensitivity() == options::v1::SEALED;
    column.personal = annotation.sensitivity() != options::v1::BUSINESS;
    const bool counts_items = column.kind == CellKind::kCodes;
    column.max_length = annotation.max_length() == 0 || counts_items ? kDefaultMaxLength : annotation.max_length();
    column.min = annotation.min();
    column.max = annotation.max();
    column.descriptor = plan.field;
    column.nullable = IsNullable(column);
    built.indexes[column.field] = column.index;
    built.columns.push_back(std::move(column));
  }
  return built;
}

const std::array<ImportTable, 4>& AllTables() {
  static const auto& tables = *new std::array<ImportTable, 4>{
      BuildTable(Table::kHousehold, "household", v1::Household::descriptor()),
      BuildTable(Table::kMember, "member", v1::Member::descriptor()),
      BuildTable(Table::kIncome, "income", v1::Income::descriptor()),
      BuildTable(Table::kLiving, "living_condition", v1::LivingCondition::descriptor())};
  return tables;
}

// In AC01 the household's key is the column of its own national number.
int MeaningOfName(const ImportTable& table, absl::string_view header) {
  if (const api::ColumnPlan* plan = api::FindColumn(table.type, header)) {
    return table.Index(plan->field->name());
  }
  const api::ColumnPlan* household = api::FindColumn(v1::Household::descriptor(), header);
  return household != nullptr && household->name == kHouseholdColumn ? kHouseholdKey : kIgnored;
}

// Templates write the name and the label, and a star behind the label of what a new record needs: the name counts.
int MeaningOf(const ImportTable& table, absl::string_view header) {
  const int meaning = MeaningOfName(table, header);
  if (meaning != kIgnored) return meaning;
  const absl::string_view name = header.substr(0, header.find(' '));
  const int named = MeaningOfName(table, name);
  if (named == kHouseholdKey) return name == kHouseholdColumn ? named : kIgnored;
  return named != kIgnored && table.columns[named].name == name ? named : kIgnored;
}

HeaderPlan PlanFor(const ImportTable& table, const std::vector<std::string>& header) {
  HeaderPlan plan{&table, {}, {}};
  for (const std::string& cell : header) {
    if (cell.empty()) {
      plan.columns.push_back(kNameless);
      continue;
    }
    int meaning = MeaningOf(table, cell);
    if (std::find(plan.columns.begin(), plan.columns.end(), meaning) != plan.columns.end()) meaning = kIgnored;
    if (meaning == kIgnored) plan.ignored_columns.push_back(cell);
    plan.columns.push_back(meaning);
  }
  return plan;
}

int KnownColumns(const HeaderPlan& plan) {
  return static_cast<int>(
      std::count_if(plan.columns.begin(), plan.columns.end(), [](int meaning) { return meaning >= kHouseholdKey; }));
}

// A row can be told apart without these in no way. Other required columns may be missing where records only change.
std::vector<std::string> MissingColumns(const HeaderPlan& plan) {
  std::vector<std::string> missing;
  const auto need = [&](int meaning, absl::string_view name, absl::string_view label) {
    if (std::find(plan.columns.begin(), plan.columns.end(), meaning) != plan.columns.end()) return;
    missing.push_back(std::string(name) + " " + std::string(label));
  };
  const ImportTable& table = *plan.table;
  if (table.table == Table::kHousehold) {
    for (absl::string_view field : {"national_id", "area"}) {
      need(table.Index(field), table.Column(field).name, table.Column(field).label);
    }
    return missing;
  }
  need(kHouseholdKey, kHouseholdColumn, kHouseholdLabel);
  const ImportColumn& key = table.Column(table.table == Table::kMember ? "id_number" : "year");
  need(key.index, key.name, key.label);
  return missing;
}

}  // namespace

int ImportTable::Index(absl::string_view field) const {
  auto found = indexes.find(field);
  if (found == indexes.end()) std::abort();  // names a field that the contract does not have
  return found->second;
}

const ImportTable& TableOf(Table table) { return AllTables()[static_cast<int>(table) - 1]; }

const ImportTable* FindTable(absl::string_view name) {
  for (const ImportTable& table : AllTables()) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

absl::StatusOr<HeaderPlan> ReadHeader(const std::vector<std::string>& header) {
  HeaderPlan best;
  for (const ImportTable& table : AllTables()) {
    HeaderPlan plan = PlanFor(table, header);
    if (best.table == nullptr || KnownColumns(plan) > KnownColumns(best)) best = std::move(plan);
  }
  if (KnownColumns(best) < kLeastKnownColumns) return status::Refuse(v1::IMPORT_HEADER_UNKNOWN);
  if (auto missing = MissingColumns(best); !missing.empty()) {
    return status::Refuse(v1::IMPORT_COLUMNS_MISSING, {{"columns", absl::StrJoin(missing, ", ")}});
  }
  return best;
}

}  // namespace bangfu::registration::domain
