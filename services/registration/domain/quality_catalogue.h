// The rules of data quality that the program has: what each looks at, in words for people, and the function that does.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CATALOGUE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CATALOGUE_H_

#include "absl/types/span.h"
#include "services/registration/domain/quality_case.h"

namespace bangfu::registration::domain {

struct QualityCheck {
  v1::QualityRule::Code code;
  const char* group;
  // Of the eleven screens (十一项筛查) of public code; empty if of none. Screens of key objects, floor classes and
  // helpers have no rule: the register does not hold what they look at, or the source does not say what it is.
  const char* screen;
  const char* looks_at;
  // What to do, unless the pack says it better.
  const char* fix;
  // Null for what is looked for in the tables as a whole, not household by household.
  void (*judge)(QualityView& view);
};

// In order of codes.
absl::Span<const QualityCheck> QualityCatalogue();

// Null if there is no such rule.
const QualityCheck* FindCheck(v1::QualityRule::Code code);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_CATALOGUE_H_
