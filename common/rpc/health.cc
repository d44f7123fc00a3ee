#include "common/rpc/health.h"

#include <chrono>

#include "absl/status/status.h"
#include "common/log/log.h"

namespace bangfu::rpc {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

namespace {

constexpr auto kInterval = std::chrono::seconds(1);

// Sends the state at once and whenever it changes, looking twice a second.
class WatchReactor : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  explicit WatchReactor(const Health& health) : health_(health) {
    thread_ = std::thread([this] { Run(); });
  }
  void OnWriteDone(bool ok) override { Wake(!ok); }
  void OnCancel() override { Wake(true); }
  void OnDone() override {
    thread_.detach();
    delete this;
  }

 private:
  void Wake(bool gone) {
    std::lock_guard lock(mutex_);
    gone_ = gone_ || gone;
    writing_ = false;
    wake_.notify_all();
  }
  void Run() {
    auto sent = HealthCheckResponse::UNKNOWN;
    std::unique_lock lock(mutex_);
    while (!gone_) {
      auto now = health_.serving() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
      if (now != sent && !writing_) {
        sent = now;
        response_.set_status(now);
        writing_ = true;
        StartWrite(&response_);
      }
      wake_.wait_for(lock, std::chrono::milliseconds(500));
    }
    lock.unlock();
    Finish(grpc::Status::CANCELLED);
  }

  const Health& health_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool gone_ = false;
  bool writing_ = false;
  HealthCheckResponse response_;
  std::thread thread_;
};

}  // namespace

Health::Health(std::function<absl::Status()> probe) : probe_(std::move(probe)) {
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

void Health::Probe() {
  absl::Status status = probe_();
  if (status.ok() != healthy_.load()) {
    log::Info("health_changed", {{"healthy", status.ok()}, {"fault", std::string(status.message())}});
  }
  healthy_.store(status.ok());
  std::lock_guard lock(mutex_);
  fault_ = std::string(status.message());
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
  response->set_status(serving() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* Health::Watch(grpc::CallbackServerContext*, const HealthCheckRequest*) {
  return new WatchReactor(*this);
}

}  // namespace bangfu::rpc
