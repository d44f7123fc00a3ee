// Rows of `published_figure`: what sources say, side by side.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_PUBLISHED_FIGURE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_PUBLISHED_FIGURE_STORE_H_

#include <cstdint>
#include <vector>

#include "bangfu/registration/v1/published_figure_service.pb.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

void InsertPublishedFigure(db::Tx& tx, const v1::PublishedFigure& figure);

// Those about an area, and about one measure unless that is 0: at most `limit`, of the newest days.
std::vector<v1::PublishedFigure> LoadPublishedFigures(db::Tx& tx, int64_t area, v1::PublishedFigure::Measure measure,
                                                      int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_PUBLISHED_FIGURE_STORE_H_
