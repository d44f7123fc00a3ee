// What is found against what was found before: which issues are new, which stay, which are mended.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_RECONCILE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_RECONCILE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/registration/domain/quality_pack.h"
#include "services/registration/domain/quality_score.h"

namespace bangfu::registration::domain {

// An issue as the store keeps it, with what is not shown.
struct QualityRecord {
  v1::QualityIssue issue;
  std::string policy_id;  // by which it was last found
  std::string waiver_by;  // who asked for the waiver
};

// How households are looked at.
struct QualityLook {
  const QualityPack* pack = nullptr;
  std::string policy_id;
  std::string run_id;  // empty for a check of one household
  int year = 0;
  absl::CivilDay today;  // issues are found on it
};

// The findings in a household as issues that nobody knows yet.
std::vector<QualityRecord> IssuesOf(const QualityCase& judged, const std::vector<QualityFinding>& findings,
                                    const QualityLook& look);

// Fills in the names of rule and field.
void Describe(v1::QualityIssue* issue);

// What the look makes of the issues of some households.
struct QualityChange {
  std::vector<QualityRecord> added;
  std::vector<QualityRecord> changed;  // found again, or fixed
  // Not waived: how the findings count.
  std::vector<v1::QualityIssue> counted;
  int64_t new_count = 0;    // that were not open before
  int64_t kept_count = 0;   // that were and are
  int64_t fixed_count = 0;  // that were and are not
};

// `known` are all issues of the households, `found` what was found in them now. An issue is the same if rule, record
// and field are. A waiver holds for what was found when it was asked for. Of issues that are not found, those are fixed
// that the look would have found: its pack has the rule, and they are of its year. `scope` leaves others alone.
QualityChange Reconcile(const std::vector<QualityRecord>& known, std::vector<QualityRecord> found,
                        const QualityLook& look, const std::set<int>& scope);

// The rules of the pack that look at households one by one; and those that look at the tables as a whole.
std::set<int> HouseholdRules(const QualityPack& pack);
std::set<int> TableRules(const QualityPack& pack);

// Adds what was judged and counted to the tally of its village.
void AddToTally(const QualityCase& judged, const QualityLook& look, QualityTally* tally);
// `issues` are of one village.
void AddToTally(const std::vector<v1::QualityIssue>& issues, QualityTally* tally);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_RECONCILE_H_
