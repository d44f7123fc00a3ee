// Composes a family: who lives in a household, with relations, sexes and ages that fit together.
//
// Kept by construction, in years of age: spouses at most 7 apart; a child 19 to 44 younger than both parents who are in
// the household; a grandchild likewise younger than its parents and at least 38 younger than its grandparents. So by
// exact dates spouses are within 8 years and a child within 18 to 45.
#ifndef BANGFU_DEPLOY_DEMO_FAMILY_H_
#define BANGFU_DEPLOY_DEMO_FAMILY_H_

#include "deploy/demo/household.h"
#include "deploy/demo/random.h"

namespace bangfu::demo {

// Sets relation, sex and age of the first household->size members; the head is the first. The mixture is that of a
// poor rural county: many old people living alone or in couples. size must be 1 to kMaxMembers.
void ComposeFamily(Household* household, Random& random);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_FAMILY_H_
