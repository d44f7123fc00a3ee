#include "common/crypto/key_ring.h"

#include <openssl/crypto.h>

#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/crypto/openssl.h"
#include "common/crypto/random.h"
#include "common/crypto/secret_file.h"

namespace bangfu::crypto {
namespace {

constexpr char kIndexFile[] = "index.key";
constexpr char kFirstDataFile[] = "data-1.key";

// The text between "data-" and ".key"; nothing if the file is not named so.
std::optional<std::string> DataKeyIdText(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "data-") || !absl::ConsumeSuffix(&name, ".key")) return std::nullopt;
  return std::string(name);
}

absl::StatusOr<std::vector<std::string>> FileNames(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error) return absl::NotFoundError(absl::StrCat("cannot list key directory ", directory, ": ", error.message()));
  return names;
}

// Reads a key; on failure says why in `faults` and gives nothing.
std::optional<SecretKey> ReadKey(const std::string& path, std::vector<std::string>& faults) {
  absl::StatusOr<std::string> content = ReadSecretFile(path);
  if (!content.ok()) {
    faults.emplace_back(content.status().message());
    return std::nullopt;
  }
  if (content->size() == kKeySize) return SecretKey(*content);
  std::optional<std::string> bytes = HexDecode(absl::StripSuffix(absl::StripSuffix(*content, "\n"), "\r"));
  if (bytes && bytes->size() == kKeySize) return SecretKey(*bytes);
  faults.push_back(absl::StrCat(path, ": holds neither 32 bytes nor 64 hexadecimal digits"));
  return std::nullopt;
}

absl::Status WriteKeyIfMissing(const std::string& path) {
  absl::Status status = WriteNewSecretFile(path, HexEncode(RandomBytes(kKeySize)) + "\n");
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

}  // namespace

SecretKey::SecretKey(absl::string_view bytes) {
  Require(bytes.size() == kKeySize, "a key is not of 32 bytes");
  std::memcpy(bytes_, bytes.data(), kKeySize);
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_, kKeySize); }

KeyRing::KeyRing(std::map<uint32_t, SecretKey> data_keys, SecretKey index_key)
    : data_keys_(std::move(data_keys)), index_key_(std::move(index_key)) {
  Require(!data_keys_.empty(), "a key ring holds no data key");
}

const SecretKey* KeyRing::DataKey(uint32_t id) const {
  auto found = data_keys_.find(id);
  return found == data_keys_.end() ? nullptr : &found->second;
}

absl::StatusOr<KeyRing> KeyRing::Load(const std::string& directory) {
  absl::StatusOr<std::vector<std::string>> names = FileNames(directory);
  if (!names.ok()) return names.status();

  std::vector<std::string> faults;
  std::map<uint32_t, SecretKey> data_keys;
  bool any_data_file = false;
  for (const std::string& name : *names) {
    const std::optional<std::string> id_text = DataKeyIdText(name);
    if (!id_text) continue;
    any_data_file = true;
    const std::string path = absl::StrCat(directory, "/", name);
    uint32_t id = 0;
    if (!absl::SimpleAtoi(*id_text, &id) || id == 0 || absl::StrCat(id) != *id_text) {
      faults.push_back(absl::StrCat(path, ": the id in the name is not a positive integer below 2^32"));
    } else if (std::optional<SecretKey> key = ReadKey(path, faults)) {
      data_keys.emplace(id, *key);
    }
  }
  if (!any_data_file) faults.push_back(absl::StrCat(directory, ": holds no data-<id>.key"));
  std::optional<SecretKey> index_key = ReadKey(absl::StrCat(directory, "/", kIndexFile), faults);
  if (!faults.empty()) return absl::FailedPreconditionError(absl::StrJoin(faults, "\n"));
  return KeyRing(std::move(data_keys), *index_key);
}

KeyRing KeyRing::ForTest() {
  return KeyRing({{1, SecretKey(Sha256("bangfu test data key 1"))}}, SecretKey(Sha256("bangfu test index key")));
}

absl::Status CreateKeyFiles(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::create_directories(directory, error) && !error) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  }
  if (error) return absl::InternalError(absl::StrCat("cannot make ", directory, ": ", error.message()));
  absl::StatusOr<std::vector<std::string>> names = FileNames(directory);
  if (!names.ok()) return names.status();
  bool any_data_file = false;
  for (const std::string& name : *names) any_data_file |= DataKeyIdText(name).has_value();
  if (!any_data_file) {
    if (absl::Status status = WriteKeyIfMissing(absl::StrCat(directory, "/", kFirstDataFile)); !status.ok()) {
      return status;
    }
  }
  return WriteKeyIfMissing(absl::StrCat(directory, "/", kIndexFile));
}

}  // namespace bangfu::crypto
