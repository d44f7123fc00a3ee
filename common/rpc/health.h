// grpc.health.v1, answered from what is really so: the database is reachable, the schema is the program's, the process
// is not draining.
#ifndef BANGFU_COMMON_RPC_HEALTH_H_
#define BANGFU_COMMON_RPC_HEALTH_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "grpc/health/v1/health_service.grpc.pb.h"

namespace bangfu::rpc {

class Health : public grpc::health::v1::Health::CallbackService {
 public:
  // `probe` is asked once a second on a thread of its own, so that a probe from outside costs nothing. The same thread
  // tells all who watch.
  explicit Health(std::function<absl::Status()> probe);
  ~Health() override;

  // `also` has to be well, too, from now on: NOT_SERVING until it is.
  void Require(std::function<absl::Status()> also);

  // From now on the answer is NOT_SERVING. Watchers are told so and sent away, so that they do not hold the drain up.
  void Drain();
  bool serving() const { return healthy_.load() && !draining_.load(); }
  // Why not, in English, for /readyz.
  std::string fault() const;

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context, const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  class Watcher;
  grpc::health::v1::HealthCheckResponse::ServingStatus state() const;
  void Probe();
  void TellWatchers();
  void Forget(const Watcher* watcher);

  std::mutex probing_;                                 // one probe at a time, so that the newest result stands
  std::vector<std::function<absl::Status()>> probes_;  // guarded by it; all must be well
  std::atomic<bool> healthy_{false};
  std::atomic<bool> draining_{false};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::string fault_;
  std::vector<std::shared_ptr<Watcher>> watchers_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_HEALTH_H_
