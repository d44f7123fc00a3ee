#include "services/registration/store/statistic_cells.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/registration/domain/statistic_catalogue.h"
#include "services/registration/domain/statistic_groups.h"

namespace bangfu::registration::store {
namespace {

using domain::StatisticReport;
using domain::StatisticSource;
using domain::StatisticValues;

// domain::ValueOfCode.
std::string ValueOfCode(const std::string& code) {
  return absl::StrCat("CASE WHEN ", code, " = '' THEN 0 WHEN ", code, " ~ '^[0-9]{1,3}$' THEN length(", code,
                      ") * 1000 + ", code, "::integer WHEN ", code, " ~ '^[A-Za-z]$' THEN 4000 + ascii(", code,
                      ") ELSE ", domain::kCodeOfNoForm, " END");
}

std::string ValueOfBand(const std::string& number, const std::vector<domain::StatisticBand>& bands) {
  std::string sql = absl::StrCat("CASE WHEN ", number, " IS NULL THEN 0");
  for (size_t i = 1; i < bands.size(); ++i) absl::StrAppend(&sql, " WHEN ", number, " < ", bands[i].low, " THEN ", i);
  return absl::StrCat(sql, " ELSE ", bands.size(), " END");
}

// The table that a source is read from, as the queries below call it.
const char* TableOf(StatisticSource source) {
  switch (source) {
    case StatisticSource::kHousehold: return "h";
    case StatisticSource::kMember: return "m";
    case StatisticSource::kIncome: return "i";
    case StatisticSource::kLiving: return "l";
  }
  return "";
}

std::string ValueOf(const StatisticReport& report) {
  std::string column = absl::StrCat(TableOf(report.source), ".", report.field);
  if (report.field == absl::string_view("house_centi_m2_per_head")) {
    column = "l.house_centi_m2 / nullif(h.member_count, 0)";
  }
  switch (report.values) {
    case StatisticValues::kTotal: return "1";
    case StatisticValues::kCodes: return ValueOfCode(column);
    case StatisticValues::kYesNo:
      return absl::StrCat("CASE WHEN ", column, " IS NULL THEN 0 WHEN ", column, " THEN 2 ELSE 1 END");
    case StatisticValues::kBands: return ValueOfBand(column, report.bands);
    case StatisticValues::kNumbers: return absl::StrCat("coalesce(", column, " + 1, 0)");
    case StatisticValues::kAges: return absl::StrCat("extract(year FROM ", column, ")::integer + 1");
    case StatisticValues::kManyCodes:
    case StatisticValues::kSums: break;
  }
  return "0";
}

std::string CellOf(const StatisticReport& report, const std::string& value) {
  std::string sql = absl::StrCat(domain::CellsOf(report.number, std::nullopt).low, " + ", value);
  if (!report.yearly()) return sql;
  return absl::StrCat("(", TableOf(report.source), ".year - ", domain::kFirstYear, ") * ", domain::kCellsOfYear, " + ",
                      sql);
}

// "(cell, amount)" of every report of a source that has one cell a record, and of all sums. Reports with one number are
// counted once.
std::string CellsOf(StatisticSource source) {
  std::vector<std::string> cells;
  std::set<int> numbers;
  for (const StatisticReport& report : domain::StatisticCatalogue()) {
    if (report.source != source || report.values == StatisticValues::kManyCodes) continue;
    if (!numbers.insert(report.number).second) continue;
    for (size_t i = 0; i < report.sums.size(); ++i) {
      cells.push_back(absl::StrCat("(", CellOf(report, absl::StrCat(i + 1)), ", ", TableOf(source), ".",
                                   report.sums[i].field, ")"));
    }
    if (!report.counts()) continue;
    const bool persons = source == StatisticSource::kHousehold && report.subject == v1::ReportKind::PERSONS;
    cells.push_back(
        absl::StrCat("(", CellOf(report, ValueOf(report)), ", ", persons ? "h.member_count" : "1", "::bigint)"));
  }
  if (source == StatisticSource::kIncome) {
    StatisticReport persons{domain::kIncomePersons, "", "", "", v1::ReportKind::PERSONS, source,
                            StatisticValues::kTotal};
    cells.push_back(absl::StrCat("(", CellOf(persons, "1"), ", i.member_count::bigint)"));
  }
  return absl::StrJoin(cells, ",\n      ");
}

// Reports whose field lists several codes.
std::string ManyCodes() {
  std::string sql;
  for (const StatisticReport& report : domain::StatisticCatalogue()) {
    if (report.values != StatisticValues::kManyCodes) continue;
    absl::StrAppend(&sql, R"sql(
    UNION ALL
    SELECT h.shard, h.id, h.area, h.status, )sql",
                    CellOf(report, absl::StrCat("(", ValueOfCode("c.code"), ")")), R"sql(, 1
    FROM h CROSS JOIN LATERAL (
      SELECT DISTINCT code FROM unnest(CASE WHEN h.other_causes = '' THEN ARRAY['']
                                       ELSE string_to_array(h.other_causes, ',') END) AS o(code)) AS c)sql");
  }
  return sql;
}

}  // namespace

std::string SelectCells() {
  return absl::StrCat(R"sql(
  SELECT shard, household_id, area, status, cell, sum(amount)::bigint AS amount FROM (
    WITH h AS MATERIALIZED (
      SELECT t.shard, t.id, t.area, CASE WHEN t.exit_flag = '1' THEN 2 ELSE 1 END::smallint AS status, t.standard,
             t.attribute, t.main_cause, t.other_causes, t.exit_flag, t.exit_year, t.monitor_type, t.member_count
      FROM d JOIN household t ON t.shard = d.shard AND t.id = d.household_id
      WHERE t.state = 1 AND t.type = 1
    )
    SELECT h.shard, h.id AS household_id, h.area, h.status, c.cell, c.amount
    FROM h CROSS JOIN LATERAL (VALUES
      )sql",
                      CellsOf(StatisticSource::kHousehold), R"sql() AS c(cell, amount))sql", ManyCodes(), R"sql(
    UNION ALL
    SELECT h.shard, h.id, h.area, h.status, c.cell, c.amount
    FROM h JOIN member m ON m.shard = h.shard AND m.household_id = h.id AND m.state = 1
    CROSS JOIN LATERAL (VALUES
      )sql",
                      CellsOf(StatisticSource::kMember), R"sql() AS c(cell, amount)
    UNION ALL
    SELECT h.shard, h.id, h.area, h.status, c.cell, c.amount
    FROM h JOIN income i ON i.shard = h.shard AND i.household_id = h.id CROSS JOIN LATERAL (VALUES
      )sql",
                      CellsOf(StatisticSource::kIncome), R"sql() AS c(cell, amount)
    UNION ALL
    SELECT h.shard, h.id, h.area, h.status, c.cell, c.amount
    FROM h JOIN living_condition l ON l.shard = h.shard AND l.household_id = h.id CROSS JOIN LATERAL (VALUES
      )sql",
                      CellsOf(StatisticSource::kLiving), R"sql() AS c(cell, amount)
  ) AS counted
  WHERE amount <> 0
  GROUP BY shard, household_id, area, status, cell)sql");
}

}  // namespace bangfu::registration::store
