#include "common/audit/merkle.h"

#include "common/crypto/encode.h"
#include "gtest/gtest.h"

namespace bangfu::audit {
namespace {

using crypto::HexDecode;
using crypto::HexEncode;

// The test vectors of the reference implementation of RFC 6962 (certificate-transparency).
constexpr struct {
  const char* leaf;
  const char* root;
} kVectors[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

TEST(MerkleTest, FollowsTheVectorsOfRfc6962) {
  TreeHasher tree;
  EXPECT_EQ(HexEncode(tree.Root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const auto& vector : kVectors) {
    tree.Append(LeafHash(*HexDecode(vector.leaf)));
    EXPECT_EQ(HexEncode(tree.Root()), vector.root) << "at size " << tree.size();
  }
}

TEST(MerkleTest, GoesOnAfterARestart) {
  TreeHasher whole;
  TreeHasher restarted;
  for (int i = 0; i < 100; ++i) {
    absl::StatusOr<TreeHasher> restored = TreeHasher::Restore(restarted.Save());
    ASSERT_TRUE(restored.ok()) << restored.status();
    restarted = *restored;
    whole.Append(LeafHash(std::to_string(i)));
    restarted.Append(LeafHash(std::to_string(i)));
    EXPECT_EQ(restarted.Root(), whole.Root());
    EXPECT_EQ(restarted.size(), i + 1);
  }
}

TEST(MerkleTest, RefusesADamagedTree) {
  TreeHasher tree;
  for (int i = 0; i < 3; ++i) tree.Append(LeafHash("x"));
  const std::string saved = tree.Save();
  EXPECT_EQ(saved.size(), 8 + 2 * kHashSize);
  const std::string kDamaged[] = {"",
                                  saved.substr(0, 7),
                                  saved.substr(0, saved.size() - 1),
                                  saved + "x",
                                  std::string("\0\0\0\0\0\0\0\1", 8) + saved.substr(8),
                                  std::string(8, '\xff')};
  for (const std::string& damaged : kDamaged) {
    EXPECT_EQ(TreeHasher::Restore(damaged).status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace bangfu::audit
