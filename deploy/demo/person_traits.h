// What follows from age, sex and chance: schooling, health, ability to work, work, insurance.
#ifndef BANGFU_DEPLOY_DEMO_PERSON_TRAITS_H_
#define BANGFU_DEPLOY_DEMO_PERSON_TRAITS_H_

#include "deploy/demo/household.h"
#include "deploy/demo/random.h"

namespace bangfu::demo {

// Fills education, school, health, labour, work, insurance and political status of a person whose sex, age and relation
// are set. Every combination passes the data-quality rules: pre-school codes only below 6, skilled labour only at 18 to
// 58, months of work only for able people out of school, a place of work exactly if there are months.
void FillTraits(bool out_of_poverty, Person* person, Random& random);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_PERSON_TRAITS_H_
