#include "services/registration/domain/statistic_catalogue.h"

namespace bangfu::registration::domain {
namespace {

using enum StatisticSource;
using enum StatisticValues;

constexpr auto kPersons = v1::ReportKind::PERSONS;
constexpr auto kHouseholds = v1::ReportKind::HOUSEHOLDS;
constexpr auto kMoney = v1::ReportKind::MONEY;

constexpr char kNow[] = "在册建档立卡户的现有成员, 按当前登记。";
constexpr char kNowOfHouseholds[] = "在册建档立卡户, 按当前登记。";
constexpr char kPersonsOfHouseholds[] = "在册建档立卡户的现有成员, 按所在户的当前登记。";
constexpr char kLivingOfYear[] = "在册建档立卡户, 按该年度的生产生活条件记录 (AC30); 没有记录的列为未采集。";
constexpr char kAtEndOfYear[] =
    "在册建档立卡户的现有成员, 周岁按出生年份计算到该年度12月31日; 分组下限含本数, 上限不含。";

// 内蒙古国办系统导出表的分组: 16, 16–30, 30–40, 40–50, 50–60, 60 以上; 学龄 3–6, 6–15, 15–18, 18–22.
const std::vector<StatisticBand> kAgeBands = {{0, "16岁以下"}, {16, "16—30岁"}, {30, "30—40岁"},
                                              {40, "40—50岁"}, {50, "50—60岁"}, {60, "60岁及以上"}};
const std::vector<StatisticBand> kSchoolAgeBands = {{0, "3岁以下"},  {3, "3—6岁"},    {6, "6—15岁"},
                                                    {15, "15—18岁"}, {18, "18—22岁"}, {22, "22岁及以上"}};
// In fen. Steps of 500 yuan up to 2,800 as in the same tables; those above are ours.
const std::vector<StatisticBand> kIncomeBandsOfYear = {
    {0, "500元以下"},          {50'000, "500—1000元"},      {100'000, "1000—1500元"}, {150'000, "1500—2000元"},
    {200'000, "2000—2500元"},  {250'000, "2500—2800元"},    {280'000, "2800—4000元"}, {400'000, "4000—6000元"},
    {600'000, "6000—10000元"}, {1'000'000, "10000元及以上"}};
// Ours.
const std::vector<StatisticBand> kFloorBands = {{0, "10平方米以下"},    {1'000, "10—20平方米"},
                                                {2'000, "20—30平方米"}, {3'000, "30—40平方米"},
                                                {4'000, "40—60平方米"}, {6'000, "60平方米及以上"}};
const std::vector<StatisticBand> kDistanceBands = {{0, "1公里以下"},  {100, "1—3公里"},     {300, "3—5公里"},
                                                   {500, "5—10公里"}, {1'000, "10—20公里"}, {2'000, "20公里及以上"}};
const std::vector<StatisticBand> kSizeBands = {{0, "无成员"}, {1, "1人户"}, {2, "2人户"}, {3, "3人户"},
                                               {4, "4人户"},  {5, "5人户"}, {6, "6人户"}, {7, "7人及以上户"}};

const std::vector<SumField> kIncomeParts = {{"wage_fen", "工资性收入"},        {"production_fen", "生产经营性收入"},
                                            {"property_fen", "财产性收入"},    {"transfer_fen", "转移性收入"},
                                            {"expense_fen", "生产经营性支出"}, {"net_fen", "纯收入", true}};
const std::vector<SumField> kTransferParts = {{"family_planning_fen", "计划生育金"}, {"subsistence_fen", "低保金"},
                                              {"extreme_poverty_fen", "特困供养金"}, {"pension_fen", "养老金"},
                                              {"ecological_fen", "生态补偿金"},      {"other_transfer_fen", "其他"}};

std::vector<StatisticReport> Persons() {
  return {
      {2, kPersonTotal, "贫困人口", kPersonsOfHouseholds, kPersons, kHousehold, kTotal},
      {3, "PERSON_SEX", "人口按性别", kNow, kPersons, kMember, kCodes, "sex", "AAB003"},
      {4, "PERSON_ETHNICITY", "人口按民族", kNow, kPersons, kMember, kCodes, "ethnicity", "AAB007"},
      {5, "PERSON_AGE", "人口按年龄", kAtEndOfYear, kPersons, kMember, kAges, "birth_date", "", "", kAgeBands},
      {5, "PERSON_SCHOOL_AGE", "人口按学龄", kAtEndOfYear, kPersons, kMember, kAges, "birth_date", "", "",
       kSchoolAgeBands},
      {6, "PERSON_HEALTH", "人口按健康状况", kNow, kPersons, kMember, kCodes, "health", "AAB017"},
      {7, "PERSON_EDUCATION", "人口按文化程度", kNow, kPersons, kMember, kCodes, "education", "AAB008"},
      {8, "PERSON_LABOUR", "人口按劳动能力", kNow, kPersons, kMember, kCodes, "labour", "AAB010"},
      {9, "PERSON_WORK_PLACE", "人口按务工地点", kNow, kPersons, kMember, kCodes, "work_place", "AAB011"},
      {10, "PERSON_WORK_MONTHS", "人口按务工月数", kNow, kPersons, kMember, kNumbers, "work_months", "", "个月"},
      {11, "PERSON_SCHOOL_STATUS", "人口按在校生状况", kNow, kPersons, kMember, kCodes, "school_status", "AAB009"},
      {12, "PERSON_MEDICAL_INSURANCE", "人口按基本医疗保险", kNow, kPersons, kMember, kYesNo, "medical_insurance"},
      {13, "PERSON_PENSION_INSURANCE", "人口按养老保险", kNow, kPersons, kMember, kYesNo, "pension_insurance"},
      {14, "PERSON_ILLNESS_INSURANCE", "人口按大病保险", kNow, kPersons, kMember, kYesNo, "illness_insurance"},
      {15, "PERSON_SUBSISTENCE", "人口按享受低保", kNow, kPersons, kMember, kYesNo, "subsistence_allowance"},
      {16, "PERSON_ATTRIBUTE", "人口按户属性", kPersonsOfHouseholds, kPersons, kHousehold, kCodes, "attribute",
       "AAC006"},
      {17, "PERSON_MAIN_CAUSE", "人口按主要致贫原因", kPersonsOfHouseholds, kPersons, kHousehold, kCodes, "main_cause",
       "AAC007"},
      {18, "PERSON_EXIT_YEAR", "人口按脱贫年度", kPersonsOfHouseholds, kPersons, kHousehold, kNumbers, "exit_year", "",
       "年"},
      {19, "PERSON_EXIT_FLAG", "人口按脱贫标志", kPersonsOfHouseholds, kPersons, kHousehold, kCodes, "exit_flag",
       "AAR010"},
  };
}

std::vector<StatisticReport> Households() {
  return {
      {1, kHouseholdTotal, "贫困户", kNowOfHouseholds, kHouseholds, kHousehold, kTotal},
      {20, "HOUSEHOLD_SIZE", "户按人口规模", kNowOfHouseholds, kHouseholds, kHousehold, kNumbers, "member_count", "",
       "人", kSizeBands},
      {21, "HOUSEHOLD_ATTRIBUTE", "户按属性", kNowOfHouseholds, kHouseholds, kHousehold, kCodes, "attribute", "AAC006"},
      {22, "HOUSEHOLD_STANDARD", "户按识别标准", kNowOfHouseholds, kHouseholds, kHousehold, kCodes, "standard",
       "AAC005"},
      {23, "HOUSEHOLD_MAIN_CAUSE", "户按主要致贫原因", kNowOfHouseholds, kHouseholds, kHousehold, kCodes, "main_cause",
       "AAC007"},
      {24, "HOUSEHOLD_OTHER_CAUSES", "户按其他致贫原因",
       "在册建档立卡户, 按当前登记; 一户有几个其他致贫原因就计几次, 各项之和可以大于户数。", kHouseholds, kHousehold,
       kManyCodes, "other_cause", "AAC008"},
      {25, "HOUSEHOLD_MONITOR_TYPE", "户按监测对象类型",
       "在册建档立卡户, 按当前或最近一次的监测类型; 从未监测的列为未填写。脱贫不稳定户由此计数和列名单。", kHouseholds,
       kHousehold, kCodes, "monitor_type", "MONITOR_TYPE"},
      {26, "HOUSEHOLD_EXIT_YEAR", "户按脱贫年度", kNowOfHouseholds, kHouseholds, kHousehold, kNumbers, "exit_year", "",
       "年"},
      {27, "HOUSEHOLD_EXIT_FLAG", "户按脱贫标志", kNowOfHouseholds, kHouseholds, kHousehold, kCodes, "exit_flag",
       "AAR010"},
  };
}

std::vector<StatisticReport> Incomes() {
  return {
      {30, kIncomeBands, "户按人均纯收入",
       "在册建档立卡户, 按该年度收入记录 (AC07) 的人均纯收入; 分组下限含本数, 上限不含; 没有记录的列为未采集。",
       kHouseholds, kIncome, kBands, "net_per_capita_fen", "", "", kIncomeBandsOfYear},
      {31,
       kIncomeComponents,
       "收入构成",
       "在册建档立卡户该年度收入记录 (AC07) 各项之和, 单位为分; 纯收入 = 工资 + 生产经营 + 财产 + 转移 − "
       "生产经营支出。",
       kMoney,
       kIncome,
       kSums,
       "",
       "",
       "",
       {},
       kIncomeParts},
      {32,
       "TRANSFER_COMPOSITION",
       "转移性收入构成",
       "在册建档立卡户该年度收入记录 (AC07) 转移性收入六个分项之和, 单位为分。",
       kMoney,
       kIncome,
       kSums,
       "",
       "",
       "",
       {},
       kTransferParts},
  };
}

std::vector<StatisticReport> Livings() {
  return {
      {40, "HOUSEHOLD_SAFE_WATER", "户按饮水安全", kLivingOfYear, kHouseholds, kLiving, kYesNo, "safe_water"},
      {41, "HOUSEHOLD_WATER_DIFFICULTY", "户按饮水困难", kLivingOfYear, kHouseholds, kLiving, kYesNo,
       "water_difficulty"},
      {42, "HOUSEHOLD_POWER", "户按生产用电", kLivingOfYear, kHouseholds, kLiving, kYesNo, "production_power"},
      {43, "HOUSEHOLD_ROAD_TYPE", "户按入户路类型", kLivingOfYear, kHouseholds, kLiving, kCodes, "road_type", "AAC316"},
      {44, "HOUSEHOLD_DANGEROUS_HOUSE", "户按危房", kLivingOfYear, kHouseholds, kLiving, kYesNo, "dangerous_house"},
      {45, "HOUSEHOLD_DANGER_GRADE", "户按危房等级", kLivingOfYear, kHouseholds, kLiving, kCodes, "danger_grade",
       "AAC322"},
      {46, "HOUSEHOLD_TOILET", "户按卫生厕所", kLivingOfYear, kHouseholds, kLiving, kYesNo, "sanitary_toilet"},
      {47, "HOUSEHOLD_FUEL", "户按主要燃料", kLivingOfYear, kHouseholds, kLiving, kCodes, "fuel", "AAC320"},
      {48, "HOUSEHOLD_FLOOR_SPACE", "户按人均住房面积",
       "在册建档立卡户, 该年度住房面积 (AC30) 除以当前家庭人口; 分组下限含本数, 上限不含; 没有记录的列为未采集。",
       kHouseholds, kLiving, kBands, "house_centi_m2_per_head", "", "", kFloorBands},
      {49, "HOUSEHOLD_ROAD_DISTANCE", "户按距主干路距离", kLivingOfYear, kHouseholds, kLiving, kBands, "road_centi_km",
       "", "", kDistanceBands},
  };
}

}  // namespace

const std::vector<StatisticReport>& StatisticCatalogue() {
  static const auto* const catalogue = [] {
    auto* all = new std::vector<StatisticReport>();
    for (const auto& part : {Persons(), Households(), Incomes(), Livings()}) {
      all->insert(all->end(), part.begin(), part.end());
    }
    return all;
  }();
  return *catalogue;
}

const StatisticReport* FindStatistic(absl::string_view report) {
  for (const StatisticReport& known : StatisticCatalogue()) {
    if (known.report == report) return &known;
  }
  return nullptr;
}

v1::ReportKind DescribeStatistic(const StatisticReport& report) {
  v1::ReportKind kind;
  kind.set_report(report.report);
  kind.set_title(report.title);
  kind.set_definition(report.definition);
  kind.set_subject(report.subject);
  kind.set_yearly(report.yearly());
  kind.set_health(report.about_health());
  kind.set_overlapping(report.values == kManyCodes);
  return kind;
}

}  // namespace bangfu::registration::domain
