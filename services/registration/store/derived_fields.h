// Fields that lists can be filtered by although no column of their table holds them: those of a household's report of a
// year (income_2019_net_fen, living_2019_fuel, income_2019_reported), house_centi_m2_per_head of a year's living
// conditions, and single entries of other causes (other_cause_02, other_cause_any). Where a list is of persons, they
// are those of the household, behind household_.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_DERIVED_FIELDS_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_DERIVED_FIELDS_H_

#include "common/api/filter.h"

namespace bangfu::registration::store {

// `columns` with those of these fields that the filter names: all of them for all years would be a thousand.
api::ColumnMap WithDerivedFields(api::ColumnMap columns, const api::Filter& filter);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_DERIVED_FIELDS_H_
