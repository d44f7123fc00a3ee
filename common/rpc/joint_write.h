// Writes of one method that wait at the same time, done in one transaction: one BEGIN, one COMMIT and one of each
// statement serve all of them. See db::Coalescer for what waits, and for how the cause of a failure is found.
//
//   JointWrite<v1::Household, domain::Family> creations("create_household", context, [](db::Tx& tx, auto parts) { … });
//   creations.Add(call, request, family, std::move(answer));
//
// What holds for rpc::Write holds here: request ids, audit records and events, each call for itself, and an answer only
// when the effect is durable. A part that is refused leaves the others be, and nobody waits for a lock that another
// part wants: what is locked, what concerns the record of another part, what has no request id and what is only to be
// checked is written by itself, on workers for such.
#ifndef BANGFU_COMMON_RPC_JOINT_WRITE_H_
#define BANGFU_COMMON_RPC_JOINT_WRITE_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/db/coalescer.h"
#include "common/rpc/service_table.h"
#include "common/rpc/worker_pool.h"
#include "common/rpc/write.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::rpc {

namespace internal {

// From here on the transaction waits only shortly for a lock; who would wait longer collides (CONFLICT).
void WaitShortlyForLocks(db::Tx& tx);

}  // namespace internal

// How much is done and waits at once. Who comes beyond that is answered OVERLOADED.
struct JointWriteBounds {
  int batches = 2;  // transactions at once: one or two do the work of dozens
  int batch_bound = 32;
  int alone_workers = 4;
  int queue_bound = 2048;
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
    Effects* effects;
    // The only part, for which nobody else waits: it may wait for locks, and must not be set apart.
    bool alone = false;
    absl::StatusOr<Response> answer = absl::UnknownError("not answered");
    // Leaves this one to a transaction of its own: it concerns a record that another part concerns, or one that is
    // locked.
    bool apart = false;
  };
  // May run more than once. A refusal it returns is that of the whole transaction.
  using Body = std::function<absl::Status(db::Tx&, absl::Span<Part>)>;

  // `context` outlives this.
  JointWrite(const std::string& name, const WriteContext& context, Body body, const JointWriteBounds& bounds = {})
      : context_(context),
        body_(std::move(body)),
        alone_(name, bounds.alone_workers, bounds.queue_bound),
        writes_(*context.database,
                [this](db::Tx& tx, absl::Span<const Waiting> waiting) { return WriteTogether(tx, waiting); },
                {.name = name,
                 .batches = bounds.batches,
                 .batch_bound = bounds.batch_bound,
                 .queue_bound = bounds.queue_bound}) {}

  // `request` lives until it is answered.
  void Add(Call& call, const google::protobuf::Message& request, Plan plan, Answer<Response> answer) {
    auto wish = std::make_shared<Wish>(
        Wish{call, request, internal::IdentityOf(call, *context_.sealer, request), std::move(plan), std::move(answer)});
    // Without a request id nobody can tell after a connection lost in COMMIT whether the call had its effect.
    if (!wish->identity.has_id() || call.rule().ValidateOnlyIn(request)) return WriteAlone(wish);
    writes_.Add(call.bounds(), wish,
                [this, wish](absl::StatusOr<Outcome> outcome) { Settle(wish, std::move(outcome)); });
  }

 private:
  struct Wish {
    Call& call;
    const google::protobuf::Message& request;
    internal::RequestIdentity identity;
    Plan plan;
    Answer<Response> answer;
  };
  using Waiting = std::shared_ptr<Wish>;
  // Nothing: it is to be written by itself.
  using Outcome = std::optional<absl::StatusOr<Response>>;

  absl::StatusOr<std::vector<Outcome>> WriteTogether(db::Tx& tx, absl::Span<const Waiting> waiting) {
    std::vector<Outcome> outcomes(waiting.size());
    // Also one that came alone: others wait for its place.
    internal::WaitShortlyForLocks(tx);
    if (waiting.size() > 1) AnswerRepeats(tx, waiting, &outcomes);  // before a repeat's claim fails them all
    std::vector<Effects> effects;
    effects.reserve(waiting.size());
    std::vector<Part> parts;
    std::vector<size_t> places;
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (outcomes[i]) continue;
      Wish& wish = *waiting[i];
      effects.push_back(internal::EffectsOf(wish.call, context_, wish.identity, wish.request));
      parts.push_back({&wish.call, &wish.plan, &effects.back()});
      places.push_back(i);
    }
    if (parts.empty()) return outcomes;
    RETURN_IF_ERROR(body_(tx, absl::MakeSpan(parts)));
    std::vector<const Effects*> flushed;
    std::vector<size_t> refused;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].apart) continue;
      if (parts[i].answer.ok()) {
        internal::ClaimAnswer(context_, waiting[places[i]]->identity, *parts[i].answer, parts[i].effects);
        flushed.push_back(parts[i].effects);
        outcomes[places[i]] = std::move(parts[i].answer);
      } else {
        refused.push_back(i);
      }
    }
    if (!flushed.empty()) RETURN_IF_ERROR(Effects::FlushAll(tx, flushed));
    // A refusal may come from that very request having had its effect meanwhile.
    if (!refused.empty()) AnswerRepeats(tx, waiting, &outcomes);
    for (size_t i : refused) {
      if (!outcomes[places[i]]) outcomes[places[i]] = parts[i].answer.status();
    }
    return outcomes;
  }

  // Gives those without an outcome that had their effect before the first answer.
  void AnswerRepeats(db::Tx& tx, absl::Span<const Waiting> waiting, std::vector<Outcome>* outcomes) {
    std::vector<std::string> keys;
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (!(*outcomes)[i]) keys.push_back(waiting[i]->identity.key);
    }
    const auto claims = internal::LoadClaims(tx, keys);
    if (claims.empty()) return;
    for (size_t i = 0; i < waiting.size(); ++i) {
      Wish& wish = *waiting[i];
      const auto claim = claims.find(wish.identity.key);
      if ((*outcomes)[i] || claim == claims.end()) continue;
      (*outcomes)[i] = internal::FirstAnswer<Response>(wish.call, context_, wish.identity, claim->second);
    }
  }

  // Waits for nothing but, once it is certain that this one was the cause of a failure, for its first answer.
  void Settle(const Waiting& wish, absl::StatusOr<Outcome> outcome) {
    if (outcome.ok() && outcome->has_value()) return wish->answer(**std::move(outcome));
    if (outcome.ok() || absl::IsAborted(outcome.status())) return WriteAlone(wish);
    if (!db::MayBeOfOneRow(outcome.status())) return wish->answer(outcome.status());
    wish->answer(internal::FirstAnswerOr<Response>(wish->call, context_, wish->identity, outcome.status()));
  }

  void WriteAlone(const Waiting& wish) {
    const auto write = [this, wish](db::Tx& tx, Effects& effects) -> absl::StatusOr<Response> {
      Part part{&wish->call, &wish->plan, &effects, /*alone=*/true};
      RETURN_IF_ERROR(body_(tx, absl::MakeSpan(&part, 1)));
      return std::move(part.answer);
    };
    const bool taken = alone_.Add(wish->call.bounds().key, [this, wish, write] {
      wish->answer(Write<Response>(wish->call, context_, wish->request, write));
    });
    if (!taken) wish->answer(status::Overloaded());
  }

  const WriteContext& context_;
  const Body body_;
  Lane alone_;
  db::Coalescer<Waiting, Outcome> writes_;  // the last: its workers use the others
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_JOINT_WRITE_H_
