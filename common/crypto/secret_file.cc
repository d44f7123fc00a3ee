#include "common/crypto/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"

namespace bangfu::crypto {
namespace {

constexpr size_t kMaxSize = 64 * 1024;

absl::Status Failed(absl::string_view act, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", act, " ", path));
}

absl::Status WriteAndFlush(const std::string& path, absl::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return Failed("create", path);
  absl::Status status;
  if (::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size()) || ::fsync(file) != 0) {
    status = Failed("write", path);
  }
  ::close(file);
  return status;
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Failed("read", path);
  std::string content(kMaxSize + 1, '\0');
  size_t size = 0;
  ssize_t got = 0;
  while (size < content.size() && (got = ::read(file, &content[size], content.size() - size)) > 0) size += got;
  absl::Status status;
  if (got < 0) status = Failed("read", path);
  if (size > kMaxSize) status = absl::InvalidArgumentError(absl::StrCat(path, " is larger than 64 KiB"));
  ::close(file);
  if (!status.ok()) return status;
  content.resize(size);
  return content;
}

absl::Status WriteNewSecretFile(const std::string& path, absl::string_view content) {
  // link() makes the finished file appear under its name at once, and fails if the name is taken.
  const std::string draft = absl::StrCat(path, ".", EncodeId(RandomUint64()), ".new");
  absl::Status status = WriteAndFlush(draft, content);
  if (status.ok() && ::link(draft.c_str(), path.c_str()) != 0) status = Failed("create", path);
  ::unlink(draft.c_str());
  return status;
}

}  // namespace bangfu::crypto
