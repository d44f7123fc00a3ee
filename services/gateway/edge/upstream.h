// Calls to the services behind the entry, by bytes: the entry needs no stub of any of them.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_UPSTREAM_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_UPSTREAM_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "services/gateway/edge/service_link.h"

namespace bangfu::edge {

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);
// False if the bytes are not such a message.
bool FromBytes(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);

// One service: unary calls go over the links of each loop, streams over a channel of gRPC.
class Upstream {
 public:
  Upstream(std::string name, ServiceAddress address);

  const std::string& name() const { return name_; }
  const ServiceAddress& address() const { return address_; }
  grpc::GenericStub& stub() { return stub_; }

 private:
  const std::string name_;
  const ServiceAddress address_;
  grpc::GenericStub stub_;
};

class Upstreams {
 public:
  explicit Upstreams(const std::map<std::string, ServiceAddress>& services);

  // NOT_FOUND if there is no service of that name.
  absl::StatusOr<Upstream*> Find(const std::string& name) const;
  const std::map<std::string, std::unique_ptr<Upstream>>& all() const { return upstreams_; }

 private:
  std::map<std::string, std::unique_ptr<Upstream>> upstreams_;
};

// The links of one loop to all services.
class ServiceLinks {
 public:
  ServiceLinks(const asio::any_io_executor& executor, const Upstreams& upstreams);
  ServiceLink& Of(const Upstream& upstream) { return *links_.at(&upstream); }
  void Close();

 private:
  absl::flat_hash_map<const Upstream*, std::shared_ptr<ServiceLink>> links_;
};

// One call of many messages, either way. The events come on threads of gRPC, one at a time of each kind.
class StreamCall : private grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  struct Events {
    std::function<void(std::shared_ptr<grpc::ByteBuffer>)> read;  // nullptr: no more will come
    std::function<void(bool)> written;                            // false: the call is broken
    std::function<void(absl::Status)> done;                       // the last event
  };

  static std::shared_ptr<StreamCall> Start(Upstream& upstream, const std::string& method, const CallTerms& terms,
                                           Events events);

  // One read, and one write, may be under way at a time. Nothing may be asked for after `done`.
  void Read();
  void Write(grpc::ByteBuffer bytes, bool last);
  void CloseWriting();
  // No more reads or writes will be asked for: `done` comes as soon as the call has ended. Must be called exactly once.
  void Release();
  void Cancel() { context_.TryCancel(); }

 private:
  explicit StreamCall(Events events) : events_(std::move(events)) {}
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override { events_.written(ok); }
  void OnDone(const grpc::Status& status) override;

  grpc::ClientContext context_;
  Events events_;
  std::shared_ptr<grpc::ByteBuffer> incoming_;
  grpc::ByteBuffer outgoing_;
  std::shared_ptr<StreamCall> self_;  // until done
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_UPSTREAM_H_
