// The instants that a request asks about: its own, or those of a snapshot.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_INSTANTS_OF_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_INSTANTS_OF_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/bitemporal_reason.pb.h"
#include "common/rpc/call.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/instants.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

// SNAPSHOT_NOT_FOUND. That a snapshot exists is no secret: it names two instants, at which nobody sees more than at
// others.
absl::StatusOr<store::Instants> InstantsOfSnapshot(const Registration& registration, rpc::Call& call,
                                                   const std::string& snapshot_id);

// SNAPSHOT_NOT_FOUND, INSTANTS_TWICE.
template <typename Request>
absl::StatusOr<store::Instants> InstantsOf(const Registration& registration, rpc::Call& call, const Request& request) {
  store::Instants instants;
  if constexpr (requires { request.as_of(); }) instants.as_of = request.as_of();
  if (request.has_as_known_at()) instants.known_at = store::TimeOf(request.as_known_at());
  if (request.snapshot_id().empty()) return instants;
  if (!instants.AreNow()) return status::Refuse(v1::INSTANTS_TWICE);
  return InstantsOfSnapshot(registration, call, request.snapshot_id());
}

// The same for a list: INSTANT_ORDER if it has an order of its own.
template <typename Request>
absl::StatusOr<store::Instants> ListInstantsOf(const Registration& registration, rpc::Call& call,
                                               const Request& request) {
  ASSIGN_OR_RETURN(store::Instants instants, InstantsOf(registration, call, request));
  if (!instants.AreNow() && !request.order_by().empty()) return status::Refuse(v1::INSTANT_ORDER);
  return instants;
}

// Reads a list: at instants it is made of several statements, which must see the same.
template <typename Body>
auto ReadList(const Registration& registration, rpc::Call& call, bool now, Body body) {
  return now ? registration.database().Read(call.bounds(), body)
             : registration.database().ReadSnapshot(call.bounds(), body);
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_INSTANTS_OF_H_
