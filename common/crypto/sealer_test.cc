#include "common/crypto/sealer.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace bangfu::crypto {
namespace {

constexpr SealContext kPlace{"registration", "persons", "identity_number", "150526-0000000000001"};
constexpr char kValue[] = "15052619900101001X";

KeyRing Ring(std::map<uint32_t, char> data_keys, char index_key) {
  std::map<uint32_t, SecretKey> keys;
  for (const auto& [id, fill] : data_keys) keys.emplace(id, SecretKey(std::string(kKeySize, fill)));
  return KeyRing(std::move(keys), SecretKey(std::string(kKeySize, index_key)));
}

TEST(SealerTest, OpensWhatItSealed) {
  const Sealer sealer(KeyRing::ForTest());
  for (const std::string& value : {std::string(), std::string(kValue), std::string(10000, 'x'), std::string(3, '\0')}) {
    const std::string sealed = sealer.Seal(kPlace, value);
    EXPECT_EQ(sealed.size(), value.size() + kSealOverhead);
    EXPECT_EQ(sealed.substr(0, 6), std::string("\x01\x01\x00\x00\x00\x01", 6));
    EXPECT_EQ(*sealer.Open(kPlace, sealed), value);
  }
  EXPECT_NE(sealer.Seal(kPlace, kValue), sealer.Seal(kPlace, kValue));
}

TEST(SealerTest, AValueOpensInItsPlaceOnly) {
  const Sealer sealer(KeyRing::ForTest());
  const std::string sealed = sealer.Seal({"s", "t", "c", "r"}, kValue);
  const SealContext kElsewhere[] = {{"x", "t", "c", "r"}, {"s", "x", "c", "r"}, {"s", "t", "x", "r"},
                                    {"s", "t", "c", "x"}, {"st", "", "c", "r"}, {"s", "t", "cr", ""},
                                    {"", "", "", ""},     {"s", "t", "c", "r "}};
  for (const SealContext& place : kElsewhere) {
    EXPECT_EQ(sealer.Open(place, sealed).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(SealerTest, EveryChangedBitIsNoticed) {
  const Sealer sealer(Ring({{1, 'a'}, {3, 'b'}}, 'i'));
  const std::string sealed = sealer.Seal(kPlace, kValue);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(sealer.Open(kPlace, changed).ok()) << "bit " << bit;
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(sealer.Open(kPlace, sealed.substr(0, size)).ok()) << "cut to " << size;
  }
  EXPECT_FALSE(sealer.Open(kPlace, sealed + '\0').ok());
}

TEST(SealerTest, OldKeysOpenNewestSealsAndForeignKeysDoNeither) {
  const Sealer before(Ring({{1, 'a'}}, 'i'));
  const Sealer after(Ring({{1, 'a'}, {2, 'b'}}, 'i'));
  const Sealer foreign(Ring({{1, 'z'}}, 'i'));
  const std::string old_value = before.Seal(kPlace, kValue);
  const std::string new_value = after.Seal(kPlace, kValue);
  EXPECT_EQ(*after.Open(kPlace, old_value), kValue);
  EXPECT_EQ(*after.Open(kPlace, new_value), kValue);
  EXPECT_EQ(before.Open(kPlace, new_value).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(foreign.Open(kPlace, old_value).status().code(), absl::StatusCode::kDataLoss);
}

TEST(SealerTest, ErrorsTellNothingOfTheRow) {
  const Sealer sealer(KeyRing::ForTest());
  const std::string message(sealer.Open(kPlace, std::string(60, '\x01')).status().ToString());
  EXPECT_EQ(message.find("150526-"), std::string::npos);
}

TEST(SealerTest, DigestsAreStableAndDifferByFieldAndKey) {
  const Sealer sealer(Ring({{1, 'a'}}, 'i'));
  const Sealer same_index_key(Ring({{9, 'q'}}, 'i'));
  const Sealer other_index_key(Ring({{1, 'a'}}, 'j'));
  const std::string digest = sealer.Digest("person.identity_number", kValue);
  EXPECT_EQ(digest.size(), kIndexDigestSize);
  EXPECT_EQ(digest, same_index_key.Digest("person.identity_number", kValue));
  EXPECT_NE(digest, other_index_key.Digest("person.identity_number", kValue));
  EXPECT_NE(digest, sealer.Digest("person.phone", kValue));
  EXPECT_NE(digest, sealer.Digest("person.identity_number", "150526199001010028"));
}

TEST(SealerTest, ServesManyThreads) {
  const Sealer sealer(KeyRing::ForTest());
  const std::string expected = sealer.Digest("field-0", kValue);
  std::atomic<int> faults = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        absl::StatusOr<std::string> opened = sealer.Open(kPlace, sealer.Seal(kPlace, kValue));
        if (!opened.ok() || *opened != kValue) ++faults;
        sealer.Digest("field-" + std::to_string(i % 20), kValue);
        if (sealer.Digest("field-0", kValue) != expected) ++faults;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(faults, 0);
}

}  // namespace
}  // namespace bangfu::crypto
