#include "services/registration/store/household_chain.h"

#include <utility>

#include "common/status/macros.h"
#include "services/registration/store/row.h"
#include "services/registration/store/transfer_store.h"

namespace bangfu::registration::store {

absl::StatusOr<Page<RecordedChange>> ListChangesOfChain(db::Tx& tx, const crypto::Sealer& sealer,
                                                        const ids::RecordId& household,
                                                        const std::vector<std::string>& after, int limit) {
  ids::RecordId current = household;
  std::vector<std::string> from = after;
  if (!from.empty()) {
    current = IdOf(from.back());
    from.pop_back();
  }
  Page<RecordedChange> all;
  for (;;) {
    ASSIGN_OR_RETURN(auto page, ListChanges(tx, sealer, current, from, limit - static_cast<int>(all.records.size())));
    if (!page.records.empty()) {
      all.last_key = page.last_key;
      all.last_key.push_back(current.ToString());
    }
    for (RecordedChange& change : page.records) all.records.push_back(std::move(change));
    all.more = page.more;
    if (all.more) return all;
    const auto former = FormerHousehold(tx, current);
    if (!former) return all;
    // What it was before has a first version at least.
    all.more = static_cast<int>(all.records.size()) == limit;
    if (all.more) return all;
    current = *former;
    from.clear();
  }
}

}  // namespace bangfu::registration::store
