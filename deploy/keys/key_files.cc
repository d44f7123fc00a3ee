#include "deploy/keys/key_files.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/crypto/key_ring.h"
#include "common/crypto/secret_file.h"
#include "common/crypto/signer.h"
#include "common/status/macros.h"

namespace bangfu::deploy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServices[] = {"registration", "fund", "assignment", "assessment", "gateway"};

absl::Status CreateFolder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  return error ? absl::UnavailableError(absl::StrCat("cannot create ", folder, ": ", error.message()))
               : absl::OkStatus();
}

// Makes <stem>.pem and <stem>.pub.
absl::Status CreateKeyPair(const std::string& stem) {
  const std::string private_path = stem + ".pem";
  const std::string public_path = stem + ".pub";
  if (!fs::exists(private_path)) {
    if (fs::exists(public_path)) {
      return absl::FailedPreconditionError(absl::StrCat(public_path, " is there without ", private_path));
    }
    RETURN_IF_ERROR(crypto::SigningKey::Generate().SavePem(private_path));
  }
  ASSIGN_OR_RETURN(const crypto::SigningKey key, crypto::SigningKey::LoadPem(private_path));
  if (!fs::exists(public_path)) return crypto::WriteNewSecretFile(public_path, key.verifying_key().ToPem());
  ASSIGN_OR_RETURN(const crypto::VerifyingKey known, crypto::VerifyingKey::LoadPem(public_path));
  if (known.public_key() == key.public_key()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(public_path, " does not belong to ", private_path));
}

}  // namespace

absl::Status CreateDeploymentKeys(const std::string& folder) {
  RETURN_IF_ERROR(CreateFolder(folder));
  for (const char* service : kServices) {
    const std::string own = absl::StrCat(folder, "/", service);
    RETURN_IF_ERROR(CreateFolder(own));
    RETURN_IF_ERROR(crypto::CreateKeyFiles(own));
    RETURN_IF_ERROR(CreateKeyPair(own + "/audit"));
  }
  return CreateKeyPair(folder + "/gateway/token");
}

}  // namespace bangfu::deploy
