// What the population ledger has to say of a change: who is counted where, and as what, before and after.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_POPULATION_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_POPULATION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/population.pb.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/timeline.h"

namespace bangfu::registration::domain {

// As what households of this type and exit flag, and those in them, are counted.
v1::PopulationChange::Status StatusOf(const v1::Household& household);

// Filters of ListHouseholds and ListMembers that list whoever is counted with the status.
std::string HouseholdFilterOf(v1::PopulationChange::Status status);
std::string PersonFilterOf(v1::PopulationChange::Status status);

// Whether who is counted otherwise for this reason stays on the register, in the same village.
bool IsStatusChange(absl::string_view reason);

// Entries for what families were and are, all from `day` on; who is new, from the day on which the record is valid.
// Entries have no known_time.
std::vector<v1::PopulationChange> PopulationChanges(const std::vector<Family>& before, const std::vector<Family>& after,
                                                    const std::string& day);

// Entries that a household's steps, or a member's, make from the day on. `households` has all that the person was in.
std::vector<v1::PopulationChange> PopulationChangesFrom(const Steps<v1::Household>& steps, absl::string_view day);
std::vector<v1::PopulationChange> PopulationChangesFrom(const Steps<v1::Member>& steps,
                                                        const HouseholdSteps& households, absl::string_view day);

// What to add to a ledger that has `kept` so that it says `wanted`: what is not wanted is taken back. The same change
// for another reason stays as it is.
std::vector<v1::PopulationChange> LedgerDifference(const std::vector<v1::PopulationChange>& kept,
                                                   std::vector<v1::PopulationChange> wanted);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_POPULATION_H_
