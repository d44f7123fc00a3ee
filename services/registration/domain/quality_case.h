// A household as the rules of data quality see it, and what they find.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CASE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CASE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/quality.pb.h"
#include "bangfu/registration/v1/quality_rules.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"

namespace bangfu::registration::domain {

// Who holds the identity number of a member on the list of numbers that are taken.
enum class NumberHolder { kMember, kSomebodyElse, kNobody };

struct QualityPerson {
  v1::Member member;  // the opened identity number, without telephone
  NumberHolder holder = NumberHolder::kMember;
};

// A household on the register, with everybody who is present.
struct QualityCase {
  v1::Household household;
  std::vector<QualityPerson> persons;
  std::optional<v1::Income> income;  // of the year
  std::optional<v1::LivingCondition> living;
  bool village_valid = true;    // its village exists on the date
  absl::CivilDay confirm_date;  // when any of it last changed or was confirmed
  int year = 0;                 // of income and living conditions
  absl::CivilDay date;          // ages are reached on it
};

struct QualityFinding {
  v1::QualityRule::Code rule;
  v1::QualityIssue::Record record;
  // Of the persons, if it is about one; else -1.
  int person;
  std::string field;
  // Without personal data: neither who, nor a birthday, nor what somebody suffers from.
  std::string found;
  std::string expected;
};

// What the rules ask again and again of one household, and where they put what they find.
class QualityView {
 public:
  QualityView(const QualityCase& judged, const v1::QualityRules& rules, std::vector<QualityFinding>* findings);

  const QualityCase& judged() const { return judged_; }
  const v1::QualityRules& rules() const { return rules_; }
  const v1::Household& household() const { return judged_.household; }
  int size() const { return static_cast<int>(judged_.persons.size()); }
  const v1::Member& member(int person) const { return judged_.persons[static_cast<size_t>(person)].member; }

  // In full years on the date; nothing without a birth date.
  std::optional<int> age(int person) const { return ages_[static_cast<size_t>(person)]; }
  bool AgeWithin(int person, int from, int to) const {
    return age(person) && *age(person) >= from && *age(person) <= to;
  }
  // Attends a school, primary school or later.
  bool IsPupil(int person) const;
  bool IsAble(int person) const;  // ordinary or skilled labour
  bool IsRegistered() const { return household().type() != v1::Household::ORDINARY; }
  bool IsOut() const { return household().exit_flag() == "1"; }
  bool HasCause(absl::string_view cause) const;  // main or other

  // How many of the members the test is true of; it takes a place among the persons.
  template <typename Test>
  int Count(Test test) const {
    int count = 0;
    for (int person = 0; person < size(); ++person) count += test(person) ? 1 : 0;
    return count;
  }

  // Findings of the rule that is at work.
  void Begin(v1::QualityRule::Code rule) { rule_ = rule; }
  void AddToHousehold(absl::string_view field, std::string found, std::string expected);
  void AddToMember(int person, absl::string_view field, std::string found, std::string expected);
  void AddToIncome(absl::string_view field, std::string found, std::string expected);
  void AddToLiving(absl::string_view field, std::string found, std::string expected);

 private:
  void Add(v1::QualityIssue::Record record, int person, absl::string_view field, std::string found,
           std::string expected);

  const QualityCase& judged_;
  const v1::QualityRules& rules_;
  std::vector<std::optional<int>> ages_;
  v1::QualityRule::Code rule_ = v1::QualityRule::CODE_UNSPECIFIED;
  std::vector<QualityFinding>* const findings_;
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CASE_H_
