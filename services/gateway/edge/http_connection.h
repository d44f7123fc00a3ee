// HTTP/1.1 on one connection: reads requests one after another within limits, writes answers. What an answer is, others
// decide.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_HTTP_CONNECTION_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_HTTP_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http/buffer_body.hpp"
#include "boost/beast/http/parser.hpp"
#include "services/gateway/edge/wire.h"

namespace bangfu::edge {

struct HttpLimits {
  size_t header_bytes = 16 << 10;
  absl::Duration header_time = absl::Seconds(5);  // from the first byte of a request
  absl::Duration idle_time = absl::Seconds(60);   // between requests
  absl::Duration body_grace = absl::Seconds(10);  // a body may lag behind body_rate by this much
  int body_rate = 1024;                           // least bytes a second
  absl::Duration write_time = absl::Seconds(30);  // for one piece of an answer
  int requests_per_connection = 1000;
  size_t json_bytes = 1 << 20;
  int64_t upload_bytes = int64_t{512} << 20;
};

struct Answer {
  int status = 200;
  std::string content_type;  // empty: no body
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string compressed;  // the body by gzip, where it is kept so; empty: made when it is wanted
};

class HttpConnection {
 public:
  HttpConnection(std::unique_ptr<Wire> wire, const HttpLimits& limits, bool secure);

  enum class Head { kRequest, kRefused, kClosed };

  // Waits for the next request's head. kRefused: `refusal()` says why, and the connection must end after the answer.
  // kClosed: the peer has gone, or was too slow, which closes the connection without a word.
  asio::awaitable<Head> ReadHead();
  const absl::Status& refusal() const { return refusal_; }
  int refusal_http_status() const { return refusal_http_status_; }

  absl::string_view verb() const { return verb_; }
  absl::string_view path() const { return path_; }
  absl::string_view query() const { return query_; }
  // Empty if absent.
  absl::string_view Header(absl::string_view name) const;
  // The length that the head announces, if it does.
  std::optional<uint64_t> content_length() const;

  // The next bytes of the body, at most 64 KiB; empty at its end. TOO_LARGE above `limit`, MALFORMED_REQUEST,
  // DEADLINE_EXCEEDED if it comes too slowly (the connection is closed then), CANCELLED if the peer has gone.
  asio::awaitable<absl::StatusOr<absl::string_view>> ReadBodyPart(uint64_t limit);
  // The whole body.
  asio::awaitable<absl::StatusOr<std::string>> ReadBody(uint64_t limit);

  // Sends a whole answer. False if the peer has gone. The body is left out after HEAD and for 204 and 304.
  asio::awaitable<bool> Send(const Answer& answer);

  // An answer in pieces: a head, then any number of pieces, then the end. Without the end the peer knows that it is
  // cut.
  asio::awaitable<bool> BeginStream(const Answer& head);
  asio::awaitable<bool> SendPiece(absl::string_view piece);
  asio::awaitable<bool> EndStream();

  // After an answer: true if another request may follow. Passes over a short rest of the body.
  asio::awaitable<bool> Continue();
  // Closes orderly: the peer may still be sending, and would lose the answer if the socket were closed at once.
  asio::awaitable<void> Close();
  // The connection ends after the current answer.
  void StopKeepAlive() { keep_alive_ = false; }

  uint64_t body_bytes() const { return body_bytes_; }
  uint64_t sent_bytes() const { return sent_bytes_; }
  Wire& wire() { return *wire_; }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  Head Refuse(int http_status, absl::Status status);
  // Parses the `size` bytes of a complete head at the front of the buffer.
  Head ParseHead(size_t size);
  // Reads more bytes; false at the end or on an error, which is kept.
  asio::awaitable<bool> Fill();
  // Feeds the parser until it has produced bytes or needs more.
  absl::StatusOr<size_t> ParseBody();
  std::string HeadText(const Answer& answer, bool chunked) const;
  asio::awaitable<bool> Write(std::vector<asio::const_buffer> buffers);

  std::unique_ptr<Wire> wire_;
  const HttpLimits& limits_;
  const bool secure_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::string verb_, path_, query_;
  std::vector<char> part_;
  absl::Status refusal_;
  int refusal_http_status_ = 400;
  error_code error_;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool continue_pending_ = false;
  bool chunked_answer_ = false;  // false for a streamed answer to HTTP/1.0, which ends with the connection
  int requests_ = 0;
  uint64_t body_bytes_ = 0;
  uint64_t sent_bytes_ = 0;
  absl::Time body_start_;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_HTTP_CONNECTION_H_
