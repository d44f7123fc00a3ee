#include "services/gateway/rpc/ended_session_watch.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/client.h"
#include "services/gateway/store/session_store.h"

namespace bangfu::gateway {
namespace {

// Tokens that are older have expired everywhere.
const absl::Duration kTokensMatter = auth::kTokenLife + 2 * auth::kClockLeeway;
// Rows become visible when their transaction commits, and clocks of replicas differ.
constexpr absl::Duration kOverlap = absl::Seconds(60);

}  // namespace

EndedSessionWatch::EndedSessionWatch(db::Database& database, auth::TokenVerifier& verifier, absl::Duration interval)
    : database_(database), verifier_(verifier) {
  LookNow();
  thread_ = std::thread([this, interval] { Run(interval); });
}

EndedSessionWatch::~EndedSessionWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void EndedSessionWatch::Run(absl::Duration interval) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, absl::ToChronoMilliseconds(interval), [&] { return stopping_; })) {
    lock.unlock();
    LookNow();
    lock.lock();
  }
}

void EndedSessionWatch::LookNow() {
  const absl::Status looked = Look(absl::Now());
  if (looked.ok()) {
    looked_ = true;
  } else {
    log::Warning("ended_sessions_not_read", {{"reason", status::ReasonOf(looked)}});
  }
}

absl::Status EndedSessionWatch::CheckLooked() const {
  return looked_ ? absl::OkStatus() : status::Refuse(status::Reason::UNAVAILABLE);
}

absl::Status EndedSessionWatch::Look(absl::Time now) {
  const absl::Time since = std::max(now - kTokensMatter, looked_at_ - kOverlap);
  store::Ended ended;
  RETURN_IF_ERROR(database_.Read({now + absl::Seconds(2)}, [&](db::Tx& tx) {
    ended = store::EndedSince(tx, since);
    return absl::OkStatus();
  }));
  for (const std::string& session : ended.session_ids) verifier_.Revoke(session, now);
  for (const std::string& client : ended.client_ids) verifier_.Revoke(ClientSession(client), now);
  looked_at_ = now;
  return absl::OkStatus();
}

}  // namespace bangfu::gateway
