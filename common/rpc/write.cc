#include "common/rpc/write.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/status/refusal.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace bangfu::rpc::internal {
namespace {

constexpr db::Statement kSelectClaim = {"request_claim.select",
                                        "SELECT digest, response FROM request_claim WHERE key = $1"};

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

absl::StatusOr<std::optional<std::string>> FirstAnswer(const Call& call, db::Database& database,
                                                       const RequestIdentity& identity) {
  return database.Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<std::optional<std::string>> {
    auto rows = tx.Run(kSelectClaim, db::Bytes(identity.key));
    if (rows.empty()) return std::optional<std::string>();
    if (db::BytesOf(rows[0][0]) != identity.digest) return status::Refuse(status::Reason::REQUEST_ID_REUSED);
    return std::optional<std::string>(db::BytesOf(rows[0][1]));
  });
}

}  // namespace bangfu::rpc::internal
