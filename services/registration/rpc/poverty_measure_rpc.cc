// StatisticsService: poverty measures and incomes of areas.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "bangfu/registration/v1/statistics_reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/income.h"
#include "services/registration/domain/poverty_measure.h"
#include "services/registration/domain/report_table.h"
#include "services/registration/rpc/report_reader.h"
#include "services/registration/rpc/statistics_rpc.h"
#include "services/registration/store/area_figure_store.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/poverty_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/statistic_store.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

using domain::LineOfArea;
using domain::ReportArea;

constexpr char kMeasures[] =
    "在册建档立卡户该年度收入记录 (AC07) 的人均纯收入与该年度末适用的标准线相比, 收入为负的按 0 计; "
    "指数以有收入记录的人口为分母 (FGT 指数, 参数 0、1、2)。户以当前在册和所在区域为准: "
    "往年的收入测度不含此后退出名册的户。"
    "贫困发生率: 该年度末 (当年为当前) 在册未脱贫人口 (人口台账) 除以录入的该年度农村人口。";
constexpr char kSeries[] =
    "在册建档立卡户各年度收入记录 (AC07) 的纯收入之和除以计算人口之和; 户以当前所在区域为准, 只含有记录的户。";
constexpr int kNetIncome = 6;  // value of 纯收入 among the sums of 收入构成

std::string PurposeOf(v1::GetPovertyMeasuresRequest::Line line) {
  switch (line) {
    case v1::GetPovertyMeasuresRequest::EXIT: return "EXIT";
    case v1::GetPovertyMeasuresRequest::MONITORING: return "MONITORING";
    default: return "NATIONAL";
  }
}

// Small areas are for their own county. FIGURES_OUTSIDE_COUNTY.
absl::Status CheckOwnCounty(const rpc::Call& call, int64_t area) {
  if (SeesSmallFigures(call, area) || standards::LevelOf(area) <= standards::kCountyLevel) return absl::OkStatus();
  return status::Refuse(v1::FIGURES_OUTSIDE_COUNTY);
}

// The smallest of the areas, and their lines. What applies is told once.
class Lines {
 public:
  Lines(std::vector<ReportArea> areas, const policy::Book& book, absl::CivilDay date, std::string purpose)
      : areas_(std::move(areas)), book_(book), date_(date), purpose_(std::move(purpose)) {}

  // NO_POLICY_APPLIES.
  absl::Status Resolve(google::protobuf::RepeatedPtrField<policy::v1::PolicyRef>* refs) {
    std::set<std::string> told;
    for (const ReportArea& area : areas_) {
      const bool divided =
          std::any_of(areas_.begin(), areas_.end(), [&](const ReportArea& other) { return other.parent == area.code; });
      if (divided) continue;
      ASSIGN_OR_RETURN(const auto line, policy::Resolve<v1::PovertyLine>(book_, area.code, date_, purpose_));
      lines_.push_back({area.code, line.message.line_fen()});
      if (told.insert(line.ref.policy_id()).second) *refs->Add() = line.ref;
    }
    return absl::OkStatus();
  }

  const std::vector<LineOfArea>& lines() const { return lines_; }

  // The line of everything in the area; 0 if there are several.
  int64_t LineIn(int64_t area) const {
    std::set<int64_t> found;
    for (const LineOfArea& line : lines_) {
      if (standards::IsWithin(line.area, area)) found.insert(line.line_fen);
    }
    return found.size() == 1 ? *found.begin() : 0;
  }

 private:
  const std::vector<ReportArea> areas_;
  const policy::Book& book_;
  const absl::CivilDay date_;
  const std::string purpose_;
  std::vector<LineOfArea> lines_;
};

// One area's measures out of those of the smallest areas in it.
v1::PovertyMeasure MeasureOf(const v1::RegisterCounts& counts, const Lines& lines,
                             const std::map<int64_t, domain::PovertySums>& sums, int32_t year) {
  v1::PovertyMeasure measure;
  measure.set_area(counts.area());
  measure.set_area_name(counts.area_name());
  const int64_t area = AreaNumber(counts.area());
  domain::PovertySums of_area;
  for (const auto& [code, some] : sums) {
    if (standards::IsWithin(code, area)) of_area += some;
  }
  domain::Measure(of_area, lines.LineIn(area), year, &measure);
  return measure;
}

// Where nobody was on the register at the end of the year by the ledger, nothing is known of it.
void AddIncidence(const v1::RegisterCounts& counts, const std::vector<v1::AreaFigure>& populations, int32_t year,
                  v1::PovertyMeasure* measure) {
  if (counts.person_count() == 0) return;
  int64_t population = 0;
  std::string source;
  for (const v1::AreaFigure& figure : populations) {
    if (figure.area() != measure->area() || figure.year() != year) continue;
    population = figure.amount();
    source = figure.source();
  }
  domain::MeasureIncidence(counts.person_count() - counts.exited_person_count(), population, source, measure);
}

// Who was on the register at the end of the year, by area: the persons that belong to that year's population.
absl::StatusOr<std::map<std::string, v1::RegisterCounts>> CountsAtEndOf(db::Tx& tx, int64_t area, int32_t year) {
  const store::Instants instants{.as_of = absl::StrCat(year, "-12-31")};
  ASSIGN_OR_RETURN(const v1::RegisterStatistics statistics, store::LoadStatisticsAt(tx, area, instants));
  std::map<std::string, v1::RegisterCounts> counts = {{statistics.total().area(), statistics.total()}};
  for (const v1::RegisterCounts& part : statistics.parts()) counts[part.area()] = part;
  return counts;
}

absl::StatusOr<v1::PovertyMeasures> ReadMeasures(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                                                 const v1::GetPovertyMeasuresRequest& request) {
  const int64_t area = AreaNumber(request.area());
  ASSIGN_OR_RETURN(const v1::RegisterStatistics counts, store::LoadStatistics(tx, area));
  const bool province = standards::LevelOf(area) == standards::kProvinceLevel;
  const std::vector<ReportArea> areas = store::LoadReportAreas(tx, {area}, province);
  const auto book = registration.policies->Open(tx);
  v1::PovertyMeasures measures;
  Lines lines(areas, *book, absl::CivilDay(request.year(), 12, 31), PurposeOf(request.line()));
  RETURN_IF_ERROR(lines.Resolve(measures.mutable_policies()));
  std::vector<int64_t> codes;
  for (const ReportArea& one : areas) codes.push_back(one.code);
  const auto populations = store::LoadAreaFigures(tx, codes, v1::AreaFigure::RURAL_POPULATION);
  const auto sums = store::SumPoverty(tx, lines.lines(), request.year());
  ASSIGN_OR_RETURN(auto at_end, CountsAtEndOf(tx, area, request.year()));
  const auto measure = [&](const v1::RegisterCounts& of_area) {
    v1::PovertyMeasure made = MeasureOf(of_area, lines, sums, request.year());
    AddIncidence(at_end[of_area.area()], populations, request.year(), &made);
    return made;
  };
  *measures.mutable_total() = measure(counts.total());
  std::vector<v1::PovertyMeasure> parts;
  for (const v1::RegisterCounts& part : counts.parts()) parts.push_back(measure(part));
  ASSIGN_OR_RETURN(const auto rules, DisclosureFor(registration, call, tx, area));
  if (rules) {
    // What is smaller than a county is its own county's.
    if (standards::LevelOf(area) >= standards::kCountyLevel) parts.clear();
    domain::WithholdMeasures(rules->message.least_count(), measures.mutable_total(), &parts);
    *measures.add_policies() = rules->ref;
  }
  measures.mutable_parts()->Assign(parts.begin(), parts.end());
  return measures;
}

// The income of each year out of the cells of all years.
v1::IncomeSeries SeriesOf(const std::vector<domain::CellAmount>& amounts) {
  const int bands = domain::FindStatistic(domain::kIncomeBands)->number;
  std::map<int, v1::IncomeOfYear> years;
  for (const domain::CellAmount& amount : amounts) {
    const int number = amount.cell / domain::kCellsOfNumber;
    v1::IncomeOfYear& year = years[domain::YearOfCell(amount.cell)];
    if (number == bands) {
      year.set_household_count(year.household_count() + amount.amount);
    } else if (number == domain::kIncomePersons) {
      year.set_person_count(year.person_count() + amount.amount);
    } else if (domain::ValueOfCell(amount.cell) == kNetIncome) {
      year.set_net_fen(year.net_fen() + amount.amount);
    }
  }
  v1::IncomeSeries series;
  for (auto& [year, income] : years) {
    if (income.person_count() == 0) continue;
    income.set_year(year);
    income.set_net_per_capita_fen(domain::PerHead(income.net_fen(), income.person_count()));
    income.set_household_filter(absl::StrCat("state = ACTIVE AND income_", year, "_reported = true"));
    *series.add_years() = std::move(income);
  }
  series.set_definition(kSeries);
  return series;
}

}  // namespace

absl::StatusOr<v1::PovertyMeasures> StatisticsRpc::GetPovertyMeasures(rpc::Call& call,
                                                                      const v1::GetPovertyMeasuresRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(CheckOwnCounty(call, area));
  using Result = absl::StatusOr<v1::PovertyMeasures>;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Result {
    ASSIGN_OR_RETURN(v1::PovertyMeasures measures, ReadMeasures(registration_, call, tx, request));
    measures.set_definition(kMeasures);
    store::SetTime(call.now(), measures.mutable_read_time());
    return measures;
  });
}

absl::StatusOr<v1::IncomeSeries> StatisticsRpc::GetIncomeSeries(rpc::Call& call,
                                                                const v1::GetIncomeSeriesRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(CheckOwnCounty(call, area));
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::IncomeSeries> {
    RETURN_IF_ERROR(CheckCaughtUp(tx, area));
    std::vector<domain::CellRange> cells;
    for (const char* report : {domain::kIncomeBands, domain::kIncomeComponents}) {
      cells.push_back(domain::CellsOf(domain::FindStatistic(report)->number, std::nullopt));
    }
    cells.push_back(domain::CellsOf(domain::kIncomePersons, std::nullopt));
    auto amounts = store::LoadSums(tx, {area}, cells);
    const auto due = store::LoadDueDifferences(tx, auth::RangeOf(area), cells);
    amounts.insert(amounts.end(), due.begin(), due.end());
    v1::IncomeSeries series = SeriesOf(amounts);
    store::SetTime(call.now(), series.mutable_read_time());
    return series;
  });
}

}  // namespace bangfu::registration
