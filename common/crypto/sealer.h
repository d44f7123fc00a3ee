// Sealing of single values (identity number, account, phone, health detail) before they are stored, and the keyed
// digests by which they are found again.
//
// A sealed value is: version 1 byte, suite 1 byte, key id 4 bytes (big-endian), nonce 12, ciphertext, tag 16. It is
// bound to service, table, column and row: copied to any other place, it does not open. Suite 1 is AES-256-GCM.
#ifndef BANGFU_COMMON_CRYPTO_SEALER_H_
#define BANGFU_COMMON_CRYPTO_SEALER_H_

#include <cstddef>
#include <memory>
#include <shared_mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/digest.h"
#include "common/crypto/key_ring.h"

namespace bangfu::crypto {

// Where a sealed value lives.
struct SealContext {
  absl::string_view service;
  absl::string_view table;
  absl::string_view column;
  absl::string_view row_id;
};

// Bytes that sealing adds to a value.
inline constexpr size_t kSealOverhead = 34;

// Bytes of a keyed digest.
inline constexpr size_t kIndexDigestSize = 16;

// Thread-safe.
class Sealer {
 public:
  explicit Sealer(KeyRing ring);

  // Two seals of one value differ.
  std::string Seal(const SealContext& context, absl::string_view plaintext) const;

  // DATA_LOSS if the value was changed, cut, or sealed for another place: raise an alarm.
  // FAILED_PRECONDITION if it names a key that the ring does not hold.
  absl::StatusOr<std::string> Open(const SealContext& context, absl::string_view sealed) const;

  // 16 bytes that are equal for equal values of one field; without the index key they tell nothing.
  // `field` is a name fixed in the program, such as person.identity_number; `normalized` is the value in its one
  // normal form.
  std::string Digest(absl::string_view field, absl::string_view normalized) const;

 private:
  const HmacKey& FieldKey(absl::string_view field) const;

  const KeyRing ring_;
  const HmacKey index_key_;
  mutable std::shared_mutex mutex_;
  // Only ever grows, one entry per field name in the program. Guarded by mutex_; the keys themselves do not move.
  mutable absl::flat_hash_map<std::string, std::unique_ptr<const HmacKey>> field_keys_;
};

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_SEALER_H_
