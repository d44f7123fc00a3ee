// What a write leaves behind beside its rows: one audit record, events, and the claim of its request id. They are
// written by one statement at the end of the transaction of the effect: none without the other.
#ifndef BANGFU_COMMON_RPC_EFFECTS_H_
#define BANGFU_COMMON_RPC_EFFECTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/events/v1/event.pb.h"
#include "common/db/tx.h"
#include "common/rpc/call.h"
#include "google/protobuf/message.h"

namespace bangfu::rpc {

// The audit record of a call, without what it acted on.
audit::v1::AuditRecord RecordOf(const std::string& service, const Call& call);

// Writes one audit record to the outbox.
absl::Status AppendAudit(db::Tx& tx, const audit::v1::AuditRecord& record);

// Writes many serialized audit records to the outbox, in their order.
void AppendAudits(db::Tx& tx, absl::Span<const std::string> bodies);

class Effects {
 public:
  // Work without a caller (imports, feeds) names the method and the subject on whose behalf it is done.
  Effects(const std::string& service, const Call& call) : record_(RecordOf(service, call)) {}
  explicit Effects(audit::v1::AuditRecord record) : record_(std::move(record)) {}

  // Names a record that is acted on, and its area.
  void ActOn(absl::string_view record_id, int64_t area);
  // Names the fields that changed.
  void Change(const std::vector<std::string>& fields);
  // Adds an event about `subject`: a fact of ids, codes and counts.
  void Emit(const google::protobuf::Message& fact, absl::string_view subject, int64_t area);

  // The claim of the request id; without one the effect is not recognised when it is repeated. `response` is sealed.
  void Claim(std::string key, std::string digest, std::string response);

  audit::v1::AuditRecord& record() { return record_; }

  // Writes all of it. ALREADY_EXISTS without a reason when the request id is claimed already: the caller rolls back and
  // answers what was answered first.
  absl::Status Flush(db::Tx& tx) const { return FlushAll(tx, {this}); }
  // The same for several calls whose effects share a transaction; ALREADY_EXISTS when one of them is claimed already.
  static absl::Status FlushAll(db::Tx& tx, absl::Span<const Effects* const> calls);

 private:
  struct Outgoing {
    int64_t area;
    std::string body;
  };
  audit::v1::AuditRecord record_;
  std::vector<Outgoing> events_;
  std::string key_, digest_, response_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_EFFECTS_H_
