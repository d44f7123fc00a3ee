// A connection's bytes, plain or under TLS, behind one interface of coroutines.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_WIRE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_WIRE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "boost/asio/awaitable.hpp"
#include "boost/asio/buffer.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/context.hpp"
#include "boost/system/error_code.hpp"
#include "common/rpc/channel.h"

namespace bangfu::edge {

namespace asio = boost::asio;
using boost::system::error_code;

class Wire {
 public:
  virtual ~Wire() = default;

  // Does nothing on a plain connection. Whoever has connected is the client of it.
  virtual asio::awaitable<error_code> Handshake() = 0;
  // Bytes read; 0 with an error at the end of the stream.
  virtual asio::awaitable<size_t> Read(asio::mutable_buffer buffer, error_code& error) = 0;
  // Writes all of it.
  virtual asio::awaitable<error_code> Write(std::vector<asio::const_buffer> buffers) = 0;
  // Operations that begin after this end with an error when the time is up; never after InfiniteDuration.
  virtual void ExpireAfter(absl::Duration time) = 0;
  // Says orderly that no more will be written.
  virtual asio::awaitable<void> CloseWriting() = 0;
  // Ends what is under way.
  virtual void Cancel() = 0;
  // True if the peer has closed its side; costs one system call.
  virtual bool PeerGone() = 0;

  virtual asio::any_io_executor executor() = 0;
};

std::unique_ptr<Wire> PlainWire(asio::ip::tcp::socket socket);
std::unique_ptr<Wire> TlsWire(asio::ip::tcp::socket socket, asio::ssl::context& context);

// Connects to unix:/path or host:port, the latter under mutual TLS (HTTP/2) if `tls` names files, which are read each
// time. nullptr and an error if that fails or takes longer than `time`.
asio::awaitable<std::unique_ptr<Wire>> Dial(asio::any_io_executor executor, std::string address, rpc::TlsFiles tls,
                                            absl::Duration time, error_code* error);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_WIRE_H_
