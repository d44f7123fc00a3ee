// The catalogue of reports (统计目录): the one place that says what is counted, by what, and which list opens it. From
// it come the cells that are stored, the figures of a report and the filters beside them, so that they cannot differ.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_STATISTIC_CATALOGUE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_STATISTIC_CATALOGUE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/statistics.pb.h"

namespace bangfu::registration::domain {

// The record that holds what a report is divided by.
enum class StatisticSource { kHousehold, kMember, kIncome, kLiving };

// How a report's values are found in its field.
enum class StatisticValues {
  kTotal,      // one value for all
  kCodes,      // entries of a dictionary
  kManyCodes,  // a list of entries, each of which counts
  kYesNo,
  kBands,    // bands of a number, counted as bands
  kNumbers,  // a number from 0 to 9,998, counted as it is and shown in bands or by itself
  kAges,     // a date of birth, counted by its year and shown in bands of the age at the end of a year
  kSums,     // fields whose amounts are added up
};

// From `low` up to the next band; the first has no lower end.
struct StatisticBand {
  int64_t low;
  const char* label;
};

// A field whose amounts are added up. `may_be_negative`: it is listed also where it is not above 0.
struct SumField {
  const char* field;
  const char* label;
  bool may_be_negative = false;
};

struct StatisticReport {
  // Of the cells. Reports with one number show the same cells in different bands. A number that was used is never used
  // for something else; whoever changes what a number counts marks all households due by a migration.
  int number;
  const char* report;
  const char* title;
  const char* definition;
  v1::ReportKind::Subject subject;
  StatisticSource source;
  StatisticValues values;
  const char* field = "";       // as lists name it, without what says whose or of which year it is
  const char* dictionary = "";  // of codes
  const char* unit = "";        // behind a number that is shown by itself
  std::vector<StatisticBand> bands = {};
  std::vector<SumField> sums = {};

  // Of reports that are collected year by year.
  bool yearly() const { return source == StatisticSource::kIncome || source == StatisticSource::kLiving; }
  // Households or persons, not money.
  bool counts() const { return values != StatisticValues::kSums; }
  bool about_health() const { return field == absl::string_view("health"); }
};

// Number of the persons by whom incomes were divided: kept for averages, no report of its own.
inline constexpr int kIncomePersons = 33;
inline constexpr char kHouseholdTotal[] = "HOUSEHOLD_TOTAL";
inline constexpr char kPersonTotal[] = "PERSON_TOTAL";
inline constexpr char kIncomeComponents[] = "INCOME_COMPONENTS";
inline constexpr char kIncomeBands[] = "HOUSEHOLD_INCOME_BAND";

// In the order in which they are shown.
const std::vector<StatisticReport>& StatisticCatalogue();

// Null if there is none.
const StatisticReport* FindStatistic(absl::string_view report);

v1::ReportKind DescribeStatistic(const StatisticReport& report);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_STATISTIC_CATALOGUE_H_
