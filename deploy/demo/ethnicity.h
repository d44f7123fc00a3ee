// Which peoples live where.
#ifndef BANGFU_DEPLOY_DEMO_ETHNICITY_H_
#define BANGFU_DEPLOY_DEMO_ETHNICITY_H_

#include "deploy/demo/household.h"
#include "deploy/demo/random.h"

namespace bangfu::demo {

// The people of a family in the county (six digits), by shares of its banners, cities and, elsewhere, of the country.
Ethnicity PickEthnicity(int county, Random& random);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_ETHNICITY_H_
