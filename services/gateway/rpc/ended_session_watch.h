// Spreads the end of sessions to a token verifier: access tokens of a session that was ended at any replica, and of a
// client that was revoked, are refused within seconds instead of living on for minutes.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_ENDED_SESSION_WATCH_H_
#define BANGFU_SERVICES_GATEWAY_RPC_ENDED_SESSION_WATCH_H_

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/auth/token.h"
#include "common/db/database.h"

namespace bangfu::gateway {

class EndedSessionWatch {
 public:
  // Looks every `interval` until it is destroyed.
  EndedSessionWatch(db::Database& database, auth::TokenVerifier& verifier, absl::Duration interval = absl::Seconds(2));
  ~EndedSessionWatch();

  EndedSessionWatch(const EndedSessionWatch&) = delete;
  EndedSessionWatch& operator=(const EndedSessionWatch&) = delete;

 private:
  void Run(absl::Duration interval);
  absl::Status Look(absl::Time now);

  db::Database& database_;
  auth::TokenVerifier& verifier_;
  absl::Time looked_at_ = absl::InfinitePast();  // the last look that succeeded
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_ENDED_SESSION_WATCH_H_
