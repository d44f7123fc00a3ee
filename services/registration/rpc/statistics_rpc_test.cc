#include "services/registration/rpc/statistics_rpc.h"

#include <set>

#include "bangfu/registration/v1/disclosure_rules.pb.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/statistics_fixture.h"
#include "services/registration/store/area_tag_store.h"
#include "services/registration/store/exit_plan_store.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kCountyCode[] = "150526000000";
constexpr int kYear = 2026;

class StatisticsRpcTest : public StatisticsFixture {
 protected:
  void WithholdBelow(int least_count) {
    v1::DisclosureRules rules;
    rules.set_least_count(least_count);
    Publish(rules);
  }
  absl::StatusOr<v1::PovertyMeasures> Measures(const std::string& area, const std::string& token) {
    v1::GetPovertyMeasuresRequest request;
    request.set_area(area);
    request.set_year(kYear);
    return Call(statistics_, &Statistics::GetPovertyMeasures, request, token);
  }
  absl::StatusOr<v1::WallChart> Chart(v1::WallChart::Chart chart, const std::string& token,
                                      const std::string& area = kCountyCode) {
    v1::GetWallChartRequest request;
    request.set_chart(chart);
    request.set_area(area);
    return Call(statistics_, &Statistics::GetWallChart, request, token);
  }

  void Tag(const std::string& area, const std::string& tag, const std::string& from, const std::string& to) {
    v1::AreaTag given;
    given.set_area(area);
    given.set_tag(tag);
    given.set_valid_from(from);
    given.set_valid_to(to);
    given.set_source("名单");
    Write([&](db::Tx& tx) { store::SaveTag(tx, given); });
  }
  void Plan(const std::string& area, int year, int64_t households, const std::string& document) {
    v1::ExitPlan plan;
    plan.set_area(area);
    plan.set_year(year);
    plan.mutable_targets()->set_household_count(households);
    plan.mutable_targets()->set_village_count(1);
    plan.set_document(document);
    const store::Author author{.subject = "reviewer", .method = "SetExitPlan", .time = clock_.Now()};
    Write([&](db::Tx& tx) { EXPECT_TRUE(store::SaveExitPlan(tx, author, &plan)); });
  }
};

TEST_F(StatisticsRpcTest, TheCatalogueNamesEveryReport) {
  const auto listed = Call(statistics_, &Statistics::ListReportKinds, {}, Viewer());
  ASSERT_TRUE(listed.ok()) << listed.status();
  std::set<std::string> reports;
  for (const v1::ReportKind& kind : listed->kinds()) {
    EXPECT_FALSE(kind.definition().empty()) << kind.report();
    reports.insert(kind.report());
  }
  EXPECT_EQ(reports.size(), domain::StatisticCatalogue().size());
}

TEST_F(StatisticsRpcTest, RefusesWhatItCannotCount) {
  const std::string viewer = Viewer();
  EXPECT_EQ(ReasonOf(Report(Asked("PERSON_NOTHING", kCountyCode), viewer)), "REPORT_UNKNOWN");
  EXPECT_EQ(ReasonOf(Report(Asked("HOUSEHOLD_FUEL", kCountyCode), viewer)), "REPORT_YEAR_REQUIRED");
  EXPECT_EQ(ReasonOf(Report(Asked("PERSON_SEX", "150526999000"), viewer)), "AREA_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Report(Asked("PERSON_SEX", std::to_string(kOtherCounty)), viewer)), "AREA_OUT_OF_SCOPE");
  v1::GetReportRequest fine = Asked("PERSON_SEX", std::to_string(kProvince));
  fine.set_part_level(4);
  EXPECT_EQ(ReasonOf(Report(fine, Viewer(kProvince))), "PARTS_TOO_FINE");
}

TEST_F(StatisticsRpcTest, HealthIsForRolesOfTheRegister) {
  Register();
  const std::string helper = TokenOf(options::v1::HELPER, kCounty);
  EXPECT_EQ(ReasonOf(Report(Asked("PERSON_HEALTH", kCountyCode), helper)), "HEALTH_NOT_SHOWN");
  EXPECT_TRUE(Report(Asked("PERSON_HEALTH", kCountyCode), Viewer()).ok());
  v1::ListMembersRequest list;
  list.set_area(kCountyCode);
  list.set_filter("NOT (sex = \"1\" AND health != \"01\")");
  EXPECT_EQ(ReasonOf(Call(members_, &Members::ListMembers, list, helper)), "HEALTH_NOT_SHOWN");
  list.set_filter("");
  list.set_order_by("health");
  EXPECT_EQ(ReasonOf(Call(members_, &Members::ListMembers, list, helper)), "HEALTH_NOT_SHOWN");
  EXPECT_TRUE(Call(members_, &Members::ListMembers, list, Viewer()).ok());
}

TEST_F(StatisticsRpcTest, SmallFiguresAreWithheldOutsideTheCounty) {
  for (int i = 0; i < 4; ++i) Register(kVillage, 4);
  Register(kForeignVillage, 3);
  Change(Register(kVillage, 1).household_id(), {"attribute"}, [](v1::Household* h) { h->set_attribute("02"); });
  const v1::GetReportRequest asked = Asked("PERSON_ATTRIBUTE", kCountyCode);
  EXPECT_EQ(ReasonOf(Report(asked, Viewer(kProvince))), "NO_POLICY_APPLIES") << "nothing is shown by default";
  WithholdBelow(5);
  const auto inside = Report(asked, Viewer());
  ASSERT_TRUE(inside.ok()) << inside.status();
  EXPECT_EQ(inside->total().figures(0).amount(), 16);
  EXPECT_EQ(inside->total().figures(1).amount(), 1);
  EXPECT_EQ(inside->policies_size(), 0);
  const auto outside = Report(asked, Viewer(kProvince));
  ASSERT_TRUE(outside.ok()) << outside.status();
  EXPECT_TRUE(outside->total().figures(1).withheld());
  EXPECT_FALSE(outside->total().figures(1).has_amount());
  int withheld = 0;
  for (const v1::ReportFigure& figure : outside->total().figures()) withheld += figure.withheld() ? 1 : 0;
  EXPECT_GE(withheld, 2) << "one alone is the total without the others";
  EXPECT_EQ(outside->total().subject_count(), 17);
  EXPECT_EQ(outside->policies_size(), 1);
  v1::GetReportRequest ages = Asked("PERSON_AGE", kCountyCode, v1::Report::STATUS_UNSPECIFIED, 2020);
  EXPECT_EQ(ReasonOf(Report(ages, Viewer(kProvince))), "AGE_YEAR_FIXED");
  EXPECT_TRUE(Report(ages, Viewer()).ok());
}

TEST_F(StatisticsRpcTest, PovertyIsMeasuredAgainstTheLineOfTheYear) {
  const std::string poor = Register(kVillage, 2).household_id(), poorer = Register(kSecondVillage, 1).household_id();
  const std::string well = Register(kVillage, 3).household_id();
  RecordWage(poor, kYear, 2 * 200'000);
  RecordWage(poorer, kYear, 0);
  RecordWage(well, kYear, 3 * 900'000);
  EXPECT_EQ(ReasonOf(Measures(kCountyCode, Viewer())), "NO_POLICY_APPLIES");
  PublishLine(4000, "NATIONAL");
  ASSERT_TRUE(Enter(kCountyCode, v1::AreaFigure::RURAL_POPULATION, kYear, 400, "统计年鉴", Registrar()).ok());
  const auto measures = Measures(kCountyCode, Viewer());
  ASSERT_TRUE(measures.ok()) << measures.status();
  const v1::PovertyMeasure& total = measures->total();
  EXPECT_EQ(total.line_fen(), 400'000);
  EXPECT_EQ(total.reported_persons(), 6);
  EXPECT_EQ(total.poor_households(), 2);
  EXPECT_EQ(total.poor_persons(), 3);
  EXPECT_EQ(total.gap_fen(), 2 * 200'000 + 400'000);
  EXPECT_EQ(total.headcount_millionths(), 500'000);
  EXPECT_EQ(total.gap_millionths(), 333'333);
  EXPECT_EQ(total.severity_millionths(), 250'000);
  EXPECT_EQ(total.incidence_millionths(), 15'000);
  EXPECT_EQ(total.rural_population_source(), "统计年鉴");
  EXPECT_EQ(Listed("/v1/households", kCountyCode, total.poor_filter(), Viewer()).value(), 2);
  ASSERT_EQ(measures->parts_size(), 1);
  EXPECT_EQ(measures->parts(0).poor_persons(), 3);
  EXPECT_EQ(ReasonOf(Measures(kVillage, Viewer(kProvince))), "FIGURES_OUTSIDE_COUNTY");
  WithholdBelow(5);
  EXPECT_TRUE(Measures(kCountyCode, Viewer(kProvince))->total().withheld());
}

TEST_F(StatisticsRpcTest, TheIncidenceOfAYearIsOfItsOwnPersons) {
  Register(kVillage, 2);
  PublishLine(4000, "NATIONAL");
  ASSERT_TRUE(Enter(kCountyCode, v1::AreaFigure::RURAL_POPULATION, kYear, 400, "统计年鉴", Registrar()).ok());
  clock_.Advance(absl::Hours(24 * 365));
  Register(kVillage, 3);
  const auto measures = Measures(kCountyCode, Viewer());
  ASSERT_TRUE(measures.ok()) << measures.status();
  EXPECT_EQ(measures->total().not_out_persons(), 2);
  EXPECT_EQ(measures->total().incidence_millionths(), 5'000);
  ASSERT_EQ(measures->parts_size(), 1);
  EXPECT_EQ(measures->parts(0).not_out_persons(), 2);
}

TEST_F(StatisticsRpcTest, WhatIsDueElsewhereHoldsNothingUp) {
  WithholdBelow(1);
  Register(kVillage, 2);
  database_.Sql(absl::StrCat("INSERT INTO statistic_due (area, shard, household_id) SELECT ", kForeignVillage,
                             ", 150521, id FROM generate_series(1, 20001) AS id"));
  const auto report = Report(Asked("PERSON_SEX", kCountyCode), Viewer(kProvince));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->total().subject_count(), 2) << "what is due here is added up";
  EXPECT_EQ(ReasonOf(Report(Asked("PERSON_SEX", std::to_string(kOtherCounty)), Viewer(kProvince))),
            "FIGURES_CATCHING_UP");
  EXPECT_EQ(ReasonOf(Report(Asked("PERSON_SEX", std::to_string(kProvince)), Viewer(kProvince))), "FIGURES_CATCHING_UP");
}

TEST_F(StatisticsRpcTest, IncomeIsASeriesOfYears) {
  const std::string first = Register(kVillage, 2).household_id(), second = Register(kVillage, 1).household_id();
  RecordWage(first, 2024, 200'001);
  RecordWage(first, 2025, 600'000);
  Fold();
  RecordWage(second, 2025, 300'000);
  v1::GetIncomeSeriesRequest request;
  request.set_area(kCountyCode);
  const auto series = Call(statistics_, &Statistics::GetIncomeSeries, request, Viewer());
  ASSERT_TRUE(series.ok()) << series.status();
  ASSERT_EQ(series->years_size(), 2);
  EXPECT_EQ(series->years(0).year(), 2024);
  EXPECT_EQ(series->years(0).net_per_capita_fen(), 100'001) << "half up";
  EXPECT_EQ(series->years(1).household_count(), 2);
  EXPECT_EQ(series->years(1).person_count(), 3);
  EXPECT_EQ(series->years(1).net_per_capita_fen(), 300'000);
  EXPECT_EQ(Listed("/v1/households", kCountyCode, series->years(1).household_filter(), Viewer()).value(), 2);
}

TEST_F(StatisticsRpcTest, TheLastEntryOfAFigureIsInForce) {
  const auto kind = v1::AreaFigure::RURAL_POPULATION;
  for (int64_t amount : {270'000, 280'000}) {
    ASSERT_TRUE(Enter(kCountyCode, kind, kYear, amount, "统计年鉴", Registrar()).ok());
  }
  EXPECT_EQ(ReasonOf(Enter(kCountyCode, kind, kYear, 0, "统计年鉴", Registrar())), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Enter("150526999000", kind, kYear, 1, "统计年鉴", Registrar())), "AREA_NOT_FOUND");
  v1::ListAreaFiguresRequest request;
  request.set_area(kCountyCode);
  auto listed = Call(statistics_, &Statistics::ListAreaFigures, request, Viewer());
  ASSERT_EQ(listed->area_figures_size(), 1);
  EXPECT_EQ(listed->area_figures(0).amount(), 280'000);
  request.set_include_superseded(true);
  request.set_page_size(1);
  std::vector<int64_t> amounts;
  do {
    listed = Call(statistics_, &Statistics::ListAreaFigures, request, Viewer());
    ASSERT_TRUE(listed.ok()) << listed.status();
    for (const v1::AreaFigure& figure : listed->area_figures()) amounts.push_back(figure.amount());
    request.set_page_token(listed->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(amounts, ElementsAre(270'000, 280'000));
}

TEST_F(StatisticsRpcTest, ChartsAreDrawnFromTheRegisterAndSayWhatTheyLack) {
  Register(kVillage, 2);
  Change(Register(kSecondVillage, 3).household_id(), {"exit_flag", "exit_year"}, [](v1::Household* household) {
    household->set_exit_flag("1");
    household->set_exit_year(2025);
  });
  Plan(kCountyCode, 2025, 4, "年度计划");
  Plan(kCountyCode, 2026, 9, "年度计划");
  Plan(kCountyCode, 2027, 0, "贫困村退出计划");
  const auto distribution = Chart(v1::WallChart::DISTRIBUTION, Viewer());
  ASSERT_TRUE(distribution.ok()) << distribution.status();
  EXPECT_EQ(distribution->series(0).points(0).label(), "鲁北镇");
  EXPECT_EQ(distribution->series(0).points(0).amount(), 2);
  EXPECT_EQ(distribution->series(1).points(0).amount(), 3);
  const auto causes = Chart(v1::WallChart::CAUSES, Viewer());
  ASSERT_TRUE(causes.ok()) << causes.status();
  EXPECT_EQ(causes->series(0).points(0).label(), "因病");
  EXPECT_EQ(causes->series(0).points(0).amount(), 1);
  const auto targets = Chart(v1::WallChart::TARGETS, Viewer());
  ASSERT_TRUE(targets.ok()) << targets.status();
  ASSERT_EQ(targets->series(0).points_size(), 2) << "a plan for villages alone says nothing of households";
  EXPECT_EQ(targets->series(0).points(1).amount(), 9);
  EXPECT_EQ(targets->series(0).points(1).source(), "年度计划");
  for (const v1::ChartPoint& point : targets->series(1).points()) {
    EXPECT_EQ(point.amount(), point.label() == "2025" ? 1 : 0) << point.label();
    EXPECT_EQ(Listed("/v1/households", kCountyCode, point.filter(), Viewer()).value(), point.amount());
  }
  for (const auto chart : {v1::WallChart::HELP_FORCE, v1::WallChart::MEASURES}) {
    const auto drawn = Chart(chart, Viewer());
    ASSERT_TRUE(drawn.ok()) << drawn.status();
    EXPECT_EQ(drawn->missing(), "尚无数据来源");
    EXPECT_EQ(drawn->series_size(), 0);
  }
}

TEST_F(StatisticsRpcTest, ChartsShowTheTagsOfTheDay) {
  Register(kVillage, 2);
  Register(kSecondVillage, 1);
  Tag(kVillage, "02", "2018-01-01", "");
  Tag(kSecondVillage, "02", "2018-01-01", "2020-07-01");
  const auto township = Chart(v1::WallChart::DISTRIBUTION, Viewer(), "150526100000");
  ASSERT_TRUE(township.ok()) << township.status();
  ASSERT_EQ(township->series_size(), 3) << "a tag that ended is not drawn";
  EXPECT_EQ(township->series(2).name(), "深度贫困嘎查村");
  ASSERT_EQ(township->series(2).points_size(), 1);
  EXPECT_EQ(township->series(2).points(0).label(), "巴彦塔拉嘎查");
  EXPECT_EQ(township->series(2).points(0).source(), "名单");
}

TEST_F(StatisticsRpcTest, LedgersSayWhatIsKnownAndWhatIsMissing) {
  const std::string id = Register(kVillage, 2).household_id();
  Register(kVillage, 1);
  RecordWage(id, 2025, 700'000);
  Plan(kVillage, 2026, 3, "村计划");
  v1::ListLedgerEntriesRequest request;
  request.set_area(kVillage);
  request.set_page_size(1);
  const auto text = [&](v1::LedgerEntry::Ledger ledger, const std::string& label) -> std::string {
    request.set_ledger(ledger);
    const auto listed = Call(statistics_, &Statistics::ListLedgerEntries, request, Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status();
    EXPECT_EQ(listed->entries(0).household_id(), id);
    EXPECT_NE(listed->next_page_token(), "");
    for (const v1::LedgerItem& item : listed->entries(0).items()) {
      if (item.label() == label) return item.text().empty() ? "?" + item.missing() : item.text();
    }
    return "";
  };
  EXPECT_EQ(text(v1::LedgerEntry::CAUSES, "主要致贫原因"), "因病");
  EXPECT_EQ(text(v1::LedgerEntry::CAUSES, "其他致贫原因"), "?未登记");
  EXPECT_EQ(text(v1::LedgerEntry::RESPONSIBILITY, "本村年度脱贫目标"), "2026年 3户");
  EXPECT_EQ(text(v1::LedgerEntry::RESPONSIBILITY, "帮扶责任人"), "?尚无数据来源");
  EXPECT_EQ(text(v1::LedgerEntry::EFFECT, "历年人均纯收入"), "2025年 3500.00元");
  request.set_ledger(v1::LedgerEntry::EFFECT);
  auto listed = Call(statistics_, &Statistics::ListLedgerEntries, request, Viewer());
  request.set_page_token(listed->next_page_token());
  listed = Call(statistics_, &Statistics::ListLedgerEntries, request, Viewer());
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_NE(listed->entries(0).household_id(), id);
  EXPECT_EQ(listed->next_page_token(), "");
}

// Cells of what is no longer registered go with the folding.
TEST_F(StatisticsRpcTest, FoldingTakesOutWhatIsGone) {
  const v1::Household household = Register(kVillage, 2);
  EXPECT_EQ(Fold(), 1);
  EXPECT_EQ(Fold(), 0);
  ASSERT_TRUE(Archive(household).ok());
  EXPECT_EQ(Report(Asked("PERSON_SEX", kVillage), Viewer())->total().subject_count(), 0);
  EXPECT_GT(Fold(), 0);
  EXPECT_EQ(Report(Asked("PERSON_SEX", kVillage), Viewer())->total().subject_count(), 0);
  EXPECT_EQ(database_.Count("statistic_tally"), 0);
  EXPECT_EQ(database_.Count("statistic_sum WHERE amount <> 0"), 0);
}

}  // namespace
}  // namespace bangfu::registration
