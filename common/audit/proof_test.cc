#include "common/audit/proof.h"

#include "common/audit/merkle.h"
#include "gtest/gtest.h"

namespace bangfu::audit {
namespace {

constexpr int64_t kMaxSize = 33;

class ProofTest : public ::testing::Test {
 protected:
  ProofTest() {
    TreeHasher tree;
    roots_.push_back(tree.Root());
    for (int64_t i = 0; i < kMaxSize; ++i) {
      leaf_hashes_.push_back(LeafHash(std::to_string(i)));
      tree.Append(leaf_hashes_.back());
      roots_.push_back(tree.Root());
    }
  }

  absl::Span<const std::string> First(int64_t size) const { return absl::MakeSpan(leaf_hashes_).subspan(0, size); }

  Hashes leaf_hashes_;
  // By size.
  Hashes roots_;
};

TEST_F(ProofTest, EveryLeafIsProvedInEveryTreeAndNoOther) {
  for (int64_t size = 1; size <= kMaxSize; ++size) {
    for (int64_t index = 0; index < size; ++index) {
      const Hashes proof = InclusionProof(First(size), index);
      EXPECT_TRUE(VerifyInclusion(leaf_hashes_[index], index, size, proof, roots_[size])) << index << " of " << size;
      EXPECT_FALSE(VerifyInclusion(LeafHash("other"), index, size, proof, roots_[size]));
      EXPECT_FALSE(VerifyInclusion(leaf_hashes_[index], index, size, proof, roots_[size - 1]));
      EXPECT_FALSE(VerifyInclusion(leaf_hashes_[index], size, size, proof, roots_[size]));
      Hashes longer = proof;
      longer.push_back(LeafHash("more"));
      EXPECT_FALSE(VerifyInclusion(leaf_hashes_[index], index, size, longer, roots_[size]));
      if (proof.empty()) continue;
      EXPECT_FALSE(
          VerifyInclusion(leaf_hashes_[index], index, size, Hashes(proof.begin() + 1, proof.end()), roots_[size]));
    }
  }
}

TEST_F(ProofTest, EveryTreeIsProvedToExtendEveryEarlierOne) {
  for (int64_t size = 1; size <= kMaxSize; ++size) {
    for (int64_t old_size = 1; old_size <= size; ++old_size) {
      const Hashes proof = ConsistencyProof(First(size), old_size);
      EXPECT_TRUE(VerifyConsistency(old_size, roots_[old_size], size, roots_[size], proof))
          << old_size << " to " << size;
      EXPECT_FALSE(VerifyConsistency(old_size, roots_[old_size - 1], size, roots_[size], proof));
      EXPECT_FALSE(VerifyConsistency(old_size, roots_[old_size], size, LeafHash("other"), proof));
      for (size_t i = 0; i < proof.size(); ++i) {
        Hashes changed = proof;
        changed[i][0] ^= 1;
        EXPECT_FALSE(VerifyConsistency(old_size, roots_[old_size], size, roots_[size], changed));
      }
      Hashes longer = proof;
      longer.push_back(LeafHash("more"));
      EXPECT_FALSE(VerifyConsistency(old_size, roots_[old_size], size, roots_[size], longer));
    }
  }
}

TEST_F(ProofTest, RefusesSizesThatMakeNoSense) {
  EXPECT_FALSE(VerifyConsistency(0, roots_[0], 4, roots_[4], {}));
  EXPECT_FALSE(VerifyConsistency(5, roots_[5], 4, roots_[4], {}));
  EXPECT_FALSE(VerifyConsistency(3, roots_[3], 4, roots_[4], {}));
  EXPECT_FALSE(VerifyInclusion(leaf_hashes_[0], -1, 4, InclusionProof(First(4), 0), roots_[4]));
}

}  // namespace
}  // namespace bangfu::audit
