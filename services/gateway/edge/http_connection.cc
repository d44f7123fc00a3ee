#include "services/gateway/edge/http_connection.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "boost/beast/core/error.hpp"
#include "boost/beast/http/error.hpp"
#include "boost/beast/http/status.hpp"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/gateway/edge/head_guard.h"

namespace bangfu::edge {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using status::Reason;

constexpr size_t kPartBytes = 64 << 10;
constexpr size_t kReadBytes = 16 << 10;
// A rest of a body up to this size is read away so that the connection can go on.
constexpr uint64_t kMostRest = 64 << 10;
// How much, and for how long, a peer may go on sending after the last answer. Many clients send a body whole before
// they look for the answer that refuses it.
constexpr size_t kMostIgnored = 64 << 20;
constexpr absl::Duration kIgnoringTime = absl::Seconds(5);
constexpr absl::string_view kEndOfHead = "\r\n\r\n";

absl::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

absl::string_view Content(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

// The texts must outlive the buffers.
template <typename... Texts>
std::vector<asio::const_buffer> Pieces(const Texts&... texts) {
  std::vector<asio::const_buffer> pieces;
  (pieces.emplace_back(absl::string_view(texts).data(), absl::string_view(texts).size()), ...);
  return pieces;
}

absl::Status Malformed(absl::string_view detail) {
  return status::Refuse(Reason::MALFORMED_REQUEST, {{"detail", std::string(detail)}});
}

std::string SizeText(uint64_t bytes) {
  return bytes >= 1 << 20 ? absl::StrCat(bytes >> 20, " MB") : absl::StrCat(bytes >> 10, " KB");
}

absl::Status TooLarge(uint64_t limit) { return status::Refuse(Reason::TOO_LARGE, {{"limit", SizeText(limit)}}); }

bool HasBody(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

HttpConnection::HttpConnection(std::unique_ptr<Wire> wire, const HttpLimits& limits, bool secure)
    : wire_(std::move(wire)), limits_(limits), secure_(secure) {}

asio::awaitable<bool> HttpConnection::Fill() {
  error_.clear();
  auto space = buffer_.prepare(kReadBytes);
  size_t size = co_await wire_->Read(asio::mutable_buffer(space.data(), space.size()), error_);
  buffer_.commit(size);
  co_return !error_ && size > 0;
}

HttpConnection::Head HttpConnection::Refuse(int http_status, absl::Status status) {
  refusal_ = std::move(status);
  refusal_http_status_ = http_status;
  keep_alive_ = false;
  return Head::kRefused;
}

asio::awaitable<HttpConnection::Head> HttpConnection::ReadHead() {
  parser_.reset();
  verb_.clear();
  path_.clear();
  query_.clear();
  head_only_ = false;
  body_bytes_ = sent_bytes_ = 0;
  wire_->ExpireAfter(requests_ == 0 ? limits_.header_time : limits_.idle_time);
  if (buffer_.size() == 0 && !co_await Fill()) co_return Head::kClosed;
  wire_->ExpireAfter(limits_.header_time);
  size_t searched = 0;
  while (true) {
    absl::string_view content = Content(buffer_);
    size_t end = content.find(kEndOfHead, searched);
    size_t size = end == absl::string_view::npos ? content.size() : end + kEndOfHead.size();
    if (size > limits_.header_bytes) co_return Refuse(431, TooLarge(limits_.header_bytes));
    if (end != absl::string_view::npos) co_return ParseHead(size);
    searched = content.size() < kEndOfHead.size() ? 0 : content.size() - kEndOfHead.size() + 1;
    if (!co_await Fill()) co_return Head::kClosed;
  }
}

HttpConnection::Head HttpConnection::ParseHead(size_t size) {
  absl::string_view head = Content(buffer_).substr(0, size);
  if (const char* fault = FaultOfHead(head)) {
    return Refuse(absl::StrContains(fault, "过多") ? 431 : 400, Malformed(fault));
  }
  parser_.emplace();
  parser_->body_limit(boost::none);
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes) + 1);
  error_code error;
  size_t used = parser_->put(asio::buffer(head.data(), head.size()), error);
  if ((error && error != http::error::need_more) || !parser_->is_header_done()) {
    return Refuse(400, Malformed("请求头有误"));
  }
  buffer_.consume(used);
  verb_ = std::string(View(parser_->get().method_string()));
  head_only_ = verb_ == "HEAD";
  absl::string_view target = View(parser_->get().target());
  size_t question = target.find('?');
  path_ = std::string(target.substr(0, question));
  query_ = question == absl::string_view::npos ? "" : std::string(target.substr(question + 1));
  keep_alive_ = parser_->get().keep_alive() && ++requests_ < limits_.requests_per_connection;
  continue_pending_ = absl::EqualsIgnoreCase(Header("Expect"), "100-continue");
  body_start_ = absl::Now();
  return Head::kRequest;
}

absl::string_view HttpConnection::Header(absl::string_view name) const {
  if (!parser_.has_value()) return {};
  return View(parser_->get()[beast::string_view(name.data(), name.size())]);
}

std::optional<uint64_t> HttpConnection::content_length() const {
  auto length = parser_->content_length();
  return length ? std::optional<uint64_t>(*length) : std::nullopt;
}

absl::StatusOr<size_t> HttpConnection::ParseBody() {
  auto& body = parser_->get().body();
  size_t produced = 0;
  while (produced == 0 && !parser_->is_done() && buffer_.size() > 0) {
    body.data = part_.data();
    body.size = part_.size();
    error_code error;
    size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    produced = part_.size() - body.size;
    if (error == http::error::need_more) {
      // A chunk's size line has no reason to be longer than what one read brings.
      if (used == 0 && buffer_.size() >= kReadBytes) return Malformed("分块有误");
      break;
    }
    if (error && error != http::error::need_buffer) return Malformed("正文有误");
  }
  return produced;
}

asio::awaitable<absl::StatusOr<absl::string_view>> HttpConnection::ReadBodyPart(uint64_t limit) {
  if (content_length().value_or(0) > limit) co_return TooLarge(limit);
  part_.resize(kPartBytes);
  while (!parser_->is_done()) {
    auto produced = ParseBody();
    if (!produced.ok()) co_return produced.status();
    if (*produced > 0) {
      body_bytes_ += *produced;
      if (body_bytes_ > limit) co_return TooLarge(limit);
      co_return absl::string_view(part_.data(), *produced);
    }
    if (parser_->is_done()) break;
    if (std::exchange(continue_pending_, false)) {
      if (!co_await Write(Pieces("HTTP/1.1 100 Continue\r\n\r\n"))) {
        co_return status::Refuse(Reason::CANCELLED);
      }
    }
    absl::Duration allowed =
        limits_.body_grace + absl::Seconds(1) * (static_cast<double>(body_bytes_) / limits_.body_rate);
    wire_->ExpireAfter(std::max(absl::Milliseconds(1), body_start_ + allowed - absl::Now()));
    if (!co_await Fill()) {
      co_return status::Refuse(error_ == beast::error::timeout ? Reason::DEADLINE_EXCEEDED : Reason::CANCELLED);
    }
  }
  co_return absl::string_view();
}

asio::awaitable<absl::StatusOr<std::string>> HttpConnection::ReadBody(uint64_t limit) {
  std::string body;
  while (true) {
    absl::StatusOr<absl::string_view> part = co_await ReadBodyPart(limit);
    if (!part.ok()) co_return part.status();
    if (part->empty()) co_return body;
    body.append(part->data(), part->size());
  }
}

std::string HttpConnection::HeadText(const Answer& answer, bool chunked) const {
  beast::string_view reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  std::string head = absl::StrCat("HTTP/1.1 ", answer.status, " ", View(reason), "\r\n");
  if (chunked) {
    absl::StrAppend(&head, "Transfer-Encoding: chunked\r\n");
  } else if (HasBody(answer.status)) {
    absl::StrAppend(&head, "Content-Length: ", answer.body.size(), "\r\n");
  }
  if (!answer.content_type.empty()) absl::StrAppend(&head, "Content-Type: ", answer.content_type, "\r\n");
  for (const auto& [name, value] : answer.headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
  absl::StrAppend(&head, "X-Content-Type-Options: nosniff\r\n");
  if (secure_) absl::StrAppend(&head, "Strict-Transport-Security: max-age=31536000\r\n");
  if (!keep_alive_) absl::StrAppend(&head, "Connection: close\r\n");
  return head + "\r\n";
}

asio::awaitable<bool> HttpConnection::Write(std::vector<asio::const_buffer> buffers) {
  wire_->ExpireAfter(limits_.write_time);
  sent_bytes_ += asio::buffer_size(buffers);
  error_code error = co_await wire_->Write(std::move(buffers));
  if (error) keep_alive_ = false;
  co_return !error;
}

asio::awaitable<bool> HttpConnection::Send(const Answer& answer) {
  // A body that nobody will read, and that the peer may not even have begun to send, ends the connection.
  if (parser_.has_value() && !parser_->is_done()) {
    bool short_rest = !continue_pending_ && content_length().value_or(kMostRest + 1) <= kMostRest;
    if (!short_rest) keep_alive_ = false;
  }
  std::string head = HeadText(answer, false);
  bool body = !head_only_ && HasBody(answer.status);
  std::vector<asio::const_buffer> pieces = Pieces(head);
  if (body) pieces.push_back(asio::buffer(answer.body));
  co_return co_await Write(std::move(pieces));
}

asio::awaitable<bool> HttpConnection::BeginStream(const Answer& answer) {
  chunked_answer_ = parser_->get().version() == 11;
  keep_alive_ = keep_alive_ && chunked_answer_;
  std::string head = HeadText(answer, chunked_answer_);
  if (!chunked_answer_) {
    // Without a length or chunks, the end of the connection is the end of the answer.
    size_t at = head.find("Content-Length: 0\r\n");
    if (at != std::string::npos) head.erase(at, 19);
  }
  std::vector<asio::const_buffer> pieces = Pieces(head);
  co_return co_await Write(std::move(pieces));
}

asio::awaitable<bool> HttpConnection::SendPiece(absl::string_view piece) {
  if (piece.empty() || head_only_) co_return true;
  std::string size = absl::StrCat(absl::Hex(piece.size()), "\r\n");
  std::vector<asio::const_buffer> pieces = chunked_answer_ ? Pieces(size, piece, "\r\n") : Pieces(piece);
  co_return co_await Write(std::move(pieces));
}

asio::awaitable<bool> HttpConnection::EndStream() {
  if (!chunked_answer_ || head_only_) co_return true;
  std::vector<asio::const_buffer> pieces = Pieces("0\r\n\r\n");
  co_return co_await Write(std::move(pieces));
}

asio::awaitable<bool> HttpConnection::Continue() {
  while (keep_alive_ && !parser_->is_done()) {
    absl::StatusOr<absl::string_view> part = co_await ReadBodyPart(kMostRest);
    if (!part.ok()) keep_alive_ = false;
  }
  co_return keep_alive_;
}

asio::awaitable<void> HttpConnection::Close() {
  co_await wire_->CloseWriting();
  wire_->ExpireAfter(kIgnoringTime);
  size_t drained = 0;
  buffer_.clear();
  while (drained < kMostIgnored && co_await Fill()) {
    drained += buffer_.size();
    buffer_.clear();
  }
}

}  // namespace bangfu::edge
