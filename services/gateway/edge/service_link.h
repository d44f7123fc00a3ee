// Unary calls to one service from the coroutines of one thread, over one connection of that thread. A call never
// changes threads; calls that begin in the same turn of the loop leave in one write.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_SERVICE_LINK_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_SERVICE_LINK_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "boost/asio/steady_timer.hpp"
#include "common/rpc/channel.h"
#include "google/protobuf/message.h"
#include "services/gateway/edge/call_session.h"
#include "services/gateway/edge/wire.h"

namespace bangfu::edge {

// Where a service listens, unix:/path or host:port, and the files by which the latter and its client know each other.
struct ServiceAddress {
  std::string address;
  rpc::TlsFiles tls;
};

// True if the caller has gone or the program is stopping: asked once a second while waiting.
using Abandoned = std::function<bool()>;

class ServiceLink : public std::enable_shared_from_this<ServiceLink> {
 public:
  // Connects when it is first called, and again whenever the connection has ended.
  ServiceLink(asio::any_io_executor executor, ServiceAddress address);

  // Calls /package.Service/Method and waits for its one answer. Besides what the service says: UNAVAILABLE without a
  // connection, DEADLINE_EXCEEDED, CANCELLED if it is abandoned, DATA_LOSS if the answer cannot be read.
  asio::awaitable<absl::Status> Call(const std::string& method, const CallTerms& terms,
                                     const google::protobuf::Message& request, google::protobuf::Message* answer,
                                     const Abandoned& abandoned);

  // Ends the connection and what waits for it. The loop can end then.
  void Close();

 private:
  struct Connection;
  struct Waiting;  // one call, and who waits for it
  using Resume = absl::AnyInvocable<void()>;

  // Until there is a connection that takes calls. UNAVAILABLE if none can be had; at once, soon after a failure.
  asio::awaitable<absl::Status> Connected(absl::Time deadline);
  static asio::awaitable<void> Connect(std::shared_ptr<ServiceLink> self);
  static asio::awaitable<void> Read(std::shared_ptr<ServiceLink> self, std::shared_ptr<Connection> connection);
  static asio::awaitable<void> Write(std::shared_ptr<ServiceLink> self, std::shared_ptr<Connection> connection);
  // While an answer is due: ends calls whose time is up or whose caller has gone, and a connection that stays silent.
  static asio::awaitable<void> Watch(std::shared_ptr<ServiceLink> self, std::shared_ptr<Connection> connection);
  void End(std::shared_ptr<Connection> connection);

  const asio::any_io_executor executor_;
  const ServiceAddress address_;
  std::shared_ptr<Connection> current_;                           // takes new calls
  absl::flat_hash_set<std::shared_ptr<Connection>> connections_;  // also those on which only old calls end
  std::vector<std::shared_ptr<asio::steady_timer>> waiting_;      // for the end of Connect, each until its deadline
  bool connecting_ = false;
  bool closed_ = false;
  int failures_ = 0;  // in a row
  absl::Time next_try_ = absl::InfinitePast();
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_SERVICE_LINK_H_
