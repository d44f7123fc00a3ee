// Whatever happens to the register, every figure of every report is the length of the list that its filter opens,
// folded or not, and sums of money are those of the rows behind them.
#include <random>

#include "absl/strings/str_cat.h"
#include "services/registration/rpc/statistics_fixture.h"

namespace bangfu::registration {
namespace {

constexpr int kYear = 2025;

class ReportRandomTest : public StatisticsFixture {
 protected:
  int Draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string DrawCode(const std::vector<std::string>& codes) { return codes[Draw(static_cast<int>(codes.size()))]; }

  v1::Member RandomMember(const std::string& relation) {
    v1::Member member = NewMember(next_serial_++, relation);
    member.set_ethnicity(DrawCode({"01", "02", "56"}));
    member.set_education(DrawCode({"", "01", "05"}));
    member.set_health(DrawCode({"01", "02", ""}));
    member.set_labour(DrawCode({"", "01", "04"}));
    member.set_work_place(DrawCode({"", "02", "99"}));
    if (Draw(2) == 0) member.set_work_months(Draw(13));
    if (Draw(2) == 0) member.set_medical_insurance(Draw(2) == 0);
    if (Draw(3) == 0) member.set_subsistence_allowance(Draw(2) == 0);
    return member;
  }

  void CreateOne() {
    v1::Household household = NewHousehold(DrawCode({kVillage, kSecondVillage, kForeignVillage}));
    household.set_attribute(DrawCode({"01", "02", "06"}));
    household.set_main_cause(DrawCode({"01", "02", "99"}));
    for (const char* cause : {"03", "12", "99"}) {
      if (Draw(3) == 0) household.add_other_causes(cause);
    }
    std::vector<v1::Member> members;
    const int size = 1 + Draw(4);
    for (int i = 0; i < size; ++i) members.push_back(RandomMember(i == 0 ? "01" : "99"));
    const auto made = Create(household, members, Registrar(kProvince));
    ASSERT_TRUE(made.ok()) << made.status();
    households_made_.push_back(made->household_id());
  }

  void Edit(const std::string& id) {
    v1::Household household = *Get(id, Registrar(kProvince));
    if (household.state() != v1::Household::ACTIVE) return;
    std::vector<v1::Member> members = MembersOf(id);
    switch (Draw(8)) {
      case 0: household.set_exit_flag(DrawCode({"0", "1", "2", "3"})); break;
      case 1: household.set_exit_year(2016 + Draw(4)); break;
      case 2: household.set_main_cause(DrawCode({"01", "02", "99"})); break;
      case 3:
        if (household.area() != kForeignVillage) household.set_area(DrawCode({kVillage, kSecondVillage}));
        break;
      case 4: ASSERT_TRUE(Add(id, RandomMember("99")).ok()); return;
      case 5:
        if (members.size() > 1) {
          ASSERT_TRUE(Remove(members.back()).ok());
        }
        return;
      case 6:
        if (Draw(4) == 0) {
          ASSERT_TRUE(Archive(household).ok());
        }
        return;
      default: household.clear_other_causes();
    }
    v1::UpdateHouseholdRequest request;
    *request.mutable_household() = household;
    for (const char* path : {"area", "exit_flag", "exit_year", "main_cause", "other_causes"}) {
      request.mutable_update_mask()->add_paths(path);
    }
    request.set_request_id(testing::NewRequestId());
    const auto updated = Call(households_, &Households::UpdateHousehold, request, Registrar(kProvince));
    ASSERT_TRUE(updated.ok()) << updated.status();
  }

  void Collect(const std::string& id) {
    const v1::Household household = *Get(id, Registrar(kProvince));
    if (household.state() != v1::Household::ACTIVE || household.area() == kForeignVillage) return;
    v1::Income income;
    income.set_year(kYear - Draw(2));
    income.set_wage_fen(Draw(2'000'000));
    income.set_pension_fen(Draw(3) * 10'000);
    income.set_expense_fen(Draw(3) * 400'000);
    RecordIncome(id, income);
    v1::LivingCondition living;
    living.set_year(kYear);
    if (Draw(2) == 0) living.set_safe_water(Draw(2) == 0);
    if (Draw(2) == 0) living.set_house_centi_m2(Draw(20'000));
    if (Draw(2) == 0) living.set_road_centi_km(Draw(3'000));
    living.set_fuel(DrawCode({"", "01", "99"}));
    living.set_danger_grade(DrawCode({"", "A", "D"}));
    RecordLiving(id, living);
  }

  // The sum of an income field over the households that a filter lists.
  int64_t Money(const std::string& area, const std::string& filter, const std::string& field) {
    const auto listed = List(std::stoll(area), filter, "", 500, "", Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status() << " " << filter;
    int64_t sum = 0;
    for (const v1::Household& household : listed->households()) {
      v1::ListIncomesRequest request;
      request.set_household_id(household.household_id());
      const auto incomes = Call(households_, &Households::ListIncomes, request, Viewer());
      for (const v1::Income& income : incomes->incomes()) {
        if (income.year() != kYear) continue;
        sum += income.GetReflection()->GetInt64(income, v1::Income::descriptor()->FindFieldByName(field));
      }
    }
    return sum;
  }

  void ExpectRow(const v1::Report& report, const v1::ReportRow& row, const std::string& token) {
    const bool money = report.kind().subject() == v1::ReportKind::MONEY;
    int64_t sum = 0;
    for (int i = 0; i < row.figures_size(); ++i) {
      const std::string& filter = report.values(i).filter();
      const int64_t expected = money ? Money(row.area(), filter, report.values(i).value())
                                     : Listed(report.list_path(), row.area(), filter, token).value_or(-1);
      EXPECT_EQ(row.figures(i).amount(), expected)
          << report.kind().report() << " " << row.area() << " " << report.status() << ": " << filter;
      sum += row.figures(i).amount();
    }
    if (!money && !report.kind().overlapping()) {
      EXPECT_EQ(sum, row.subject_count()) << report.kind().report() << " of " << row.area();
    }
  }

  void ExpectEveryFigureToBeItsList() {
    const std::string token = Viewer();
    for (const domain::StatisticReport& known : domain::StatisticCatalogue()) {
      for (const auto status : {v1::Report::STATUS_UNSPECIFIED, v1::Report::NOT_OUT, v1::Report::OUT}) {
        const auto report = Report(Asked(known.report, std::to_string(kCounty), status, kYear), token);
        ASSERT_TRUE(report.ok()) << known.report << ": " << report.status();
        ExpectRow(*report, report->total(), token);
        if (status != v1::Report::STATUS_UNSPECIFIED) continue;
        v1::GetReportRequest by_village = Asked(known.report, std::to_string(kCounty), status, kYear);
        by_village.set_part_level(5);
        const auto villages = Report(by_village, token);
        ASSERT_TRUE(villages.ok()) << villages.status();
        for (const v1::ReportRow& part : villages->parts()) ExpectRow(*villages, part, token);
      }
    }
  }

  std::mt19937 random_{20260302};
  std::vector<std::string> households_made_;
};

TEST_F(ReportRandomTest, EveryFigureIsTheLengthOfItsList) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 6; ++i) CreateOne();
    for (int i = 0; i < 12; ++i) Edit(DrawCode(households_made_));
    for (int i = 0; i < 6; ++i) Collect(DrawCode(households_made_));
    // Some of it folded, some not; in the end all.
    if (round == 1) Fold(10);
    if (round == 2) {
      while (Fold() > 0) {
      }
    }
    ExpectEveryFigureToBeItsList();
  }
}

}  // namespace
}  // namespace bangfu::registration
