#include "common/rpc/write.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace bangfu::rpc {
namespace {

constexpr int kForgottenAtOnce = 1000;
constexpr db::Statement kForget = {"request_claim.forget", R"sql(
  DELETE FROM request_claim WHERE key IN (
    SELECT key FROM request_claim WHERE created_at < now() - make_interval(secs => $1)
    ORDER BY created_at LIMIT $2))sql"};

}  // namespace

namespace internal {
namespace {

constexpr db::Statement kSelectClaims = {
    "request_claim.select", "SELECT key, digest, response FROM request_claim WHERE key = ANY($1::bytea[])"};

// Map fields would otherwise come in any order.
std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

// The place that an answer is bound to. `key` is in hexadecimal and outlives the context.
crypto::SealContext PlaceOf(const WriteContext& context, const std::string& key) {
  return {context.service, "request_claim", "response", key};
}

}  // namespace

RequestIdentity IdentityOf(const Call& call, const crypto::Sealer& sealer, const google::protobuf::Message& request) {
  const std::string id = call.rule().RequestIdIn(request);
  RequestIdentity identity;
  identity.digest = sealer.Digest("request", DeterministicBytes(request));
  if (!id.empty()) {
    identity.key =
        crypto::Sha256(absl::StrCat(call.caller().subject, "\n", call.rule().name(), "\n", absl::AsciiStrToLower(id)))
            .substr(0, 16);
  }
  return identity;
}

Effects EffectsOf(const Call& call, const WriteContext& context, const RequestIdentity& identity,
                  const google::protobuf::Message& request) {
  Effects effects(context.service, call);
  effects.record().set_request_digest(identity.digest);
  effects.record().set_request_id(call.rule().RequestIdIn(request));
  return effects;
}

std::string SealAnswer(const WriteContext& context, const RequestIdentity& identity,
                       const google::protobuf::Message& answer) {
  return context.sealer->Seal(PlaceOf(context, crypto::HexEncode(identity.key)), answer.SerializeAsString());
}

std::map<std::string, KeptClaim> LoadClaims(db::Tx& tx, const std::vector<std::string>& keys) {
  std::map<std::string, KeptClaim> claims;
  for (const auto& row : tx.Run(kSelectClaims, db::ByteaArray(keys))) {
    claims[db::BytesOf(row[0])] = {db::BytesOf(row[1]), db::BytesOf(row[2])};
  }
  return claims;
}

absl::StatusOr<std::string> OpenAnswer(const WriteContext& context, const RequestIdentity& identity,
                                       const KeptClaim& claim) {
  if (claim.digest != identity.digest) return status::Refuse(status::Reason::REQUEST_ID_REUSED);
  return context.sealer->Open(PlaceOf(context, crypto::HexEncode(identity.key)), claim.response);
}

}  // namespace internal

absl::Status ForgetClaims(db::Tx& tx, absl::Duration age) {
  tx.Run(kForget, absl::ToDoubleSeconds(age), kForgottenAtOnce);
  return absl::OkStatus();
}

}  // namespace bangfu::rpc
