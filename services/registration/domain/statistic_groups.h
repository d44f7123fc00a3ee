// From cells to the groups of a report: how values are numbered, how they are labelled, and the filter that opens each.
// Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_STATISTIC_GROUPS_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_STATISTIC_GROUPS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/statistics.pb.h"
#include "services/registration/domain/statistic_catalogue.h"

namespace bangfu::registration::domain {

// A cell is number · 10^7 + (year − 2000) · 10^4 + value; without a year its place is 0.
inline constexpr int kCellsOfNumber = 10'000'000;
inline constexpr int kCellsOfYear = 10'000;
inline constexpr int kFirstYear = 2000;

// The cells of a report, half-open; those of all years without one.
struct CellRange {
  int32_t low = 0;
  int32_t high = 0;
};
CellRange CellsOf(int number, std::optional<int> year);
int YearOfCell(int32_t cell);
int ValueOfCell(int32_t cell);

// Values of kCodes: length · 1000 + number for up to three digits, 4000 + the character for a single letter, 9999 for
// anything else. 0 is always what was not filled in.
inline constexpr int kCodeOfNoForm = 9999;
int ValueOfCode(absl::string_view code);
std::string CodeOfValue(int value);

// Entries of a dictionary: code and label.
using CodeEntries = std::vector<std::pair<std::string, std::string>>;

// What a report is asked for. `year` is 0 where the report has none.
struct ReportQuestion {
  const StatisticReport* report = nullptr;
  int year = 0;
  v1::Report::Status status = v1::Report::STATUS_UNSPECIFIED;
};

// The groups of a report, in the order in which they are shown.
class ReportGroups {
 public:
  // `found` are the values that have figures, of which codes that are in no entry and single numbers get groups, too.
  ReportGroups(const ReportQuestion& question, const CodeEntries& entries, const std::set<int>& found);

  const std::vector<v1::ReportValue>& groups() const { return groups_; }
  // The place of a value; every value that was found has one.
  size_t PlaceOf(int value) const;
  // The group of what was not collected, whose figure is what the others leave of the total.
  std::optional<size_t> uncollected() const { return uncollected_; }

 private:
  void AddCodes(const CodeEntries& entries, const std::set<int>& found);
  void AddBands();
  void AddNumbers(const std::set<int>& found);
  void Add(int value, std::string code, std::string label, absl::string_view condition);

  const ReportQuestion question_;
  std::vector<v1::ReportValue> groups_;
  std::vector<int> values_;  // in the places of groups_; of bands the lowest
  std::optional<size_t> uncollected_;
};

// Names of list fields and filters of what a report is about: "/v1/members", "household_exit_flag != \"1\"".
std::string ListPathOf(const StatisticReport& report);
std::string FilterOf(const ReportQuestion& question, absl::string_view condition);
// income_2019_net_fen, household_attribute, sex.
std::string FieldOf(const StatisticReport& report, int year, absl::string_view field);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_STATISTIC_GROUPS_H_
