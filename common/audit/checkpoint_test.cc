#include "common/audit/checkpoint.h"

#include <functional>

#include "common/audit/merkle.h"
#include "common/crypto/digest.h"
#include "gtest/gtest.h"

namespace bangfu::audit {
namespace {

v1::Checkpoint Example() {
  v1::Checkpoint checkpoint;
  checkpoint.set_origin("registration");
  checkpoint.set_size(1024);
  checkpoint.set_root(TreeHasher().Root());
  checkpoint.mutable_time()->set_seconds(1'772'352'000);
  checkpoint.mutable_time()->set_nanos(123'456'000);
  checkpoint.set_previous(std::string(kHashSize, '\xab'));
  return checkpoint;
}

TEST(CheckpointTest, TheTextIsFixed) {
  const std::string text = *CheckpointText(Example());
  EXPECT_EQ(text,
            "registration\n1024\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n2026-03-01T08:00:00.123456000Z\n"
            "abababababababababababababababababababababababababababababababab\n");
  EXPECT_EQ(*CheckpointHash(Example()), crypto::Sha256(text));
}

TEST(CheckpointTest, TheSignatureCoversEveryField) {
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  v1::Checkpoint signed_checkpoint = Example();
  ASSERT_TRUE(SignCheckpoint(key, signed_checkpoint).ok());
  EXPECT_EQ(signed_checkpoint.key_id(), key.key_id());
  EXPECT_TRUE(VerifyCheckpoint(key.verifying_key(), signed_checkpoint));
  EXPECT_FALSE(VerifyCheckpoint(crypto::SigningKey::Generate().verifying_key(), signed_checkpoint));

  const std::function<void(v1::Checkpoint&)> kChanges[] = {
      [](auto& c) { c.set_origin("fund"); },
      [](auto& c) { c.set_size(1025); },
      [](auto& c) { c.mutable_root()->front() ^= 1; },
      [](auto& c) { c.mutable_time()->set_seconds(1'772'352'001); },
      [](auto& c) { c.mutable_time()->set_nanos(123'456'001); },
      [](auto& c) { c.clear_previous(); },
      [](auto& c) { c.set_key_id("00000000"); },
      [](auto& c) { c.clear_signature(); },
      [](auto& c) { c.mutable_signature()->back() ^= 1; },
  };
  for (const auto& change : kChanges) {
    v1::Checkpoint changed = signed_checkpoint;
    change(changed);
    EXPECT_FALSE(VerifyCheckpoint(key.verifying_key(), changed)) << changed.ShortDebugString();
  }
}

TEST(CheckpointTest, SignsNothingAmbiguous) {
  const std::function<void(v1::Checkpoint&)> kFaults[] = {
      [](auto& c) { c.clear_origin(); },
      [](auto& c) { c.set_origin("a\n1"); },
      [](auto& c) { c.set_origin(std::string(61, 'a')); },
      [](auto& c) { c.set_size(-1); },
      [](auto& c) { c.clear_root(); },
      [](auto& c) { c.set_previous("x"); },
      [](auto& c) { c.mutable_time()->set_nanos(1'000'000'000); },
      [](auto& c) { c.mutable_time()->set_seconds(253'402'300'800); },
  };
  for (const auto& fault : kFaults) {
    v1::Checkpoint checkpoint = Example();
    fault(checkpoint);
    EXPECT_EQ(SignCheckpoint(crypto::SigningKey::Generate(), checkpoint).code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace bangfu::audit
