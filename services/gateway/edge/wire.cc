#include "services/gateway/edge/wire.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/local/stream_protocol.hpp"
#include "boost/asio/redirect_error.hpp"
#include "boost/asio/ssl/host_name_verification.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/basic_stream.hpp"
#include "boost/beast/core/tcp_stream.hpp"
#include "boost/beast/ssl/ssl_stream.hpp"

namespace bangfu::edge {
namespace {

namespace beast = boost::beast;
using asio::redirect_error;
using asio::use_awaitable;

constexpr std::chrono::seconds kClosingTime(2);
constexpr std::chrono::milliseconds kUnacknowledged(10'000);

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

  void ExpireAfter(absl::Duration time) override {
    if (time == absl::InfiniteDuration()) {
      lowest().expires_never();
    } else {
      lowest().expires_after(absl::ToChronoNanoseconds(time));
    }
  }
  void Cancel() override { lowest().cancel(); }
  asio::any_io_executor executor() override { return lowest().get_executor(); }

  bool PeerGone() override {
    char byte;
    return ::recv(lowest().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }

 protected:
  auto& lowest() { return beast::get_lowest_layer(stream_); }
  Stream stream_;
};

template <typename Stream>
class Plain : public StreamWire<Stream> {
 public:
  using StreamWire<Stream>::StreamWire;

  asio::awaitable<error_code> Handshake() override { co_return error_code(); }

  asio::awaitable<void> CloseWriting() override {
    error_code ignored;
    this->lowest().socket().shutdown(asio::socket_base::shutdown_send, ignored);
    co_return;
  }
};

using Side = asio::ssl::stream_base::handshake_type;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

class Tls : public StreamWire<TlsStream> {
 public:
  template <typename... Args>
  explicit Tls(Side side, Args&&... args) : StreamWire(std::forward<Args>(args)...), side_(side) {}

  asio::awaitable<error_code> Handshake() override {
    error_code error;
    co_await stream_.async_handshake(side_, redirect_error(use_awaitable, error));
    co_return error;
  }

  asio::awaitable<void> CloseWriting() override {
    error_code ignored;
    lowest().expires_after(kClosingTime);
    co_await stream_.async_shutdown(redirect_error(use_awaitable, ignored));
  }

  TlsStream& stream() { return stream_; }

 private:
  const Side side_;
};

using LocalStream = beast::basic_stream<asio::local::stream_protocol>;

// What one shows to a service, and by what one knows it.
asio::ssl::context ClientContext(const rpc::TlsFiles& tls, error_code& error) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1 | SSL_OP_NO_COMPRESSION);
  if (!error) context.load_verify_file(tls.roots, error);
  if (!error) context.use_certificate_chain_file(tls.certificate, error);
  if (!error) context.use_private_key_file(tls.key, asio::ssl::context::pem, error);
  if (!error) context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
  return context;
}

asio::awaitable<std::unique_ptr<Wire>> DialTcp(beast::tcp_stream stream, std::string address, rpc::TlsFiles tls,
                                               error_code* error) {
  const size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon), port = colon == std::string::npos ? "" : address.substr(colon + 1);
  asio::ip::tcp::resolver resolver(stream.get_executor());
  auto found = co_await resolver.async_resolve(host, port, redirect_error(use_awaitable, *error));
  if (!*error) co_await stream.async_connect(found, redirect_error(use_awaitable, *error));
  error_code ignored;
  if (!*error) stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  // A host that has gone without a word is noticed when it does not acknowledge what was sent.
  const auto patience = static_cast<unsigned>(kUnacknowledged.count());
  if (!*error) ::setsockopt(stream.socket().native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
  if (!tls.enabled()) co_return std::make_unique<Plain<beast::tcp_stream>>(std::move(stream));
  // A connection keeps what it needs of the context.
  asio::ssl::context context = ClientContext(tls, *error);
  auto wire = std::make_unique<Tls>(asio::ssl::stream_base::client, std::move(stream), context);
  constexpr unsigned char kHttp2[] = "\x02h2";
  SSL* const handle = wire->stream().native_handle();
  SSL_set_alpn_protos(handle, kHttp2, sizeof kHttp2 - 1);
  SSL_set_tlsext_host_name(handle, host.c_str());
  if (!*error) wire->stream().set_verify_callback(asio::ssl::host_name_verification(host), *error);
  if (!*error) *error = co_await wire->Handshake();
  co_return wire;
}

}  // namespace

std::unique_ptr<Wire> PlainWire(asio::ip::tcp::socket socket) {
  return std::make_unique<Plain<beast::tcp_stream>>(std::move(socket));
}

std::unique_ptr<Wire> TlsWire(asio::ip::tcp::socket socket, asio::ssl::context& context) {
  return std::make_unique<Tls>(asio::ssl::stream_base::server, beast::tcp_stream(std::move(socket)), context);
}

asio::awaitable<std::unique_ptr<Wire>> Dial(asio::any_io_executor executor, std::string address, rpc::TlsFiles tls,
                                            absl::Duration time, error_code* error) {
  absl::string_view path = address;
  std::unique_ptr<Wire> wire;
  error->clear();
  if (absl::ConsumePrefix(&path, "unix:")) {
    absl::ConsumePrefix(&path, "//");  // unix:///path is the same
    LocalStream stream(executor);
    stream.expires_after(absl::ToChronoNanoseconds(time));
    asio::local::stream_protocol::endpoint endpoint((std::string(path)));
    co_await stream.async_connect(endpoint, redirect_error(use_awaitable, *error));
    wire = std::make_unique<Plain<LocalStream>>(std::move(stream));
  } else {
    beast::tcp_stream stream(executor);
    stream.expires_after(absl::ToChronoNanoseconds(time));
    wire = co_await DialTcp(std::move(stream), std::move(address), std::move(tls), error);
  }
  if (*error) co_return nullptr;
  wire->ExpireAfter(absl::InfiniteDuration());
  co_return wire;
}

}  // namespace bangfu::edge
