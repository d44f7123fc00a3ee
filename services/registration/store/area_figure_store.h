// Rows of `area_figure`: what was entered for areas. Nothing is changed; the last entry of an area, year and kind is in
// force.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_AREA_FIGURE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_AREA_FIGURE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/statistics.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

// A complete figure with its id.
void InsertAreaFigure(db::Tx& tx, const v1::AreaFigure& figure);

struct AreaFigureQuery {
  std::vector<auth::AreaRange> scope;
  int32_t year = 0;  // 0 for all
  v1::AreaFigure::Kind kind = v1::AreaFigure::KIND_UNSPECIFIED;
  bool include_superseded = false;
  // Key of the last figure of the page before: area, year, kind, number of the id.
  std::vector<std::string> after;
  int limit = 0;
};

// One more than `limit` if there are more.
std::vector<v1::AreaFigure> ListAreaFigures(db::Tx& tx, const AreaFigureQuery& query);

// The figures in force of exactly these areas, of a kind (or all), in order of area, year and kind.
std::vector<v1::AreaFigure> LoadAreaFigures(db::Tx& tx, const std::vector<int64_t>& areas,
                                            v1::AreaFigure::Kind kind = v1::AreaFigure::KIND_UNSPECIFIED);

// What a page that ends with this figure is continued behind.
std::vector<std::string> KeyOf(const v1::AreaFigure& figure);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_AREA_FIGURE_STORE_H_
