// Writes of one method that wait at the same time, done in one transaction: one BEGIN, one COMMIT and one of each
// statement serve all of them. Nobody waits for company: whoever finds a leader's place free takes what is waiting, up
// to a bound, and writes it; the others wait for their answer. Each is answered only when its effect is durable.
//
//   JointWrite<v1::Household, domain::Family> creations(context, [](db::Tx& tx, auto parts) { … });
//   return creations.Run(call, request, family);
//
// What holds for rpc::Write holds here: request ids, audit records and events, each call for itself. A part that is
// refused leaves the others be. When a transaction fails, its halves are tried by themselves, down to the part that was
// the cause, which gets the answer that it would have got alone.
#ifndef BANGFU_COMMON_RPC_JOINT_WRITE_H_
#define BANGFU_COMMON_RPC_JOINT_WRITE_H_

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/types/span.h"
#include "common/db/error.h"
#include "common/rpc/write.h"
#include "common/status/refusal.h"

namespace bangfu::rpc {

struct JointWriteOptions {
  int leaders = 2;                                // transactions at once: one or two do the work of dozens
  int bound = 32;                                 // calls in a transaction
  absl::Duration time_bound = absl::Seconds(10);  // of a transaction
};

// `Plan` is what a method has made of its request before it comes to the database.
template <typename Response, typename Plan>
class JointWrite {
 public:
  // One call within a transaction. The body sets `answer`, an answer or a refusal; a part that it refuses must have
  // written nothing.
  struct Part {
    Call* call;
    const Plan* plan;
    Effects effects;
    absl::StatusOr<Response> answer = absl::UnknownError("not answered");
    // Leaves this one to a transaction of its own, since it concerns a record that another part concerns.
    bool apart = false;
  };
  // May run more than once. A refusal it returns is that of the whole transaction.
  using Body = std::function<absl::Status(db::Tx&, absl::Span<Part>)>;

  // `context` outlives this.
  JointWrite(const WriteContext& context, Body body, JointWriteOptions options = {})
      : context_(context), body_(std::move(body)), options_(options) {}

  absl::StatusOr<Response> Run(Call& call, const google::protobuf::Message& request, Plan plan) {
    Waiting self{call, request, internal::IdentityOf(call, *context_.sealer, request), std::move(plan)};
    // Without a request id nobody can tell after a connection lost in COMMIT whether the call had its effect.
    if (!self.identity.has_id() || call.rule().ValidateOnlyIn(request)) return Alone(self);
    std::unique_lock lock(mutex_);
    queue_.push_back(&self);
    while (!self.done) {
      if (leaders_ < options_.leaders && !queue_.empty()) {
        Lead(lock);
      } else {
        self.wake.wait(lock);
      }
    }
    return std::move(self.answer);
  }

 private:
  struct Waiting {
    Call& call;
    const google::protobuf::Message& request;
    internal::RequestIdentity identity;
    Plan plan;
    absl::StatusOr<Response> answer = absl::UnknownError("not answered");
    bool done = false;
    std::condition_variable wake;
  };

  // With the lock held, which is released while the database works.
  void Lead(std::unique_lock<std::mutex>& lock) {
    const size_t size = std::min(queue_.size(), static_cast<size_t>(options_.bound));
    std::vector<Waiting*> batch(queue_.begin(), queue_.begin() + size);
    queue_.erase(queue_.begin(), queue_.begin() + size);
    ++leaders_;
    absl::Cleanup settle = [&] {
      lock.lock();
      --leaders_;
      for (Waiting* one : batch) {
        one->done = true;
        one->wake.notify_one();
      }
      if (!queue_.empty()) queue_.front()->wake.notify_one();
    };
    lock.unlock();
    WriteAll(absl::MakeSpan(batch));
  }

  void WriteAll(absl::Span<Waiting*> batch) {
    if (batch.size() == 1) {
      batch[0]->answer = Alone(*batch[0]);
      return;
    }
    std::vector<Part> parts;
    const absl::Status outcome = WriteTogether(batch, &parts);
    if (!outcome.ok() && db::MayBeOfOneRow(outcome)) {
      WriteAll(batch.subspan(0, batch.size() / 2));
      WriteAll(batch.subspan(batch.size() / 2));
      return;
    }
    for (size_t i = 0; i < batch.size(); ++i) {
      Waiting& one = *batch[i];
      if (!outcome.ok()) {
        one.answer = outcome;
      } else if (parts[i].apart) {
        one.answer = Alone(one);
      } else if (parts[i].answer.ok()) {
        one.answer = std::move(parts[i].answer);
      } else {
        one.answer = internal::FirstAnswerOr<Response>(one.call, context_, one.identity, parts[i].answer.status());
      }
    }
  }

  absl::Status WriteTogether(absl::Span<Waiting* const> batch, std::vector<Part>* parts) {
    absl::Time deadline = absl::InfinitePast();
    for (const Waiting* one : batch) deadline = std::max(deadline, one->call.deadline());
    const db::Bounds bounds{std::min(deadline, absl::Now() + options_.time_bound)};
    return context_.database->Write(
        bounds,
        [&](db::Tx& tx) -> absl::Status {
          parts->clear();
          for (const Waiting* one : batch) {
            parts->push_back(
                {&one->call, &one->plan, internal::EffectsOf(one->call, context_, one->identity, one->request)});
          }
          if (absl::Status status = body_(tx, absl::MakeSpan(*parts)); !status.ok()) return status;
          std::vector<const Effects*> effects;
          for (size_t i = 0; i < batch.size(); ++i) {
            Part& part = (*parts)[i];
            if (part.apart || !part.answer.ok()) continue;
            internal::ClaimAnswer(context_, batch[i]->identity, *part.answer, &part.effects);
            effects.push_back(&part.effects);
          }
          return effects.empty() ? absl::OkStatus() : Effects::FlushAll(tx, effects);
        },
        /*replayable=*/true);
  }

  absl::StatusOr<Response> Alone(Waiting& one) {
    return Write<Response>(one.call, context_, one.request,
                           [&](db::Tx& tx, Effects& effects) -> absl::StatusOr<Response> {
                             Part part{&one.call, &one.plan, std::move(effects)};
                             absl::Status status = body_(tx, absl::MakeSpan(&part, 1));
                             effects = std::move(part.effects);
                             if (!status.ok()) return status;
                             return std::move(part.answer);
                           });
  }

  const WriteContext& context_;
  const Body body_;
  const JointWriteOptions options_;
  std::mutex mutex_;
  std::deque<Waiting*> queue_;  // of calls whose threads wait in Run
  int leaders_ = 0;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_JOINT_WRITE_H_
