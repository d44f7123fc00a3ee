#include "deploy/demo/csv_file.h"

#include <fcntl.h>
#include <iconv.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bangfu::demo {
namespace {

constexpr size_t kBufferBytes = 4 << 20;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Rows are flushed whole, so the text never ends inside a character.
absl::StatusOr<std::string> ToGb18030(absl::string_view utf8) {
  const iconv_t converter = iconv_open("GB18030", "UTF-8");
  if (converter == reinterpret_cast<iconv_t>(-1)) return absl::ErrnoToStatus(errno, "系统不支持 GB18030");
  std::string out(utf8.size() * 2, '\0');
  char* from = const_cast<char*>(utf8.data());
  char* to = out.data();
  size_t from_left = utf8.size();
  size_t to_left = out.size();
  const size_t result = iconv(converter, &from, &from_left, &to, &to_left);
  const int error = errno;
  iconv_close(converter);
  if (result == static_cast<size_t>(-1)) return absl::ErrnoToStatus(error, "无法转换为 GB18030");
  out.resize(out.size() - to_left);
  return out;
}

bool NeedsQuotes(absl::string_view cell) {
  for (char c : cell) {
    if (c == ',' || c == '"' || c == '\n' || c == '\r') return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<CsvFile> CsvFile::Create(const std::string& path, Encoding encoding) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("无法创建 ", path));
  return CsvFile(path, descriptor, encoding);
}

CsvFile::CsvFile(std::string path, int descriptor, Encoding encoding)
    : path_(std::move(path)), descriptor_(descriptor), encoding_(encoding) {
  buffer_.reserve(kBufferBytes + (kBufferBytes >> 3));
  if (encoding == Encoding::kUtf8Bom) buffer_.append(kByteOrderMark.data(), kByteOrderMark.size());
}

CsvFile::CsvFile(CsvFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      encoding_(other.encoding_),
      buffer_(std::move(other.buffer_)),
      next_row_(other.next_row_),
      status_(std::move(other.status_)) {}

CsvFile::~CsvFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void CsvFile::Write(const absl::string_view* cells, size_t count) {
  for (size_t i = 0; i < count; ++i) Append(cells[i]);
  EndRow();
}

void CsvFile::Write(const std::string* cells, size_t count) {
  for (size_t i = 0; i < count; ++i) Append(cells[i]);
  EndRow();
}

void CsvFile::Append(absl::string_view cell) {
  if (!NeedsQuotes(cell)) {
    buffer_.append(cell.data(), cell.size());
  } else {
    buffer_.push_back('"');
    for (char c : cell) {
      if (c == '"') buffer_.push_back('"');
      buffer_.push_back(c);
    }
    buffer_.push_back('"');
  }
  buffer_.push_back(',');
}

void CsvFile::EndRow() {
  buffer_.back() = '\r';
  buffer_.push_back('\n');
  ++next_row_;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void CsvFile::Flush() {
  if (encoding_ == Encoding::kGb18030) {
    absl::StatusOr<std::string> converted = ToGb18030(buffer_);
    if (converted.ok()) {
      WriteFully(*converted);
    } else {
      status_.Update(converted.status());
    }
  } else {
    WriteFully(buffer_);
  }
  buffer_.clear();
}

void CsvFile::WriteFully(absl::string_view bytes) {
  while (!bytes.empty() && status_.ok()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      status_ = absl::ErrnoToStatus(errno, absl::StrCat("无法写入 ", path_));
      return;
    }
    bytes.remove_prefix(written);
  }
}

absl::Status CsvFile::Close() {
  Flush();
  if (close(std::exchange(descriptor_, -1)) < 0) {
    status_.Update(absl::ErrnoToStatus(errno, absl::StrCat("无法关闭 ", path_)));
  }
  return status_;
}

}  // namespace bangfu::demo
