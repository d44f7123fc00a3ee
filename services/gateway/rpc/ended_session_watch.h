// Spreads the end of sessions to a token verifier: access tokens of a session that was ended at another replica, and of
// a client that was revoked there, are refused within a second instead of living on for minutes. Whatever takes rights
// away ends sessions: signing out, a new password, a disabled account, a grant that is taken back. At the replica that
// does so RefuseTokens has told the verifier by the time that the answer is given.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_ENDED_SESSION_WATCH_H_
#define BANGFU_SERVICES_GATEWAY_RPC_ENDED_SESSION_WATCH_H_

#include <atomic>
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
  // Looks before it returns, for two seconds at the most, and then every `interval` until it is destroyed.
  EndedSessionWatch(db::Database& database, auth::TokenVerifier& verifier,
                    absl::Duration interval = absl::Milliseconds(500));
  ~EndedSessionWatch();

  // UNAVAILABLE until a look has succeeded: nobody knows yet which of the tokens that are signed well are good.
  absl::Status CheckLooked() const;

  EndedSessionWatch(const EndedSessionWatch&) = delete;
  EndedSessionWatch& operator=(const EndedSessionWatch&) = delete;

 private:
  void Run(absl::Duration interval);
  void LookNow();
  absl::Status Look(absl::Time now);

  db::Database& database_;
  auth::TokenVerifier& verifier_;
  absl::Time looked_at_ = absl::InfinitePast();  // the last look that succeeded
  std::atomic<bool> looked_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_ENDED_SESSION_WATCH_H_
