#include "services/gateway/edge/service_link.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/redirect_error.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "common/log/log.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::edge {
namespace {

using status::Reason;

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kWriteBytes = 64 << 10;
constexpr absl::Duration kDialTime = absl::Seconds(2);
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);  // after a failure, doubled with each …
constexpr absl::Duration kLongestPause = absl::Seconds(2);       // … up to this
// Services end calls at their deadline themselves; this is for those that hang.
constexpr absl::Duration kTick = absl::Milliseconds(200);
constexpr int kTicksToAsk = 5;  // whether a caller has gone
// A peer that owes an answer and says nothing is asked whether it lives, and given up if it stays silent. gRPC's
// servers take it ill to be asked more often than every 20 s.
constexpr absl::Duration kSilence = absl::Seconds(21);
constexpr absl::Duration kLongestSilence = absl::Seconds(31);

// Suspends the coroutine until `*resume` is called on its thread.
asio::awaitable<void> Suspend(absl::AnyInvocable<void()>* resume) {
  auto keep = [resume](auto handler) { *resume = [handler = std::move(handler)]() mutable { handler(); }; };
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(std::move(keep), asio::use_awaitable);
}

// Left empty before it is called: whoever is resumed may suspend again at the same place.
void Resume(absl::AnyInvocable<void()>& resume) {
  if (resume) std::exchange(resume, nullptr)();
}

std::string AuthorityOf(const std::string& address) { return address.starts_with("unix:") ? "localhost" : address; }

}  // namespace

struct ServiceLink::Waiting : RemoteCall {
  absl::Time deadline;
  const Abandoned* abandoned = nullptr;
  absl::Status given_up;  // why the answer is not waited for any more
  ServiceLink::Resume resume;
};

struct ServiceLink::Connection {
  Connection(std::unique_ptr<Wire> of, const std::string& address)
      : wire(std::move(of)), session(AuthorityOf(address)), tick(wire->executor()) {}

  // The writer goes on after what the loop has to do now, so that calls that begin together leave together.
  void WakeWriter() {
    if (idle_writer) asio::post(wire->executor(), std::exchange(idle_writer, nullptr));
  }

  void GiveUp(RemoteCall* call, absl::Status why) {
    session.GiveUp(call);
    auto* waiting = static_cast<Waiting*>(call);
    waiting->given_up = std::move(why);
    edge::Resume(waiting->resume);
  }

  static void Resume(const std::vector<RemoteCall*>& ended) {
    for (RemoteCall* call : ended) edge::Resume(static_cast<Waiting*>(call)->resume);
  }

  std::unique_ptr<Wire> wire;
  CallSession session;
  asio::steady_timer tick;
  ServiceLink::Resume idle_writer;
  // When a call began, or the peer was last heard, with calls open: since then it owes an answer, also to calls that
  // were given up meanwhile. InfiniteFuture: it owes none.
  absl::Time owing_since = absl::InfiniteFuture();
  bool asked = false;  // whether it lives, since then
  bool watched = false;
  bool ended = false;
};

ServiceLink::ServiceLink(asio::any_io_executor executor, ServiceAddress address)
    : executor_(std::move(executor)), address_(std::move(address)) {}

asio::awaitable<absl::Status> ServiceLink::Call(const std::string& method, const CallTerms& terms,
                                                const google::protobuf::Message& request,
                                                google::protobuf::Message* answer, const Abandoned& abandoned) {
  if (current_ == nullptr || !current_->session.accepts()) {
    absl::Status connected = co_await Connected(terms.deadline);
    if (!connected.ok()) co_return connected;
  }
  const std::shared_ptr<Connection> connection = current_;
  const absl::Time now = absl::Now();
  if (now >= terms.deadline) co_return status::Refuse(Reason::DEADLINE_EXCEEDED);
  Waiting waiting;
  waiting.request = Framed(request);
  waiting.deadline = terms.deadline;
  waiting.abandoned = &abandoned;
  if (!connection->session.Begin(method, terms, now, &waiting)) co_return status::Refuse(Reason::UNAVAILABLE);
  connection->WakeWriter();
  connection->owing_since = std::min(connection->owing_since, now);
  if (!std::exchange(connection->watched, true)) {
    asio::co_spawn(executor_, Watch(shared_from_this(), connection), asio::detached);
  }
  co_await Suspend(&waiting.resume);
  if (!waiting.given_up.ok()) co_return waiting.given_up;
  const absl::StatusOr<absl::string_view> bytes = OutcomeOf(waiting);
  if (!bytes.ok()) co_return bytes.status();
  const bool readable = answer->ParseFromArray(bytes->data(), static_cast<int>(bytes->size()));
  co_return readable ? absl::OkStatus() : absl::DataLossError("answer");
}

asio::awaitable<absl::Status> ServiceLink::Connected(absl::Time deadline) {
  current_.reset();
  const absl::Time now = absl::Now();
  if (closed_ || now < next_try_) co_return status::Refuse(Reason::UNAVAILABLE);
  if (!std::exchange(connecting_, true)) asio::co_spawn(executor_, Connect(shared_from_this()), asio::detached);
  // Connect may take longer than it should: names are resolved by a system call that cannot be broken off.
  const auto timer = std::make_shared<asio::steady_timer>(executor_);
  timer->expires_after(absl::ToChronoNanoseconds(std::min(deadline - now, kDialTime)));
  waiting_.push_back(timer);
  error_code ignored;
  co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (current_ != nullptr) co_return absl::OkStatus();
  co_return status::Refuse(absl::Now() < deadline ? Reason::UNAVAILABLE : Reason::DEADLINE_EXCEEDED);
}

asio::awaitable<void> ServiceLink::Connect(std::shared_ptr<ServiceLink> self) {
  error_code error;
  std::unique_ptr<Wire> wire;
  try {
    wire = co_await Dial(self->executor_, self->address_.address, self->address_.tls, kDialTime, &error);
  } catch (const std::exception& fault) {  // such as a path that is too long for a socket
    log::Error("dial_failed", {{"address", self->address_.address}, {"what", absl::string_view(fault.what())}});
  }
  self->connecting_ = false;
  if (wire != nullptr && !self->closed_) {
    self->failures_ = 0;
    self->current_ = std::make_shared<Connection>(std::move(wire), self->address_.address);
    self->connections_.insert(self->current_);
    asio::co_spawn(self->executor_, Read(self, self->current_), asio::detached);
    asio::co_spawn(self->executor_, Write(self, self->current_), asio::detached);
  } else {
    self->next_try_ = absl::Now() + std::min(kLongestPause, kFirstPause * (1 << std::min(self->failures_++, 8)));
  }
  for (const auto& timer : std::exchange(self->waiting_, {})) timer->cancel();
}

asio::awaitable<void> ServiceLink::Read(std::shared_ptr<ServiceLink> self, std::shared_ptr<Connection> connection) {
  std::vector<char> buffer(kReadBytes);
  std::vector<RemoteCall*> ended;
  while (!connection->ended) {
    error_code error;
    asio::mutable_buffer space(buffer.data(), buffer.size());
    const size_t size = co_await connection->wire->Read(space, error);
    if (error || size == 0 || connection->ended) break;
    ended.clear();
    const bool sound = connection->session.Receive({buffer.data(), size}, &ended);
    connection->owing_since = connection->session.open().empty() ? absl::InfiniteFuture() : absl::Now();
    connection->asked = false;
    connection->WakeWriter();
    Connection::Resume(ended);
    if (!sound || (!connection->session.accepts() && connection->session.open().empty())) break;
  }
  self->End(connection);
}

asio::awaitable<void> ServiceLink::Write(std::shared_ptr<ServiceLink> self, std::shared_ptr<Connection> connection) {
  while (!connection->ended) {
    std::vector<RemoteCall*> ended;
    const std::string bytes = connection->session.Send(kWriteBytes, &ended);
    Connection::Resume(ended);
    if (bytes.empty()) {
      if (!connection->session.alive()) break;
      co_await Suspend(&connection->idle_writer);
      continue;
    }
    std::vector<asio::const_buffer> pieces(1, asio::buffer(bytes));
    const error_code error = co_await connection->wire->Write(std::move(pieces));
    if (error) break;
  }
  self->End(connection);
}

asio::awaitable<void> ServiceLink::Watch(std::shared_ptr<ServiceLink> self, std::shared_ptr<Connection> connection) {
  const auto owes = [&connection] { return connection->owing_since != absl::InfiniteFuture(); };
  for (int turn = 1; !connection->ended && owes(); ++turn) {
    error_code ignored;
    connection->tick.expires_after(absl::ToChronoNanoseconds(kTick));
    co_await connection->tick.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    const absl::Time now = absl::Now();
    std::vector<RemoteCall*> late, left;
    for (const auto& [stream, call] : connection->session.open()) {
      const auto& waiting = static_cast<const Waiting&>(*call);
      if (now >= waiting.deadline) {
        late.push_back(call);
      } else if (turn % kTicksToAsk == 0 && (*waiting.abandoned)()) {
        left.push_back(call);
      }
    }
    for (RemoteCall* call : late) connection->GiveUp(call, status::Refuse(Reason::DEADLINE_EXCEEDED));
    for (RemoteCall* call : left) connection->GiveUp(call, status::Refuse(Reason::CANCELLED));
    const absl::Duration silence = now - connection->owing_since;
    if (silence > kLongestSilence) break;
    if (silence > kSilence && !std::exchange(connection->asked, true)) connection->session.Ping();
    connection->WakeWriter();
  }
  connection->watched = false;
  if (owes()) self->End(connection);
}

void ServiceLink::End(std::shared_ptr<Connection> connection) {
  if (std::exchange(connection->ended, true)) return;
  if (current_ == connection) current_.reset();
  connections_.erase(connection);
  connection->wire->Cancel();
  connection->tick.cancel();
  std::vector<RemoteCall*> open;
  for (const auto& [stream, call] : connection->session.open()) open.push_back(call);
  for (RemoteCall* call : open) connection->GiveUp(call, status::Refuse(Reason::UNAVAILABLE));
  connection->WakeWriter();
}

void ServiceLink::Close() {
  closed_ = true;
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) End(connection);
}

}  // namespace bangfu::edge
