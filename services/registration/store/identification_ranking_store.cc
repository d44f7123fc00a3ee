#include "services/registration/store/identification_ranking_store.h"

#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/identification_application_store.h"

namespace bangfu::registration::store {
namespace {

// Behind the application: its key, how many of the area have an equal one, and whether it stands beyond the quota.
const std::string kPageText = absl::StrCat(R"sql(
  WITH line AS MATERIALIZED (
    SELECT need_key, first_tie, second_tie FROM identification_application
    WHERE shard = $1 AND campaign_id = $2 AND ranked AND $5::bigint > 0
    ORDER BY need_key, first_tie, second_tie, id OFFSET greatest($5::bigint - 1, 0) LIMIT 1)
  SELECT )sql",
                                           kApplicationColumns, R"sql(, t.need_key, t.first_tie, t.second_tie, t.id,
         (SELECT count(*) FROM identification_application s
          WHERE s.shard = $1 AND s.campaign_id = $2 AND s.ranked AND s.area >= $3 AND s.area < $4
            AND s.need_key = t.need_key AND s.first_tie = t.first_tie AND s.second_tie = t.second_tie),
         coalesce((SELECT (t.need_key, t.first_tie, t.second_tie) > (line.need_key, line.first_tie, line.second_tie)
                   FROM line), false)
  FROM identification_application t JOIN household h ON h.shard = t.shard AND h.id = t.household_id
  WHERE t.shard = $1 AND t.campaign_id = $2 AND t.ranked AND t.area >= $3 AND t.area < $4
    AND (t.need_key, t.first_tie, t.second_tie, t.id) > ($6::bigint, $7::bigint, $8::bigint, $9::bigint)
  ORDER BY t.need_key, t.first_tie, t.second_tie, t.id LIMIT $10)sql");
const db::Statement kPage = {"identification_ranking.page", kPageText.c_str()};

// How many come before a key, and how many before that very row.
constexpr db::Statement kBefore = {"identification_ranking.before", R"sql(
  SELECT count(*) FILTER (WHERE (need_key, first_tie, second_tie) < ($5::bigint, $6::bigint, $7::bigint)), count(*)
  FROM identification_application
  WHERE shard = $1 AND campaign_id = $2 AND ranked AND area >= $3 AND area < $4
    AND (need_key, first_tie, second_tie, id) < ($5::bigint, $6::bigint, $7::bigint, $8::bigint))sql"};

constexpr int kKeys = 4;
constexpr int kBehind = kKeys + 2;

std::vector<int64_t> KeyOf(const pqxx::row& row) {
  std::vector<int64_t> key;
  const int first = static_cast<int>(row.size()) - kBehind;
  for (int i = 0; i < kKeys; ++i) key.push_back(row[first + i].as<int64_t>());
  return key;
}

bool AreEqual(const std::vector<int64_t>& one, const std::vector<int64_t>& other) {
  return std::vector<int64_t>(one.begin(), one.end() - 1) == std::vector<int64_t>(other.begin(), other.end() - 1);
}

std::vector<int64_t> Start(const std::vector<std::string>& after) {
  std::vector<int64_t> start(kKeys, std::numeric_limits<int64_t>::min());
  for (size_t i = 0; i < after.size() && i < start.size(); ++i) {
    if (!absl::SimpleAtoi(after[i], &start[i])) return std::vector<int64_t>(kKeys, std::numeric_limits<int64_t>::max());
  }
  return start;
}

}  // namespace

RankingPage ListRanking(db::Tx& tx, const RankingQuery& query) {
  using Ranked = v1::RankedApplication;
  const int64_t end = standards::RangeEndOf(query.area);
  const std::vector<int64_t> start = Start(query.after);
  const auto rows = tx.Run(kPage, query.campaign.shard, query.campaign.number, query.area, end, query.quota, start[0],
                           start[1], start[2], start[3], query.limit + 1);
  RankingPage page;
  int64_t rank = 0, position = 0;  // of the row before
  std::vector<int64_t> before;
  for (const auto& row : rows) {
    if (static_cast<int>(page.entries.size()) == query.limit) {
      page.more = true;
      break;
    }
    const std::vector<int64_t> key = KeyOf(row);
    if (before.empty()) {
      const auto counts = tx.Run(kBefore, query.campaign.shard, query.campaign.number, query.area, end, key[0], key[1],
                                 key[2], key[3])[0];
      rank = counts[0].as<int64_t>() + 1;
      position = counts[1].as<int64_t>() + 1;
    } else {
      ++position;
      if (!AreEqual(before, key)) rank = position;
    }
    before = key;
    Ranked& entry = page.entries.emplace_back();
    entry.set_rank(static_cast<int32_t>(rank));
    entry.set_sharing_count(row[static_cast<int>(row.size()) - 2].as<int32_t>());
    if (query.quota > 0) {
      entry.set_quota_side(row[static_cast<int>(row.size()) - 1].as<bool>() ? Ranked::BEYOND : Ranked::WITHIN);
    }
    *entry.mutable_application() = ReadApplication(row);
  }
  for (const int64_t part : before) page.last_key.push_back(absl::StrCat(part));
  return page;
}

}  // namespace bangfu::registration::store
