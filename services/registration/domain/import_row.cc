#include "services/registration/domain/import_row.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/format.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/standards/hundredths.h"
#include "common/standards/text.h"
#include "services/registration/domain/reported_year.h"

namespace bangfu::registration::domain {
namespace {

constexpr size_t kLongestKey = 30;  // characters, as of the household's national_id
constexpr int kSchoolAge = 6, kYouthAge = 16, kRetiredAge = 60;

const std::vector<std::string>& TransferParts() {
  static const auto& parts =
      *new std::vector<std::string>{"family_planning_fen", "subsistence_fen", "extreme_poverty_fen",
                                    "pension_fen",         "ecological_fen",  "other_transfer_fen"};
  return parts;
}

// The row under judgement, with its values by field.
struct Judged {
  const ImportTable& table;
  const RowContext& context;
  ImportRow& row;
  Decision& decision;

  Value& value(absl::string_view field) { return decision.values[table.Index(field)]; }
  const Cell& cell(absl::string_view field) { return row.cells[table.Index(field)]; }
  bool given(absl::string_view field) { return cell(field).state == CellState::kGiven; }
  int64_t number(absl::string_view field) {
    int64_t number = 0;
    return absl::SimpleAtoi(value(field).text, &number) ? number : 0;
  }
  void Add(absl::string_view field, v1::FindingReason reason, status::Metadata metadata = {}) {
    row.Add(table.Column(field).name, reason, std::move(metadata));
  }
};

// Takes a cell over. Masked cells stand for a registered value only.
void MergeCell(const ImportColumn& column, bool registered, const Cell& cell, ImportRow* row, Value* value) {
  switch (cell.state) {
    case CellState::kWrong: return;
    case CellState::kGiven: *value = {false, cell.text}; return;
    case CellState::kCleared: *value = AbsentValue(column); break;
    case CellState::kMasked:
      if (registered) return;
      if (column.kind == CellKind::kPhone) return row->Add(column.name, v1::PHONE_INVALID);
      if (column.kind == CellKind::kAccount) return row->Add(column.name, v1::BANK_ACCOUNT_INVALID);
      break;
    case CellState::kEmpty:
      if (registered) return;
      break;
  }
  if (column.required) row->Add(column.name, v1::CELL_MISSING);
}

// An identity number's birth date and sex, which the record must have.
void JudgeIdentity(Judged& judged) {
  const std::string& number = judged.value("id_number").text;
  if (number.size() != 18) return;
  Value& birth = judged.value("birth_date");
  const std::string of_number = absl::StrCat(number.substr(6, 4), "-", number.substr(10, 2), "-", number.substr(12, 2));
  if (!judged.given("birth_date")) {
    birth = {false, of_number};
  } else if (birth.text != of_number) {
    judged.Add("birth_date", v1::BIRTH_DATE_DISAGREES);
  }
  // GB/T 2261.1: 0 and 9 say nothing that could disagree.
  const std::string& sex = judged.value("sex").text;
  const bool male = (number[16] - '0') % 2 == 1;
  if ((sex == "1" && !male) || (sex == "2" && male)) judged.Add("sex", v1::SEX_DISAGREES);
}

// The ages between which somebody usually is at a stage of school, by codes of AAB009; wide, for it is a warning.
struct SchoolStage {
  const char* first;
  const char* last;
  int youngest;
  int oldest;
};
constexpr SchoolStage kSchoolStages[] = {
    {"03", "03", 5, 16}, {"04", "06", 10, 20}, {"07", "12", 13, 25}, {"13", "16", 15, 40}};

bool FitsSchool(const std::string& school_status, int age) {
  for (const SchoolStage& stage : kSchoolStages) {
    if (school_status >= stage.first && school_status <= stage.last)
      return age >= stage.youngest && age <= stage.oldest;
  }
  return school_status != "02" || age <= kSchoolAge;
}

void JudgeAge(Judged& judged) {
  const auto birth = standards::ParseDate(judged.value("birth_date").text);
  if (!birth) return;
  if (*birth > judged.context.as_of) return judged.Add("birth_date", v1::DATE_INVALID, {{"value", "***"}});
  const int age = standards::AgeOn(*birth, judged.context.as_of);
  const status::Metadata told = {{"age", absl::StrCat(age)}};
  if (judged.value("labour").text == "02" && (age < kYouthAge || age > kRetiredAge)) {
    judged.Add("labour", v1::SKILL_AT_AGE, told);
  }
  if (!FitsSchool(judged.value("school_status").text, age)) judged.Add("school_status", v1::SCHOOL_AT_AGE, told);
  if (age > kSchoolAge && judged.value("education").text == "06") judged.Add("education", v1::SCHOOL_AT_AGE, told);
}

// Transfers follow from their parts; net income follows from everything.
void JudgeIncome(Judged& judged) {
  int64_t sum = 0;
  bool part_given = false;
  for (const std::string& part : TransferParts()) {
    sum += judged.number(part);
    part_given |= judged.given(part);
  }
  Value& transfer = judged.value("transfer_fen");
  if (judged.number("transfer_fen") == 0 || (part_given && !judged.given("transfer_fen"))) {
    transfer = {false, absl::StrCat(sum)};
  }
  if (const int64_t difference = judged.number("transfer_fen") - sum; difference != 0) {
    judged.Add("transfer_fen", v1::PARTS_DISAGREE, {{"difference", standards::FormatHundredths(difference)}});
  }
  const int64_t net = judged.number("wage_fen") + judged.number("production_fen") + judged.number("property_fen") +
                      judged.number("transfer_fen") - judged.number("expense_fen");
  judged.value("net_fen") = {false, absl::StrCat(net)};
  if (judged.given("net_fen") && judged.cell("net_fen").text != judged.value("net_fen").text) {
    judged.Add("net_fen", v1::NET_INCOME_DISAGREES);
  }
}

void JudgeVillage(Judged& judged) {
  int64_t code = 0;
  const Value& area = judged.value("area");
  if (area.null || !absl::SimpleAtoi(area.text, &code)) return;
  if (!standards::IsWithin(code, judged.context.area)) return judged.Add("area", v1::AREA_OUTSIDE_IMPORT);
  if (!judged.context.villages->contains(code)) judged.Add("area", v1::AREA_UNKNOWN, {{"value", area.text}});
}

// Nobody can report on a year that has not begun: `last` is the newest that has.
void JudgeYear(Judged& judged, absl::string_view field, int64_t last) {
  const int64_t year = judged.number(field);
  if (year <= last) return;
  judged.Add(field, v1::YEAR_INVALID,
             {{"value", absl::StrCat(year)}, {"years", OpenYearsText(static_cast<int>(last))}});
}

void JudgeRow(Judged& judged) {
  switch (judged.table.table) {
    case Table::kHousehold: JudgeYear(judged, "exit_year", judged.context.as_of.year()); return JudgeVillage(judged);
    case Table::kMember: JudgeIdentity(judged); return JudgeAge(judged);
    case Table::kIncome: JudgeYear(judged, "year", CollectionYearOf(judged.context.as_of)); return JudgeIncome(judged);
    case Table::kLiving: return JudgeYear(judged, "year", CollectionYearOf(judged.context.as_of));
  }
}

}  // namespace

void ImportRow::Add(std::string column, v1::FindingReason reason, status::Metadata metadata) {
  wrong |= IsError(reason);
  if (findings.size() < kMostFindingsPerRow)
    findings.push_back({number, std::move(column), reason, std::move(metadata)});
}

RowReader::RowReader(HeaderPlan plan, const RowContext& context)
    : plan_(std::move(plan)), context_(context), national_id_(TableOf(Table::kHousehold).Index("national_id")) {
  for (const ImportColumn& column : plan_.table->columns) codes_.push_back(context_.codes->Find(column.dictionary));
}

void RowReader::ReadHouseholdKey(absl::string_view raw, ImportRow* row) const {
  const absl::string_view key = TrimCell(raw);
  row->household_key.assign(key.data(), key.size());
  if (key.empty()) row->Add(std::string(kHouseholdColumn), v1::CELL_MISSING);
  if (key.size() > kLongestKey && standards::CountCharacters(key) > kLongestKey) {
    row->Add(std::string(kHouseholdColumn), v1::CELL_TOO_LONG, {{"limit", absl::StrCat(kLongestKey)}});
    row->household_key.clear();
  }
}

void RowReader::ReadCellOf(int index, absl::string_view raw, ImportRow* row) const {
  const ImportColumn& column = plan_.table->columns[index];
  auto fault = ReadCell(column, codes_[index], raw, &row->cells[index]);
  if (fault) row->Add(column.name, fault->reason, std::move(fault->metadata));
  if (column.required && row->cells[index].state == CellState::kEmpty) row->blanks.push_back(index);
}

// Of the columns that the file has and the row does not. Spreadsheets leave empty cells at the end of a row out, so
// that only one that lacks a required cell must have lost something.
void RowReader::JudgeLength(size_t cells, ImportRow* row) const {
  const ImportColumn* first = nullptr;
  for (size_t i = cells; i < plan_.columns.size(); ++i) {
    if (plan_.columns[i] == kHouseholdKey) return ReadHouseholdKey("", row);
    if (plan_.columns[i] < kHouseholdKey) continue;
    const ImportColumn& column = plan_.table->columns[plan_.columns[i]];
    if (first == nullptr || (column.required && !first->required)) first = &column;
  }
  if (first == nullptr) return;
  row->Add(first->name, first->required ? v1::ROW_CUT_SHORT : v1::ROW_SHORT,
           {{"cells", absl::StrCat(cells)}, {"columns", absl::StrCat(plan_.columns.size())}});
}

// Something behind the header's last column, or under none of its names: the row, or the header, has shifted.
bool RowReader::HasSurplus(const CsvRow& csv) const {
  for (size_t i = 0; i < csv.cells.size(); ++i) {
    const bool named = i < plan_.columns.size() && plan_.columns[i] != kNameless;
    if (!named && !TrimCell(csv.cells[i]).empty()) return true;
  }
  return false;
}

void RowReader::Read(const CsvRow& csv, ImportRow* row) const {
  row->number = csv.number;
  row->household_key.clear();
  row->findings.clear();
  row->blanks.clear();
  row->unreadable = false;
  row->wrong = false;
  row->cells.resize(plan_.table->columns.size());
  for (Cell& cell : row->cells) {
    cell.state = CellState::kEmpty;
    cell.text.clear();
  }
  if (csv.unreadable || HasSurplus(csv)) {
    row->unreadable = true;
    return row->Add("", v1::ROW_UNREADABLE);
  }
  const size_t count = std::min(csv.cells.size(), plan_.columns.size());
  for (size_t i = 0; i < count; ++i) {
    const int index = plan_.columns[i];
    if (index < kHouseholdKey) continue;
    if (index == kHouseholdKey) {
      ReadHouseholdKey(csv.cells[i], row);
      continue;
    }
    ReadCellOf(index, csv.cells[i], row);
  }
  JudgeLength(count, row);
  if (plan_.table->table == Table::kHousehold) {
    Cell& national_id = row->cells[national_id_];
    ReadHouseholdKey(national_id.text, row);
    // A household without a number in the national register is exported under its id.
    if (api::IsRecordId(row->household_key)) national_id.state = CellState::kEmpty;
  }
}

Value AbsentValue(const ImportColumn& column) {
  if (column.nullable || column.kind == CellKind::kDate || column.kind == CellKind::kArea) return {};
  const bool number =
      column.kind == CellKind::kNumber || column.kind == CellKind::kYear || column.kind == CellKind::kHundredths;
  return {false, number ? "0" : ""};
}

Decision Decide(const ImportTable& table, const RowContext& context, const std::vector<Value>* registered,
                ImportRow* row) {
  Decision decision;
  if (row->unreadable) return decision;
  if (registered != nullptr) {
    decision.values = *registered;
  } else {
    decision.values.reserve(table.columns.size());
    for (const ImportColumn& column : table.columns) decision.values.push_back(AbsentValue(column));
  }
  for (const ImportColumn& column : table.columns) {
    if (column.compared) continue;
    MergeCell(column, registered != nullptr, row->cells[column.index], row, &decision.values[column.index]);
  }
  for (int index : row->blanks) {
    if (registered != nullptr) row->Add(table.columns[index].name, v1::CELL_LEFT_EMPTY);
  }
  Judged judged{table, context, *row, decision};
  JudgeRow(judged);
  if (registered != nullptr) {
    for (const ImportColumn& column : table.columns) {
      if (!column.compared && decision.values[column.index] != (*registered)[column.index]) {
        decision.changed.push_back(column.index);
      }
    }
  }
  decision.verdict = row->wrong                 ? Verdict::kWrong
                     : registered == nullptr    ? Verdict::kNew
                     : decision.changed.empty() ? Verdict::kUnchanged
                                                : Verdict::kChanged;
  return decision;
}

}  // namespace bangfu::registration::domain
