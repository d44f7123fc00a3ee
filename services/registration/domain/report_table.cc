#include "services/registration/domain/report_table.h"

#include <algorithm>
#include <set>

#include "common/standards/area_code.h"

namespace bangfu::registration::domain {
namespace {

constexpr int kMostLevelsBelow = 2;

const StatisticReport& TotalOf(const StatisticReport& report) {
  return *FindStatistic(report.subject == v1::ReportKind::PERSONS ? kPersonTotal : kHouseholdTotal);
}

bool IsIn(int32_t cell, const CellRange& range) { return range.low <= cell && cell < range.high; }

CellRange OwnCells(const ReportQuestion& question) {
  return CellsOf(question.report->number, question.report->yearly() ? question.year : 0);
}

CellRange ReporterCells(int year) { return CellsOf(FindStatistic(kIncomeBands)->number, year); }

std::set<int> ValuesIn(const ReportQuestion& question, const ReportData& data) {
  std::set<int> found;
  for (const auto* amounts : {&data.sums, &data.due}) {
    for (const CellAmount& amount : *amounts) {
      if (IsIn(amount.cell, OwnCells(question))) found.insert(ValueOfCell(amount.cell));
    }
  }
  return found;
}

}  // namespace

std::vector<CellRange> CellsNeeded(const ReportQuestion& question) {
  const CellRange own = OwnCells(question), total = CellsOf(TotalOf(*question.report).number, 0);
  std::vector<CellRange> cells = {own};
  if (total.low != own.low) cells.push_back(total);
  if (!question.report->counts()) cells.push_back(ReporterCells(question.year));
  return cells;
}

std::vector<int64_t> AreasDownTo(int64_t area) {
  std::vector<int64_t> areas;
  for (int64_t code = area; code != 0; code = standards::ParentOf(code)) areas.push_back(code);
  std::reverse(areas.begin(), areas.end());
  return areas;
}

std::optional<int> LevelOfParts(int64_t area, int asked) {
  const int level = standards::LevelOf(area);
  if (asked == 0) return level + 1;
  if (asked <= level || asked > level + kMostLevelsBelow) return std::nullopt;
  return asked;
}

ReportTable::ReportTable(const ReportQuestion& question, const CodeEntries& entries, const ReportData& data)
    : question_(question),
      groups_(question, entries, ValuesIn(question, data)),
      rows_(RowsOf(data, groups_.groups().size())) {
  for (const CellAmount& amount : data.sums) {
    if (const auto row = rows_.find(amount.area); row != rows_.end()) Take(amount, &row->second);
  }
  for (const CellAmount& amount : data.due) {
    for (auto& [code, row] : rows_) {
      if (standards::IsWithin(amount.area, code)) Take(amount, &row);
    }
  }
  FillUncollected();
}

std::map<int64_t, ReportTable::Row> ReportTable::RowsOf(const ReportData& data, size_t groups) {
  std::map<int64_t, Row> rows;
  for (const ReportArea& area : data.areas) {
    Row& row = rows[area.code];
    row.area = area;
    for (auto& figures : row.figures) figures.assign(groups, 0);
  }
  return rows;
}

void ReportTable::Take(const CellAmount& amount, Row* row) const {
  const auto add = [&](auto& by_status) {
    by_status[0] += amount.amount;
    by_status[static_cast<size_t>(amount.status)] += amount.amount;
  };
  if (IsIn(amount.cell, OwnCells(question_))) {
    const size_t place = groups_.PlaceOf(ValueOfCell(amount.cell));
    row->figures[0][place] += amount.amount;
    row->figures[static_cast<size_t>(amount.status)][place] += amount.amount;
  }
  if (IsIn(amount.cell, CellsOf(TotalOf(*question_.report).number, 0))) add(row->subjects);
  if (!question_.report->counts() && IsIn(amount.cell, ReporterCells(question_.year))) add(row->reporters);
}

void ReportTable::FillUncollected() {
  if (!groups_.uncollected()) return;
  for (auto& [code, row] : rows_) {
    for (int s = 0; s < kStatuses; ++s) {
      int64_t rest = row.subjects[s];
      for (int64_t figure : row.figures[s]) rest -= figure;
      row.figures[s][*groups_.uncollected()] = rest;
    }
  }
}

FiguresByStatus ReportTable::CountsOf(const Row& row) const {
  if (question_.report->counts()) return row.figures;
  FiguresByStatus counts;
  for (int s = 0; s < kStatuses; ++s) counts[s].assign(groups_.groups().size(), row.reporters[s]);
  return counts;
}

void ReportTable::Withhold(int64_t least_count, int64_t area) {
  if (question_.report->values == StatisticValues::kTotal) return;
  const DisclosureOptions options{least_count, question_.report->values != StatisticValues::kManyCodes};
  const std::vector<int64_t> above = AreasDownTo(area);
  if (const auto root = rows_.find(above[0]); root != rows_.end()) {
    root->second.withheld = WithholdAlone(root->second.figures, CountsOf(root->second), options);
  }
  for (int64_t code : above) WithholdBelow(code, options);
  std::vector<int64_t> parts;
  for (const auto& [code, row] : rows_) {
    if (row.area.parent == area) parts.push_back(code);
  }
  for (int64_t part : parts) WithholdBelow(part, options);
}

void ReportTable::WithholdBelow(int64_t area, const DisclosureOptions& options) {
  const auto whole = rows_.find(area);
  if (whole == rows_.end() || !whole->second.withheld) return;
  std::vector<Row*> parts;
  std::vector<FiguresByStatus> figures, counts;
  for (auto& [code, row] : rows_) {
    if (row.area.parent != area || row.subjects[0] == 0) continue;
    parts.push_back(&row);
    figures.push_back(row.figures);
    counts.push_back(CountsOf(row));
  }
  if (parts.empty()) return;
  const auto withheld = WithholdParts(*whole->second.withheld, figures, counts, options);
  for (size_t i = 0; i < parts.size(); ++i) parts[i]->withheld = withheld[i];
}

v1::ReportRow ReportTable::ShowRow(const Row& row) const {
  v1::ReportRow shown;
  shown.set_area(standards::FormatAreaCode(row.area.code));
  shown.set_area_name(row.area.name);
  shown.set_subject_count(row.subjects[question_.status]);
  for (size_t g = 0; g < groups_.groups().size(); ++g) {
    v1::ReportFigure* figure = shown.add_figures();
    figure->set_value(groups_.groups()[g].value());
    figure->set_withheld(row.withheld && (*row.withheld)[question_.status][g]);
    if (!figure->withheld()) figure->set_amount(row.figures[question_.status][g]);
  }
  return shown;
}

v1::Report ReportTable::Show(int64_t area, int part_level) const {
  v1::Report report;
  *report.mutable_kind() = DescribeStatistic(*question_.report);
  report.set_year(question_.year);
  report.set_status(question_.status);
  report.set_list_path(ListPathOf(*question_.report));
  report.mutable_values()->Assign(groups_.groups().begin(), groups_.groups().end());
  if (const auto total = rows_.find(area); total != rows_.end()) *report.mutable_total() = ShowRow(total->second);
  for (const auto& [code, row] : rows_) {
    const bool below = standards::IsWithin(code, area) && code != area && standards::LevelOf(code) == part_level;
    if (below && row.subjects[0] != 0) *report.add_parts() = ShowRow(row);
  }
  return report;
}

}  // namespace bangfu::registration::domain
