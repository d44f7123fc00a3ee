#include "common/rpc/effects.h"

#include "absl/strings/str_cat.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/standards/area_code.h"

namespace bangfu::rpc {
namespace {

// One round trip for everything that goes with an effect. Claims in order of their keys, so that two transactions with
// the same two claims wait for each other instead of blocking.
constexpr db::Statement kFlush = {"effects.flush", R"sql(
  WITH claimed AS (
    INSERT INTO request_claim (key, digest, response)
    SELECT c.key, c.digest, c.response FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS c(key, digest, response)
    ORDER BY c.key
    ON CONFLICT (key) DO NOTHING RETURNING 1
  ), audited AS (
    INSERT INTO audit_outbox (body)
    SELECT a.body FROM unnest($4::bytea[]) WITH ORDINALITY AS a(body, n) ORDER BY a.n
  ), told AS (
    INSERT INTO event_outbox (area, body)
    SELECT e.area, e.body FROM unnest($5::bigint[], $6::bytea[]) WITH ORDINALITY AS e(area, body, n) ORDER BY e.n
  )
  SELECT count(*) FROM claimed)sql"};

constexpr db::Statement kAppendAudit = {"effects.append_audit", "INSERT INTO audit_outbox (body) VALUES ($1)"};

constexpr db::Statement kAppendAudits = {"effects.append_audits", R"sql(
  INSERT INTO audit_outbox (body)
  SELECT body FROM unnest($1::bytea[]) WITH ORDINALITY AS a(body, n) ORDER BY n)sql"};

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1'000'000);
  out->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
}

}  // namespace

audit::v1::AuditRecord RecordOf(const std::string& service, const Call& call) {
  audit::v1::AuditRecord record;
  record.set_service(service);
  record.set_method(call.rule().name());
  record.set_subject(call.subject());
  record.set_session(call.caller().session);
  SetTime(call.now(), record.mutable_time());
  record.set_source(call.source());
  record.set_trace(call.trace());
  record.set_result("OK");
  return record;
}

absl::Status AppendAudit(db::Tx& tx, const audit::v1::AuditRecord& record) {
  tx.Run(kAppendAudit, db::Bytes(record.SerializeAsString()));
  return absl::OkStatus();
}

void AppendAudits(db::Tx& tx, absl::Span<const std::string> bodies) {
  tx.Run(kAppendAudits, db::ByteaArray({bodies.begin(), bodies.end()}));
}

void Effects::ActOn(absl::string_view record_id, int64_t area) {
  record_.add_objects(std::string(record_id));
  if (area != 0) record_.set_area(standards::FormatAreaCode(area));
}

void Effects::Change(const std::vector<std::string>& fields) {
  for (const std::string& field : fields) record_.add_changed_fields(field);
}

void Effects::Emit(const google::protobuf::Message& fact, absl::string_view subject, int64_t area) {
  events::v1::Event event;
  char id[16];
  crypto::FillNonce(id, sizeof id);
  event.set_event_id(crypto::HexEncode(absl::string_view(id, sizeof id)));
  event.set_type(fact.GetDescriptor()->full_name());
  event.set_subject(std::string(subject));
  if (area != 0) event.set_area(standards::FormatAreaCode(area));
  *event.mutable_time() = record_.time();
  event.set_trace(record_.trace());
  event.mutable_payload()->PackFrom(fact);
  events_.push_back({area, event.SerializeAsString()});
}

void Effects::Claim(std::string key, std::string digest, std::string response) {
  key_ = std::move(key);
  digest_ = std::move(digest);
  response_ = std::move(response);
}

absl::Status Effects::FlushAll(db::Tx& tx, absl::Span<const Effects* const> calls) {
  std::vector<std::string> keys, digests, responses, audits, events;
  std::vector<int64_t> areas;
  for (const Effects* call : calls) {
    audits.push_back(call->record_.SerializeAsString());
    for (const Outgoing& event : call->events_) {
      areas.push_back(event.area);
      events.push_back(event.body);
    }
    if (call->key_.empty()) continue;
    keys.push_back(call->key_);
    digests.push_back(call->digest_);
    responses.push_back(call->response_);
  }
  const auto rows = tx.Run(kFlush, db::ByteaArray(keys), db::ByteaArray(digests), db::ByteaArray(responses),
                           db::ByteaArray(audits), db::IntegerArray(areas), db::ByteaArray(events));
  return rows[0][0].as<size_t>() == keys.size() ? absl::OkStatus() : absl::AlreadyExistsError("request id claimed");
}

}  // namespace bangfu::rpc
