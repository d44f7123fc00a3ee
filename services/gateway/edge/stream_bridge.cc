#include "services/gateway/edge/stream_bridge.h"

#include <algorithm>

#include "boost/asio/post.hpp"
#include "boost/asio/redirect_error.hpp"
#include "boost/asio/use_awaitable.hpp"

namespace bangfu::edge {
namespace {

constexpr absl::Duration kTick = absl::Seconds(1);

}  // namespace

template <typename Change>
void StreamBridge::Post(Change change) {
  asio::post(executor_, [self = shared_from_this(), change = std::move(change)]() mutable {
    change(*self);
    self->wake_.cancel();
  });
}

std::shared_ptr<StreamBridge> StreamBridge::Start(asio::any_io_executor executor, Upstream& upstream,
                                                  const std::string& method, const CallTerms& terms) {
  std::shared_ptr<StreamBridge> bridge(new StreamBridge(executor));
  // The call refers to the bridge, and the bridge to the call, until it is done.
  StreamCall::Events events;
  events.read = [bridge](std::shared_ptr<grpc::ByteBuffer> message) {
    bridge->Post([message = std::move(message)](StreamBridge& self) mutable {
      self.message_ = std::move(message);
      self.read_ = true;
    });
  };
  events.written = [bridge](bool ok) {
    bridge->Post([ok](StreamBridge& self) {
      self.writing_ = false;
      self.broken_ = self.broken_ || !ok;
    });
  };
  events.done = [bridge](absl::Status status) {
    bridge->Post([status = std::move(status)](StreamBridge& self) mutable {
      self.status_ = std::move(status);
      self.done_ = true;
      self.call_.reset();
    });
  };
  bridge->call_ = StreamCall::Start(upstream, method, terms, std::move(events));
  return bridge;
}

asio::awaitable<void> StreamBridge::Wait(absl::Duration time) {
  error_code ignored;
  wake_.expires_after(absl::ToChronoNanoseconds(time));
  co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<StreamBridge::Next> StreamBridge::Read(grpc::ByteBuffer* message, absl::Duration patience,
                                                       const Abandoned& abandoned) {
  if (!reading_) {
    reading_ = true;
    call_->Read();
  }
  absl::Time until = absl::Now() + patience;
  while (!read_) {
    absl::Duration left = until - absl::Now();
    if (left <= absl::ZeroDuration()) co_return Next::kTimeout;
    co_await Wait(std::min(left, kTick));
    if (!read_ && abandoned()) call_->Cancel();
  }
  reading_ = read_ = false;
  if (message_ == nullptr) co_return Next::kEnd;
  *message = std::move(*message_);
  message_.reset();
  co_return Next::kMessage;
}

asio::awaitable<bool> StreamBridge::Write(grpc::ByteBuffer message, bool last, const Abandoned& abandoned) {
  writing_ = true;
  call_->Write(std::move(message), last);
  while (writing_) {
    co_await Wait(kTick);
    if (writing_ && abandoned()) call_->Cancel();
  }
  co_return !broken_;
}

asio::awaitable<void> StreamBridge::CloseWriting() {
  call_->CloseWriting();
  co_return;
}

asio::awaitable<absl::Status> StreamBridge::Finish() {
  call_->Release();
  while (!done_) co_await Wait(kTick);
  co_return status_;
}

}  // namespace bangfu::edge
