#include "services/registration/domain/quality_catalogue.h"

#include <algorithm>

#include "services/registration/domain/quality_checks.h"

namespace bangfu::registration::domain {
namespace {

using Rule = v1::QualityRule;

constexpr char kStructure[] = "结构", kComplete[] = "要素完整", kIdentity[] = "身份信息", kAge[] = "年龄逻辑",
               kWork[] = "务工", kCause[] = "致贫原因", kIncome[] = "收入", kLiving[] = "生产生活条件",
               kExit[] = "脱贫退出", kSeparate[] = "分户", kReturn[] = "返贫动态";
constexpr char kNone[] = "", kNumberScreen[] = "身份证异常", kCauseScreen[] = "致贫原因", kLabourScreen[] = "劳动能力",
               kIncomeScreen[] = "收入", kWorkScreen[] = "务工状态", kWorriesScreen[] = "两不愁三保障",
               kUntrueScreen[] = "对象不实", kAreaScreen[] = "区划编码";

constexpr QualityCheck kCatalogue[] = {
    {Rule::MEMBER_COUNT_DISAGREES, kStructure, kNone, "户的家庭人口与在册成员人数是否相同",
     "核对家庭成员, 补录或减少成员", CheckMemberCount},
    {Rule::HEAD_COUNT_WRONG, kStructure, kNone, "与户主关系为 01 的在册成员是否有且只有一名",
     "办理户主变更, 指定唯一户主", CheckHeadCount},
    {Rule::HEAD_NAME_DISAGREES, kStructure, kNone, "户的户主姓名与户主成员的姓名是否相同",
     "核对户主, 更正姓名或变更户主", CheckHeadName},
    {Rule::HOUSEHOLD_WITHOUT_MEMBERS, kStructure, kNone, "在册户是否至少有一名在册成员", "补录成员, 或将该户归档",
     CheckSomebodyPresent},
    {Rule::PERSON_WITHOUT_HOUSEHOLD, kStructure, kNone, "在册成员所在的户是否存在且在册",
     "核对后移入正确的户, 或办理减少", nullptr},
    {Rule::IDENTITY_DUPLICATE, kStructure, kNumberScreen, "在册成员的证件号码是否为另一名在册成员登记",
     "核对身份证件, 更正或减少重复登记的成员", CheckNumberDuplicate},
    {Rule::IDENTITY_UNCLAIMED, kStructure, kNumberScreen, "在册成员的证件号码是否在防重名单中",
     "核对身份证件后重新保存该成员", CheckNumberClaimed},
    {Rule::AREA_UNKNOWN, kStructure, kAreaScreen, "户所在村的代码在基准日期是否有效", "按区划调整结果更正所在村",
     CheckVillageValid},
    {Rule::MEMBER_AREA_DISAGREES, kStructure, kAreaScreen, "成员与户是否在同一村", "核对后更正所在村",
     CheckMemberAreas},
    {Rule::MEMBER_TYPE_DISAGREES, kStructure, kNone, "成员与户的户类型是否相同", "核对后更正户类型", CheckMemberTypes},
    {Rule::NATIONAL_NUMBER_MISSING, kComplete, kNone, "建档立卡户是否有全国系统的户编号", "补填户编号",
     CheckNationalNumber},
    {Rule::INCOME_MISSING, kComplete, kNone, "该年度收入是否已采集", "入户采集并填报收入", CheckIncomeThere},
    {Rule::LIVING_MISSING, kComplete, kNone, "该年度生产生活条件是否已采集", "入户采集并填报生产生活条件",
     CheckLivingThere},
    {Rule::MEMBER_FIELD_MISSING, kComplete, kNone, "成员的文化程度、在校生状况、健康状况、劳动能力是否填写",
     "入户核实后补填", CheckMemberFields},
    {Rule::RECORD_STALE, kComplete, kNone, "户、成员、收入、条件最近一次变更或核实距基准日期的天数",
     "入户核实并确认信息", CheckStaleness},
    {Rule::IDENTITY_INVALID, kIdentity, kNumberScreen, "身份证号码的位数、校验位、出生日期是否符合 GB 11643",
     "核对身份证件, 更正号码", CheckIdentityNumber},
    {Rule::BIRTH_DATE_DISAGREES, kIdentity, kNumberScreen, "出生日期与身份证号码中的日期是否相同",
     "核对身份证件, 更正出生日期或号码", CheckBirthDate},
    {Rule::SEX_DISAGREES, kIdentity, kNumberScreen, "性别与身份证号码第 17 位是否相符", "核对身份证件, 更正性别或号码",
     CheckSex},
    {Rule::SKILLED_LABOUR_AGE, kAge, kLabourScreen, "技能劳动力的年龄是否在劳动年龄内", "核实劳动能力, 更正代码",
     CheckSkilledAge},
    {Rule::PRE_SCHOOL_AGE, kAge, kNone, "登记为学龄前的成员是否已达学龄", "核实在校情况和文化程度, 更正代码",
     CheckPreSchoolAge},
    {Rule::SCHOOL_GRADE_AGE, kAge, kNone, "在校生状况的学段与年龄是否相符", "核实就读学段, 更正代码", CheckSchoolAge},
    {Rule::EDUCATION_AGE, kAge, kNone, "文化程度与年龄是否相符", "核实文化程度, 更正代码", CheckEducationAge},
    {Rule::PARENT_CHILD_AGE, kAge, kNone, "户主与子女、父母的年龄差是否合理", "核对出生日期和与户主关系",
     CheckParentAge},
    {Rule::HEALTHY_WITHOUT_LABOUR, kAge, kLabourScreen, "健康、适龄、不在校的成员是否登记为无劳动能力",
     "核实健康状况和劳动能力, 更正代码", CheckHealthyLabour},
    {Rule::PUPIL_AT_WORK, kWork, kWorkScreen, "在校生是否登记务工月数", "核实在校和务工情况, 更正其一",
     CheckPupilAtWork},
    {Rule::NO_LABOUR_AT_WORK, kWork, kWorkScreen, "无劳动能力或丧失劳动能力者是否登记务工月数",
     "核实劳动能力和务工情况, 更正其一", CheckNoLabourAtWork},
    {Rule::UNDER_AGE_AT_WORK, kWork, kWorkScreen, "未达劳动年龄者是否登记务工月数", "核实务工情况; 属实的移交有关部门",
     CheckUnderAgeAtWork},
    {Rule::WORK_PLACE_WITHOUT_MONTHS, kWork, kWorkScreen, "有务工地点的成员是否有务工月数",
     "补填务工月数或清空务工地点", CheckWorkMonths},
    {Rule::WORK_MONTHS_WITHOUT_PLACE, kWork, kWorkScreen, "有务工月数的成员是否有务工地点", "补填务工地点",
     CheckWorkPlace},
    {Rule::CAUSE_ILLNESS_ALL_HEALTHY, kCause, kCauseScreen, "因病致贫的户, 成员是否全部登记为健康",
     "核实致贫原因或成员健康状况", CheckCauseIllness},
    {Rule::CAUSE_DISABILITY_NOBODY, kCause, kCauseScreen, "因残致贫的户, 是否有残疾成员", "核实致贫原因或成员健康状况",
     CheckCauseDisability},
    {Rule::CAUSE_SCHOOLING_NOBODY, kCause, kCauseScreen, "因学致贫的户, 是否有在校生", "核实致贫原因或在校生状况",
     CheckCauseSchooling},
    {Rule::CAUSE_NO_LABOUR_BUT_ABLE, kCause, kCauseScreen, "缺劳力致贫的户, 有劳动能力者是否达到规定人数",
     "核实致贫原因或成员劳动能力", CheckCauseLabour},
    {Rule::CAUSE_REPEATED, kCause, kCauseScreen, "其他致贫原因是否包含主要原因", "删去重复的原因", CheckCauseRepeated},
    {Rule::INCOME_SUM_DISAGREES, kIncome, kIncomeScreen, "转移性收入、纯收入、人均纯收入与分项是否相符",
     "重新填报该年度收入", CheckIncomeSums},
    {Rule::INCOME_MEMBERS_DISAGREE, kIncome, kIncomeScreen, "计算人均收入的人口与在册成员人数是否相同",
     "按现有人口重新填报该年度收入", CheckIncomeMembers},
    {Rule::NET_INCOME_IMPLAUSIBLE, kIncome, kIncomeScreen, "人均纯收入是否在合理范围内", "逐项核实收入和支出",
     CheckIncomePlausible},
    {Rule::WAGE_WITHOUT_MONTHS, kIncome, kWorkScreen, "有工资性收入的户, 成员务工月数合计是否为零",
     "核实务工情况, 补填务工月数或更正收入", CheckWageWithoutMonths},
    {Rule::MONTHS_WITHOUT_WAGE, kIncome, kWorkScreen, "有务工月数的户, 工资性收入是否为零",
     "核实务工情况, 补填工资性收入或更正月数", CheckMonthsWithoutWage},
    {Rule::COLLEGE_WITHOUT_ALLOWANCE, kIncome, kIncomeScreen, "有在校大学生的户, 低保金是否为零",
     "核实低保政策落实和收入填报", CheckCollegeAllowance},
    {Rule::ALLOWANCE_WITHOUT_MONEY, kIncome, kIncomeScreen, "有成员享受低保的户, 低保金是否为零",
     "核实低保金发放, 补填收入或更正享受低保", CheckAllowanceMoney},
    {Rule::ALLOWANCE_MONEY_UNMARKED, kIncome, kIncomeScreen, "有低保金的户, 是否有成员享受低保",
     "核实享受低保的成员并补填", CheckAllowanceMarked},
    {Rule::EXTREME_POVERTY_WITHOUT_MONEY, kIncome, kIncomeScreen, "特困供养户的特困供养金是否为零",
     "核实特困供养金发放并补填收入", CheckExtremePovertyMoney},
    {Rule::HOUSE_GRADE_DISAGREES, kLiving, kNone, "是否危房与危房等级是否相符", "按鉴定结果更正", CheckHouseGrade},
    {Rule::WATER_DISAGREES, kLiving, kNone, "饮水安全与饮水困难是否同时登记", "按水质和取水评价结果更正", CheckWater},
    {Rule::IRRIGATED_ABOVE_ARABLE, kLiving, kNone, "有效灌溉面积是否大于耕地面积", "核对土地面积", CheckIrrigated},
    {Rule::HOUSE_AREA_IMPLAUSIBLE, kLiving, kNone, "人均住房面积是否在合理范围内", "核对住房面积和单位",
     CheckHouseArea},
    {Rule::OUT_BELOW_LINE, kExit, kUntrueScreen, "已脱贫户的人均纯收入是否低于标准线",
     "逐项核实收入; 属实的按程序纳入监测", CheckOutIncome},
    {Rule::OUT_HOUSE_UNSAFE, kExit, kWorriesScreen, "已脱贫户是否住危房", "核实鉴定结果; 属实的落实住房保障",
     CheckOutHouse},
    {Rule::OUT_WATER_UNSAFE, kExit, kWorriesScreen, "已脱贫户饮水是否不安全", "核实饮水情况; 属实的落实饮水保障",
     CheckOutWater},
    {Rule::OUT_UNINSURED, kExit, kWorriesScreen, "已脱贫户是否有成员未参加基本医疗保险", "核实参保情况; 属实的动员参保",
     CheckOutInsurance},
    {Rule::OUT_CHILD_NOT_AT_SCHOOL, kExit, kWorriesScreen, "已脱贫户是否有义务教育适龄儿童不在校",
     "核实在校情况; 属实的控辍保学", CheckOutSchool},
    {Rule::EXIT_YEAR_WRONG, kExit, kUntrueScreen, "脱贫年度与脱贫标志、基准日期是否相符", "核对退出批准文件后更正",
     CheckExitYear},
    {Rule::ELDERLY_ALONE, kSeparate, kUntrueScreen, "全户均为老年人的户, 子女是否另有收入", "采集子女收入及赡养情况",
     CheckElderlyAlone},
    {Rule::MONITOR_TYPE_DISAGREES, kReturn, kNone, "监测对象类型与户类型、脱贫标志是否相符", "核对监测对象认定结果",
     CheckMonitorType},
    {Rule::RISK_STATE_MISSING, kReturn, kNone, "监测对象是否登记风险消除状态", "核实风险状态", CheckRiskState},
    {Rule::LOW_INCOME_NOT_MONITORED, kReturn, kNone, "已脱贫户人均纯收入低于监测线的是否纳入监测", "入户核实返贫风险",
     CheckLowIncomeMonitored},
};

}  // namespace

absl::Span<const QualityCheck> QualityCatalogue() { return kCatalogue; }

const QualityCheck* FindCheck(v1::QualityRule::Code code) {
  const auto* end = std::end(kCatalogue);
  const auto* found = std::find_if(std::begin(kCatalogue), end, [&](const auto& check) { return check.code == code; });
  return found == end ? nullptr : found;
}

}  // namespace bangfu::registration::domain
