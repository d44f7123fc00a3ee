// StatisticsService: wall charts. All that is counted is a report of the catalogue, so that every point opens its rows.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/statistic_catalogue.h"
#include "services/registration/domain/statistic_groups.h"
#include "services/registration/rpc/report_reader.h"
#include "services/registration/rpc/statistics_rpc.h"
#include "services/registration/store/area_tag_store.h"
#include "services/registration/store/exit_plan_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

constexpr char kNoSource[] = "尚无数据来源";

// What a chart is drawn from.
struct Drawing {
  const Registration& registration;
  rpc::Call& call;
  db::Tx& tx;
  const v1::GetWallChartRequest& request;
  v1::WallChart* chart;

  absl::StatusOr<v1::Report> Read(const std::string& report, v1::Report::Status status) const {
    return ReadReport(registration, call, tx, ReportOf(report, request.area(), status));
  }

  v1::ChartSeries* Add(const std::string& name, const std::string& unit, const std::string& list_path) const {
    v1::ChartSeries* series = chart->add_series();
    series->set_name(name);
    series->set_unit(unit);
    series->set_list_path(list_path);
    return series;
  }
};

void AddPoint(const std::string& label, const std::string& area, const v1::ReportFigure& figure,
              const std::string& filter, v1::ChartSeries* series) {
  v1::ChartPoint* point = series->add_points();
  point->set_label(label);
  point->set_area(area);
  if (!figure.withheld()) point->set_amount(figure.amount());
  point->set_filter(filter);
}

// The tags that these areas have today, such as deep poverty: a series each.
void DrawTags(const Drawing& drawing, const std::vector<int64_t>& areas) {
  std::map<std::string, v1::ChartSeries*> series;
  for (const v1::AreaTag& tag : store::LoadTags(drawing.tx, areas, TodayOf(drawing.call))) {
    v1::ChartSeries*& drawn = series[tag.tag()];
    if (drawn == nullptr)
      drawn = drawing.Add(drawing.registration.dictionaries->LabelOf("AREA_TAG", tag.tag()), "", "");
    v1::ChartPoint* point = drawn->add_points();
    point->set_label(tag.area_name());
    point->set_area(tag.area());
    point->set_source(tag.source());
  }
}

absl::Status DrawDistribution(const Drawing& drawing) {
  drawing.chart->set_definition(
      "在册建档立卡人口按下一级区域分布, 分未脱贫 (脱贫标志不为 1) 和已脱贫; 区划标记为当日有效的标记 (深度贫困等)。");
  std::vector<int64_t> areas;
  std::set<std::string> known;
  for (const auto& [status, name] : {std::pair(v1::Report::NOT_OUT, "未脱贫人口"), {v1::Report::OUT, "已脱贫人口"}}) {
    ASSIGN_OR_RETURN(const v1::Report report, drawing.Read(domain::kPersonTotal, status));
    v1::ChartSeries* series = drawing.Add(name, "人", report.list_path());
    for (const v1::ReportRow& part : report.parts()) {
      AddPoint(part.area_name(), part.area(), part.figures(0), report.values(0).filter(), series);
      if (known.insert(part.area()).second) areas.push_back(AreaNumber(part.area()));
    }
  }
  DrawTags(drawing, areas);
  return absl::OkStatus();
}

absl::Status DrawCauses(const Drawing& drawing) {
  drawing.chart->set_definition("在册未脱贫户及其人口, 按当前登记的主要致贫原因。");
  for (const auto& [code, name] : {std::pair("HOUSEHOLD_MAIN_CAUSE", "户"), {"PERSON_MAIN_CAUSE", "人"}}) {
    ASSIGN_OR_RETURN(const v1::Report report, drawing.Read(code, v1::Report::NOT_OUT));
    v1::ChartSeries* series =
        drawing.Add(absl::StrCat("未脱贫", name == std::string("户") ? "户数" : "人数"), name, report.list_path());
    for (int i = 0; i < report.values_size(); ++i) {
      AddPoint(report.values(i).label(), report.total().area(), report.total().figures(i), report.values(i).filter(),
               series);
    }
  }
  return absl::OkStatus();
}

// What a year in which nobody left would list.
std::string FilterOfExitYear(const v1::ReportKind& kind, const std::string& year) {
  const domain::ReportQuestion question{domain::FindStatistic(kind.report()), 0, v1::Report::OUT};
  return domain::FilterOf(question, absl::StrCat(domain::FieldOf(*question.report, 0, "exit_year"), " = ", year));
}

// What was planned for the years, and what was reached in them by a report of exit years.
absl::Status DrawTarget(const Drawing& drawing, const std::vector<v1::ExitPlan>& plans,
                        int64_t (v1::ExitTargets::*count)() const, const std::string& report_code,
                        const std::string& unit) {
  v1::ChartSeries* targets = drawing.Add(absl::StrCat("年度脱贫目标 (", unit, ")"), unit, "");
  std::set<std::string> years;
  for (const v1::ExitPlan& plan : plans) {
    const int64_t amount = (plan.targets().*count)();
    // A plan may be for villages and counties alone.
    if (amount == 0) continue;
    v1::ChartPoint* point = targets->add_points();
    point->set_label(absl::StrCat(plan.year()));
    point->set_area(plan.area());
    point->set_amount(amount);
    point->set_source(plan.document());
    years.insert(point->label());
  }
  ASSIGN_OR_RETURN(const v1::Report report, drawing.Read(report_code, v1::Report::OUT));
  v1::ChartSeries* reached = drawing.Add(absl::StrCat("已脱贫 (", unit, ")"), unit, report.list_path());
  for (int i = 0; i < report.values_size(); ++i) {
    // What has no year is in no target's.
    if (report.values(i).value() == "EMPTY" || report.values(i).value() == "0") continue;
    AddPoint(report.values(i).value(), report.total().area(), report.total().figures(i), report.values(i).filter(),
             reached);
    years.erase(report.values(i).value());
  }
  for (const std::string& year : years) {
    v1::ReportFigure nobody;
    nobody.set_amount(0);
    AddPoint(year, report.total().area(), nobody, FilterOfExitYear(report.kind(), year), reached);
  }
  return absl::OkStatus();
}

absl::Status DrawTargets(const Drawing& drawing) {
  drawing.chart->set_definition(
      "脱贫计划中的年度目标, 与当前在册、脱贫标志为 1 的户和人按脱贫年度的实际数。计划的依据文件见各点。");
  const auto plans = store::LoadExitPlans(drawing.tx, {AreaNumber(drawing.request.area())});
  RETURN_IF_ERROR(DrawTarget(drawing, plans, &v1::ExitTargets::household_count, "HOUSEHOLD_EXIT_YEAR", "户"));
  return DrawTarget(drawing, plans, &v1::ExitTargets::person_count, "PERSON_EXIT_YEAR", "人");
}

absl::Status Draw(const Drawing& drawing) {
  switch (drawing.request.chart()) {
    case v1::WallChart::DISTRIBUTION: return DrawDistribution(drawing);
    case v1::WallChart::CAUSES: return DrawCauses(drawing);
    case v1::WallChart::TARGETS: return DrawTargets(drawing);
    case v1::WallChart::HELP_FORCE:
      drawing.chart->set_definition("驻村工作队、帮扶责任人和结对户数, 来自帮扶责任系统。");
      break;
    default: drawing.chart->set_definition("帮扶措施户次和资金, 来自帮扶责任系统和资金系统。");
  }
  // Those services tell nobody of it yet; what does not exist is not drawn as nothing.
  drawing.chart->set_missing(kNoSource);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::WallChart> StatisticsRpc::GetWallChart(rpc::Call& call, const v1::GetWallChartRequest& request) {
  RETURN_IF_ERROR(call.Authorise(AreaNumber(request.area())));
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::WallChart> {
    v1::WallChart chart;
    chart.set_chart(request.chart());
    chart.set_title(domain::LabelOf(request.chart()));
    chart.set_area(request.area());
    store::SetTime(call.now(), chart.mutable_read_time());
    RETURN_IF_ERROR(Draw({registration_, call, tx, request, &chart}));
    return chart;
  });
}

}  // namespace bangfu::registration
