// Threads that accept connections and serve them.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_HTTP_SERVER_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_HTTP_SERVER_H_

#include <memory>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "services/gateway/edge/certificate.h"
#include "services/gateway/edge/edge_state.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/wire.h"

namespace bangfu::edge {

class HttpServer {
 public:
  // UNAVAILABLE if the address cannot be bound, INVALID_ARGUMENT if the certificate or its key cannot be read.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(EdgeState& state);
  ~HttpServer();

  int port() const { return port_; }

  // Closes the listeners at once. Idle connections end; busy ones may finish for up to `limit`.
  void Drain(absl::Duration limit);

 private:
  // Each thread has a loop of its own, so a connection never changes threads and needs no lock. The first accepts for
  // all and deals connections out in turn: listeners of their own on one port would share a few connections unevenly.
  struct Loop {
    explicit Loop(const Upstreams& upstreams)
        : context(1), work(context.get_executor()), links(context.get_executor(), upstreams) {}
    asio::io_context context;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    ServiceLinks links;
    std::unordered_set<class HttpConnection*> idle;  // waiting for a request
    std::unordered_set<class HttpConnection*> busy;
    std::thread thread;
  };

  explicit HttpServer(EdgeState& state);
  absl::Status Listen();
  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(Loop& loop, asio::ip::tcp::socket socket, std::string address, Gate::Place place);
  asio::awaitable<void> Converse(Loop& loop, HttpConnection& connection, const std::string& address);

  EdgeState& state_;
  Gate connections_;
  std::unique_ptr<Certificate> certificate_;  // nullptr: plain HTTP
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<asio::ip::tcp::acceptor> acceptor_;  // of the first loop
  int port_ = 0;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_HTTP_SERVER_H_
