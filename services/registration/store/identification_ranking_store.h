// The ranking of a campaign's applications, read from its index page by page.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_RANKING_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_RANKING_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bangfu/registration/v1/identification.pb.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

struct RankingQuery {
  ids::RecordId campaign;
  int64_t area = 0;                // within the campaign's
  int32_t quota = 0;               // 0 draws no line
  std::vector<std::string> after;  // key of the last row of the page before; empty for the first page
  int limit = 0;
};

struct RankingPage {
  // With ranks, how many share them, and the side of the quota; without the side of the rubric's line.
  std::vector<v1::RankedApplication> entries;
  std::vector<std::string> last_key;
  bool more = false;
};

RankingPage ListRanking(db::Tx& tx, const RankingQuery& query);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IDENTIFICATION_RANKING_STORE_H_
