#include "services/gateway/edge/http_server.h"

#include <exception>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/redirect_error.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "common/log/log.h"
#include "common/status/macros.h"
#include "services/gateway/edge/exchange.h"
#include "services/gateway/edge/http_connection.h"
#include "services/gateway/edge/source.h"

namespace bangfu::edge {
namespace {

// Without the form in which an IPv6 socket shows IPv4 peers.
std::string AddressOf(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

using asio::ip::tcp;

constexpr int kBacklog = 1024;

}  // namespace

HttpServer::HttpServer(EdgeState& state)
    : state_(state), connections_(state.options.connections, state.options.connections_per_source) {}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(EdgeState& state) {
  std::unique_ptr<HttpServer> server(new HttpServer(state));
  const EdgeOptions& options = state.options;
  if (!options.certificate_file.empty()) {
    ASSIGN_OR_RETURN(server->certificate_,
                     Certificate::Load(options.certificate_file, options.key_file, options.certificate_interval));
  }
  for (int i = 0; i < options.threads; ++i) server->loops_.push_back(std::make_unique<Loop>(state.upstreams));
  RETURN_IF_ERROR(server->Listen());
  asio::co_spawn(server->loops_[0]->context, server->Accept(), asio::detached);
  for (auto& loop : server->loops_) loop->thread = std::thread([&loop = *loop] { loop.context.run(); });
  return server;
}

HttpServer::~HttpServer() { Drain(absl::ZeroDuration()); }

absl::Status HttpServer::Listen() {
  const EdgeOptions& options = state_.options;
  error_code error;
  auto address = asio::ip::make_address(options.http_address, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("not an address: ", options.http_address));
  tcp::endpoint endpoint(address, static_cast<unsigned short>(options.http_port));
  acceptor_ = std::make_unique<tcp::acceptor>(loops_[0]->context);
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(kBacklog, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.http_address, ":", options.http_port, ": ", error.message()));
  }
  port_ = acceptor_->local_endpoint().port();
  return absl::OkStatus();
}

asio::awaitable<void> HttpServer::Accept() {
  for (size_t turn = 0; acceptor_->is_open(); ++turn) {
    Loop& loop = *loops_[turn % loops_.size()];
    error_code error;
    tcp::socket socket = co_await acceptor_->async_accept(asio::any_io_executor(loop.context.get_executor()),
                                                          asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of file descriptors, most likely: wait for some to come free rather than spin.
      asio::steady_timer pause(loops_[0]->context, std::chrono::milliseconds(50));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    auto peer = socket.remote_endpoint(error);
    if (error) continue;
    std::string address = AddressOf(peer.address());
    // A proxy brings everybody's connections.
    const bool proxy = IsTrustedProxy(address, state_.options.trusted_proxies);
    Gate::Place place = connections_.Enter(proxy ? "" : address);
    if (!place) continue;
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(loop.context, Serve(loop, std::move(socket), std::move(address), std::move(place)), asio::detached);
  }
}

asio::awaitable<void> HttpServer::Serve(Loop& loop, tcp::socket socket, std::string address, Gate::Place place) {
  try {
    const std::shared_ptr<Certificate::Context> tls = certificate_ ? certificate_->Current(absl::Now()) : nullptr;
    HttpConnection connection(tls ? TlsWire(std::move(socket), *tls) : PlainWire(std::move(socket)),
                              state_.options.http, tls != nullptr);
    auto leave = absl::MakeCleanup([&] {
      loop.idle.erase(&connection);
      loop.busy.erase(&connection);
    });
    loop.idle.insert(&connection);
    connection.wire().ExpireAfter(state_.options.http.header_time);
    if (!co_await connection.wire().Handshake()) co_await Converse(loop, connection, address);
  } catch (const std::exception& fault) {
    // Only allocation can throw here; the connection ends, the program does not.
    log::Error("connection_failed", {{"what", absl::string_view(fault.what())}});
  }
}

asio::awaitable<void> HttpServer::Converse(Loop& loop, HttpConnection& connection, const std::string& address) {
  while (true) {
    HttpConnection::Head head = co_await connection.ReadHead();
    if (head == HttpConnection::Head::kClosed) co_return;
    loop.idle.erase(&connection);
    loop.busy.insert(&connection);
    Exchange exchange(state_, loop.links, connection, address);
    if (head == HttpConnection::Head::kRefused) {
      co_await exchange.Refuse();
      break;
    }
    co_await exchange.Run();
    if (!co_await connection.Continue()) break;
    loop.busy.erase(&connection);
    loop.idle.insert(&connection);
    if (state_.draining) break;
  }
  co_await connection.Close();
}

void HttpServer::Drain(absl::Duration limit) {
  state_.draining = true;
  for (auto& loop : loops_) {
    asio::post(loop->context, [this, &loop = *loop] {
      error_code ignored;
      if (&loop == loops_[0].get() && acceptor_) acceptor_->close(ignored);
      for (HttpConnection* connection : loop.idle) connection->wire().Cancel();
    });
  }
  absl::Time until = absl::Now() + limit;
  while (connections_.count() > 0 && absl::Now() < until) absl::SleepFor(absl::Milliseconds(10));
  // What is left is cancelled; a loop ends by itself when it has nothing to wait for.
  state_.aborting = true;
  while (connections_.count() > 0) {
    for (auto& loop : loops_) {
      asio::post(loop->context, [&loop = *loop] {
        for (auto* set : {&loop.idle, &loop.busy}) {
          for (HttpConnection* connection : *set) connection->wire().Cancel();
        }
      });
    }
    absl::SleepFor(absl::Milliseconds(10));
  }
  for (auto& loop : loops_) {
    asio::post(loop->context, [&loop = *loop] { loop.links.Close(); });
    loop->work.reset();
    if (loop->thread.joinable()) loop->thread.join();
  }
}

}  // namespace bangfu::edge
