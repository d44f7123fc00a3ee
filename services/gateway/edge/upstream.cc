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

Upstream::Upstream(std::string name, ServiceAddress address)
    : name_(std::move(name)), address_(std::move(address)), stub_(rpc::OpenChannel(address_.address, address_.tls)) {}

Upstreams::Upstreams(const std::map<std::string, ServiceAddress>& services) {
  for (const auto& [name, address] : services) upstreams_[name] = std::make_unique<Upstream>(name, address);
}

absl::StatusOr<Upstream*> Upstreams::Find(const std::string& name) const {
  auto found = upstreams_.find(name);
  if (found == upstreams_.end()) return status::Refuse(status::Reason::NOT_FOUND);
  return found->second.get();
}

ServiceLinks::ServiceLinks(const asio::any_io_executor& executor, const Upstreams& upstreams) {
  for (const auto& [name, upstream] : upstreams.all()) {
    links_[upstream.get()] = std::make_shared<ServiceLink>(executor, upstream->address());
  }
}

void ServiceLinks::Close() {
  for (auto& [upstream, link] : links_) link->Close();
}

std::shared_ptr<StreamCall> StreamCall::Start(Upstream& upstream, const std::string& method, const CallTerms& terms,
                                              Events events) {
  std::shared_ptr<StreamCall> call(new StreamCall(std::move(events)));
  call->self_ = call;
  Prepare(terms, &call->context_);
  upstream.stub().PrepareBidiStreamingCall(&call->context_, method, {}, call.get());
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
