#include "services/gateway/edge/upstream.h"

#include "common/auth/caller.h"
#include "common/status/grpc_status.h"
#include "common/status/refusal.h"

namespace bangfu::edge {
namespace {

void Prepare(const CallTerms& terms, grpc::ClientContext* context) {
  if (terms.deadline != absl::InfiniteFuture()) context->set_deadline(absl::ToChronoTime(terms.deadline));
  if (!terms.authorization.empty()) context->AddMetadata("authorization", terms.authorization);
  context->AddMetadata("traceparent", terms.traceparent);
  const auto& [source, certificate] = terms.origin;
  if (!source.empty()) context->AddMetadata(auth::kSourceMetadata, source);
  if (!certificate.empty()) context->AddMetadata(auth::kCertificateMetadata, certificate);
}

}  // namespace

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  size_t size = message.ByteSizeLong();
  grpc::Slice slice(size);
  // The slice is new and not shared, so its bytes may still be written.
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

bool FromBytes(const grpc::ByteBuffer& bytes, google::protobuf::Message* message) {
  grpc::Slice slice;
  if (!bytes.TrySingleSlice(&slice).ok() && !bytes.DumpToSingleSlice(&slice).ok()) return false;
  return message->ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

CallQueue::CallQueue()
    : thread_([this] {
        void* tag = nullptr;
        for (bool ok = false; queue_.Next(&tag, &ok);) static_cast<UnaryCall*>(tag)->End();
      }) {}

CallQueue::~CallQueue() {
  queue_.Shutdown();
  thread_.join();
}

Upstream::Upstream(std::string name, std::vector<std::shared_ptr<grpc::Channel>> channels, CallQueue& calls)
    : name_(std::move(name)), channels_(std::move(channels)), calls_(calls) {
  for (const auto& channel : channels_) stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
}

grpc::GenericStub* Upstream::NextStub() { return stubs_[turn_++ % stubs_.size()].get(); }

Upstreams::Upstreams(const Channels& channels) {
  for (const auto& [name, list] : channels) {
    if (!list.empty()) upstreams_[name] = std::make_unique<Upstream>(name, list, calls_);
  }
}

absl::StatusOr<Upstream*> Upstreams::Find(const std::string& name) const {
  auto found = upstreams_.find(name);
  if (found == upstreams_.end()) return status::Refuse(status::Reason::NOT_FOUND);
  return found->second.get();
}

absl::Status UnaryCall::Outcome() const {
  // A service that stops ends what it cannot finish; nobody here gave the call up, so it may be sent again.
  if (status_.error_code() == grpc::StatusCode::CANCELLED && !cancelled_.load()) {
    return status::Refuse(status::Reason::UNAVAILABLE);
  }
  return status::FromGrpc(status_);
}

void UnaryCall::End() {
  const std::shared_ptr<UnaryCall> keep = std::move(self_);
  done_(Outcome(), std::move(response_));
}

std::shared_ptr<UnaryCall> UnaryCall::Start(Upstream& upstream, const std::string& method, const CallTerms& terms,
                                            grpc::ByteBuffer request,
                                            std::function<void(absl::Status, grpc::ByteBuffer)> done) {
  auto call = std::make_shared<UnaryCall>();
  call->done_ = std::move(done);
  call->self_ = call;
  Prepare(terms, &call->context_);
  call->call_ = upstream.NextStub()->PrepareUnaryCall(&call->context_, method, request, &upstream.calls().queue());
  call->call_->StartCall();
  call->call_->Finish(&call->response_, &call->status_, call.get());
  return call;
}

std::shared_ptr<StreamCall> StreamCall::Start(Upstream& upstream, const std::string& method, const CallTerms& terms,
                                              Events events) {
  std::shared_ptr<StreamCall> call(new StreamCall(std::move(events)));
  call->self_ = call;
  Prepare(terms, &call->context_);
  upstream.NextStub()->PrepareBidiStreamingCall(&call->context_, method, {}, call.get());
  call->AddHold();
  call->StartCall();
  return call;
}

void StreamCall::Read() {
  incoming_ = std::make_shared<grpc::ByteBuffer>();
  StartRead(incoming_.get());
}

void StreamCall::OnReadDone(bool ok) { events_.read(ok ? std::move(incoming_) : nullptr); }

void StreamCall::Write(grpc::ByteBuffer bytes, bool last) {
  outgoing_ = std::move(bytes);
  if (last) {
    StartWriteLast(&outgoing_, grpc::WriteOptions());
  } else {
    StartWrite(&outgoing_);
  }
}

void StreamCall::CloseWriting() { StartWritesDone(); }

void StreamCall::Release() { RemoveHold(); }

void StreamCall::OnDone(const grpc::Status& status) {
  std::shared_ptr<StreamCall> keep = std::move(self_);
  events_.done(status::FromGrpc(status));
}

}  // namespace bangfu::edge
