#include "services/registration/rpc/statistics_rpc.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "services/registration/domain/roster.h"
#include "services/registration/domain/statistic_catalogue.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/report_reader.h"
#include "services/registration/rpc/table_file.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using Cells = std::vector<std::string>;

constexpr char kWithheld[] = "*";

Cells CellsOf(const v1::ReportRow& row) {
  Cells cells = {row.area(), row.area_name(), absl::StrCat(row.subject_count())};
  for (const v1::ReportFigure& figure : row.figures()) {
    cells.push_back(figure.withheld() ? kWithheld : absl::StrCat(figure.amount()));
  }
  return cells;
}

// Head, total and parts.
std::vector<Cells> RowsOf(const v1::Report& report) {
  std::vector<Cells> rows = {{"区域代码", "名称", "总数"}};
  for (const v1::ReportValue& value : report.values()) rows[0].push_back(value.label());
  rows.push_back(CellsOf(report.total()));
  for (const v1::ReportRow& part : report.parts()) rows.push_back(CellsOf(part));
  return rows;
}

const char* NameOf(v1::Report::Status status) {
  return status == v1::Report::NOT_OUT ? "未脱贫" : status == v1::Report::OUT ? "已脱贫" : "全部";
}

// What stands above the table on paper.
std::string TitleOf(const v1::Report& report) {
  std::string title = absl::StrCat(report.kind().title(), "\n对象: ", NameOf(report.status()));
  if (report.year() != 0) absl::StrAppend(&title, "  年度: ", report.year());
  absl::StrAppend(&title, "  统计日期: ", domain::DayOf(store::TimeOf(report.read_time())),
                  "\n口径: ", report.kind().definition());
  if (report.policies_size() > 0) absl::StrAppend(&title, "\n", kWithheld, " 为防止推及个人而隐去。");
  return title;
}

std::string FileOf(const v1::Report& report, domain::RosterForm form) {
  const std::vector<Cells> rows = RowsOf(report);
  domain::Roster roster(form);
  for (const Cells& row : rows) roster.Measure(row);
  std::string text = roster.Beginning(TitleOf(report)) + roster.Head(rows[0]);
  for (size_t i = 1; i < rows.size(); ++i) text += roster.Line(rows[i]);
  return text;
}

}  // namespace

absl::StatusOr<v1::ListReportKindsResponse> StatisticsRpc::ListReportKinds(rpc::Call&,
                                                                           const v1::ListReportKindsRequest&) {
  v1::ListReportKindsResponse response;
  for (const domain::StatisticReport& report : domain::StatisticCatalogue()) {
    *response.add_kinds() = domain::DescribeStatistic(report);
  }
  return response;
}

absl::StatusOr<v1::Report> StatisticsRpc::GetReport(rpc::Call& call, const v1::GetReportRequest& request) {
  return registration_.database().ReadSnapshot(
      call.bounds(), [&](db::Tx& tx) { return ReadReport(registration_, call, tx, request); });
}

absl::Status StatisticsRpc::ExportReport(rpc::Call& call, const v1::ExportReportRequest& request,
                                         rpc::Writer<google::api::HttpBody>& writer) {
  v1::GetReportRequest wanted = ReportOf(request.report(), request.area(), request.status(), request.year());
  wanted.set_part_level(request.part_level());
  ASSIGN_OR_RETURN(const v1::Report report, GetReport(call, wanted));
  const domain::RosterForm form = FormOf(request.format());
  return SenderOf(absl::StrCat(request.report(), "_", request.area()), form, writer).Send(FileOf(report, form));
}

StatisticsTables::StatisticsTables(const Registration& registration, rpc::Dispatcher& dispatcher)
    : statistics_(registration), table_("bangfu.registration.v1.StatisticsService", dispatcher) {
  table_.Add(&statistics_, &StatisticsRpc::ListReportKinds)
      .Add(&statistics_, &StatisticsRpc::GetReport)
      .Add(&statistics_, &StatisticsRpc::ExportReport)
      .Add(&statistics_, &StatisticsRpc::GetPovertyMeasures)
      .Add(&statistics_, &StatisticsRpc::GetIncomeSeries)
      .Add(&statistics_, &StatisticsRpc::RecordAreaFigure)
      .Add(&statistics_, &StatisticsRpc::ListAreaFigures)
      .Add(&statistics_, &StatisticsRpc::GetWallChart)
      .Add(&statistics_, &StatisticsRpc::ListLedgerEntries)
      .Add(&statistics_, &StatisticsRpc::ExportList);
}

}  // namespace bangfu::registration
