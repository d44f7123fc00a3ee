#include "services/registration/domain/statistic_groups.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kNotFilledIn[] = "未填写";

// The field is absent: nothing is compared with NULL, and NOT is the complement.
std::string Absent(const StatisticReport& report, const std::string& field) {
  switch (report.values) {
    case StatisticValues::kYesNo: return absl::StrCat("NOT (", field, " = true OR ", field, " = false)");
    case StatisticValues::kBands:
    case StatisticValues::kNumbers: return absl::StrCat("NOT (", field, " >= 0 OR ", field, " < 0)");
    default: return absl::StrCat(field, " = \"\"");
  }
}

std::string Within(const std::string& field, const std::vector<StatisticBand>& bands, size_t i) {
  std::string condition;
  if (i > 0) condition = absl::StrCat(field, " >= ", bands[i].low);
  if (i > 0 && i + 1 < bands.size()) condition += " AND ";
  if (i + 1 < bands.size()) absl::StrAppend(&condition, field, " < ", bands[i + 1].low);
  return condition;
}

// Born in the years that make the band at the end of `year`.
std::string BornWithin(const std::string& field, const std::vector<StatisticBand>& bands, size_t i, int year) {
  std::string condition;
  if (i + 1 < bands.size()) {
    condition = absl::StrFormat("%s >= \"%04d-01-01\"", field, year - bands[i + 1].low + 1);
  }
  if (i > 0 && i + 1 < bands.size()) condition += " AND ";
  if (i > 0) absl::StrAppendFormat(&condition, "%s <= \"%04d-12-31\"", field, year - bands[i].low);
  return condition;
}

}  // namespace

CellRange CellsOf(int number, std::optional<int> year) {
  const int32_t low = number * kCellsOfNumber;
  if (!year) return {low, low + kCellsOfNumber};
  const int32_t first = low + (*year == 0 ? 0 : (*year - kFirstYear) * kCellsOfYear);
  return {first, first + kCellsOfYear};
}

int YearOfCell(int32_t cell) { return kFirstYear + cell % kCellsOfNumber / kCellsOfYear; }
int ValueOfCell(int32_t cell) { return cell % kCellsOfYear; }

int ValueOfCode(absl::string_view code) {
  if (code.empty()) return 0;
  int number = 0;
  const bool digits = std::all_of(code.begin(), code.end(), [](char c) { return absl::ascii_isdigit(c); });
  if (code.size() <= 3 && digits && absl::SimpleAtoi(code, &number))
    return static_cast<int>(code.size()) * 1000 + number;
  if (code.size() == 1 && absl::ascii_isalpha(code[0])) return 4000 + code[0];
  return kCodeOfNoForm;
}

std::string CodeOfValue(int value) {
  if (value == 0) return "";
  if (value >= 4000 && value < 4128) return std::string(1, static_cast<char>(value - 4000));
  const int size = value / 1000;
  if (size < 1 || size > 3) return "?";
  return absl::StrFormat("%0*d", size, value % 1000);
}

std::string FieldOf(const StatisticReport& report, int year, absl::string_view field) {
  switch (report.source) {
    case StatisticSource::kIncome: return absl::StrCat("income_", year, "_", field);
    case StatisticSource::kLiving: return absl::StrCat("living_", year, "_", field);
    case StatisticSource::kHousehold:
      return absl::StrCat(report.subject == v1::ReportKind::PERSONS ? "household_" : "", field);
    case StatisticSource::kMember: break;
  }
  return std::string(field);
}

std::string ListPathOf(const StatisticReport& report) {
  return report.subject == v1::ReportKind::PERSONS ? "/v1/members" : "/v1/households";
}

std::string FilterOf(const ReportQuestion& question, absl::string_view condition) {
  const bool persons = question.report->subject == v1::ReportKind::PERSONS;
  std::string filter = persons ? "state = PRESENT" : "state = ACTIVE";
  const char* flag = persons ? "household_exit_flag" : "exit_flag";
  if (question.status == v1::Report::NOT_OUT) absl::StrAppend(&filter, " AND ", flag, " != \"1\"");
  if (question.status == v1::Report::OUT) absl::StrAppend(&filter, " AND ", flag, " = \"1\"");
  if (!condition.empty()) absl::StrAppend(&filter, " AND ", condition);
  return filter;
}

ReportGroups::ReportGroups(const ReportQuestion& question, const CodeEntries& entries, const std::set<int>& found)
    : question_(question) {
  const StatisticReport& report = *question.report;
  const std::string field = FieldOf(report, question.year, report.field);
  switch (report.values) {
    case StatisticValues::kTotal: Add(1, "ALL", report.title, ""); break;
    case StatisticValues::kCodes:
    case StatisticValues::kManyCodes: AddCodes(entries, found); break;
    case StatisticValues::kYesNo:
      Add(2, "YES", "是", absl::StrCat(field, " = true"));
      Add(1, "NO", "否", absl::StrCat(field, " = false"));
      break;
    case StatisticValues::kNumbers:
      if (report.bands.empty()) {
        AddNumbers(found);
        break;
      }
      [[fallthrough]];
    case StatisticValues::kBands:
    case StatisticValues::kAges: AddBands(); break;
    case StatisticValues::kSums:
      for (size_t i = 0; i < report.sums.size(); ++i) {
        const SumField& sum = report.sums[i];
        const std::string of_year = FieldOf(report, question.year, sum.may_be_negative ? "reported" : sum.field);
        Add(static_cast<int>(i) + 1, sum.field, sum.label,
            absl::StrCat(of_year, sum.may_be_negative ? " = true" : " > 0"));
      }
  }
  const bool may_be_absent = report.counts() && report.values != StatisticValues::kTotal &&
                             report.values != StatisticValues::kManyCodes && report.values != StatisticValues::kAges;
  const std::string reported = report.yearly() ? FieldOf(report, question.year, "reported") : "";
  if (may_be_absent) {
    const std::string absent = Absent(report, field);
    Add(0, "EMPTY", kNotFilledIn, reported.empty() ? absent : absl::StrCat(reported, " = true AND ", absent));
  }
  if (report.values == StatisticValues::kManyCodes) {
    Add(0, "EMPTY", kNotFilledIn, absl::StrCat(field, "_any = false"));
  }
  if (report.yearly() && report.counts()) {
    uncollected_ = groups_.size();
    Add(-1, "NONE", "未采集", absl::StrCat(reported, " = false"));
  }
}

void ReportGroups::Add(int value, std::string code, std::string label, absl::string_view condition) {
  v1::ReportValue group;
  group.set_value(std::move(code));
  group.set_label(std::move(label));
  group.set_filter(FilterOf(question_, condition));
  groups_.push_back(std::move(group));
  values_.push_back(value);
}

void ReportGroups::AddCodes(const CodeEntries& entries, const std::set<int>& found) {
  const StatisticReport& report = *question_.report;
  const std::string field = FieldOf(report, question_.year, report.field);
  const auto condition = [&](const std::string& code) {
    return report.values == StatisticValues::kManyCodes ? absl::StrCat(field, "_", code, " = true")
                                                        : absl::StrCat(field, " = \"", code, "\"");
  };
  std::set<int> known = {0};
  for (const auto& [code, label] : entries) {
    known.insert(ValueOfCode(code));
    Add(ValueOfCode(code), code, label, condition(code));
  }
  // Codes that have ended and that records still hold.
  for (int value : found) {
    if (known.contains(value)) continue;
    const std::string code = CodeOfValue(value);
    Add(value, code, absl::StrCat("代码 ", code), condition(code));
  }
}

void ReportGroups::AddBands() {
  const StatisticReport& report = *question_.report;
  const std::string field = FieldOf(report, question_.year, report.field);
  for (size_t i = 0; i < report.bands.size(); ++i) {
    const std::string condition = report.values == StatisticValues::kAges
                                      ? BornWithin(field, report.bands, i, question_.year)
                                      : Within(field, report.bands, i);
    Add(static_cast<int>(i) + 1, absl::StrCat(report.bands[i].low), report.bands[i].label, condition);
  }
}

void ReportGroups::AddNumbers(const std::set<int>& found) {
  const StatisticReport& report = *question_.report;
  const std::string field = FieldOf(report, question_.year, report.field);
  for (int value : found) {
    if (value == 0) continue;
    const std::string number = absl::StrCat(value - 1);
    // A year that was not entered is 0.
    const bool no_year = value == 1 && report.field == absl::string_view("exit_year");
    Add(value, number, no_year ? "未填年度" : absl::StrCat(number, report.unit), absl::StrCat(field, " = ", number));
  }
}

size_t ReportGroups::PlaceOf(int value) const {
  const StatisticReport& report = *question_.report;
  const bool of_number = report.values == StatisticValues::kNumbers && !report.bands.empty();
  int wanted = value;
  if (value > 0 && (of_number || report.values == StatisticValues::kAges)) {
    const int64_t number = of_number ? value - 1 : question_.year - (value - 1);
    const auto above = std::upper_bound(report.bands.begin() + 1, report.bands.end(), number,
                                        [](int64_t n, const StatisticBand& band) { return n < band.low; });
    wanted = static_cast<int>(above - report.bands.begin());
  }
  return static_cast<size_t>(std::find(values_.begin(), values_.end(), wanted) - values_.begin());
}

}  // namespace bangfu::registration::domain
