#include "common/audit/merkle.h"

#include <bit>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"

namespace bangfu::audit {
namespace {

constexpr absl::string_view kLeafPrefix("\x00", 1);
constexpr absl::string_view kNodePrefix("\x01", 1);
constexpr size_t kSizeBytes = 8;

}  // namespace

std::string LeafHash(absl::string_view body) { return crypto::Sha256(absl::StrCat(kLeafPrefix, body)); }

std::string NodeHash(absl::string_view left, absl::string_view right) {
  return crypto::Sha256(absl::StrCat(kNodePrefix, left, right));
}

absl::StatusOr<TreeHasher> TreeHasher::Restore(absl::string_view saved) {
  if (saved.size() < kSizeBytes) return absl::DataLossError("the saved audit tree is cut");
  uint64_t size = 0;
  for (char byte : saved.substr(0, kSizeBytes)) size = size << 8 | static_cast<unsigned char>(byte);
  saved.remove_prefix(kSizeBytes);
  if (size >> 63 != 0 || saved.size() != std::popcount(size) * kHashSize) {
    return absl::DataLossError("the saved audit tree does not hold the subtrees of its size");
  }
  TreeHasher tree;
  tree.size_ = static_cast<int64_t>(size);
  for (; !saved.empty(); saved.remove_prefix(kHashSize)) tree.subtrees_.emplace_back(saved.substr(0, kHashSize));
  return tree;
}

void TreeHasher::Append(absl::string_view leaf_hash) {
  std::string subtree(leaf_hash);
  // As in binary addition: each trailing one of the size is a subtree of equal height, and carries.
  for (int64_t carry = size_; (carry & 1) != 0; carry >>= 1) {
    subtree = NodeHash(subtrees_.back(), subtree);
    subtrees_.pop_back();
  }
  subtrees_.push_back(std::move(subtree));
  ++size_;
}

std::string TreeHasher::Root() const {
  if (subtrees_.empty()) return crypto::Sha256("");
  std::string root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i-- > 0;) root = NodeHash(subtrees_[i], root);
  return root;
}

std::string TreeHasher::Save() const {
  std::string saved;
  for (int shift = 56; shift >= 0; shift -= 8) saved.push_back(static_cast<char>(size_ >> shift));
  for (const std::string& subtree : subtrees_) saved += subtree;
  return saved;
}

}  // namespace bangfu::audit
