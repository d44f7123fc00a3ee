// The published rules in memory. Each use asks the database for the revision, which is one look at one row; only when
// that has moved is everything read again. So a publication counts from the next transaction on, at every replica.
#ifndef BANGFU_COMMON_POLICY_LIBRARY_H_
#define BANGFU_COMMON_POLICY_LIBRARY_H_

#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "common/db/tx.h"
#include "common/policy/book.h"
#include "common/policy/kind.h"

namespace bangfu::policy {

// Thread-safe.
class Library {
 public:
  // `kinds` outlives the library.
  explicit Library(const Kinds& kinds) : kinds_(kinds) {}

  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // The rules as of the transaction. Long jobs open the book once and keep it.
  std::shared_ptr<const Book> Open(db::Tx& tx);

  const Kinds& kinds() const { return kinds_; }

 private:
  const Kinds& kinds_;
  std::mutex mutex_;  // guards book_
  std::shared_ptr<const Book> book_;
};

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_LIBRARY_H_
