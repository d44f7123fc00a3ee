// Proofs about a Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1.3): that a record is in it, and that a later
// tree only added to it. They are short: one hash per level.
#ifndef BANGFU_COMMON_AUDIT_PROOF_H_
#define BANGFU_COMMON_AUDIT_PROOF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace bangfu::audit {

using Hashes = std::vector<std::string>;

// Proves that leaf `index` (from 0) is in the tree of `leaf_hashes`. `index` is below their number.
Hashes InclusionProof(absl::Span<const std::string> leaf_hashes, int64_t index);

bool VerifyInclusion(absl::string_view leaf_hash, int64_t index, int64_t size, const Hashes& proof,
                     absl::string_view root);

// Proves that the tree of `leaf_hashes` begins with the tree of the first `old_size` of them, 1 to their number.
Hashes ConsistencyProof(absl::Span<const std::string> leaf_hashes, int64_t old_size);

// An `old_size` of 0 proves nothing and is refused.
bool VerifyConsistency(int64_t old_size, absl::string_view old_root, int64_t size, absl::string_view root,
                       const Hashes& proof);

}  // namespace bangfu::audit

#endif  // BANGFU_COMMON_AUDIT_PROOF_H_
