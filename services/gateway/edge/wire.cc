#include "services/gateway/edge/wire.h"

#include <sys/socket.h>

#include "boost/asio/redirect_error.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/tcp_stream.hpp"
#include "boost/beast/ssl/ssl_stream.hpp"

namespace bangfu::edge {
namespace {

namespace beast = boost::beast;
using asio::redirect_error;
using asio::use_awaitable;

constexpr std::chrono::seconds kClosingTime(2);

// What does not depend on the layers above the socket.
template <typename Stream>
class StreamWire : public Wire {
 public:
  template <typename... Args>
  explicit StreamWire(Args&&... args) : stream_(std::forward<Args>(args)...) {}

  asio::awaitable<size_t> Read(asio::mutable_buffer buffer, error_code& error) override {
    co_return co_await stream_.async_read_some(buffer, redirect_error(use_awaitable, error));
  }

  asio::awaitable<error_code> Write(std::vector<asio::const_buffer> buffers) override {
    error_code error;
    co_await asio::async_write(stream_, buffers, redirect_error(use_awaitable, error));
    co_return error;
  }

  void ExpireAfter(absl::Duration time) override { tcp().expires_after(absl::ToChronoNanoseconds(time)); }
  void Cancel() override { tcp().cancel(); }
  asio::any_io_executor executor() override { return tcp().get_executor(); }

  bool PeerGone() override {
    char byte;
    return ::recv(tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }

 protected:
  beast::tcp_stream& tcp() { return beast::get_lowest_layer(stream_); }
  Stream stream_;
};

class Plain : public StreamWire<beast::tcp_stream> {
 public:
  using StreamWire::StreamWire;

  asio::awaitable<error_code> Handshake() override { co_return error_code(); }

  asio::awaitable<void> CloseWriting() override {
    error_code ignored;
    tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    co_return;
  }
};

class Tls : public StreamWire<beast::ssl_stream<beast::tcp_stream>> {
 public:
  using StreamWire::StreamWire;

  asio::awaitable<error_code> Handshake() override {
    error_code error;
    co_await stream_.async_handshake(asio::ssl::stream_base::server, redirect_error(use_awaitable, error));
    co_return error;
  }

  asio::awaitable<void> CloseWriting() override {
    error_code ignored;
    tcp().expires_after(kClosingTime);
    co_await stream_.async_shutdown(redirect_error(use_awaitable, ignored));
  }
};

}  // namespace

std::unique_ptr<Wire> PlainWire(asio::ip::tcp::socket socket) { return std::make_unique<Plain>(std::move(socket)); }

std::unique_ptr<Wire> TlsWire(asio::ip::tcp::socket socket, asio::ssl::context& context) {
  return std::make_unique<Tls>(beast::tcp_stream(std::move(socket)), context);
}

}  // namespace bangfu::edge
