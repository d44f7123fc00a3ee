// The rules of data quality, each a function that looks at one household and adds what it finds. What each looks at is
// told to people by the catalogue (quality_catalogue.h), from which they are called.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CHECKS_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CHECKS_H_

#include "services/registration/domain/quality_case.h"

namespace bangfu::registration::domain {

// Structure and completeness (quality_structure.cc).
void CheckMemberCount(QualityView& view);
void CheckHeadCount(QualityView& view);
void CheckHeadName(QualityView& view);
void CheckSomebodyPresent(QualityView& view);
void CheckNumberDuplicate(QualityView& view);
void CheckNumberClaimed(QualityView& view);
void CheckVillageValid(QualityView& view);
void CheckMemberAreas(QualityView& view);
void CheckMemberTypes(QualityView& view);
void CheckNationalNumber(QualityView& view);
void CheckIncomeThere(QualityView& view);
void CheckLivingThere(QualityView& view);
void CheckMemberFields(QualityView& view);
void CheckStaleness(QualityView& view);

// Identity, ages and work of persons (quality_person.cc).
void CheckIdentityNumber(QualityView& view);
void CheckBirthDate(QualityView& view);
void CheckSex(QualityView& view);
void CheckSkilledAge(QualityView& view);
void CheckPreSchoolAge(QualityView& view);
void CheckSchoolAge(QualityView& view);
void CheckEducationAge(QualityView& view);
void CheckParentAge(QualityView& view);
void CheckHealthyLabour(QualityView& view);
void CheckPupilAtWork(QualityView& view);
void CheckNoLabourAtWork(QualityView& view);
void CheckUnderAgeAtWork(QualityView& view);
void CheckWorkMonths(QualityView& view);
void CheckWorkPlace(QualityView& view);

// Causes and income (quality_economy.cc).
void CheckCauseIllness(QualityView& view);
void CheckCauseDisability(QualityView& view);
void CheckCauseSchooling(QualityView& view);
void CheckCauseLabour(QualityView& view);
void CheckCauseRepeated(QualityView& view);
void CheckIncomeSums(QualityView& view);
void CheckIncomeMembers(QualityView& view);
void CheckIncomePlausible(QualityView& view);
void CheckWageWithoutMonths(QualityView& view);
void CheckMonthsWithoutWage(QualityView& view);
void CheckCollegeAllowance(QualityView& view);
void CheckAllowanceMoney(QualityView& view);
void CheckAllowanceMarked(QualityView& view);
void CheckExtremePovertyMoney(QualityView& view);

// Living, exit and monitoring (quality_living.cc).
void CheckHouseGrade(QualityView& view);
void CheckWater(QualityView& view);
void CheckIrrigated(QualityView& view);
void CheckHouseArea(QualityView& view);
void CheckOutIncome(QualityView& view);
void CheckOutHouse(QualityView& view);
void CheckOutWater(QualityView& view);
void CheckOutInsurance(QualityView& view);
void CheckOutSchool(QualityView& view);
void CheckExitYear(QualityView& view);
void CheckElderlyAlone(QualityView& view);
void CheckMonitorType(QualityView& view);
void CheckRiskState(QualityView& view);
void CheckLowIncomeMonitored(QualityView& view);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CHECKS_H_
