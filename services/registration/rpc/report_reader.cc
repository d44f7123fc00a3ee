#include "services/registration/rpc/report_reader.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "bangfu/registration/v1/statistics_reason.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/report_table.h"
#include "services/registration/store/row.h"
#include "services/registration/store/statistic_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

// Households due that one reading adds up: some seconds of work.
constexpr int64_t kMostDue = 20'000;
constexpr int kRetrySeconds = 5;

int YearOfToday(const rpc::Call& call) {
  int year = 0;
  return absl::SimpleAtoi(TodayOf(call).substr(0, 4), &year) ? year : 0;
}

int64_t CountyAround(int64_t area) { return static_cast<int64_t>(standards::CountyOf(area)) * 1'000'000; }

// What the report is asked for. REPORT_UNKNOWN, HEALTH_NOT_SHOWN, REPORT_YEAR_REQUIRED, AGE_YEAR_FIXED.
absl::StatusOr<domain::ReportQuestion> QuestionOf(const rpc::Call& call, const v1::GetReportRequest& request,
                                                  bool withholds) {
  const domain::StatisticReport* report = domain::FindStatistic(request.report());
  if (report == nullptr) return Refuse(v1::REPORT_UNKNOWN, {{"report", request.report()}});
  if (report->about_health() && !call.sees_health()) return Refuse(v1::HEALTH_NOT_SHOWN);
  domain::ReportQuestion question{report, 0, request.status()};
  if (report->yearly()) {
    if (request.year() == 0) return Refuse(v1::REPORT_YEAR_REQUIRED, {{"title", report->title}});
    question.year = request.year();
  } else if (report->values == domain::StatisticValues::kAges) {
    const int this_year = YearOfToday(call);
    question.year = request.year() == 0 ? this_year : request.year();
    if (withholds && question.year != this_year) {
      return Refuse(v1::AGE_YEAR_FIXED, {{"year", absl::StrCat(this_year)}});
    }
  }
  return question;
}

domain::CodeEntries EntriesFor(const Registration& registration, const domain::StatisticReport& report) {
  domain::CodeEntries entries;
  if (report.dictionary[0] == '\0') return entries;
  for (const v1::DictionaryEntry& entry : registration.dictionaries->EntriesOf(report.dictionary)) {
    entries.emplace_back(entry.code(), entry.label());
  }
  return entries;
}

// What is due where it has a bearing on the report: around the area, too, if that is not too much. If it is, what is
// beside the area counts as it was last added up, which can only tell for which other figure is withheld with a small
// one; the area itself is exact.
auth::AreaRange DueFor(db::Tx& tx, int64_t area, int64_t above) {
  return CheckCaughtUp(tx, above).ok() ? auth::RangeOf(above) : auth::RangeOf(area);
}

// Where figures are withheld, also what stands above the area and beside it. FIGURES_CATCHING_UP for the area alone.
absl::StatusOr<domain::ReportData> LoadData(db::Tx& tx, const domain::ReportQuestion& question, int64_t area,
                                            int part_level, bool withholds) {
  const std::vector<int64_t> codes = withholds ? domain::AreasDownTo(area) : std::vector<int64_t>{area};
  RETURN_IF_ERROR(CheckCaughtUp(tx, area));
  domain::ReportData data;
  data.areas = store::LoadReportAreas(tx, codes, part_level > standards::LevelOf(area) + 1);
  std::vector<int64_t> areas;
  for (const domain::ReportArea& one : data.areas) areas.push_back(one.code);
  if (std::find(areas.begin(), areas.end(), area) == areas.end()) {
    return Refuse(v1::AREA_NOT_FOUND, {{"area", standards::FormatAreaCode(area)}});
  }
  const auto cells = domain::CellsNeeded(question);
  data.sums = store::LoadSums(tx, areas, cells);
  data.due = store::LoadDueDifferences(tx, DueFor(tx, area, codes[0]), cells);
  return data;
}

}  // namespace

bool SeesSmallFigures(const rpc::Call& call, int64_t area) {
  if (standards::LevelOf(area) < standards::kCountyLevel) return false;
  const auth::AreaRange county = auth::RangeOf(CountyAround(area));
  const auto scope = call.caller().ScopeFor(call.rule().roles());
  return std::all_of(scope.begin(), scope.end(), [&](const auth::AreaRange& range) {
    return county.low <= range.low && range.high <= county.high;
  });
}

absl::StatusOr<std::optional<policy::Applied<v1::DisclosureRules>>> DisclosureFor(const Registration& registration,
                                                                                  const rpc::Call& call, db::Tx& tx,
                                                                                  int64_t area) {
  if (SeesSmallFigures(call, area)) return std::nullopt;
  const auto today = *standards::ParseDate(TodayOf(call));
  const auto book = registration.policies->Open(tx);
  ASSIGN_OR_RETURN(auto rules, policy::Resolve<v1::DisclosureRules>(*book, domain::AreasDownTo(area)[0], today));
  return rules;
}

absl::Status CheckCaughtUp(db::Tx& tx, int64_t area) {
  if (store::CountDue(tx, auth::RangeOf(area), kMostDue + 1) <= kMostDue) return absl::OkStatus();
  return status::WithRetryDelay(Refuse(v1::FIGURES_CATCHING_UP, {{"retry_seconds", absl::StrCat(kRetrySeconds)}}),
                                kRetrySeconds);
}

absl::StatusOr<v1::Report> ReadReport(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                      const v1::GetReportRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  const bool withholds = !SeesSmallFigures(call, area);
  ASSIGN_OR_RETURN(const domain::ReportQuestion question, QuestionOf(call, request, withholds));
  const auto part_level = domain::LevelOfParts(area, request.part_level());
  if (!part_level) return Refuse(v1::PARTS_TOO_FINE);
  ASSIGN_OR_RETURN(const auto rules, DisclosureFor(registration, call, tx, area));
  ASSIGN_OR_RETURN(const domain::ReportData data, LoadData(tx, question, area, *part_level, withholds));
  domain::ReportTable table(question, EntriesFor(registration, *question.report), data);
  if (rules) table.Withhold(rules->message.least_count(), area);
  v1::Report report = table.Show(area, *part_level);
  if (rules) *report.add_policies() = rules->ref;
  store::SetTime(call.now(), report.mutable_read_time());
  return report;
}

v1::GetReportRequest ReportOf(const std::string& report, const std::string& area, v1::Report::Status status,
                              int32_t year) {
  v1::GetReportRequest request;
  request.set_report(report);
  request.set_area(area);
  request.set_status(status);
  request.set_year(year);
  return request;
}

}  // namespace bangfu::registration
