// Invented names of persons, in Han and in Mongol style, put together from syllables.
#ifndef BANGFU_DEPLOY_DEMO_NAMES_H_
#define BANGFU_DEPLOY_DEMO_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "deploy/demo/household.h"
#include "deploy/demo/random.h"

namespace bangfu::demo {

// A family name of the people; empty in about half of the Mongol families, whose members have given names only.
absl::string_view PickFamilyName(Ethnicity ethnicity, Random& random);

// Replaces `name` by the family name and a given name that suits people, sex and age.
void MakeName(absl::string_view family, Ethnicity ethnicity, Sex sex, int age, Random& random, std::string* name);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_NAMES_H_
