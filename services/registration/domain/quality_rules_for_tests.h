// For tests: a pack with all rules on, and a household in which they find nothing.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_RULES_FOR_TESTS_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_RULES_FOR_TESTS_H_

#include <string>

#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/domain/quality_case.h"
#include "services/registration/domain/quality_catalogue.h"

namespace bangfu::registration::domain {

inline v1::QualityRules AllQualityRules() {
  auto rules = FromJson<v1::QualityRules>(R"json({
    "labourAgeFrom": 16, "labourAgeTo": 60, "ableAgeFrom": 18, "ableAgeTo": 59, "preSchoolAgeTo": 6,
    "schoolAges": [{"codes": ["03"], "ageFrom": 6, "ageTo": 14}, {"codes": ["04", "05", "06"], "ageFrom": 11, "ageTo": 17},
                   {"codes": ["16"], "ageFrom": 16, "ageTo": 26}],
    "educationAges": [{"codes": ["05"], "ageFrom": 17, "ageTo": 150}],
    "parentGapFrom": 15, "parentGapTo": 65, "ableMembers": 2, "netPerCapitaFromFen": 0,
    "netPerCapitaToFen": 10000000, "exitLineFen": 400000, "monitorLineFen": 500000, "schoolAgeFrom": 6,
    "schoolAgeTo": 14, "houseFromCentiM2": 500, "houseToCentiM2": 20000, "elderlyAgeFrom": 60, "staleDays": 400,
    "indexPercent": 70})json");
  for (const QualityCheck& check : QualityCatalogue()) {
    auto& rule = *rules.add_rules();
    rule.set_code(check.code);
    rule.set_severity(v1::QualityRule::WARNING);
    rule.set_owner(v1::QualityRule::VILLAGE);
    rule.set_days_to_fix(30);
    rule.set_weight(1);
  }
  return rules;
}

// A man of 49, his healthy wife of 47, their daughter of 9 in primary school and his mother of 70, on 31 December 2019:
// out of poverty since 2018, poor by illness (the man is chronically ill), 5,000 yuan each.
inline QualityCase GoodHousehold() {
  QualityCase good;
  good.household = FromJson<v1::Household>(R"json({
    "householdId": "150526-0000000000001", "area": "150526100201", "nationalId": "H1", "headName": "甲", "standard": "1",
    "attribute": "01", "mainCause": "01", "otherCauses": ["09"], "exitFlag": "1", "exitYear": 2018, "memberCount": 4,
    "state": "ACTIVE", "type": "REGISTERED"})json");
  const auto add = [&](const char* json) {
    good.persons.push_back({FromJson<v1::Member>(json)});
    v1::Member& member = good.persons.back().member;
    member.set_area(good.household.area());
    member.set_household_type(v1::Household::REGISTERED);
    member.set_id_type("02");  // numbers are the matter of a case of its own
    member.set_medical_insurance(true);
  };
  add(R"json({"name": "甲", "relation": "01", "sex": "1", "birthDate": "1970-03-05", "education": "03",
              "schoolStatus": "01", "health": "02", "labour": "01", "workPlace": "02", "workMonths": 6})json");
  add(R"json({"name": "乙", "relation": "02", "sex": "2", "birthDate": "1972-08-01", "education": "02",
              "schoolStatus": "01", "health": "01", "labour": "01"})json");
  add(R"json({"name": "丙", "relation": "04", "sex": "2", "birthDate": "2010-05-20", "education": "02",
              "schoolStatus": "03", "health": "01", "labour": "04"})json");
  add(R"json({"name": "丁", "relation": "12", "sex": "2", "birthDate": "1949-01-15", "education": "01",
              "schoolStatus": "01", "health": "01", "labour": "04"})json");
  good.income = FromJson<v1::Income>(R"json({
    "year": 2019, "wageFen": 1800000, "productionFen": 400000, "expenseFen": 200000, "netFen": 2000000,
    "netPerCapitaFen": 500000, "memberCount": 4})json");
  good.living = FromJson<v1::LivingCondition>(R"json({
    "year": 2019, "arableCentiMu": 1000, "irrigatedCentiMu": 500, "safeWater": true, "waterDifficulty": false,
    "houseCentiM2": 8000, "dangerousHouse": false, "dangerGrade": "B"})json");
  good.year = 2019;
  good.date = absl::CivilDay(2019, 12, 31);
  good.confirm_date = absl::CivilDay(2019, 11, 10);
  return good;
}

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_RULES_FOR_TESTS_H_
