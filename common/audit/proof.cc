#include "common/audit/proof.h"

#include <bit>

#include "common/audit/merkle.h"

namespace bangfu::audit {
namespace {

std::string RootOf(absl::Span<const std::string> leaf_hashes) {
  TreeHasher tree;
  for (const std::string& leaf_hash : leaf_hashes) tree.Append(leaf_hash);
  return tree.Root();
}

// Leaves in the left subtree of a tree of `size` leaves, at least 2: the greatest power of two below it.
int64_t LeftSize(int64_t size) { return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(size - 1))); }

// RFC 6962 calls this SUBPROOF; `whole` says that the old tree is this very subtree, whose root the verifier knows.
Hashes SubtreeProof(absl::Span<const std::string> leaf_hashes, int64_t old_size, bool whole) {
  const int64_t size = static_cast<int64_t>(leaf_hashes.size());
  if (old_size == size) return whole ? Hashes{} : Hashes{RootOf(leaf_hashes)};
  const int64_t left_size = LeftSize(size);
  const auto left = leaf_hashes.subspan(0, left_size);
  const auto right = leaf_hashes.subspan(left_size);
  Hashes proof =
      old_size <= left_size ? SubtreeProof(left, old_size, whole) : SubtreeProof(right, old_size - left_size, false);
  proof.push_back(RootOf(old_size <= left_size ? right : left));
  return proof;
}

}  // namespace

Hashes InclusionProof(absl::Span<const std::string> leaf_hashes, int64_t index) {
  const int64_t size = static_cast<int64_t>(leaf_hashes.size());
  if (size == 1) return {};
  const int64_t left_size = LeftSize(size);
  const auto left = leaf_hashes.subspan(0, left_size);
  const auto right = leaf_hashes.subspan(left_size);
  Hashes proof = index < left_size ? InclusionProof(left, index) : InclusionProof(right, index - left_size);
  proof.push_back(RootOf(index < left_size ? right : left));
  return proof;
}

bool VerifyInclusion(absl::string_view leaf_hash, int64_t index, int64_t size, const Hashes& proof,
                     absl::string_view root) {
  if (index < 0 || index >= size) return false;
  int64_t node = index;
  int64_t last = size - 1;
  std::string hash(leaf_hash);
  for (const std::string& sibling : proof) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = NodeHash(sibling, hash);
      // A node without right sibling is its own parent until it is a right child.
      for (; node % 2 == 0 && node != 0; node /= 2) last /= 2;
    } else {
      hash = NodeHash(hash, sibling);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hash == root;
}

Hashes ConsistencyProof(absl::Span<const std::string> leaf_hashes, int64_t old_size) {
  return SubtreeProof(leaf_hashes, old_size, true);
}

bool VerifyConsistency(int64_t old_size, absl::string_view old_root, int64_t size, absl::string_view root,
                       const Hashes& proof) {
  if (old_size < 1 || old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  int64_t node = old_size - 1;
  int64_t last = size - 1;
  for (; node % 2 == 1; node /= 2) last /= 2;
  // The old tree's largest complete subtree on the right edge; the whole old tree where that is a power of two.
  size_t next = 0;
  if (node != 0 && proof.empty()) return false;
  std::string old_hash(node == 0 ? std::string(old_root) : proof[next++]);
  std::string hash = old_hash;
  for (; next < proof.size(); ++next) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      old_hash = NodeHash(proof[next], old_hash);
      hash = NodeHash(proof[next], hash);
      for (; node % 2 == 0 && node != 0; node /= 2) last /= 2;
    } else {
      hash = NodeHash(hash, proof[next]);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && old_hash == old_root && hash == root;
}

}  // namespace bangfu::audit
