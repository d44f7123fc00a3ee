// The one wrapper round every method: verify the token, check the access rule, validate the fields, queue within
// bounds, run the method on a worker, check that it authorised what it loaded, mask sealed fields, count, log one line.
#ifndef BANGFU_COMMON_RPC_DISPATCHER_H_
#define BANGFU_COMMON_RPC_DISPATCHER_H_

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "common/api/validate.h"
#include "common/auth/token.h"
#include "common/db/database.h"
#include "common/metrics/metrics.h"
#include "common/rpc/call.h"
#include "common/rpc/denials.h"
#include "common/rpc/method_rule.h"
#include "common/rpc/worker_pool.h"
#include "grpcpp/grpcpp.h"

namespace bangfu::rpc {

struct DispatcherOptions {
  std::string service;  // registration
  auth::TokenVerifier* verifier = nullptr;
  db::Database* database = nullptr;  // where audit rows of readings and denials go
  const api::CodeLookup* codes = nullptr;
  std::function<absl::Time()> clock = absl::Now;
  int read_workers = 4;    // about two a core, one database connection each
  int write_workers = 32;  // mostly asleep in COMMIT
  int bulk_workers = 2;
  int queue_bound = 1024;  // waiting calls per lane
  int upload_bound = 32;   // streams at once, a thread each
  int export_bound = 8;
  int watch_bound = 128;
  DenialBounds denials;
  bool strong_reveals = true;  // persons see unmasked data only in a session with a second factor
};

class Dispatcher {
 public:
  explicit Dispatcher(DispatcherOptions options);
  ~Dispatcher();

  // Everything that can be decided without the database: token, rule, fields, area. Fills `call`. Cheap; runs on the
  // transport's thread. There is a call also when it is refused. A watcher's stream ends with the token that it was
  // opened with: opened again with a new one, it sees what the caller may see by then. Uploads and exports are judged
  // once, when they begin.
  absl::Status Admit(const MethodRule& rule, const grpc::CallbackServerContext& context, std::shared_ptr<Call>* call);
  absl::Status CheckRequest(Call& call, const google::protobuf::Message& request) const;

  // Queues the method's work in its lane; OVERLOADED when the lane is full. Work whose caller has gone or whose
  // deadline has passed is answered by `expired` instead.
  absl::Status Enqueue(const std::shared_ptr<Call>& call, std::function<void()> work,
                       std::function<void(absl::Status)> expired);

  // Runs a stream on a thread of its own; OVERLOADED when too many of its kind run.
  absl::Status RunStream(Stream kind, std::function<void()> work);

  // What is answered for an exception that a method let out.
  absl::Status Threw(const Call& call, const std::exception& exception) const;

  // Runs a method body: catches whatever it throws, fails it closed if it authorised nothing, masks the answer.
  absl::Status Guard(Call& call, const std::function<absl::Status()>& body, google::protobuf::Message* response) const;

  // Commits the audit row of a FULL view that the method has authorised, before the value leaves.
  absl::Status AuditReveal(Call& call, const google::protobuf::Message& request);

  // Counts and logs the end of a call, audits denials, and turns its status into what is sent.
  grpc::Status Complete(const Call& call, absl::Time start, const absl::Status& status);

  // Keeps the record of a call that was denied, also by an entry in front of the dispatcher.
  void AuditDenial(const audit::v1::AuditRecord& record, Asker asker);

  const DispatcherOptions& options() const { return options_; }
  int in_flight() const { return in_flight_.load(); }
  void EnterCall();
  void LeaveCall();

 private:
  int StreamBound(Stream kind) const;

  const DispatcherOptions options_;
  metrics::Gauge in_flight_series_;
  std::atomic<int> in_flight_{0};
  std::array<std::atomic<int>, 4> streams_{};  // that run now, by kind
  std::unique_ptr<Denials> denials_;           // null without a database
  Lane reads_;
  Lane writes_;
  Lane bulk_;
};

// The W3C trace id of `traceparent`, or a new one if it is absent or malformed.
std::string TraceIdOf(absl::string_view traceparent);

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_DISPATCHER_H_
