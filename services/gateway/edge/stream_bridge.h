// Waits of coroutines for streaming calls of gRPC: what happens on gRPC's threads is posted to the connection's own
// thread.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_STREAM_BRIDGE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_STREAM_BRIDGE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "boost/asio/steady_timer.hpp"
#include "services/gateway/edge/upstream.h"
#include "services/gateway/edge/wire.h"

namespace bangfu::edge {

// One streaming call, used by one coroutine. Finish must be awaited before the last reference goes.
class StreamBridge : public std::enable_shared_from_this<StreamBridge> {
 public:
  static std::shared_ptr<StreamBridge> Start(asio::any_io_executor executor, Upstream& upstream,
                                             const std::string& method, const CallTerms& terms);

  enum class Next { kMessage, kEnd, kTimeout };

  // Waits for the next message, for up to `patience`; after kTimeout the wait may be taken up again.
  asio::awaitable<Next> Read(grpc::ByteBuffer* message, absl::Duration patience, const Abandoned& abandoned);
  // Waits until the message has left: this is how a slow service slows down a fast sender. False if the call is broken.
  asio::awaitable<bool> Write(grpc::ByteBuffer message, bool last, const Abandoned& abandoned);
  asio::awaitable<void> CloseWriting();
  // The status of the call, when it has ended.
  asio::awaitable<absl::Status> Finish();
  void Cancel() { call_->Cancel(); }

 private:
  explicit StreamBridge(asio::any_io_executor executor) : executor_(executor), wake_(executor) {}
  // Runs `change` on the connection's thread and wakes the coroutine.
  template <typename Change>
  void Post(Change change);
  // Waits until something has changed, at most `time`.
  asio::awaitable<void> Wait(absl::Duration time);

  asio::any_io_executor executor_;
  asio::steady_timer wake_;
  std::shared_ptr<StreamCall> call_;
  std::shared_ptr<grpc::ByteBuffer> message_;
  bool reading_ = false;  // a read is under way or its result is not taken yet
  bool read_ = false;     // its result is there
  bool writing_ = false;
  bool broken_ = false;
  bool done_ = false;
  absl::Status status_;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_STREAM_BRIDGE_H_
