// The rules of data quality as a table: what is wrong with a household in which nothing else is, and what is found.
#include "services/registration/domain/quality_catalogue.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "services/registration/domain/quality_pack.h"
#include "services/registration/domain/quality_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Rule, field and what was found.
std::vector<std::string> FoundIn(const QualityCase& judged) {
  static const auto& pack = *new QualityPack(AllQualityRules());
  std::vector<std::string> found;
  for (const QualityFinding& finding : pack.Judge(judged)) {
    found.push_back(absl::StrCat(v1::QualityRule::Code_Name(finding.rule), " ", finding.field, ": ", finding.found));
  }
  return found;
}

void Merge(const char* json, google::protobuf::Message* message) {
  std::unique_ptr<google::protobuf::Message> change(message->New());
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, change.get()).ok()) << json;
  message->MergeFrom(*change);
}

TEST(QualityCatalogueTest, NothingIsFoundWhereNothingIsWrong) { EXPECT_THAT(FoundIn(GoodHousehold()), IsEmpty()); }

TEST(QualityCatalogueTest, EveryRuleOfTheContractIsThereOnceAndExplained) {
  std::set<int> codes;
  for (const QualityCheck& check : QualityCatalogue()) {
    EXPECT_TRUE(codes.insert(check.code).second) << check.code;
    EXPECT_NE(std::string(check.looks_at), "");
    EXPECT_NE(std::string(check.fix), "");
  }
  EXPECT_EQ(static_cast<int>(codes.size()), v1::QualityRule::Code_descriptor()->value_count() - 1);
}

struct Case {
  const char* what;
  const char* household;  // changes of the good household
  int person;             // whom the next is about: 0 man of 49, 1 wife of 47, 2 daughter of 9, 3 mother of 70
  const char* member;
  const char* income;
  const char* living;
  const char* found;  // the one finding; empty for none
};

constexpr Case kCases[] = {
    {"declared 5, there are 4", R"({"memberCount": 5})", 0, "{}", "{}", "{}",
     "MEMBER_COUNT_DISAGREES member_count: 登记 5 人"},
    {"two heads", "{}", 1, R"({"relation": "01"})", "{}", "{}", "HEAD_COUNT_WRONG head_name: 户主 2 名"},
    {"the head has another name", R"({"headName": "戊"})", 0, "{}", "{}", "{}",
     "HEAD_NAME_DISAGREES head_name: 与户主成员的姓名不同"},
    {"a member of another village", "{}", 1, R"({"area": "150526100202"})", "{}", "{}",
     "MEMBER_AREA_DISAGREES area: 150526100202"},
    {"a member under the other type", "{}", 1, R"({"householdType": "ORDINARY"})", "{}", "{}",
     "MEMBER_TYPE_DISAGREES household_type: 与户的户类型不同"},
    {"skilled at 70", "{}", 3, R"({"labour": "02"})", "{}", "{}",
     "SKILLED_LABOUR_AGE labour: 技能劳动力, 超过 60 周岁"},
    {"skilled at 9", "{}", 2, R"({"labour": "02"})", "{}", "{}", "SKILLED_LABOUR_AGE labour: 技能劳动力, 不满 16 周岁"},
    {"skilled at 60 is working age", "{}", 3, R"({"labour": "02", "birthDate": "1959-12-31"})", "{}", "{}",
     "PARENT_CHILD_AGE relation: 与户主相差不足 15 岁"},
    {"nine years old and pre-school", "{}", 2, R"({"schoolStatus": "02"})", "{}", "{}",
     "PRE_SCHOOL_AGE school_status: 学龄前, 超过 6 周岁"},
    {"grade 7 at nine", "{}", 2, R"({"schoolStatus": "04"})", "{}", "{}",
     "SCHOOL_GRADE_AGE school_status: 代码 04, 不满 11 周岁"},
    {"primary school at 49", "{}", 1, R"({"schoolStatus": "03", "labour": "04"})", "{}", "{}",
     "SCHOOL_GRADE_AGE school_status: 代码 03, 超过 14 周岁"},
    {"college at nine", "{}", 2, R"({"education": "05"})", "{}", "{}",
     "EDUCATION_AGE education: 代码 05, 不满 17 周岁"},
    {"a daughter as old as her father", "{}", 2, R"({"birthDate": "1971-01-01", "schoolStatus": "01", "labour": "01"})",
     "{}", "{}", "PARENT_CHILD_AGE relation: 与户主相差不足 15 岁"},
    {"a mother 70 years older", "{}", 3, R"({"birthDate": "1900-01-01"})", "{}", "{}",
     "PARENT_CHILD_AGE relation: 与户主相差超过 65 岁"},
    {"healthy at 47 and no labour", "{}", 1, R"({"labour": "04"})", "{}", "{}",
     "HEALTHY_WITHOUT_LABOUR labour: 登记为无劳动能力或丧失劳动能力"},
    {"ill at 47 and no labour", "{}", 1, R"({"labour": "04", "health": "03"})", "{}", "{}", ""},
    {"no labour, and worked", "{}", 3, R"({"workMonths": 3, "workPlace": "01"})", "{}", "{}",
     "NO_LABOUR_AT_WORK work_months: 务工 3 个月"},
    {"a place of work without months", "{}", 1, R"({"workPlace": "01"})", "{}", "{}",
     "WORK_PLACE_WITHOUT_MONTHS work_months: 有务工地点, 务工月数为空或零"},
    {"months without a place", "{}", 1, R"({"workMonths": 2})", "{}", "{}",
     "WORK_MONTHS_WITHOUT_PLACE work_place: 有务工月数, 务工地点为空"},
    {"ill, and all are healthy", "{}", 0, R"({"health": "01"})", "{}", "{}",
     "CAUSE_ILLNESS_ALL_HEALTHY main_cause: 因病, 与成员健康状况的登记不符"},
    {"disabled as another cause, and nobody is", R"({"otherCauses": ["02"]})", 0, "{}", "{}", "{}",
     "CAUSE_DISABILITY_NOBODY other_causes: 因残, 与成员健康状况的登记不符"},
    {"schooling, and the daughter is at no school", R"({"mainCause": "03"})", 2,
     R"({"schoolStatus": "02", "birthDate": "2014-05-20"})", "{}", "{}",
     "CAUSE_SCHOOLING_NOBODY main_cause: 因学, 无在校生"},
    {"no labour, and two can work", R"({"mainCause": "08"})", 0, "{}", "{}", "{}",
     "CAUSE_NO_LABOUR_BUT_ABLE main_cause: 缺劳力, 有劳动能力者 2 人"},
    {"the main cause twice", R"({"otherCauses": ["01"]})", 0, "{}", "{}", "{}",
     "CAUSE_REPEATED other_causes: 代码 01 与主要原因相同"},
    {"net is not the sum", "{}", 0, "{}", R"({"netFen": 2000004, "netPerCapitaFen": 500001})", "{}",
     "INCOME_SUM_DISAGREES net_fen: 20000.04 元"},
    {"per head is not the division", "{}", 0, "{}", R"({"netPerCapitaFen": 500001})", "{}",
     "INCOME_SUM_DISAGREES net_per_capita_fen: 5000.01 元"},
    {"divided by 5, there are 4", "{}", 0, "{}", R"({"memberCount": 5, "netFen": 2500000, "wageFen": 2300000})", "{}",
     "INCOME_MEMBERS_DISAGREE member_count: 5 人"},
    {"a hundred thousand and more", "{}", 0, "{}",
     R"({"wageFen": 40000400, "netFen": 40200400, "netPerCapitaFen": 10050100})", "{}",
     "NET_INCOME_IMPLAUSIBLE net_per_capita_fen: 人均 100501.00 元"},
    {"wages, and nobody worked", "{}", 0, R"({"workMonths": 0})", "{}", "{}",
     "WORK_PLACE_WITHOUT_MONTHS work_months: 有务工地点, 务工月数为空或零; WAGE_WITHOUT_MONTHS wage_fen: 工资性收入 "
     "18000.00 元, "
     "务工月数合计 0"},
    {"a member at college, and no allowance", "{}", 2,
     R"({"schoolStatus": "16", "birthDate": "2000-05-20", "education": "05"})", "{}", "{}",
     "COLLEGE_WITHOUT_ALLOWANCE subsistence_fen: 低保金 0 元, 有在校大学生"},
    {"receives the allowance, and no money came", "{}", 3, R"({"subsistenceAllowance": true})", "{}", "{}",
     "ALLOWANCE_WITHOUT_MONEY subsistence_fen: 低保金 0 元, 享受低保 1 人"},
    {"allowance money, and nobody receives it", "{}", 0, "{}",
     R"({"transferFen": 100000, "subsistenceFen": 100000, "netFen": 2100000, "netPerCapitaFen": 525000})", "{}",
     "ALLOWANCE_MONEY_UNMARKED subsistence_fen: 低保金 1000.00 元, 享受低保 0 人"},
    {"extremely poor, and no money came", R"({"attribute": "06"})", 0, "{}", "{}", "{}",
     "EXTREME_POVERTY_WITHOUT_MONEY extreme_poverty_fen: 特困供养金 0 元"},
    {"no dangerous house of grade C", R"({"exitFlag": "2", "exitYear": 0})", 0, "{}", "{}", R"({"dangerGrade": "C"})",
     "HOUSE_GRADE_DISAGREES dangerous_house: 非危房, 等级 C"},
    {"safe water that is hard to get", "{}", 0, "{}", "{}", R"({"waterDifficulty": true})",
     "WATER_DISAGREES safe_water: 饮水安全, 又有饮水困难"},
    {"more irrigated than arable", "{}", 0, "{}", "{}", R"({"irrigatedCentiMu": 1001})",
     "IRRIGATED_ABOVE_ARABLE irrigated_centi_mu: 10.01 亩"},
    {"a house of 10 m2 for four", "{}", 0, "{}", "{}", R"({"houseCentiM2": 1000})",
     "HOUSE_AREA_IMPLAUSIBLE house_centi_m2: 人均 2.50 平方米"},
    {"out, and a fen below the line", R"({"monitorType": "1", "riskEliminated": false})", 0, "{}",
     R"({"wageFen": 1399996, "netFen": 1599996, "netPerCapitaFen": 399999})", "{}",
     "OUT_BELOW_LINE net_per_capita_fen: 人均 3999.99 元"},
    {"out, and below the monitoring line", "{}", 0, "{}",
     R"({"wageFen": 1400000, "netFen": 1600000, "netPerCapitaFen": 400000})", "{}",
     "LOW_INCOME_NOT_MONITORED net_per_capita_fen: 人均 4000.00 元, 未纳入监测"},
    {"out, and in a dangerous house", "{}", 0, "{}", "{}", R"({"dangerousHouse": true, "dangerGrade": "D"})",
     "OUT_HOUSE_UNSAFE dangerous_house: 危房"},
    {"out, and a child of nine out of school", "{}", 2, R"({"schoolStatus": "01"})", "{}", "{}",
     "OUT_CHILD_NOT_AT_SCHOOL school_status: 不在校, 在 6 至 14 周岁之间"},
    {"out next year", R"({"exitYear": 2020})", 0, "{}", "{}", "{}", "EXIT_YEAR_WRONG exit_year: 脱贫年度 2020"},
    {"not out, with a year", R"({"exitFlag": "0"})", 0, "{}", "{}", "{}",
     "EXIT_YEAR_WRONG exit_year: 未脱贫, 脱贫年度 2018"},
    {"at the edge, and registered as poor", R"({"monitorType": "2", "riskEliminated": true})", 0, "{}", "{}", "{}",
     "MONITOR_TYPE_DISAGREES monitor_type: 监测类型 2, 脱贫标志 1"},
    {"monitored, and no word of the risk", R"({"monitorType": "1"})", 0, "{}", "{}", "{}",
     "RISK_STATE_MISSING risk_eliminated: 空"},
};

TEST(QualityCatalogueTest, WhatIsWrongIsFoundAndNothingElse) {
  for (const Case& c : kCases) {
    QualityCase judged = GoodHousehold();
    if (std::string(c.household).find("otherCauses") != std::string::npos) judged.household.clear_other_causes();
    if (std::string(c.household).find("\"exitYear\": 0") != std::string::npos) judged.household.set_exit_year(0);
    Merge(c.household, &judged.household);
    Merge(c.member, &judged.persons[static_cast<size_t>(c.person)].member);
    Merge(c.income, &*judged.income);
    Merge(c.living, &*judged.living);
    EXPECT_EQ(absl::StrJoin(FoundIn(judged), "; "), c.found) << c.what;
  }
}

TEST(QualityCatalogueTest, WhatIsMissingIsFound) {
  QualityCase judged = GoodHousehold();
  judged.income.reset();
  judged.living.reset();
  judged.persons[1].member.clear_health();
  judged.household.clear_national_id();
  EXPECT_THAT(FoundIn(judged), ElementsAre("NATIONAL_NUMBER_MISSING national_id: 空", "INCOME_MISSING year: 未采集",
                                           "LIVING_MISSING year: 未采集", "MEMBER_FIELD_MISSING health: 空"));
  judged = GoodHousehold();
  judged.persons.clear();
  EXPECT_THAT(FoundIn(judged), ElementsAre("HOUSEHOLD_WITHOUT_MEMBERS member_count: 无在册成员"));
}

TEST(QualityCatalogueTest, TheTablesAndTheDayAreLookedAt) {
  QualityCase judged = GoodHousehold();
  judged.village_valid = false;
  judged.persons[0].holder = NumberHolder::kSomebodyElse;
  judged.persons[1].holder = NumberHolder::kNobody;
  judged.confirm_date = judged.date - 401;
  EXPECT_THAT(FoundIn(judged), ElementsAre("IDENTITY_DUPLICATE id_number: 另一名在册成员已登记同一号码",
                                           "IDENTITY_UNCLAIMED id_number: 号码不在防重名单中",
                                           "AREA_UNKNOWN area: 代码 150526100201 不存在或已失效",
                                           "RECORD_STALE update_time: 已超过 400 天未变更或核实"));
}

// Numbers of the national standard: 11010519491231002 with check X is of a woman born on 31 December 1949.
TEST(QualityCatalogueTest, IdentityNumbersAreLookedInto) {
  QualityCase judged = GoodHousehold();
  v1::Member& mother = judged.persons[3].member;
  mother.set_id_type("01");
  mother.set_id_number(absl::StrCat("11010519491231002", "X"));
  EXPECT_THAT(FoundIn(judged), ElementsAre("BIRTH_DATE_DISAGREES birth_date: 与身份证号码中的日期不同"));
  mother.set_birth_date("1949-12-31");
  mother.set_sex("1");
  EXPECT_THAT(FoundIn(judged), ElementsAre("SEX_DISAGREES sex: 与身份证号码中的性别不同"));
  mother.set_id_number(absl::StrCat("11010519491231002", "1"));
  const auto found = FoundIn(judged);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].find("IDENTITY_INVALID id_number: "), 0u);
  EXPECT_EQ(found[0].find("1949"), std::string::npos) << "nothing of the number is told";
}

TEST(QualityCatalogueTest, OldPeopleAloneAreAClue) {
  QualityCase judged = GoodHousehold();
  judged.household.set_main_cause("09");
  judged.household.clear_other_causes();
  judged.persons = {judged.persons[3]};
  judged.persons[0].member.set_relation("01");
  judged.household.set_head_name("丁");
  judged.household.set_member_count(1);
  judged.income.reset();
  EXPECT_THAT(FoundIn(judged),
              ElementsAre("INCOME_MISSING year: 未采集", "ELDERLY_ALONE member_count: 全户 1 人均满 60 周岁"));
}

TEST(QualityCatalogueTest, PupilsAndChildrenAtWorkAreFound) {
  QualityCase judged = GoodHousehold();
  v1::Member& daughter = judged.persons[2].member;
  daughter.set_work_months(2);
  daughter.set_work_place("01");
  EXPECT_THAT(FoundIn(judged), ElementsAre("PUPIL_AT_WORK work_months: 在校生, 务工 2 个月",
                                           "UNDER_AGE_AT_WORK work_months: 不满 16 周岁, 登记务工"));
}

TEST(QualityCatalogueTest, WorkWithoutWagesUnsafeWaterAndNoInsuranceAreFound) {
  QualityCase judged = GoodHousehold();
  judged.income->set_production_fen(judged.income->production_fen() + judged.income->wage_fen());
  judged.income->set_wage_fen(0);
  judged.living->set_safe_water(false);
  judged.persons[1].member.set_medical_insurance(false);
  EXPECT_THAT(FoundIn(judged),
              ElementsAre("MONTHS_WITHOUT_WAGE wage_fen: 工资性收入 0 元, 务工月数合计 6",
                          "OUT_WATER_UNSAFE safe_water: 饮水不安全", "OUT_UNINSURED medical_insurance: 未参保"));
}

}  // namespace
}  // namespace bangfu::registration::domain
