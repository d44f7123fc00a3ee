// The one way in which an RPC changes something: one transaction with the request id, the audit record and the events.
//
//   return rpc::Write<Household>(call, context, request, [&](db::Tx& tx, rpc::Effects& effects)
//       -> absl::StatusOr<Household> {
//     ASSIGN_OR_RETURN(Household current, store::LoadHouseholdForUpdate(tx, id));
//     …
//   });
//
// A repeat of a request that had an effect gets the first answer, as long as its claim is kept (see ForgetClaims); the
// same request id with other content is refused (REQUEST_ID_REUSED). Of concurrent repeats exactly one has the effect.
// With validate_only the transaction is rolled back and the answer is what it would have been.
#ifndef BANGFU_COMMON_RPC_WRITE_H_
#define BANGFU_COMMON_RPC_WRITE_H_

#include <map>
#include <string>
#include <vector>

#include "common/api/mask.h"
#include "common/crypto/sealer.h"
#include "common/db/database.h"
#include "common/rpc/call.h"
#include "common/rpc/effects.h"

namespace bangfu::rpc {

// What every write of a service needs.
struct WriteContext {
  std::string service;
  db::Database* database = nullptr;
  const crypto::Sealer* sealer = nullptr;
};

namespace internal {

// The identity of a request: whose, which method, which id; and the digest of its content, keyed because requests hold
// identity numbers.
struct RequestIdentity {
  std::string key;
  std::string digest;
  bool has_id() const { return !key.empty(); }
};
RequestIdentity IdentityOf(const Call& call, const crypto::Sealer& sealer, const google::protobuf::Message& request);

// What the effects of a call begin with.
Effects EffectsOf(const Call& call, const WriteContext& context, const RequestIdentity& identity,
                  const google::protobuf::Message& request);

// Claims the request id with its answer. Kept for months, so it is kept as it is shown by default, masked, and sealed
// besides; bound to its claim.
template <typename Response>
void ClaimAnswer(const WriteContext& context, const RequestIdentity& identity, Response answer, Effects* effects);

// What is kept of a request that had its effect.
struct KeptClaim {
  std::string digest;
  std::string response;  // sealed
};
std::map<std::string, KeptClaim> LoadClaims(db::Tx& tx, const std::vector<std::string>& keys);

// The bytes of the first answer, opened. REQUEST_ID_REUSED if the content differs; DATA_LOSS if it does not open.
absl::StatusOr<std::string> OpenAnswer(const WriteContext& context, const RequestIdentity& identity,
                                       const KeptClaim& claim);

// The first answer to a call that was repeated.
template <typename Response>
absl::StatusOr<Response> FirstAnswer(Call& call, const WriteContext& context, const RequestIdentity& identity,
                                     const KeptClaim& claim);

// The first answer, if the refusal comes from this very request having had its effect before; else the refusal.
template <typename Response>
absl::StatusOr<Response> FirstAnswerOr(Call& call, const WriteContext& context, const RequestIdentity& identity,
                                       const absl::Status& refusal);

}  // namespace internal

// Deletes claims that are older than `age`, a bounded number of them: a chore. A request that is repeated later than
// that is a new request and has its effect again.
absl::Status ForgetClaims(db::Tx& tx, absl::Duration age);

template <typename Response, typename Request, typename Body>
absl::StatusOr<Response> Write(Call& call, const WriteContext& context, const Request& request, Body body) {
  const internal::RequestIdentity identity = internal::IdentityOf(call, *context.sealer, request);
  const bool check_only = call.rule().ValidateOnlyIn(request);
  absl::StatusOr<Response> answer = absl::UnknownError("not run");
  absl::Status outcome = context.database->Write(
      call.bounds(),
      [&](db::Tx& tx) -> absl::Status {
        Effects effects = internal::EffectsOf(call, context, identity, request);
        answer = body(tx, effects);
        if (!answer.ok()) return answer.status();
        if (check_only) return absl::CancelledError("validate only");
        if (identity.has_id()) internal::ClaimAnswer(context, identity, *answer, &effects);
        return effects.Flush(tx);
      },
      identity.has_id());
  if (outcome.ok() || (check_only && answer.ok())) return answer;
  if (!identity.has_id()) return outcome;
  return internal::FirstAnswerOr<Response>(call, context, identity, outcome);
}

namespace internal {

// `answer` is serialized, sealed under the claim.
std::string SealAnswer(const WriteContext& context, const RequestIdentity& identity,
                       const google::protobuf::Message& answer);

template <typename Response>
void ClaimAnswer(const WriteContext& context, const RequestIdentity& identity, Response answer, Effects* effects) {
  api::MaskSealed(&answer);
  effects->Claim(identity.key, identity.digest, SealAnswer(context, identity, answer));
}

template <typename Response>
absl::StatusOr<Response> FirstAnswer(Call& call, const WriteContext& context, const RequestIdentity& identity,
                                     const KeptClaim& claim) {
  auto bytes = OpenAnswer(context, identity, claim);
  if (!bytes.ok()) return bytes.status();
  Response repeated;
  if (!repeated.ParseFromString(*bytes)) return absl::DataLossError("stored answer");
  call.MarkRepeated();
  return repeated;
}

template <typename Response>
absl::StatusOr<Response> FirstAnswerOr(Call& call, const WriteContext& context, const RequestIdentity& identity,
                                       const absl::Status& refusal) {
  auto claims = context.database->Read(
      call.bounds(),
      [&](db::Tx& tx) -> absl::StatusOr<std::map<std::string, KeptClaim>> { return LoadClaims(tx, {identity.key}); });
  if (!claims.ok()) return claims.status();
  if (claims->empty()) return refusal;
  return FirstAnswer<Response>(call, context, identity, claims->begin()->second);
}

}  // namespace internal

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_WRITE_H_
