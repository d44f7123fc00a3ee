// The keys that seal personal data, read from files that the database never sees.
//
// A key file holds 32 bytes, raw or as 64 hexadecimal digits with an optional line end:
//   data-<id>.key   AEAD key; id is a positive integer. The greatest id seals, all of them open.
//   index.key       HMAC key from which the keyed digests of each field are derived.
// One data key seals at most 2^30 values (the random nonces must not meet); then add the next id.
#ifndef BANGFU_COMMON_CRYPTO_KEY_RING_H_
#define BANGFU_COMMON_CRYPTO_KEY_RING_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::crypto {

inline constexpr size_t kKeySize = 32;

// 32 secret bytes, cleared from memory at the end of their life.
class SecretKey {
 public:
  // Takes exactly 32 bytes; ends the process otherwise.
  explicit SecretKey(absl::string_view bytes);
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  absl::string_view bytes() const { return absl::string_view(bytes_, kKeySize); }

 private:
  char bytes_[kKeySize];
};

class KeyRing {
 public:
  // Reads the key files of `directory`; other files there are left alone. An error lists every faulty file.
  static absl::StatusOr<KeyRing> Load(const std::string& directory);

  // The same keys in every process; protects nothing.
  static KeyRing ForTest();

  // `data_keys` holds at least one key.
  KeyRing(std::map<uint32_t, SecretKey> data_keys, SecretKey index_key);

  // The key that seals.
  uint32_t sealing_id() const { return data_keys_.rbegin()->first; }
  const SecretKey& sealing_key() const { return data_keys_.rbegin()->second; }

  // The data key of that id; null if the ring does not hold it.
  const SecretKey* DataKey(uint32_t id) const;

  const SecretKey& index_key() const { return index_key_; }

 private:
  std::map<uint32_t, SecretKey> data_keys_;
  SecretKey index_key_;
};

// Makes the directory, a first data key and the index key, whichever of them is missing. Never changes a file.
absl::Status CreateKeyFiles(const std::string& directory);

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_KEY_RING_H_
