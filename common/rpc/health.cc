#include "common/rpc/health.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "common/log/log.h"

namespace bangfu::rpc {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

namespace {

constexpr auto kInterval = std::chrono::seconds(1);

}  // namespace

// One caller of Watch. gRPC allows one message at a time, and Finish only after it; so what comes meanwhile is noted,
// and looked at when the message has gone. No lock is held while gRPC is called, since it may call back at once.
class Health::Watcher : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  explicit Watcher(Health& health) : health_(health) {}

  // Sends the state unless it was sent last.
  void Show(HealthCheckResponse::ServingStatus state) {
    {
      std::lock_guard lock(mutex_);
      wanted_ = state;
      if (busy_ || wanted_ == sent_) return;
      busy_ = true;
      sent_ = wanted_;
      response_.set_status(sent_);
    }
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    HealthCheckResponse::ServingStatus wanted;
    bool ended;
    {
      std::lock_guard lock(mutex_);
      wanted = wanted_;
      ended = gone_ || !ok || (sent_ == HealthCheckResponse::NOT_SERVING && health_.draining_.load());
      busy_ = ended;  // for good
    }
    ended ? Finish(grpc::Status::OK) : Show(wanted);
  }

  void OnCancel() override {
    {
      std::lock_guard lock(mutex_);
      gone_ = true;
      if (std::exchange(busy_, true)) return;  // OnWriteDone finishes, or has
    }
    Finish(grpc::Status::OK);
  }

  void OnDone() override { health_.Forget(this); }

 private:
  Health& health_;
  std::mutex mutex_;
  bool busy_ = false;  // a message is on its way, or the stream has been finished
  bool gone_ = false;
  HealthCheckResponse::ServingStatus wanted_ = HealthCheckResponse::UNKNOWN;
  HealthCheckResponse::ServingStatus sent_ = HealthCheckResponse::UNKNOWN;
  HealthCheckResponse response_;
};

Health::Health(std::function<absl::Status()> probe) : probes_{std::move(probe)} {
  Probe();
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kInterval, [&] { return stopping_; })) {
      lock.unlock();
      Probe();
      lock.lock();
    }
  });
}

Health::~Health() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Health::Require(std::function<absl::Status()> also) {
  {
    std::lock_guard lock(probing_);
    probes_.push_back(std::move(also));
  }
  Probe();
}

void Health::Probe() {
  std::lock_guard one_at_a_time(probing_);
  absl::Status status;
  for (const auto& probe : probes_) status.Update(probe());
  if (status.ok() != healthy_.load()) {
    log::Info("health_changed", {{"healthy", status.ok()}, {"fault", std::string(status.message())}});
  }
  healthy_.store(status.ok());
  {
    std::lock_guard lock(mutex_);
    fault_ = std::string(status.message());
  }
  TellWatchers();
}

void Health::Drain() {
  draining_.store(true);
  TellWatchers();
}

void Health::TellWatchers() {
  std::vector<std::shared_ptr<Watcher>> watchers;
  {
    std::lock_guard lock(mutex_);
    watchers = watchers_;
  }
  for (const auto& watcher : watchers) watcher->Show(state());
}

void Health::Forget(const Watcher* watcher) {
  std::shared_ptr<Watcher> last;  // destroyed without the lock
  std::lock_guard lock(mutex_);
  auto found = std::find_if(watchers_.begin(), watchers_.end(), [&](const auto& one) { return one.get() == watcher; });
  last = std::move(*found);
  watchers_.erase(found);
}

HealthCheckResponse::ServingStatus Health::state() const {
  return serving() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

std::string Health::fault() const {
  if (draining_.load()) return "draining";
  std::lock_guard lock(mutex_);
  return fault_;
}

grpc::ServerUnaryReactor* Health::Check(grpc::CallbackServerContext* context, const HealthCheckRequest* request,
                                        HealthCheckResponse* response) {
  auto* reactor = context->DefaultReactor();
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  if (!request->service().empty() && pool->FindServiceByName(request->service()) == nullptr) {
    reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "unknown service"));
    return reactor;
  }
  response->set_status(state());
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* Health::Watch(grpc::CallbackServerContext*, const HealthCheckRequest*) {
  auto watcher = std::make_shared<Watcher>(*this);
  {
    std::lock_guard lock(mutex_);
    watchers_.push_back(watcher);
  }
  watcher->Show(state());
  return watcher.get();  // kept until OnDone
}

}  // namespace bangfu::rpc
