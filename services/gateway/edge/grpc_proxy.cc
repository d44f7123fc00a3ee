#include "services/gateway/edge/grpc_proxy.h"

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "common/auth/token.h"
#include "common/status/grpc_status.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "services/gateway/edge/errors.h"
#include "services/gateway/edge/source.h"
#include "services/gateway/edge/trace.h"

namespace bangfu::edge {
namespace {

using grpc::ByteBuffer;
using status::Reason;

std::string MetadataValue(const grpc::CallbackServerContext& context, const char* key) {
  auto range = context.client_metadata().equal_range(key);
  // A header given twice could be read differently by whoever comes next.
  if (range.first == range.second || std::next(range.first) != range.second) return "";
  return std::string(range.first->second.data(), range.first->second.size());
}

// One call passing through. Requests and answers flow independently; each direction holds one message at a time, so a
// slow reader slows down the writer. It lives from the arrival of the call to OnDone.
class ProxyCall : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  ProxyCall(EdgeState& state, const Method& method, grpc::CallbackServerContext& context)
      : state_(state), method_(method), context_(context), trace_(NewTraceId()) {
    authorization_ = MetadataValue(context, "authorization");
    const auto& proxies = state.options.trusted_proxies;
    const std::string peer = AddressOfPeer(context.peer());
    origin_ = {SourceOf(peer, MetadataValue(context, "x-forwarded-for"), proxies),
               CertificateOf(peer, MetadataValue(context, "x-client-certificate"), proxies)};
    absl::Status admitted = state.admission.Admit(method, authorization_, origin_, start_, &entry_);
    if (entry_.caller != nullptr) trace_ = TraceIdOf(MetadataValue(context, "traceparent")).value_or(trace_);
    if (!admitted.ok()) {
      End(admitted);
      return;
    }
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    std::lock_guard lock(mutex_);
    if (upstream_ == nullptr) {
      absl::Status started = StartUpstream(ok);
      if (!started.ok()) {
        End(started);
        return;
      }
    }
    if (released_) return;
    if (ok) {
      // Taken out before it is written: as soon as it is, the next message may be read into the same place.
      ByteBuffer message;
      message.Swap(&incoming_);
      bytes_in_ += message.Length();
      upstream_->Write(std::move(message), false);
    } else {
      upstream_->CloseWriting();
    }
  }

  void OnWriteDone(bool ok) override {
    std::lock_guard lock(mutex_);
    if (ok) {
      upstream_->Read();
      return;
    }
    upstream_->Cancel();
    Release();
  }

  void OnCancel() override {
    std::lock_guard lock(mutex_);
    if (upstream_ != nullptr) upstream_->Cancel();
  }

  void OnDone() override {
    const std::string reason = status::ReasonOf(status_), detail = auth::TokenFaultOf(status_);
    RequestRecord record;
    record.protocol = "grpc";
    record.method = method_.descriptor->full_name();
    record.code = CodeName(status_.code());
    record.reason = reason;
    record.detail = detail;
    record.trace = trace_;
    if (entry_.caller != nullptr) {
      record.subject = entry_.caller->subject;
      record.session = entry_.caller->session;
    }
    record.source = origin_.source;
    record.forwarded = upstream_ != nullptr;
    record.duration = absl::Now() - start_;
    record.bytes_in = bytes_in_;
    record.bytes_out = bytes_out_;
    state_.options.observe(record);
    delete this;
  }

 private:
  // Needs the first message only where it says which service is meant.
  absl::Status StartUpstream(bool has_message) {
    std::unique_ptr<google::protobuf::Message> first(method_.request->New());
    if (method_.service_field != nullptr && !(has_message && FromBytes(incoming_, first.get()))) {
      return status::Refuse(Reason::MALFORMED_REQUEST, {{"detail", "消息无法读取"}});
    }
    RETURN_IF_ERROR(state_.admission.Begin(method_, &entry_));
    ASSIGN_OR_RETURN(Upstream * upstream, state_.upstreams.Find(method_.UpstreamOf(*first)));
    StreamCall::Events events;
    events.read = [this](std::shared_ptr<ByteBuffer> message) { OnAnswer(std::move(message)); };
    events.written = [this](bool ok) {
      if (ok) StartRead(&incoming_);
    };
    events.done = [this](absl::Status status) { End(refusal_.ok() ? status : refusal_); };
    upstream_ = StreamCall::Start(*upstream, method_.path, Terms(), std::move(events));
    upstream_->Read();
    if (context_.IsCancelled()) upstream_->Cancel();
    return absl::OkStatus();
  }

  CallTerms Terms() const {
    absl::Time deadline = absl::FromChrono(context_.deadline());
    if (method_.deadline != absl::InfiniteDuration()) {
      bool asked = deadline < start_ + absl::Hours(24 * 365);
      absl::Duration bound = asked ? state_.options.longest_deadline : method_.deadline;
      deadline = std::min(deadline, start_ + bound);
    }
    return {entry_.caller != nullptr ? authorization_ : "", TraceParent(trace_), deadline, origin_};
  }

  void OnAnswer(std::shared_ptr<ByteBuffer> message) {
    std::lock_guard lock(mutex_);
    if (message == nullptr) {
      Release();
      return;
    }
    // What a stream brings after the token or the session has ended is not passed on. The one answer of a call is: the
    // call itself may be what has ended the session.
    const bool stream = method_.descriptor->server_streaming();
    if (stream && entry_.caller != nullptr && !state_.admission.StillHolds(authorization_, absl::Now())) {
      refusal_ = status::Refuse(Reason::UNAUTHENTICATED);
      upstream_->Cancel();
      upstream_->Read();
      return;
    }
    bytes_out_ += message->Length();
    outgoing_ = std::move(*message);
    StartWrite(&outgoing_);
  }

  void Release() {
    if (!std::exchange(released_, true)) upstream_->Release();
  }

  void End(const absl::Status& status) {
    status_ = Presentable(status, trace_);
    context_.AddTrailingMetadata("trace-id", trace_);
    Finish(status::ToGrpc(status_));
  }

  EdgeState& state_;
  const Method& method_;
  grpc::CallbackServerContext& context_;
  const absl::Time start_ = absl::Now();
  std::string trace_;
  std::string authorization_;
  Origin origin_;
  Admission::Entry entry_;
  absl::Status status_;
  ByteBuffer incoming_;
  ByteBuffer outgoing_;
  uint64_t bytes_in_ = 0;
  uint64_t bytes_out_ = 0;

  std::mutex mutex_;
  std::shared_ptr<StreamCall> upstream_;  // guarded by mutex_, as the flag is
  bool released_ = false;
  absl::Status refusal_;  // why the entry has ended the call
};

class ProxyService : public grpc::Service {
 public:
  void Add(EdgeState& state, const Method& method) {
    using grpc::internal::CallbackBidiHandler;
    using grpc::internal::RpcMethod;
    using grpc::internal::RpcServiceMethod;
    // A stream of both directions can carry every kind of call.
    AddMethod(new RpcServiceMethod(method.path.c_str(), RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodCallback(count_++, new CallbackBidiHandler<ByteBuffer, ByteBuffer>(
                                     [&state, &method](grpc::CallbackServerContext* context) {
                                       return new ProxyCall(state, method, *context);
                                     }));
  }

 private:
  int count_ = 0;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> ProxyServices(EdgeState& state) {
  std::map<std::string, std::unique_ptr<ProxyService>> services;
  for (const auto& method : state.catalogue.methods()) {
    auto& service = services[method->descriptor->service()->full_name()];
    if (service == nullptr) service = std::make_unique<ProxyService>();
    service->Add(state, *method);
  }
  std::vector<std::unique_ptr<grpc::Service>> list;
  for (auto& [name, service] : services) list.push_back(std::move(service));
  return list;
}

}  // namespace bangfu::edge
