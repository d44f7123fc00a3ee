// Verification of an exported audit log, without database and network: from the bundle and the public keys alone.
//
// A bundle is text with one JSON object a line, in UTF-8:
//   {"record":{"position":"1","body":"<base64>"}}       a SealedRecord as JSON
//   {"checkpoint":{"origin":"fund","size":"1",...}}     a Checkpoint as JSON
//   {"records":[...],"size":"1"}                        an answer of ListAuditRecords
//   {"checkpoints":[...],"publicKeys":{...}}            an answer of ListCheckpoints
// So the answers of the REST interface, one a line, are a bundle. It holds all records from position 1 to the size of
// the last checkpoint, and all checkpoints, each kind in order: an exporter reads the checkpoints first, then as many
// records as the last of them covers. Public keys in the bundle prove nothing and are passed over.
//
// What a bundle cannot show: a record that was never written, and a whole log replaced by an earlier state of itself
// (compare the last checkpoint with one noted before).
#ifndef BANGFU_COMMON_AUDIT_VERIFY_H_
#define BANGFU_COMMON_AUDIT_VERIFY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "common/crypto/signer.h"

namespace bangfu::audit {

// Reads one bundle line by line. Keeps 32 bytes of each record.
class BundleVerifier {
 public:
  // Checkpoints count only if one of these keys signed them.
  explicit BundleVerifier(const std::vector<crypto::VerifyingKey>& trusted);

  // INVALID_ARGUMENT for a line that is none of the above: the bundle is damaged. Empty lines are passed over.
  absl::Status AddLine(absl::string_view line);

  // Called after the last line. The last checkpoint, which then vouches for every record; DATA_LOSS with the first
  // fault, in Chinese, naming the first record that is missing, out of order, or not proved.
  absl::StatusOr<v1::Checkpoint> Finish() const;

  // Sound records of which the bundle has only the bytes that are hashed, and no copy that people can read.
  int64_t unreadable() const { return unreadable_; }

 private:
  void AddRecord(const v1::SealedRecord& record);

  std::map<std::string, crypto::VerifyingKey> trusted_;
  std::vector<v1::Checkpoint> checkpoints_;
  // Leaf hashes of the sound records from position 1 on, one behind the other.
  std::string leaf_hashes_;
  // What is wrong with the first record that is not sound; empty while all are.
  std::string record_fault_;
  int64_t unreadable_ = 0;
};

}  // namespace bangfu::audit

#endif  // BANGFU_COMMON_AUDIT_VERIFY_H_
