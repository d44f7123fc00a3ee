// Checkpoints of the audit log: signed statements that the log of this origin had this root at this size.
//
// What is signed (Ed25519), and what the next checkpoint refers to by its SHA-256, is this text, each line ended:
//   origin                                   registration
//   size                                     1024
//   root, base64 with padding                47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
//   time, UTC, nine digits of fraction       2026-03-01T08:00:00.000000000Z
//   hash of the previous text, hexadecimal   empty for the first checkpoint of a log
#ifndef BANGFU_COMMON_AUDIT_CHECKPOINT_H_
#define BANGFU_COMMON_AUDIT_CHECKPOINT_H_

#include <string>

#include "absl/status/statusor.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "common/crypto/signer.h"

namespace bangfu::audit {

// INVALID_ARGUMENT if the checkpoint cannot be said unambiguously: an origin other than 1 to 60 of a-z, 0-9 and hyphen,
// a negative size, a hash of another length, a time that is none.
absl::StatusOr<std::string> CheckpointText(const v1::Checkpoint& checkpoint);

// SHA-256 of its text, 32 raw bytes: the `previous` of the next checkpoint.
absl::StatusOr<std::string> CheckpointHash(const v1::Checkpoint& checkpoint);

// Sets key id and signature. The other fields are complete.
absl::Status SignCheckpoint(const crypto::SigningKey& key, v1::Checkpoint& checkpoint);

// Whether the key signed exactly this checkpoint.
bool VerifyCheckpoint(const crypto::VerifyingKey& key, const v1::Checkpoint& checkpoint);

}  // namespace bangfu::audit

#endif  // BANGFU_COMMON_AUDIT_CHECKPOINT_H_
