// The Merkle tree of RFC 6962 over SHA-256, built leaf by leaf without keeping the leaves.
#ifndef BANGFU_COMMON_AUDIT_MERKLE_H_
#define BANGFU_COMMON_AUDIT_MERKLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::audit {

// Bytes of every hash in the tree.
inline constexpr size_t kHashSize = 32;

// Leaves and nodes are hashed behind different first bytes, so neither can pass for the other.
std::string LeafHash(absl::string_view body);
std::string NodeHash(absl::string_view left, absl::string_view right);

// The tree so far, as the roots of its complete subtrees: 32 bytes for each bit that is set in its size.
class TreeHasher {
 public:
  // The empty tree.
  TreeHasher() = default;

  // Reads what Save wrote. DATA_LOSS if it is something else.
  static absl::StatusOr<TreeHasher> Restore(absl::string_view saved);

  // Adds the next leaf by its LeafHash.
  void Append(absl::string_view leaf_hash);

  // Number of leaves.
  int64_t size() const { return size_; }

  // The Merkle tree hash of all leaves; of none, the SHA-256 of nothing.
  std::string Root() const;

  // Size in 8 bytes (big-endian), then the subtrees' roots, the largest subtree first.
  std::string Save() const;

 private:
  int64_t size_ = 0;
  // The largest subtree first.
  std::vector<std::string> subtrees_;
};

}  // namespace bangfu::audit

#endif  // BANGFU_COMMON_AUDIT_MERKLE_H_
