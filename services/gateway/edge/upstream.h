// Calls to the services behind the entry, by bytes: the entry needs no stub of any of them.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_UPSTREAM_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_UPSTREAM_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "services/gateway/edge/source.h"

namespace bangfu::edge {

// What travels with a call, and until when it may take.
struct CallTerms {
  std::string authorization;  // as the caller sent it; empty for none
  std::string traceparent;
  absl::Time deadline = absl::InfiniteFuture();
  Origin origin = {};
};

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);
// False if the bytes are not such a message.
bool FromBytes(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);

// Where unary calls end: one thread takes them as they are done, which costs them half of what gRPC's own callbacks do.
class CallQueue {
 public:
  CallQueue();
  ~CallQueue();  // waits for the calls that are under way

  CallQueue(const CallQueue&) = delete;
  CallQueue& operator=(const CallQueue&) = delete;

  grpc::CompletionQueue& queue() { return queue_; }

 private:
  grpc::CompletionQueue queue_;
  std::thread thread_;
};

// One service, behind one or more channels that are used in turn.
class Upstream {
 public:
  Upstream(std::string name, std::vector<std::shared_ptr<grpc::Channel>> channels, CallQueue& calls);

  const std::string& name() const { return name_; }
  grpc::GenericStub* NextStub();
  CallQueue& calls() { return calls_; }
  std::shared_ptr<grpc::Channel> channel() const { return channels_.front(); }

 private:
  std::string name_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  CallQueue& calls_;
  std::atomic<unsigned> turn_{0};
};

using Channels = std::map<std::string, std::vector<std::shared_ptr<grpc::Channel>>>;

class Upstreams {
 public:
  explicit Upstreams(const Channels& channels);

  // NOT_FOUND if there is no service of that name.
  absl::StatusOr<Upstream*> Find(const std::string& name) const;
  const std::map<std::string, std::unique_ptr<Upstream>>& all() const { return upstreams_; }

 private:
  CallQueue calls_;
  std::map<std::string, std::unique_ptr<Upstream>> upstreams_;
};

// One call of one answer. Kept alive by itself until it is done.
class UnaryCall {
 public:
  // `done` is called once, on the thread of the queue, with the status and the answer's bytes.
  static std::shared_ptr<UnaryCall> Start(Upstream& upstream, const std::string& method, const CallTerms& terms,
                                          grpc::ByteBuffer request,
                                          std::function<void(absl::Status, grpc::ByteBuffer)> done);
  void Cancel() {
    cancelled_.store(true);
    context_.TryCancel();
  }

 private:
  friend class CallQueue;
  void End();
  absl::Status Outcome() const;

  std::function<void(absl::Status, grpc::ByteBuffer)> done_;
  std::shared_ptr<UnaryCall> self_;  // until done
  std::atomic<bool> cancelled_{false};
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> call_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
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
