#include "services/gateway/edge/exchange.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/gateway/v1/reason.pb.h"
#include "common/auth/token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/api/httpbody.pb.h"
#include "services/gateway/edge/content_disposition.h"
#include "services/gateway/edge/deadline.h"
#include "services/gateway/edge/errors.h"
#include "services/gateway/edge/gzip.h"
#include "services/gateway/edge/json_writer.h"
#include "services/gateway/edge/pages.h"
#include "services/gateway/edge/source.h"
#include "services/gateway/edge/sse.h"
#include "services/gateway/edge/trace.h"
#include "services/gateway/edge/transcode.h"

namespace bangfu::edge {
namespace {

using google::api::HttpBody;
using google::protobuf::Message;
using status::Reason;

constexpr char kJson[] = "application/json; charset=utf-8";
constexpr size_t kLeastToCompress = 1024;
// g++ 12 copies some temporaries of a co_await expression bit by bit (conditional expressions, braced lists), which
// ends in a double free. So what is handed to a coroutine here is a variable, or the plain result of a call.

// How long an event stream waits for a first sign from the service before it says 200.
constexpr absl::Duration kFirstEventPatience = absl::Seconds(1);
constexpr absl::Duration kTick = absl::Seconds(1);
// How long a service may take for an answer after the last byte of an upload, or between two pieces of a file.
constexpr absl::Duration kFilePatience = absl::Seconds(60);

absl::Status Malformed(absl::string_view detail) {
  return status::Refuse(Reason::MALFORMED_REQUEST, {{"detail", std::string(detail)}});
}

std::unique_ptr<Message> NewAnswer(const Method& method) { return std::unique_ptr<Message>(method.response->New()); }

// The head of a file: as an attachment, so that no browser shows it as a page of this site. A content type comes from a
// service, but must not be able to write headers.
Answer FileHead(const Route& route, const HttpBody& first) {
  const bool typed = IsMediaType(first.content_type());
  return {200,
          typed ? first.content_type() : "application/octet-stream",
          "",
          {{"Content-Disposition", AttachmentNamed(FileNameOf(route, first))}, {"Cache-Control", "no-store"}}};
}

}  // namespace

Exchange::Exchange(EdgeState& state, ServiceLinks& links, HttpConnection& connection, const std::string& address)
    : state_(state),
      links_(links),
      connection_(connection),
      origin_{SourceOf(address, connection.Header("X-Forwarded-For"), state.options.trusted_proxies),
              CertificateOf(address, connection.Header("X-Client-Certificate"), state.options.trusted_proxies)},
      trace_(NewTraceId()) {}

asio::awaitable<void> Exchange::Refuse() {
  co_await AnswerStatus(connection_.refusal(), connection_.refusal_http_status());
  Observe();
}

asio::awaitable<void> Exchange::Run() {
  absl::string_view verb = connection_.verb();
  authorization_ = std::string(connection_.Header("Authorization"));
  if (state_.draining) connection_.StopKeepAlive();
  if (verb == "OPTIONS") {
    co_await AnswerOptions();
  } else {
    RouteMatch match = state_.routes.Match(verb == "HEAD" ? "GET" : verb, connection_.path());
    if (match.route != nullptr) {
      co_await CallMethod(std::move(match));
    } else if (!match.allowed.empty()) {
      co_await AnswerNotAllowed(absl::StrJoin(match.allowed, ", "));
    } else {
      bool readable = verb == "GET" || verb == "HEAD";
      // Readiness is found out when it is asked for.
      absl::Status admitted =
          connection_.path() == "/readyz" ? state_.admission.AdmitSource(origin_.source, start_) : absl::OkStatus();
      std::optional<Answer> page;
      if (admitted.ok() && readable) page = co_await FindPage(state_, links_, connection_.path(), Gone());
      if (page.has_value()) {
        http_status_ = page->status;
        co_await Send(*std::move(page));
      } else {
        if (admitted.ok()) admitted = state_.admission.AdmitSource(origin_.source, start_);
        if (admitted.ok()) admitted = status::Refuse(Reason::NOT_FOUND);
        co_await AnswerStatus(admitted);
      }
    }
  }
  Observe();
}

void Exchange::Observe() {
  RequestRecord record;
  record.protocol = "http";
  if (method_ != nullptr) record.method = method_->descriptor->full_name();
  const std::string reason = status::ReasonOf(status_), detail = auth::TokenFaultOf(status_);
  record.code = CodeName(status_.code());
  record.reason = reason;
  record.detail = detail;
  record.asked = asked_;
  record.http_status = http_status_;
  record.trace = trace_;
  if (entry_.caller != nullptr) {
    record.subject = entry_.caller->subject;
    record.session = entry_.caller->session;
  }
  record.source = origin_.source;
  record.forwarded = forwarded_;
  record.duration = absl::Now() - start_;
  record.bytes_in = connection_.body_bytes();
  record.bytes_out = connection_.sent_bytes();
  state_.options.observe(record);
}

Abandoned Exchange::Gone() {
  return [this] { return connection_.wire().PeerGone() || state_.aborting; };
}

absl::StatusOr<absl::Time> Exchange::Deadline(const Method& method) const {
  absl::string_view grpc_timeout = connection_.Header("Grpc-Timeout");
  absl::string_view seconds = connection_.Header("X-Timeout-Seconds");
  absl::Duration time = method.deadline;
  if (!grpc_timeout.empty() || !seconds.empty()) {
    auto asked = grpc_timeout.empty() ? ParseTimeoutSeconds(seconds) : ParseGrpcTimeout(grpc_timeout);
    if (!asked.has_value()) return Malformed("期限有误");
    time = std::min(*asked, state_.options.longest_deadline);
  }
  return start_ + time;
}

CallTerms Exchange::Terms(absl::Time deadline) const {
  // A token that did not verify is of no use to anybody behind the entry.
  return {entry_.caller != nullptr ? authorization_ : "", TraceParent(trace_), deadline, origin_};
}

asio::awaitable<void> Exchange::CallMethod(RouteMatch match) {
  const Route& route = *match.route;
  method_ = route.method;
  absl::Status admitted = state_.admission.Admit(*method_, authorization_, origin_, start_, &entry_);
  // Only a caller who is known may continue a trace; otherwise anybody could write into somebody else's.
  if (entry_.caller != nullptr) trace_ = TraceIdOf(connection_.Header("traceparent")).value_or(trace_);
  if (!admitted.ok()) {
    // Its body is not read any more: what the path and the query name has to do.
    asked_ = method_->AskedFor(*DecodeNames(route, match.values, connection_.query()));
    co_return co_await AnswerStatus(admitted);
  }
  bool stream = method_->descriptor->server_streaming();
  if (connection_.verb() == "HEAD" && stream)
    co_return co_await AnswerStatus(status::Refuse(Reason::UNIMPLEMENTED), 405);
  absl::string_view type = connection_.Header("Content-Type");
  if (route.RawBody() && !type.empty() && !IsMediaType(type)) {
    co_return co_await AnswerStatus(Malformed("Content-Type 有误"), 415);
  }
  std::string body;
  bool upload = method_->descriptor->client_streaming();
  if (!upload) {
    if (!route.RawBody() && !IsJsonType(type) && connection_.content_length().value_or(1) > 0 &&
        (route.whole_body || route.body != nullptr)) {
      co_return co_await AnswerStatus(Malformed("正文应为 application/json"), 415);
    }
    absl::StatusOr<std::string> read = co_await connection_.ReadBody(state_.options.http.json_bytes);
    if (!read.ok()) co_return co_await AnswerStatus(read.status());
    body = *std::move(read);
  }
  RequestParts parts{connection_.query(),
                     body,
                     type,
                     connection_.Header("Content-Disposition"),
                     connection_.Header("Idempotency-Key"),
                     connection_.Header("If-Match")};
  auto request = DecodeRequest(route, match.values, parts);
  if (!request.ok()) co_return co_await AnswerStatus(request.status());
  auto upstream = state_.upstreams.Find(method_->UpstreamOf(**request));
  if (!upstream.ok()) co_return co_await AnswerStatus(upstream.status());
  absl::Status begun = state_.admission.Begin(*method_, &entry_);
  if (!begun.ok()) co_return co_await AnswerStatus(begun);
  forwarded_ = true;

  if (upload) {
    co_await Upload(route, **request, **upstream);
  } else if (route.Events()) {
    co_await StreamEvents(route, **request, **upstream);
  } else if (stream) {
    co_await StreamFile(route, **request, **upstream);
  } else {
    co_await CallUnaryMethod(route, **request, **upstream);
  }
}

asio::awaitable<void> Exchange::CallUnaryMethod(const Route& route, const Message& request, Upstream& upstream) {
  auto deadline = Deadline(*method_);
  if (!deadline.ok()) co_return co_await AnswerStatus(deadline.status());
  const std::unique_ptr<Message> answer = NewAnswer(*method_);
  const CallTerms terms = Terms(*deadline);
  const Abandoned gone = Gone();
  absl::Status status = co_await links_.Of(upstream).Call(method_->path, terms, request, answer.get(), gone);
  if (!status.ok()) co_return co_await AnswerStatus(status);
  co_await AnswerMessage(route, *answer);
}

asio::awaitable<void> Exchange::AnswerMessage(const Route& route, const Message& message) {
  if (route.RawAnswer()) {
    const auto& file = static_cast<const HttpBody&>(message);
    Answer answer = FileHead(route, file);
    answer.body = file.data();
    co_return co_await Send(std::move(answer));
  }
  Answer answer;
  const Message& body = BodyOf(route, message);
  answer.content_type = kJson;
  answer.body.reserve(512);
  WriteJson(body, &answer.body);
  std::string etag = TextOf(body, "etag");
  if (!etag.empty()) answer.headers.emplace_back("ETag", etag);
  answer.headers.emplace_back("Cache-Control", method_->personal ? "no-store" : "private, no-cache");
  co_await Send(std::move(answer));
}

asio::awaitable<Exchange::Ended> Exchange::SendEvents(const Route& route, StreamBridge& bridge, bool first,
                                                      grpc::ByteBuffer bytes) {
  absl::Time sent = absl::Now();
  bool message_here = first;
  while (true) {
    if (message_here) {
      std::unique_ptr<Message> message = NewAnswer(*method_);
      if (!FromBytes(bytes, message.get())) co_return Ended::kBroken;
      if (!co_await connection_.SendPiece(DataEvent(BodyOf(route, *message)))) co_return Ended::kBroken;
      sent = absl::Now();
    }
    StreamBridge::Next next = co_await bridge.Read(&bytes, kTick, Gone());
    if (next == StreamBridge::Next::kEnd) co_return Ended::kByService;
    message_here = next == StreamBridge::Next::kMessage;
    absl::Time now = absl::Now();
    // Rights end with the token or the session, so the stream does, too: the client comes again with a new token.
    const bool held = entry_.caller == nullptr || state_.admission.StillHolds(authorization_, now);
    if (state_.draining || !held) co_return Ended::kByEntry;
    if (!message_here && now - sent >= state_.options.heartbeat) {
      if (!co_await connection_.SendPiece(HeartbeatEvent())) co_return Ended::kBroken;
      sent = now;
    }
  }
}

asio::awaitable<void> Exchange::StreamEvents(const Route& route, const Message& request, Upstream& upstream) {
  auto bridge =
      StreamBridge::Start(connection_.wire().executor(), upstream, method_->path, Terms(absl::InfiniteFuture()));
  co_await bridge->Write(ToBytes(request), true, Gone());
  grpc::ByteBuffer bytes;
  StreamBridge::Next next = co_await bridge->Read(&bytes, kFirstEventPatience, Gone());
  Ended ended = Ended::kByService;
  if (next == StreamBridge::Next::kEnd) {
    // Nothing has been sent, so a refusal can still be an ordinary answer.
    absl::Status status = co_await bridge->Finish();
    if (!status.ok()) co_return co_await AnswerStatus(status);
  }
  Answer head{200, "text/event-stream; charset=utf-8", "", {{"Cache-Control", "no-store"}, {"Trace-Id", trace_}}};
  AddCors(&head);
  bool begun = co_await connection_.BeginStream(head);
  if (next != StreamBridge::Next::kEnd) {
    ended = Ended::kBroken;
    if (begun) ended = co_await SendEvents(route, *bridge, next == StreamBridge::Next::kMessage, std::move(bytes));
    if (ended != Ended::kByService) bridge->Cancel();
    absl::Status status = co_await bridge->Finish();
    if (ended == Ended::kByService) status_ = Presentable(status, trace_);
  }
  if (!begun || ended == Ended::kBroken) {
    connection_.StopKeepAlive();
    co_return;
  }
  if (!status_.ok()) {
    co_await connection_.SendPiece(ErrorEvent(ErrorBody(status_, HttpStatusOf(status_), trace_)));
  } else if (ended == Ended::kByService) {
    co_await connection_.SendPiece(EndEvent());
  }
  co_await connection_.EndStream();
}

asio::awaitable<void> Exchange::StreamFile(const Route& route, const Message& request, Upstream& upstream) {
  auto bridge =
      StreamBridge::Start(connection_.wire().executor(), upstream, method_->path, Terms(absl::InfiniteFuture()));
  co_await bridge->Write(ToBytes(request), true, Gone());
  grpc::ByteBuffer bytes;
  StreamBridge::Next next = co_await bridge->Read(&bytes, kFilePatience, Gone());
  if (next == StreamBridge::Next::kTimeout) bridge->Cancel();
  bool begun = false, whole = true;
  while (whole && next == StreamBridge::Next::kMessage) {
    HttpBody piece;
    whole = FromBytes(bytes, &piece);
    if (whole && !begun) {
      begun = true;
      Answer head = FileHead(route, piece);
      head.headers.emplace_back("Trace-Id", trace_);
      AddCors(&head);
      whole = co_await connection_.BeginStream(head);
    }
    whole = whole && co_await connection_.SendPiece(piece.data());
    if (whole) next = co_await bridge->Read(&bytes, kFilePatience, Gone());
  }
  if (next != StreamBridge::Next::kEnd) bridge->Cancel();
  status_ = co_await bridge->Finish();
  if (!begun && whole) {
    if (!status_.ok()) co_return co_await AnswerStatus(status_);
    Answer empty = FileHead(route, HttpBody());
    co_return co_await Send(std::move(empty));
  }
  // A file that is cut must not look whole: without the last chunk the client knows.
  if (whole && status_.ok()) {
    co_await connection_.EndStream();
  } else {
    connection_.StopKeepAlive();
  }
}

asio::awaitable<absl::Status> Exchange::SendUpload(const Route& route, Message& message, StreamBridge& bridge) {
  const std::string type(connection_.Header("Content-Type"));
  for (bool first = true;; first = false) {
    absl::StatusOr<absl::string_view> part = co_await connection_.ReadBodyPart(state_.options.http.upload_bytes);
    if (!part.ok()) co_return part.status();
    if (part->empty() && !first) break;
    SetFile(route, *part, first ? type : "", &message);
    if (!co_await bridge.Write(ToBytes(message), false, Gone()))
      co_return absl::OkStatus();  // the call's own status says why
    if (part->empty()) break;
    // Path and query fields travel once, with the first piece.
    if (first) message.Clear();
  }
  co_await bridge.CloseWriting();
  co_return absl::OkStatus();
}

asio::awaitable<void> Exchange::Upload(const Route& route, Message& first, Upstream& upstream) {
  uint64_t limit = state_.options.http.upload_bytes;
  if (connection_.content_length().value_or(0) > limit) {
    auto read = co_await connection_.ReadBodyPart(limit);
    co_return co_await AnswerStatus(read.status());
  }
  auto bridge =
      StreamBridge::Start(connection_.wire().executor(), upstream, method_->path, Terms(absl::InfiniteFuture()));
  absl::Status sent = co_await SendUpload(route, first, *bridge);
  if (!sent.ok()) bridge->Cancel();
  grpc::ByteBuffer bytes;
  StreamBridge::Next next = co_await bridge->Read(&bytes, kFilePatience, Gone());
  if (next == StreamBridge::Next::kTimeout) {
    bridge->Cancel();
    sent = status::Refuse(Reason::DEADLINE_EXCEEDED);
  }
  absl::Status status = co_await bridge->Finish();
  if (!sent.ok()) co_return co_await AnswerStatus(sent);
  if (!status.ok()) co_return co_await AnswerStatus(status);
  std::unique_ptr<Message> answer = NewAnswer(*method_);
  if (next != StreamBridge::Next::kMessage || !FromBytes(bytes, answer.get())) {
    co_return co_await AnswerStatus(absl::DataLossError("answer"));
  }
  co_await AnswerMessage(route, *answer);
}

asio::awaitable<void> Exchange::AnswerOptions() {
  // Match with a method that no route has lists those that the path has.
  RouteMatch match = state_.routes.Match("", connection_.path());
  Answer answer{204, "", "", {}};
  match.allowed.push_back("OPTIONS");
  answer.headers.emplace_back("Allow", absl::StrJoin(match.allowed, ", "));
  if (!connection_.Header("Access-Control-Request-Method").empty()) {
    answer.headers.emplace_back("Access-Control-Allow-Methods", absl::StrJoin(match.allowed, ", "));
    answer.headers.emplace_back("Access-Control-Allow-Headers",
                                "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                                "X-Timeout-Seconds, traceparent");
    answer.headers.emplace_back("Access-Control-Max-Age", "600");
  }
  http_status_ = 204;
  co_await Send(std::move(answer));
}

asio::awaitable<void> Exchange::AnswerNotAllowed(std::string allowed) {
  const absl::Status admitted = state_.admission.AdmitSource(origin_.source, start_);
  if (!admitted.ok()) co_return co_await AnswerStatus(admitted);
  http_status_ = 405;
  status_ = status::Refuse(gateway::v1::METHOD_NOT_ALLOWED, {{"allowed", allowed}});
  Answer answer{405, kJson, ErrorBody(status_, 405, trace_), {{"Allow", allowed}}};
  co_await Send(std::move(answer));
}

asio::awaitable<void> Exchange::AnswerStatus(const absl::Status& status, int http_status) {
  status_ = Presentable(status, trace_);
  http_status_ = http_status != 0 ? http_status : HttpStatusOf(status_);
  Answer answer{http_status_, kJson, ErrorBody(status_, http_status_, trace_), {{"Cache-Control", "no-store"}}};
  if (int seconds = status::RetryDelaySecondsOf(status_); seconds > 0) {
    answer.headers.emplace_back("Retry-After", absl::StrCat(seconds));
  }
  if (http_status_ == 401) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  co_await Send(std::move(answer));
}

void Exchange::AddCors(Answer* answer) const {
  const auto& origins = state_.options.cors_origins;
  if (origins.empty()) return;
  answer->headers.emplace_back("Vary", "Origin");
  std::string origin(connection_.Header("Origin"));
  if (std::find(origins.begin(), origins.end(), origin) == origins.end()) return;
  answer->headers.emplace_back("Access-Control-Allow-Origin", origin);
  answer->headers.emplace_back("Access-Control-Expose-Headers", "Content-Disposition, ETag, Retry-After, Trace-Id");
}

void Exchange::Compress(Answer* answer) const {
  if (answer->body.size() <= kLeastToCompress || !IsCompressible(answer->content_type)) return;
  for (const auto& [name, value] : answer->headers) {
    if (name == "Content-Encoding") return;
  }
  answer->headers.emplace_back("Vary", "Accept-Encoding");
  if (!AcceptsGzip(connection_.Header("Accept-Encoding"))) return;
  auto compressed = answer->compressed.empty() ? Gzip(answer->body) : std::move(answer->compressed);
  if (compressed) {
    answer->body = *std::move(compressed);
    answer->headers.emplace_back("Content-Encoding", "gzip");
  }
}

asio::awaitable<void> Exchange::Send(Answer answer) {
  absl::string_view none_match = connection_.Header("If-None-Match");
  if (answer.status == 200 && !none_match.empty() && (connection_.verb() == "GET" || connection_.verb() == "HEAD")) {
    for (const auto& [name, value] : answer.headers) {
      if (name != "ETag" || !NoneMatchHas(none_match, value)) continue;
      answer.status = http_status_ = 304;
      answer.content_type.clear();
      answer.body.clear();
      break;
    }
  }
  answer.headers.emplace_back("Trace-Id", trace_);
  AddCors(&answer);
  Compress(&answer);
  co_await connection_.Send(answer);
}

}  // namespace bangfu::edge
