#include "common/crypto/sealer.h"

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/crypto/aead.h"
#include "common/crypto/random.h"

namespace bangfu::crypto {
namespace {

constexpr char kVersion = 1;
constexpr char kSuiteAes256Gcm = 1;
constexpr size_t kHeaderSize = 6;
static_assert(kSealOverhead == kHeaderSize + kAeadNonceSize + kAeadTagSize);

void AppendBigEndian(std::string& out, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

uint32_t ReadBigEndian(absl::string_view bytes) {
  uint32_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// The header and every part of the context behind its length, so that no two contexts give the same bytes.
std::string Associated(absl::string_view header, const SealContext& context) {
  std::string bytes;
  bytes.reserve(header.size() + 16 + context.service.size() + context.table.size() + context.column.size() +
                context.row_id.size());
  absl::StrAppend(&bytes, header);
  for (absl::string_view part : {context.service, context.table, context.column, context.row_id}) {
    AppendBigEndian(bytes, static_cast<uint32_t>(part.size()));
    absl::StrAppend(&bytes, part);
  }
  return bytes;
}

}  // namespace

Sealer::Sealer(KeyRing ring) : ring_(std::move(ring)), index_key_(ring_.index_key().bytes()) {}

std::string Sealer::Seal(const SealContext& context, absl::string_view plaintext) const {
  std::string sealed;
  sealed.reserve(plaintext.size() + kSealOverhead);
  sealed.push_back(kVersion);
  sealed.push_back(kSuiteAes256Gcm);
  AppendBigEndian(sealed, ring_.sealing_id());
  const std::string associated = Associated(sealed, context);
  char nonce[kAeadNonceSize];
  FillNonce(nonce, sizeof nonce);
  sealed.append(nonce, sizeof nonce);
  AeadEncrypt(ring_.sealing_key().bytes(), absl::string_view(nonce, sizeof nonce), associated, plaintext, sealed);
  return sealed;
}

absl::StatusOr<std::string> Sealer::Open(const SealContext& context, absl::string_view sealed) const {
  if (sealed.size() < kSealOverhead || sealed[0] != kVersion || sealed[1] != kSuiteAes256Gcm) {
    return absl::DataLossError(absl::StrCat("no sealed value in ", context.table, ".", context.column));
  }
  const absl::string_view header = sealed.substr(0, kHeaderSize);
  const uint32_t key_id = ReadBigEndian(header.substr(2));
  const SecretKey* key = ring_.DataKey(key_id);
  if (key == nullptr) return absl::FailedPreconditionError(absl::StrCat("data key ", key_id, " is not loaded"));
  std::optional<std::string> plaintext =
      AeadDecrypt(key->bytes(), sealed.substr(kHeaderSize, kAeadNonceSize), Associated(header, context),
                  sealed.substr(kHeaderSize + kAeadNonceSize));
  if (!plaintext) {
    return absl::DataLossError(
        absl::StrCat("the sealed value in ", context.table, ".", context.column, " was changed or moved"));
  }
  return *std::move(plaintext);
}

std::string Sealer::Digest(absl::string_view field, absl::string_view normalized) const {
  std::string digest = FieldKey(field).Mac(normalized);
  digest.resize(kIndexDigestSize);
  return digest;
}

const HmacKey& Sealer::FieldKey(absl::string_view field) const {
  {
    std::shared_lock lock(mutex_);
    auto found = field_keys_.find(field);
    if (found != field_keys_.end()) return *found->second;
  }
  auto key = std::make_unique<const HmacKey>(index_key_.Mac(absl::StrCat("keyed digest of ", field)));
  std::unique_lock lock(mutex_);
  return *field_keys_.try_emplace(std::string(field), std::move(key)).first->second;
}

}  // namespace bangfu::crypto
