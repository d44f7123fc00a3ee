// The protocol of unary gRPC calls over one HTTP/2 connection, on nghttp2: bytes in, bytes out. No socket, no thread,
// no clock; whoever owns it sees to those. Used by one thread.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_CALL_SESSION_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_CALL_SESSION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/gateway/edge/source.h"

struct nghttp2_session;

namespace bangfu::edge {

// What travels with a call, and until when it may take.
struct CallTerms {
  std::string authorization;  // as the caller sent it; empty for none
  std::string traceparent;
  absl::Time deadline = absl::InfiniteFuture();
  Origin origin = {};
};

// One call, from its request to its end.
struct RemoteCall {
  std::string request;  // with its prefix, as it travels
  size_t sent = 0;      // bytes of it
  int32_t stream = 0;

  std::string answer;  // with its prefix
  int http_status = 0;
  int grpc_status = -1;  // not said
  std::string grpc_message;
  std::string details;        // google.rpc.Status, serialized
  uint32_t stream_error = 0;  // of HTTP/2
};

// The message behind the five bytes that gRPC puts before each.
std::string Framed(const google::protobuf::Message& message);

// What a call that has ended says: the bytes of its answer, or its refusal. UNAVAILABLE if it may not have reached the
// service, or the service stopped before it was done; TOO_LARGE above 4 MiB; DATA_LOSS if it is no answer at all.
absl::StatusOr<absl::string_view> OutcomeOf(const RemoteCall& call);

class CallSession {
 public:
  // `authority` is the host that requests name.
  explicit CallSession(std::string authority);
  ~CallSession();
  CallSession(const CallSession&) = delete;
  CallSession& operator=(const CallSession&) = delete;

  // Queues a call, which must stay where it is until Receive has returned it or it is given up. False if it cannot be
  // taken. `path` is /package.Service/Method.
  bool Begin(absl::string_view path, const CallTerms& terms, absl::Time now, RemoteCall* call);
  // Tells the peer that nobody waits any more; the call is not returned then.
  void GiveUp(RemoteCall* call);
  // Asks the peer for a sign of life.
  void Ping();

  // Takes in what has come. The calls that have ended by it are appended. False if the peer does not keep to HTTP/2.
  bool Receive(absl::string_view bytes, std::vector<RemoteCall*>* ended);
  // What is to be sent now, up to about `limit` bytes; empty if nothing is.
  std::string Send(size_t limit, std::vector<RemoteCall*>* ended);

  // False when all is said, as after a fault of the peer that it has been told of.
  bool alive() const;
  // False as soon as the peer wants no new calls on this connection.
  bool accepts() const { return accepts_; }
  const absl::flat_hash_map<int32_t, RemoteCall*>& open() const { return open_; }

 private:
  struct Callbacks;  // what nghttp2 calls
  void End(int32_t stream, uint32_t error);

  const std::string authority_;
  nghttp2_session* session_ = nullptr;
  absl::flat_hash_map<int32_t, RemoteCall*> open_;
  std::vector<RemoteCall*>* ended_ = nullptr;  // where those go that end during a call of Receive or Send
  bool accepts_ = true;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_CALL_SESSION_H_
