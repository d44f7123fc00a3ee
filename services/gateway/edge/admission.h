// Who gets in: token, roles and rate, decided before any work is done. REST and gRPC entries share it. The service
// asked checks again, on the record it loads; this is the first of the two checks, and the one that costs nothing to
// refuse.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_ADMISSION_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_ADMISSION_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/caller.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/method_catalogue.h"
#include "services/gateway/edge/source.h"

namespace bangfu::edge {

using VerifyToken =
    std::function<absl::StatusOr<std::shared_ptr<const auth::Caller>>(absl::string_view token, absl::Time now)>;

struct AdmissionOptions {
  VerifyToken verify;
  Rate caller_rate{100, 200};  // of one account; a client has the quota that its token says
  Rate source_rate{20, 60};    // of one address, for requests without a valid token
  int in_flight = 2048;        // requests at once, streams not counted
  int streams = 1024;          // event streams, uploads and downloads at once
  int streams_per_caller = 32;
};

class Admission {
 public:
  struct Entry {
    std::shared_ptr<const auth::Caller> caller;  // nullptr for a public method called without a valid token
    std::string key;                             // by whom streams are counted: the caller, or the source
    Gate::Place place;                           // of what is under way; taken by Begin
  };

  explicit Admission(AdmissionOptions options);

  // `authorization` is the header as it came, UNAUTHENTICATED, also for a token over another certificate
  // than it was given to; PERMISSION_DENIED, SECOND_FACTOR_NEEDED, PASSWORD_CHANGE_REQUIRED or RATE_LIMITED. The entry
  // tells also then who the caller is, if the token was good.
  absl::Status Admit(const Method& method, absl::string_view authorization, const Origin& origin, absl::Time now,
                     Entry* entry);

  // The token that somebody came in with is still good: a stream that it has opened outlives neither the token nor the
  // session.
  bool StillHolds(absl::string_view authorization, absl::Time now) const;

  // Takes a place for the work itself. A request takes it when it has come in whole, so that nobody fills the places by
  // sending slowly; a stream when it begins. OVERLOADED.
  absl::Status Begin(const Method& method, Entry* entry);

  // For pages that belong to no method.
  absl::Status AdmitSource(const std::string& source, absl::Time now) {
    return sources_.Take(source, options_.source_rate, now);
  }

  int in_flight() const { return unary_.count() + streams_.count(); }

 private:
  Rate RateOf(const auth::Caller& caller) const;

  AdmissionOptions options_;
  RateLimiter callers_;
  RateLimiter sources_;
  Gate unary_;
  Gate streams_;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_ADMISSION_H_
