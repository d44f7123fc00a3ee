#include "services/registration/domain/quality_case.h"

#include <algorithm>

#include "common/standards/date.h"

namespace bangfu::registration::domain {

QualityView::QualityView(const QualityCase& judged, const v1::QualityRules& rules,
                         std::vector<QualityFinding>* findings)
    : judged_(judged), rules_(rules), findings_(findings) {
  ages_.reserve(judged.persons.size());
  for (const QualityPerson& person : judged.persons) {
    const auto birth = standards::ParseDate(person.member.birth_date());
    ages_.push_back(birth ? std::optional<int>(standards::AgeOn(*birth, judged.date)) : std::nullopt);
  }
}

// AAB009: 01 not in school, 02 pre-school.
bool QualityView::IsPupil(int person) const { return member(person).school_status() >= "03"; }

// AAB010: 01 ordinary, 02 skilled.
bool QualityView::IsAble(int person) const {
  return member(person).labour() == "01" || member(person).labour() == "02";
}

bool QualityView::HasCause(absl::string_view cause) const {
  const auto& others = household().other_causes();
  return household().main_cause() == cause ||
         std::any_of(others.begin(), others.end(), [&](const std::string& other) { return other == cause; });
}

void QualityView::Add(v1::QualityIssue::Record record, int person, absl::string_view field, std::string found,
                      std::string expected) {
  findings_->push_back({rule_, record, person, std::string(field), std::move(found), std::move(expected)});
}

void QualityView::AddToHousehold(absl::string_view field, std::string found, std::string expected) {
  Add(v1::QualityIssue::HOUSEHOLD, -1, field, std::move(found), std::move(expected));
}

void QualityView::AddToMember(int person, absl::string_view field, std::string found, std::string expected) {
  Add(v1::QualityIssue::MEMBER, person, field, std::move(found), std::move(expected));
}

void QualityView::AddToIncome(absl::string_view field, std::string found, std::string expected) {
  Add(v1::QualityIssue::INCOME, -1, field, std::move(found), std::move(expected));
}

void QualityView::AddToLiving(absl::string_view field, std::string found, std::string expected) {
  Add(v1::QualityIssue::LIVING_CONDITION, -1, field, std::move(found), std::move(expected));
}

}  // namespace bangfu::registration::domain
