// Why a household is poor and what it lives on: causes, kind, income, land and house.
#ifndef BANGFU_DEPLOY_DEMO_ECONOMY_H_
#define BANGFU_DEPLOY_DEMO_ECONOMY_H_

#include "deploy/demo/household.h"
#include "deploy/demo/random.h"

namespace bangfu::demo {

// Fills standard, attribute, causes, exit year, allowances, income and living conditions of a household whose members
// are complete and whose out_of_poverty is set. `herding` households have pasture.
//
// Kept by construction: cause illness, disability or schooling only with such a member; cause labour only with at most
// one able member; wages exactly if somebody worked for months; allowance income exactly if a member receives it, and
// always where a member is at college; a household out of poverty has safe water, a safe house and at least 4,000 yuan
// a head; one that is not lacks one of the first two.
void FillEconomy(bool herding, Household* household, Random& random);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_ECONOMY_H_
