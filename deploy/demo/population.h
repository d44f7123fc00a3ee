// The households of a register, one after the other, in order of village. Everything follows from the seed.
#ifndef BANGFU_DEPLOY_DEMO_POPULATION_H_
#define BANGFU_DEPLOY_DEMO_POPULATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/demo/areas.h"
#include "deploy/demo/household.h"
#include "deploy/demo/identity.h"
#include "deploy/demo/random.h"

namespace bangfu::demo {

// What is asked for. Limits: 1 to 3,000,000 households, 1 to 9 persons a household, 6,000,000 persons.
struct PopulationSize {
  int64_t households = 8638;
  int64_t persons = 21654;
  uint64_t seed = 1;
};

// A stream of households. Memory does not grow with their number: it holds the villages, and for each county of birth
// the identity sequences in use.
class Population {
 public:
  // `areas` are those the households live in, `birth_areas` (which include them) those their members were born in; both
  // as ReadAreas gives them. Villages get households by a weight of their own; urban communities few, virtual areas
  // none. INVALID_ARGUMENT beyond the limits, FAILED_PRECONDITION if no village or county is left.
  static absl::StatusOr<Population> Create(const std::vector<Area>& areas, const std::vector<Area>& birth_areas,
                                           const PopulationSize& size);

  // Makes the next household into `household`, whose storage is reused; false after the last. The sum of households and
  // persons is exactly what was asked for, and 8,600 in 8,638 households are out of poverty, as in Zhalute in 2020.
  bool Next(Household* household);

 private:
  struct Village {
    int64_t code;
    int birth_county;       // Index into county_codes_.
    bool herding;           // A 嘎查.
    int64_t weight_before;  // Sum of the weights of all villages before it.
  };

  Population(const PopulationSize& size, std::vector<Village> villages, int64_t weight, std::vector<int> county_codes);

  static absl::StatusOr<std::vector<Village>> WeighVillages(const std::vector<Area>& areas,
                                                            const std::vector<int>& county_codes, uint64_t seed,
                                                            int64_t* weight);
  void StartHousehold(Household* household);
  void FillIdentity(int home, Person* person, Random& random);
  void FillContacts(Household* household, Random& random);
  void NextPhone(std::string* phone);

  PopulationSize size_;
  std::vector<Village> villages_;
  int64_t weight_;
  std::vector<int> county_codes_;
  IdentitySequences sequences_;
  Random sizes_random_;
  Sampler extra_members_;
  Sampler out_of_poverty_;
  int64_t made_ = 0;
  size_t village_ = 0;
  int serial_ = 0;
  int64_t phones_ = 0;
};

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_POPULATION_H_
