// One HTTP request and its answer.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_EXCHANGE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_EXCHANGE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/gateway/edge/edge_state.h"
#include "services/gateway/edge/http_connection.h"
#include "services/gateway/edge/route_table.h"
#include "services/gateway/edge/source.h"
#include "services/gateway/edge/stream_bridge.h"
#include "services/gateway/edge/wire.h"

namespace bangfu::edge {

class Exchange {
 public:
  // The connection has read a head, or has refused one.
  Exchange(EdgeState& state, ServiceLinks& links, HttpConnection& connection, const std::string& source);

  // Answers the request whose head was read.
  asio::awaitable<void> Run();
  // Answers a head that the connection has refused.
  asio::awaitable<void> Refuse();

 private:
  asio::awaitable<void> CallMethod(RouteMatch match);
  asio::awaitable<void> CallUnaryMethod(const Route& route, const google::protobuf::Message& request,
                                        Upstream& upstream);
  asio::awaitable<void> StreamEvents(const Route& route, const google::protobuf::Message& request, Upstream& upstream);
  asio::awaitable<void> StreamFile(const Route& route, const google::protobuf::Message& request, Upstream& upstream);
  asio::awaitable<void> Upload(const Route& route, google::protobuf::Message& first, Upstream& upstream);
  // Sends the body of an upload as it comes; the connection's fault if reading it fails.
  asio::awaitable<absl::Status> SendUpload(const Route& route, google::protobuf::Message& message,
                                           StreamBridge& bridge);
  // Who ended an event stream: the service, the entry (the token has expired, or the program stops), or a broken line.
  enum class Ended { kByService, kByEntry, kBroken };
  asio::awaitable<Ended> SendEvents(const Route& route, StreamBridge& bridge, bool first, grpc::ByteBuffer bytes);

  asio::awaitable<void> AnswerOptions();
  // The path is there, but not for this verb; `allowed` are those it is there for.
  asio::awaitable<void> AnswerNotAllowed(std::string allowed);
  asio::awaitable<void> AnswerMessage(const Route& route, const google::protobuf::Message& answer);
  asio::awaitable<void> AnswerStatus(const absl::Status& status, int http_status = 0);
  asio::awaitable<void> Send(Answer answer);
  void AddCors(Answer* answer) const;
  void Compress(Answer* answer) const;

  absl::StatusOr<absl::Time> Deadline(const Method& method) const;
  CallTerms Terms(absl::Time deadline) const;
  Abandoned Gone();
  void Observe();

  EdgeState& state_;
  ServiceLinks& links_;
  HttpConnection& connection_;
  const Origin origin_;
  const absl::Time start_ = absl::Now();
  std::string trace_;
  std::string authorization_;
  const Method* method_ = nullptr;
  Admission::Entry entry_;
  Asked asked_;  // by a request that was not admitted
  absl::Status status_;
  int http_status_ = 200;
  bool forwarded_ = false;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_EXCHANGE_H_
