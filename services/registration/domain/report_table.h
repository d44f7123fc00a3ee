// Reports out of cells: figures by area and group, what the caller may not see withheld. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORT_TABLE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORT_TABLE_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/statistics.pb.h"
#include "services/registration/domain/disclosure.h"
#include "services/registration/domain/statistic_groups.h"

namespace bangfu::registration::domain {

// An area, as reports name it; parent 0 for a province.
struct ReportArea {
  int64_t code = 0;
  std::string name;
  int64_t parent = 0;
};

// An amount of a cell, of households of one status (v1::Report::Status).
struct CellAmount {
  int64_t area = 0;
  int32_t cell = 0;
  int status = 0;
  int64_t amount = 0;
};

// What a report is made of.
struct ReportData {
  // The area, those in it that are shown, and, where small figures are withheld, all above it and right below those.
  std::vector<ReportArea> areas;
  // Of these areas.
  std::vector<CellAmount> sums;
  // By village, to be added to every area that the village is in.
  std::vector<CellAmount> due;
};

// The cells that a report needs: its own, those of the total of what it counts, and of money the households behind it.
std::vector<CellRange> CellsNeeded(const ReportQuestion& question);

// The areas from the province down to `area`.
std::vector<int64_t> AreasDownTo(int64_t area);

// Level of the parts that is meant by a request: 0 for what is right below. Nothing if it is not one or two below.
std::optional<int> LevelOfParts(int64_t area, int asked);

class ReportTable {
 public:
  ReportTable(const ReportQuestion& question, const CodeEntries& entries, const ReportData& data);

  // Withholds what is small, the same whichever area is asked about: decided from the province down to the parts. How
  // many are registered in all is told everywhere, so that totals stay.
  void Withhold(int64_t least_count, int64_t area);

  // The report of `area` and of its parts of a level that have households; without instant and policies.
  v1::Report Show(int64_t area, int part_level) const;

 private:
  struct Row {
    ReportArea area;
    FiguresByStatus figures;
    std::array<int64_t, kStatuses> subjects = {};
    // Of money: the households behind it.
    std::array<int64_t, kStatuses> reporters = {};
    std::optional<WithheldByStatus> withheld;
  };

  static std::map<int64_t, Row> RowsOf(const ReportData& data, size_t groups);
  void Take(const CellAmount& amount, Row* row) const;
  void FillUncollected();
  void WithholdBelow(int64_t area, const DisclosureOptions& options);
  FiguresByStatus CountsOf(const Row& row) const;
  v1::ReportRow ShowRow(const Row& row) const;

  const ReportQuestion question_;
  const ReportGroups groups_;
  std::map<int64_t, Row> rows_;
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORT_TABLE_H_
