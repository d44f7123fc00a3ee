#include "common/policy/library.h"

#include <utility>
#include <vector>

#include "common/log/log.h"
#include "common/policy/policy_store.h"

namespace bangfu::policy {

std::shared_ptr<const Book> Library::Open(db::Tx& tx) {
  // The revision is read first: what is published meanwhile may be in the book already, and then the next one to open
  // it reads once more than needed; but a book never lacks what its revision promises.
  const int64_t revision = LoadRevision(tx);
  {
    std::lock_guard lock(mutex_);
    if (book_ != nullptr && book_->revision() == revision) return book_;
  }
  Stored stored = LoadPublished(tx);
  std::vector<Rule> rules;
  for (PolicyDocument& document : stored.documents) {
    auto opened = kinds_.Open(document.body());
    if (!opened.ok()) {
      log::Warning("policy_of_unknown_kind", {{"kind", document.kind()}, {"policy", document.policy_id()}});
      continue;
    }
    rules.push_back({std::move(document), opened->body});
  }
  auto book = std::make_shared<const Book>(revision, std::move(rules), stored.holdings);
  std::lock_guard lock(mutex_);
  book_ = book;
  return book;
}

}  // namespace bangfu::policy
