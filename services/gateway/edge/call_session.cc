#include "services/gateway/edge/call_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/auth/caller.h"
#include "common/status/grpc_status.h"
#include "common/status/refusal.h"
#include "grpcpp/support/status.h"

namespace bangfu::edge {
namespace {

using status::Reason;

constexpr size_t kPrefix = 5;                 // a flag for compression, and the length
constexpr size_t kMostAnswer = 4 << 20;       // as gRPC's own clients
constexpr int32_t kStreamWindow = 4 << 20;    // what may come unread for one call …
constexpr int32_t kSessionWindow = 16 << 20;  // … and for all together
constexpr size_t kConcurrentStreams = 1024;   // until the peer has said how many it takes

nghttp2_nv Field(absl::string_view name, absl::string_view value, uint8_t flags = NGHTTP2_NV_FLAG_NONE) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          static_cast<uint8_t>(flags | NGHTTP2_NV_FLAG_NO_COPY_NAME)};
}

uint32_t LengthAt(const char* bytes) {
  uint32_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<uint8_t>(bytes[i]);
  return length;
}

// At most eight digits and a unit.
std::string TimeoutText(absl::Duration left) {
  const int64_t micros = std::max<int64_t>(1, absl::ToInt64Microseconds(left));
  return micros < 100'000'000 ? absl::StrCat(micros, "u")
                              : absl::StrCat(std::min<int64_t>(micros / 1'000, 99'999'999), "m");
}

// grpc-message holds what is not printable ASCII as %XX.
std::string PercentDecoded(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t code = 0;
    if (text[i] == '%' && i + 2 < text.size() && absl::SimpleHexAtoi(text.substr(i + 1, 2), &code)) {
      decoded.push_back(static_cast<char>(code));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

absl::Status Unavailable() { return status::Refuse(Reason::UNAVAILABLE); }

// Something before the service answered: a proxy, or a service that is going down.
absl::Status WithoutGrpcStatus(const RemoteCall& call) {
  switch (call.stream_error) {
    case NGHTTP2_NO_ERROR: break;
    case NGHTTP2_REFUSED_STREAM:
    case NGHTTP2_CANCEL: return Unavailable();
    case NGHTTP2_ENHANCE_YOUR_CALM: return status::Overloaded();
    default: return absl::InternalError(absl::StrCat("HTTP/2 error ", call.stream_error));
  }
  if (call.http_status == 429 || (call.http_status >= 502 && call.http_status <= 504)) return Unavailable();
  return absl::UnknownError(absl::StrCat("no gRPC status, HTTP ", call.http_status));
}

}  // namespace

std::string Framed(const google::protobuf::Message& message) {
  const size_t size = message.ByteSizeLong();
  std::string framed(kPrefix + size, '\0');
  for (int i = 0; i < 4; ++i) framed[1 + i] = static_cast<char>(size >> (24 - 8 * i));
  message.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(&framed[kPrefix]));
  return framed;
}

absl::StatusOr<absl::string_view> OutcomeOf(const RemoteCall& call) {
  if (call.grpc_status < 0) return WithoutGrpcStatus(call);
  // A service that stops ends what it cannot finish; nobody here gave the call up, so it may be sent again.
  if (call.grpc_status == grpc::StatusCode::CANCELLED) return Unavailable();
  if (call.grpc_status != grpc::StatusCode::OK) {
    return status::FromGrpc(
        grpc::Status(static_cast<grpc::StatusCode>(call.grpc_status), PercentDecoded(call.grpc_message), call.details));
  }
  if (call.answer.size() > kPrefix + kMostAnswer) return status::Refuse(Reason::TOO_LARGE, {{"limit", "4 MB"}});
  if (call.answer.size() < kPrefix || call.answer[0] != 0 ||
      LengthAt(call.answer.data() + 1) != call.answer.size() - kPrefix) {
    return absl::DataLossError("not one answer");
  }
  return absl::string_view(call.answer).substr(kPrefix);
}

struct CallSession::Callbacks {
  static CallSession& Of(void* data) { return *static_cast<CallSession*>(data); }

  static RemoteCall* Find(void* data, int32_t stream) {
    auto found = Of(data).open_.find(stream);
    return found == Of(data).open_.end() ? nullptr : found->second;
  }

  static int Header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                    const uint8_t* value, size_t value_size, uint8_t, void* data) {
    RemoteCall* call = Find(data, frame->hd.stream_id);
    if (call == nullptr) return 0;
    const absl::string_view key(reinterpret_cast<const char*>(name), name_size);
    const absl::string_view text(reinterpret_cast<const char*>(value), value_size);
    if (key == "grpc-status") {
      if (!absl::SimpleAtoi(text, &call->grpc_status)) call->grpc_status = grpc::StatusCode::UNKNOWN;
    } else if (key == ":status") {
      if (!absl::SimpleAtoi(text, &call->http_status)) call->http_status = 0;
    } else if (key == "grpc-message") {
      call->grpc_message = std::string(text);
    } else if (key == "grpc-status-details-bin") {
      if (!absl::Base64Unescape(text, &call->details)) call->details.clear();
    }
    return 0;
  }

  static int Data(nghttp2_session* session, uint8_t, int32_t stream, const uint8_t* bytes, size_t size, void* data) {
    RemoteCall* call = Find(data, stream);
    if (call == nullptr) return 0;
    call->answer.append(reinterpret_cast<const char*>(bytes), size);
    // What is beyond the limit is not waited for; OutcomeOf says that it was too much.
    if (call->answer.size() > kPrefix + kMostAnswer) {
      call->grpc_status = grpc::StatusCode::OK;
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
    }
    return 0;
  }

  static int Frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    if (frame->hd.type == NGHTTP2_GOAWAY) Of(data).accepts_ = false;
    return 0;
  }

  static int NotSent(nghttp2_session*, const nghttp2_frame* frame, int, void* data) {
    if (frame->hd.type == NGHTTP2_HEADERS) Of(data).End(frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
    return 0;
  }

  static int Closed(nghttp2_session*, int32_t stream, uint32_t error, void* data) {
    Of(data).End(stream, error);
    return 0;
  }

  static ssize_t Request(nghttp2_session*, int32_t stream, uint8_t* into, size_t size, uint32_t* flags,
                         nghttp2_data_source*, void* data) {
    RemoteCall* call = Find(data, stream);
    if (call == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const size_t part = std::min(size, call->request.size() - call->sent);
    std::memcpy(into, call->request.data() + call->sent, part);
    call->sent += part;
    if (call->sent == call->request.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(part);
  }
};

CallSession::CallSession(std::string authority) : authority_(std::move(authority)) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::Header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::Data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::Frame);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, Callbacks::NotSent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::Closed);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_peer_max_concurrent_streams(option, kConcurrentStreams);
  nghttp2_session_client_new2(&session_, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                                             {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kSessionWindow);
}

CallSession::~CallSession() { nghttp2_session_del(session_); }

bool CallSession::Begin(absl::string_view path, const CallTerms& terms, absl::Time now, RemoteCall* call) {
  // What differs from call to call would only push out of the table of headers what does not.
  constexpr uint8_t kNoIndex = NGHTTP2_NV_FLAG_NO_INDEX;
  nghttp2_nv fields[12] = {Field(":method", "POST"),
                           Field(":scheme", "http"),
                           Field(":path", path),
                           Field(":authority", authority_),
                           Field("content-type", "application/grpc"),
                           Field("te", "trailers"),
                           Field("traceparent", terms.traceparent, kNoIndex)};
  size_t count = 7;
  std::string timeout;
  if (terms.deadline != absl::InfiniteFuture()) {
    timeout = TimeoutText(terms.deadline - now);
    fields[count++] = Field("grpc-timeout", timeout, kNoIndex);
  }
  if (!terms.authorization.empty()) fields[count++] = Field("authorization", terms.authorization, kNoIndex);
  const auto& [source, certificate] = terms.origin;
  if (!source.empty()) fields[count++] = Field(auth::kSourceMetadata, source, kNoIndex);
  if (!certificate.empty()) fields[count++] = Field(auth::kCertificateMetadata, certificate, kNoIndex);
  nghttp2_data_provider body = {{}, Callbacks::Request};
  const int32_t stream = nghttp2_submit_request(session_, nullptr, fields, count, &body, nullptr);
  if (stream < 0) {
    accepts_ = false;  // out of numbers for streams, at the most: a new connection has new ones
    return false;
  }
  call->stream = stream;
  open_[stream] = call;
  return true;
}

void CallSession::GiveUp(RemoteCall* call) {
  open_.erase(call->stream);
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call->stream, NGHTTP2_CANCEL);
}

void CallSession::Ping() { nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr); }

bool CallSession::alive() const {
  return nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0;
}

void CallSession::End(int32_t stream, uint32_t error) {
  auto found = open_.find(stream);
  if (found == open_.end()) return;
  found->second->stream_error = error;
  if (ended_ != nullptr) ended_->push_back(found->second);
  open_.erase(found);
}

bool CallSession::Receive(absl::string_view bytes, std::vector<RemoteCall*>* ended) {
  ended_ = ended;
  const ssize_t taken =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  ended_ = nullptr;
  return taken == static_cast<ssize_t>(bytes.size());
}

std::string CallSession::Send(size_t limit, std::vector<RemoteCall*>* ended) {
  std::string out;
  ended_ = ended;
  while (out.size() < limit) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size <= 0) break;
    out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  }
  ended_ = nullptr;
  return out;
}

}  // namespace bangfu::edge
