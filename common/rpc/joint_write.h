// Writes of one method that wait at the same time, done in one transaction: one BEGIN, one COMMIT and one of each
// statement serve all of them. See db::Coalescer for what waits, and for how the cause of a failure is found.
//
//   JointWrite<v1::Household, domain::Family> creations(context, [](db::Tx& tx, auto parts) { … });
//   creations.Add(call, request, family, std::move(answer));
//
// What holds for rpc::Write holds here: request ids, audit records and events, each call for itself, and an answer only
// when the effect is durable. A part that is refused leaves the others be.
#ifndef BANGFU_COMMON_RPC_JOINT_WRITE_H_
#define BANGFU_COMMON_RPC_JOINT_WRITE_H_

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/db/coalescer.h"
#include "common/rpc/service_table.h"
#include "common/rpc/write.h"
#include "common/status/macros.h"

namespace bangfu::rpc {

// `Plan` is what a method has made of its request before it comes to the database.
template <typename Response, typename Plan>
class JointWrite {
 public:
  // One call within a transaction. The body sets `answer`, an answer or a refusal; a part that it refuses must have
  // written nothing.
  struct Part {
    Call* call;
    const Plan* plan;
    Effects* effects;
    absl::StatusOr<Response> answer = absl::UnknownError("not answered");
    // Leaves this one to a transaction of its own, since it concerns a record that another part concerns.
    bool apart = false;
  };
  // May run more than once. A refusal it returns is that of the whole transaction.
  using Body = std::function<absl::Status(db::Tx&, absl::Span<Part>)>;

  // `context` outlives this.
  JointWrite(const WriteContext& context, Body body, db::CoalescerOptions options = {.workers = 2, .batch_bound = 32})
      : context_(context),
        body_(std::move(body)),
        writes_(
            *context.database,
            [this](db::Tx& tx, absl::Span<const Waiting> waiting) { return WriteTogether(tx, waiting); }, options) {}

  // `request` lives until it is answered.
  void Add(Call& call, const google::protobuf::Message& request, Plan plan, Answer<Response> answer) {
    auto wish = std::make_shared<Wish>(
        Wish{call, request, internal::IdentityOf(call, *context_.sealer, request), std::move(plan)});
    writes_.Add(call.bounds(), wish, [this, wish, answer = std::move(answer)](absl::StatusOr<Outcome> outcome) {
      answer(Settle(*wish, std::move(outcome)));
    });
  }

 private:
  struct Wish {
    Call& call;
    const google::protobuf::Message& request;
    internal::RequestIdentity identity;
    Plan plan;
  };
  using Waiting = std::shared_ptr<Wish>;
  // Nothing: it is to be written by a transaction of its own.
  using Outcome = std::optional<absl::StatusOr<Response>>;

  absl::StatusOr<std::vector<Outcome>> WriteTogether(db::Tx& tx, absl::Span<const Waiting> waiting) {
    std::vector<Effects> effects;
    effects.reserve(waiting.size());
    std::vector<Part> parts;
    std::vector<size_t> places;
    for (size_t i = 0; i < waiting.size(); ++i) {
      Wish& wish = *waiting[i];
      // Without a request id nobody can tell after a connection lost in COMMIT whether the call had its effect.
      if (!wish.identity.has_id() || wish.call.rule().ValidateOnlyIn(wish.request)) continue;
      effects.push_back(internal::EffectsOf(wish.call, context_, wish.identity, wish.request));
      parts.push_back({&wish.call, &wish.plan, &effects.back()});
      places.push_back(i);
    }
    std::vector<Outcome> outcomes(waiting.size());
    if (parts.empty()) return outcomes;
    RETURN_IF_ERROR(body_(tx, absl::MakeSpan(parts)));
    std::vector<const Effects*> flushed;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].apart) continue;
      if (parts[i].answer.ok()) {
        internal::ClaimAnswer(context_, waiting[places[i]]->identity, *parts[i].answer, parts[i].effects);
        flushed.push_back(parts[i].effects);
      }
      outcomes[places[i]] = std::move(parts[i].answer);
    }
    if (!flushed.empty()) RETURN_IF_ERROR(Effects::FlushAll(tx, flushed));
    return outcomes;
  }

  absl::StatusOr<Response> Settle(Wish& wish, absl::StatusOr<Outcome> outcome) {
    if (outcome.ok() && !outcome->has_value()) return Alone(wish);
    absl::StatusOr<Response> answer = outcome.ok() ? **std::move(outcome) : outcome.status();
    if (answer.ok() || !wish.identity.has_id()) return answer;
    return internal::FirstAnswerOr<Response>(wish.call, context_, wish.identity, answer.status());
  }

  absl::StatusOr<Response> Alone(Wish& wish) {
    return Write<Response>(wish.call, context_, wish.request,
                           [&](db::Tx& tx, Effects& effects) -> absl::StatusOr<Response> {
                             Part part{&wish.call, &wish.plan, &effects};
                             RETURN_IF_ERROR(body_(tx, absl::MakeSpan(&part, 1)));
                             return std::move(part.answer);
                           });
  }

  const WriteContext& context_;
  const Body body_;
  db::Coalescer<Waiting, Outcome> writes_;  // the last: its workers use the others
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_JOINT_WRITE_H_
