#include "services/gateway/edge/call_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr absl::Time kNow = absl::UnixEpoch();
const Fields kOk = {{"grpc-status", "0"}};

// A message with the five bytes before it.
std::string Message(const std::string& content, char flag = 0) {
  return std::string{flag, 0, 0, 0, static_cast<char>(content.size())} + content;
}

// The other end of the connection: nghttp2 as a server, which answers what a test tells it to.
class Peer {
 public:
  enum class End { kNotYet, kData, kTrailers };

  // `streams` are taken at once.
  explicit Peer(uint32_t streams = 100) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_max_send_header_block_length(option, 1 << 20);
    nghttp2_session_server_new2(&session_, callbacks, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry setting = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &setting, 1);
  }
  ~Peer() { nghttp2_session_del(session_); }

  // Answers head and bytes, and how it ends; with kNotYet nothing more comes.
  void Answer(int32_t stream, const std::string& bytes, End end, const Fields& trailers = kOk,
              const std::string& status = "200") {
    bodies_[stream] = {bytes, end, trailers};
    const Fields head = {{":status", status}, {"content-type", "application/grpc"}};
    const std::vector<nghttp2_nv> fields = Of(head);
    nghttp2_data_provider body = {{}, Body};
    ASSERT_EQ(nghttp2_submit_response(session_, stream, fields.data(), fields.size(), &body), 0);
  }
  void Reset(int32_t stream, uint32_t error) { nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, error); }
  void GoAway(int32_t last_stream) {
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_stream, NGHTTP2_NO_ERROR, nullptr, 0);
  }

  void Receive(const std::string& bytes) {
    const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
    ASSERT_EQ(nghttp2_session_mem_recv(session_, data, bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  std::string Send() {
    std::string out;
    const uint8_t* bytes = nullptr;
    for (ssize_t size; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
      out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    }
    return out;
  }

  std::map<int32_t, std::map<std::string, std::string>> heads;  // that have come, by stream
  std::map<int32_t, std::string> requests;
  std::map<int32_t, uint32_t> closed;  // with which error

 private:
  struct Rest {
    std::string bytes;
    End end = End::kNotYet;
    Fields trailers;
  };

  static Peer& Self(void* data) { return *static_cast<Peer*>(data); }

  static std::vector<nghttp2_nv> Of(const Fields& fields) {
    const auto bytes = [](const std::string& text) {
      return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
    };
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields) {
      list.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    return list;
  }
  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* data) {
    const std::string key(reinterpret_cast<const char*>(name), name_size);
    Self(data).heads[frame->hd.stream_id][key].assign(reinterpret_cast<const char*>(value), value_size);
    return 0;
  }
  static int OnData(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size, void* data) {
    Self(data).requests[stream].append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int OnClose(nghttp2_session*, int32_t stream, uint32_t error, void* data) {
    Self(data).closed[stream] = error;
    return 0;
  }
  static ssize_t Body(nghttp2_session* session, int32_t stream, uint8_t* into, size_t size, uint32_t* flags,
                      nghttp2_data_source*, void* data) {
    Rest& rest = Self(data).bodies_[stream];
    const size_t part = std::min(size, rest.bytes.size());
    std::memcpy(into, rest.bytes.data(), part);
    rest.bytes.erase(0, part);
    if (part == 0 && rest.end == End::kNotYet) return NGHTTP2_ERR_DEFERRED;
    if (!rest.bytes.empty() || rest.end == End::kNotYet) return static_cast<ssize_t>(part);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (rest.end == End::kTrailers) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const std::vector<nghttp2_nv> fields = Of(rest.trailers);
      nghttp2_submit_trailer(session, stream, fields.data(), fields.size());
    }
    return static_cast<ssize_t>(part);
  }

  nghttp2_session* session_ = nullptr;
  std::map<int32_t, Rest> bodies_;
};

class CallSessionTest : public ::testing::Test {
 protected:
  // A call of /made.Service/<name> with that request.
  void Begin(const std::string& name, RemoteCall* call) {
    call->request = Message(name);
    ASSERT_TRUE(session_.Begin(absl::StrCat("/made.Service/", name), {.traceparent = "00-trace"}, kNow, call));
  }

  // Carries to and fro whatever the two have to say.
  void Talk(Peer& peer) {
    while (true) {
      const std::string out = session_.Send(1 << 20, &ended_);
      peer.Receive(out);
      const std::string in = peer.Send();
      EXPECT_TRUE(session_.Receive(in, &ended_));
      if (out.empty() && in.empty()) return;
    }
  }

  // What becomes of a call that is answered like this.
  absl::StatusOr<std::string> OutcomeOfAnswer(const std::string& bytes, Peer::End end, const Fields& trailers = kOk,
                                              const std::string& status = "200") {
    CallSession session("localhost");
    Peer peer;
    RemoteCall call;
    call.request = Message("request");
    std::vector<RemoteCall*> ended;
    EXPECT_TRUE(session.Begin("/made.Service/Ask", {}, kNow, &call));
    peer.Receive(session.Send(1 << 20, &ended));
    peer.Answer(call.stream, bytes, end, trailers, status);
    EXPECT_TRUE(session.Receive(peer.Send(), &ended));
    EXPECT_THAT(ended, ElementsAre(&call));
    const auto outcome = OutcomeOf(call);
    if (!outcome.ok()) return outcome.status();
    return std::string(*outcome);
  }

  CallSession session_{"localhost"};
  std::vector<RemoteCall*> ended_;
  Peer peer_;
};

TEST_F(CallSessionTest, CarriesACall) {
  RemoteCall call;
  call.request = Message("question");
  const CallTerms terms = {
      .authorization = "Bearer token", .traceparent = "00-trace", .deadline = kNow + absl::Seconds(2)};
  ASSERT_TRUE(session_.Begin("/made.Service/Ask", terms, kNow, &call));
  Talk(peer_);
  auto& head = peer_.heads[1];
  EXPECT_EQ(head[":path"], "/made.Service/Ask");
  EXPECT_EQ(head[":authority"], "localhost");
  EXPECT_EQ(head["authorization"], "Bearer token");
  EXPECT_EQ(head["traceparent"], "00-trace");
  EXPECT_EQ(head["grpc-timeout"], "2000000u");
  EXPECT_EQ(peer_.requests[1], Message("question"));
  EXPECT_THAT(ended_, IsEmpty());

  peer_.Answer(1, Message("answer"), Peer::End::kTrailers);
  Talk(peer_);
  EXPECT_THAT(ended_, ElementsAre(&call));
  EXPECT_EQ(*OutcomeOf(call), "answer");
  EXPECT_TRUE(session_.open().empty());
  EXPECT_TRUE(session_.alive());
}

TEST_F(CallSessionTest, ACallThatAGoAwayLeavesOutMayBeSentAgain) {
  RemoteCall first, second;
  Begin("First", &first);
  Begin("Second", &second);
  Talk(peer_);
  peer_.GoAway(first.stream);
  Talk(peer_);
  EXPECT_FALSE(session_.accepts());
  EXPECT_THAT(ended_, ElementsAre(&second));
  EXPECT_EQ(status::ReasonOf(OutcomeOf(second).status()), "UNAVAILABLE");

  peer_.Answer(first.stream, Message("late"), Peer::End::kTrailers);
  Talk(peer_);
  EXPECT_THAT(ended_, ElementsAre(&second, &first));
  EXPECT_EQ(*OutcomeOf(first), "late");
  EXPECT_FALSE(session_.alive());
}

TEST_F(CallSessionTest, AResetAfterHalfAnAnswerIsNoAnswer) {
  const std::pair<uint32_t, absl::StatusCode> cases[] = {
      {NGHTTP2_NO_ERROR, absl::StatusCode::kUnknown},
      {NGHTTP2_INTERNAL_ERROR, absl::StatusCode::kInternal},
      {NGHTTP2_REFUSED_STREAM, absl::StatusCode::kUnavailable},
      {NGHTTP2_CANCEL, absl::StatusCode::kUnavailable},
      {NGHTTP2_ENHANCE_YOUR_CALM, absl::StatusCode::kResourceExhausted}};
  for (const auto& [error, code] : cases) {
    RemoteCall call;
    Begin("Ask", &call);
    Talk(peer_);
    peer_.Answer(call.stream, Message("answer").substr(0, 8), Peer::End::kNotYet);
    Talk(peer_);
    EXPECT_THAT(ended_, IsEmpty());
    peer_.Reset(call.stream, error);
    Talk(peer_);
    EXPECT_THAT(ended_, ElementsAre(&call));
    EXPECT_EQ(OutcomeOf(call).status().code(), code) << error;
    ended_.clear();
  }
}

TEST_F(CallSessionTest, AnAnswerWithoutTrailersIsNone) {
  EXPECT_EQ(OutcomeOfAnswer(Message("answer"), Peer::End::kData).status().code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(OutcomeOfAnswer(Message("answer"), Peer::End::kTrailers, {{"other", "0"}}).status().code(),
            absl::StatusCode::kUnknown);
  const auto of_a_proxy = OutcomeOfAnswer("<html>", Peer::End::kData, {}, "503");
  EXPECT_EQ(status::ReasonOf(of_a_proxy.status()), "UNAVAILABLE");
}

TEST_F(CallSessionTest, TrailersSayWhatWentWrong) {
  const auto refused = OutcomeOfAnswer("", Peer::End::kTrailers, {{"grpc-status", "5"}, {"grpc-message", "%E6%97%A0"}});
  EXPECT_EQ(refused.status(), absl::NotFoundError("无"));
  EXPECT_EQ(OutcomeOfAnswer("", Peer::End::kTrailers, {{"grpc-status", "five"}}).status().code(),
            absl::StatusCode::kUnknown);
  EXPECT_EQ(OutcomeOfAnswer("", Peer::End::kTrailers, {{"grpc-status", "999"}}).status().code(),
            absl::StatusCode::kUnknown);
  EXPECT_EQ(OutcomeOfAnswer("", Peer::End::kTrailers, {{"grpc-status", "1"}}).status().code(),
            absl::StatusCode::kUnavailable);
}

// They end the connection, and with it whoever waits on it: its owner sees that it is no longer alive.
TEST_F(CallSessionTest, TrailersThatAreTooLargeEndTheConnection) {
  RemoteCall call;
  Begin("Ask", &call);
  Talk(peer_);
  peer_.Answer(call.stream, Message("answer"), Peer::End::kTrailers,
               {{"grpc-status", "0"}, {"grpc-message", std::string(100'000, '~')}});
  const std::string answer = peer_.Send();
  session_.Receive(answer, &ended_);
  EXPECT_FALSE(session_.Send(1 << 20, &ended_).empty()) << "the peer is told why";
  EXPECT_FALSE(session_.alive());
  EXPECT_THAT(ended_, IsEmpty());
  EXPECT_EQ(session_.open().size(), 1u);
}

TEST_F(CallSessionTest, ACallGivenUpBeforeItLeftNeverLeaves) {
  {
    RemoteCall gone;
    Begin("Gone", &gone);
    session_.GiveUp(&gone);
  }
  RemoteCall call;
  Begin("Ask", &call);
  Talk(peer_);
  ASSERT_EQ(peer_.heads.size(), 1u);
  EXPECT_EQ(peer_.heads[call.stream][":path"], "/made.Service/Ask");
  peer_.Answer(call.stream, Message("answer"), Peer::End::kTrailers);
  Talk(peer_);
  EXPECT_THAT(ended_, ElementsAre(&call));
}

TEST_F(CallSessionTest, ThePeerIsToldOfACallGivenUp) {
  RemoteCall call, other;
  Begin("Gone", &call);
  Begin("Ask", &other);
  Talk(peer_);
  peer_.Answer(call.stream, Message("answer"), Peer::End::kTrailers);  // crosses it
  session_.GiveUp(&call);
  Talk(peer_);
  EXPECT_THAT(ended_, IsEmpty());
  peer_.Answer(other.stream, Message("other"), Peer::End::kTrailers);
  Talk(peer_);
  EXPECT_EQ(peer_.closed[call.stream], static_cast<uint32_t>(NGHTTP2_CANCEL));
  EXPECT_THAT(ended_, ElementsAre(&other));
}

TEST_F(CallSessionTest, KeepsToTheNumberOfCallsThatThePeerTakes) {
  Peer peer(1);
  EXPECT_TRUE(session_.Receive(peer.Send(), &ended_));
  RemoteCall first, given_up, last;
  Begin("First", &first);
  Begin("GivenUp", &given_up);
  Begin("Last", &last);
  Talk(peer);
  EXPECT_EQ(peer.heads.size(), 1u);
  session_.GiveUp(&given_up);
  peer.Answer(first.stream, Message("first"), Peer::End::kTrailers);
  Talk(peer);
  EXPECT_THAT(ended_, ElementsAre(&first));
  ASSERT_EQ(peer.heads.size(), 2u);
  EXPECT_EQ(peer.heads[last.stream][":path"], "/made.Service/Last");
  peer.Answer(last.stream, Message("last"), Peer::End::kTrailers);
  Talk(peer);
  EXPECT_THAT(ended_, ElementsAre(&first, &last));
  EXPECT_EQ(*OutcomeOf(last), "last");
}

TEST_F(CallSessionTest, AnAnswerIsOneMessageThatIsNotCompressed) {
  const std::string broken[] = {"",
                                Message("answer").substr(0, 4),
                                Message("answer").substr(0, 8),
                                Message("compressed", 1),
                                Message("one") + Message("two"),
                                Message("one") + "x"};
  for (const std::string& bytes : broken) {
    EXPECT_EQ(OutcomeOfAnswer(bytes, Peer::End::kTrailers).status().code(), absl::StatusCode::kDataLoss) << bytes;
  }
  EXPECT_EQ(*OutcomeOfAnswer(Message(""), Peer::End::kTrailers), "");
}

TEST_F(CallSessionTest, AnAnswerThatIsTooLargeIsNotReadToItsEnd) {
  RemoteCall call;
  Begin("Ask", &call);
  Talk(peer_);
  peer_.Answer(call.stream, std::string(6 << 20, 'x'), Peer::End::kNotYet);
  Talk(peer_);
  EXPECT_THAT(ended_, ElementsAre(&call));
  EXPECT_EQ(OutcomeOf(call).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(peer_.closed[call.stream], static_cast<uint32_t>(NGHTTP2_CANCEL));
}

TEST_F(CallSessionTest, NoticesAPeerThatSpeaksSomethingElse) {
  RemoteCall call;
  Begin("Ask", &call);
  session_.Send(1 << 20, &ended_);
  const bool understood = session_.Receive("HTTP/1.1 400 Bad Request\r\n\r\n", &ended_);
  session_.Send(1 << 20, &ended_);
  EXPECT_FALSE(understood && session_.alive());
}

}  // namespace
}  // namespace bangfu::edge
