#include "common/rpc/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/api/mask.h"
#include "common/crypto/digest.h"
#include "common/crypto/random.h"
#include "common/ids/record_id.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/rpc/effects.h"
#include "common/standards/area_code.h"
#include "common/status/grpc_status.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::rpc {
namespace {

using google::protobuf::Message;
using status::Reason;
using status::Refuse;

constexpr absl::string_view kBearer = "Bearer ";

absl::string_view MetadataValue(const grpc::ServerContextBase& context, const char* key) {
  auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return {};
  return {found->second.data(), found->second.size()};
}

// The queue of a caller whose work has no area: a negative key.
int64_t KeyOfCaller(const std::string& subject) {
  return -1 - static_cast<int64_t>(std::hash<std::string>()(subject) >> 1);
}

// Work waits in the queue of its county: the home area of its record, or the county of its area. Work without an area
// waits in its caller's own, under a negative key.
int64_t FairnessKey(const Call& call) {
  if (auto shard = ShardOf(call.asked_record())) return *shard;
  if (auto area = standards::ParseAreaCode(call.asked_area())) return standards::CountyOf(*area);
  return KeyOfCaller(call.caller().subject);
}

// The caller that the token of the call speaks for.
absl::StatusOr<std::shared_ptr<const auth::Caller>> CallerOf(const auth::TokenVerifier& verifier,
                                                             const grpc::CallbackServerContext& context,
                                                             absl::Time now) {
  const absl::string_view authorization = MetadataValue(context, "authorization");
  if (authorization.substr(0, kBearer.size()) != kBearer) return auth::RefuseToken("missing");
  return verifier.Verify(authorization.substr(kBearer.size()), now);
}

bool IsDenial(absl::StatusCode code) {
  return code == absl::StatusCode::kPermissionDenied || code == absl::StatusCode::kUnauthenticated;
}

// The audit record of a call that was denied. What the request names is kept only if it is an id or a code: it may be
// anything else, a person's number even.
audit::v1::AuditRecord DenialOf(const std::string& service, const Call& call, const absl::Status& status) {
  audit::v1::AuditRecord record = RecordOf(service, call);
  record.set_result(status::ReasonOf(status));
  record.set_detail(auth::TokenFaultOf(status));
  if (ids::ParseRecordId(call.asked_record())) record.add_objects(call.asked_record());
  if (standards::ParseAreaCode(call.asked_area())) record.set_area(call.asked_area());
  return record;
}

// Whether a purpose is more than blanks and punctuation.
bool SaysSomething(absl::string_view purpose) {
  const std::string rest = absl::StrReplaceAll(purpose, {{"\u3000", ""}, {"\u00a0", ""}, {"。", ""}, {"，", ""}});
  return std::any_of(rest.begin(), rest.end(), [](unsigned char c) { return c >= 0x80 || absl::ascii_isalnum(c); });
}

// Refusals are counted by method and reason; calls that went well by their duration alone.
void CountRefusal(const MethodRule& rule, const std::string& reason) {
  static std::mutex mutex;
  static auto* const counters = new std::map<std::pair<std::string, std::string>, metrics::Counter>();
  std::lock_guard lock(mutex);
  auto [found, added] =
      counters->try_emplace({rule.name(), reason}, "rpc_server_refusals_total", "Calls that were refused, by reason",
                            metrics::Labels{{"method", rule.name()}, {"reason", reason}});
  found->second.Add();
}

}  // namespace

std::string TraceIdOf(absl::string_view traceparent) {
  // version(2) - trace id(32) - parent id(16) - flags(2), lower-case hexadecimal, ids not all zero
  auto hex = [](absl::string_view text) {
    bool zero = true;
    for (char c : text) {
      if (!absl::ascii_isdigit(c) && !(c >= 'a' && c <= 'f')) return false;
      zero = zero && c == '0';
    }
    return !zero;
  };
  if (traceparent.size() == 55 && traceparent.substr(0, 3) == "00-" && traceparent[35] == '-' &&
      traceparent[52] == '-' && hex(traceparent.substr(3, 32)) && hex(traceparent.substr(36, 16))) {
    return std::string(traceparent.substr(3, 32));
  }
  char bytes[16];
  crypto::FillNonce(bytes, sizeof bytes);
  return absl::BytesToHexString(absl::string_view(bytes, sizeof bytes));
}

Dispatcher::Dispatcher(DispatcherOptions options)
    : options_(std::move(options)),
      in_flight_series_("rpc_calls_in_flight", "Calls received and not answered yet"),
      reads_("read", options_.read_workers, options_.queue_bound),
      writes_("write", options_.write_workers, options_.queue_bound),
      bulk_("bulk", options_.bulk_workers, options_.queue_bound) {
  if (options_.database != nullptr) denials_ = std::make_unique<Denials>(*options_.database, options_.denials);
}

Dispatcher::~Dispatcher() {
  for (const auto& running : streams_) {
    while (running.load() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void Dispatcher::EnterCall() {
  ++in_flight_;
  in_flight_series_.Add(1);
}

void Dispatcher::LeaveCall() {
  --in_flight_;
  in_flight_series_.Add(-1);
}

absl::Status Dispatcher::Admit(const MethodRule& rule, const grpc::CallbackServerContext& context,
                               std::shared_ptr<Call>* call) {
  const absl::Time now = options_.clock();
  absl::Time deadline = std::min(absl::FromChrono(context.deadline()), absl::Now() + rule.default_deadline());
  static const auto* const nobody = new std::shared_ptr<const auth::Caller>(std::make_shared<auth::Caller>());
  absl::StatusOr<std::shared_ptr<const auth::Caller>> caller = *nobody;
  const bool open = rule.access().audience() == options::v1::AUDIENCE_PUBLIC;
  if (!open) {
    caller = CallerOf(*options_.verifier, context, now);
    const bool watches = caller.ok() && rule.stream() == Stream::kWatch;
    if (watches) deadline = std::min(deadline, absl::Now() + ((*caller)->expire_time - now));
  }
  *call = std::make_shared<Call>(rule, caller.ok() ? *caller : *nobody, now, deadline,
                                 TraceIdOf(MetadataValue(context, "traceparent")));
  (*call)->certificate_ = std::string(MetadataValue(context, auth::kCertificateMetadata));
  (*call)->source_ = std::string(MetadataValue(context, auth::kSourceMetadata));
  RETURN_IF_ERROR(caller.status());
  if (open) return absl::OkStatus();
  if ((*call)->caller().password_change_only) return Refuse(Reason::PASSWORD_CHANGE_REQUIRED);
  return rule.access().audience() == options::v1::AUDIENCE_ROLES ? (*call)->caller().CheckRole(rule.roles())
                                                                 : absl::OkStatus();
}

absl::Status Dispatcher::CheckRequest(Call& call, const Message& request) const {
  const MethodRule& rule = call.rule();
  RETURN_IF_ERROR(api::Validate(request, options_.codes));
  const std::string& area = call.asked_area_ = rule.AreaIn(request);
  const std::string& record = call.asked_record_ = rule.RecordIn(request);
  if (!rule.access().areawide() && !rule.AreaMayBeLeftOut() && area.empty() && record.empty()) {
    const std::string& path = rule.access().record().empty() ? rule.access().area() : rule.access().record();
    return status::RefuseFields({{path, "请填写区域代码或记录编号"}});
  }
  // Permission before existence: an area or a home county that the caller does not touch is refused without a look.
  if (!area.empty()) {
    auto code = standards::ParseAreaCode(area);
    if (!code || !call.caller().Touches(rule.roles(), auth::RangeOf(*code))) return call.OutOfScope();
  }
  if (!record.empty()) {
    auto shard = ShardOf(record);
    if (!shard || !call.caller().Touches(rule.roles(), auth::RangeOf(static_cast<int64_t>(*shard) * 1'000'000))) {
      return call.OutOfScope();
    }
  }
  if (rule.access().reveals() && rule.FullViewIn(request)) {
    RETURN_IF_ERROR(call.caller().CheckRole(rule.reveal_roles()));
    if (options_.strong_reveals && call.caller().IsPerson() && !call.caller().second_factor) {
      return Refuse(Reason::SECOND_FACTOR_NEEDED);
    }
    if (!SaysSomething(rule.PurposeIn(request))) return Refuse(Reason::PURPOSE_REQUIRED);
    call.full_view_ = true;
  }
  call.queue_key_ = FairnessKey(call);
  return absl::OkStatus();
}

absl::Status Dispatcher::Enqueue(const std::shared_ptr<Call>& call, std::function<void()> work,
                                 std::function<void(absl::Status)> expired) {
  const MethodRule& rule = call->rule();
  Lane& lane = rule.load() == options::v1::INTERACTIVE_READ    ? reads_
               : rule.load() == options::v1::INTERACTIVE_WRITE ? writes_
                                                               : bulk_;
  bool added = lane.Add(call->bounds().key, [call, work = std::move(work), expired = std::move(expired)] {
    if (call->cancelled()) return expired(Refuse(Reason::CANCELLED));
    if (absl::Now() >= call->deadline()) return expired(Refuse(Reason::DEADLINE_EXCEEDED));
    work();
  });
  return added ? absl::OkStatus() : status::Overloaded();
}

int Dispatcher::StreamBound(Stream kind) const {
  switch (kind) {
    case Stream::kUpload: return options_.upload_bound;
    case Stream::kExport: return options_.export_bound;
    case Stream::kWatch: return options_.watch_bound;
    case Stream::kNone: break;
  }
  return 0;
}

absl::Status Dispatcher::RunStream(Stream kind, std::function<void()> work) {
  std::atomic<int>& running = streams_[static_cast<size_t>(kind)];
  if (running.fetch_add(1) >= StreamBound(kind)) {
    --running;
    return status::Overloaded();
  }
  std::thread([&running, work = std::move(work)]() mutable {
    work();
    work = nullptr;
    --running;
  }).detach();
  return absl::OkStatus();
}

absl::Status Dispatcher::Threw(const Call& call, const std::exception& exception) const {
  log::Error("method_threw", {{"method", call.rule().name()}, {"what", std::string(exception.what())}});
  return Refuse(Reason::INTERNAL, {{"trace", call.trace()}});
}

absl::Status Dispatcher::Guard(Call& call, const std::function<absl::Status()>& body, Message* response) const {
  absl::Status status;
  try {
    status = body();
  } catch (const std::exception& e) {
    return Threw(call, e);
  }
  if (!status.ok()) return status;
  if (!call.authorised()) {
    log::Error("method_authorised_nothing", {{"method", call.rule().name()}});
    return Refuse(Reason::INTERNAL, {{"trace", call.trace()}});
  }
  if (response != nullptr && !call.full_view()) api::MaskSealed(response);
  if (response != nullptr && !call.sees_health()) api::MaskHealth(response);
  return status;
}

absl::Status Dispatcher::AuditReveal(Call& call, const Message& request) {
  audit::v1::AuditRecord record = RecordOf(options_.service, call);
  record.set_purpose(call.rule().PurposeIn(request));
  if (std::string id = call.rule().RecordIn(request); !id.empty()) record.add_objects(id);
  record.set_area(call.rule().AreaIn(request));
  record.set_result("OK");
  return options_.database->Write(call.bounds(), [&](db::Tx& tx) { return AppendAudit(tx, record); });
}

void Dispatcher::AuditDenial(const audit::v1::AuditRecord& record, Asker asker) {
  if (denials_ != nullptr) denials_->Add(record, asker);
}

grpc::Status Dispatcher::Complete(const Call& call, absl::Time start, const absl::Status& status) {
  const MethodRule& rule = call.rule();
  const absl::Duration took = absl::Now() - start;
  rule.duration().Observe(absl::ToDoubleSeconds(took));
  const std::string reason = status.ok() ? std::string() : status::ReasonOf(status);
  if (!status.ok()) CountRefusal(rule, reason);
  log::Info("call", {{"method", rule.name()},
                     {"code", absl::StatusCodeToString(status.code())},
                     {"reason", reason},
                     {"micros", absl::ToInt64Microseconds(took)},
                     {"subject", call.caller().subject},
                     {"trace", call.trace()}});
  if (IsDenial(status.code()) && !call.audited()) {
    // Whom a method found out from what was typed is proved by nothing.
    const std::string& subject = call.caller().subject;
    const bool known = !subject.empty() && subject == call.subject();
    AuditDenial(DenialOf(options_.service, call, status), known ? Asker::kKnown : Asker::kAnybody);
  }
  if (!status.ok() && reason.empty()) {
    // A status without a reason is an oversight of ours; its text may hold anything, so it stays in the log.
    log::Error("status_without_reason", {{"method", rule.name()}, {"message", std::string(status.message())}});
    return status::ToGrpc(Refuse(Reason::INTERNAL, {{"trace", call.trace()}}));
  }
  return status::ToGrpc(status);
}

}  // namespace bangfu::rpc
