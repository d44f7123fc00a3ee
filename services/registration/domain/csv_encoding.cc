#include "services/registration/domain/csv_encoding.h"

#include <array>
#include <cstdlib>

#include "absl/strings/match.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "unicode/ucnv.h"

namespace bangfu::registration::domain {
namespace {

absl::Status Unreadable(absl::string_view detail) {
  return status::Refuse(v1::IMPORT_FILE_UNREADABLE, {{"detail", std::string(detail)}});
}

}  // namespace

std::string EncodingName(Encoding encoding) { return encoding == Encoding::kUtf8 ? "UTF-8" : "GB18030"; }

void EncodingSniffer::Feed(absl::string_view bytes) {
  if (head_.size() < 4) head_.append(bytes.data(), std::min(bytes.size(), 4 - head_.size()));
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    has_nul_ |= byte == 0;
    if (utf8_) FeedUtf8(byte);
    if (gb_) FeedGb18030(byte);
  }
}

// Table 3-7 of the Unicode standard: the bounds of the second byte keep out overlong forms, surrogates, and what is
// above U+10FFFF.
void EncodingSniffer::FeedUtf8(unsigned char byte) {
  if (utf8_left_ > 0) {
    utf8_ = byte >= utf8_low_ && byte <= utf8_high_;
    utf8_low_ = 0x80;
    utf8_high_ = 0xBF;
    --utf8_left_;
    return;
  }
  if (byte < 0x80) return;
  if (byte < 0xC2 || byte > 0xF4) {
    utf8_ = false;
    return;
  }
  utf8_left_ = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
  ++(utf8_left_ == 1 ? letters_ : ideographs_);
  if (byte == 0xE0) utf8_low_ = 0xA0;
  if (byte == 0xED) utf8_high_ = 0x9F;
  if (byte == 0xF0) utf8_low_ = 0x90;
  if (byte == 0xF4) utf8_high_ = 0x8F;
}

// One, two or four bytes: 00–7F | 81–FE 40–FE without 7F | 81–FE 30–39 81–FE 30–39.
void EncodingSniffer::FeedGb18030(unsigned char byte) {
  const bool lead = byte >= 0x81 && byte <= 0xFE;
  const bool digit = byte >= 0x30 && byte <= 0x39;
  switch (gb_at_) {
    case 0:
      gb_ = byte < 0x80 || lead;
      gb_at_ = lead ? 1 : 0;
      break;
    case 1:
      gb_ = digit || (byte >= 0x40 && byte <= 0xFE && byte != 0x7F);
      gb_at_ = digit ? 2 : 0;
      break;
    case 2:
      gb_ = lead;
      gb_at_ = 3;
      break;
    default: gb_ = digit; gb_at_ = 0;
  }
}

absl::Status EncodingSniffer::CheckText() const {
  if (absl::StartsWith(head_, "PK\x03\x04")) return Unreadable("这是 Excel 工作簿");
  if (absl::StartsWith(head_, "\xD0\xCF\x11\xE0")) return Unreadable("这是旧版 Excel 工作簿, 或有密码保护");
  if (absl::StartsWith(head_, "\xFF\xFE") || absl::StartsWith(head_, "\xFE\xFF")) return Unreadable("编码为 UTF-16");
  if (has_nul_) return Unreadable("内容为二进制");
  return absl::OkStatus();
}

absl::StatusOr<Encoding> EncodingSniffer::Finish() const {
  RETURN_IF_ERROR(CheckText());
  const bool utf8 = utf8_ && utf8_left_ == 0, gb = gb_ && gb_at_ == 0;
  const bool marked = absl::StartsWith(head_, "\xEF\xBB\xBF");
  if (utf8 && (marked || !gb || letters_ <= ideographs_)) return Encoding::kUtf8;
  if (marked) return Unreadable("开头标明 UTF-8, 但内容不是");
  if (gb) return Encoding::kGb18030;
  return Unreadable("既不是 UTF-8 也不是 GB18030");
}

struct Gb18030Decoder::Converters {
  UConverter* from = nullptr;
  UConverter* to = nullptr;
  std::array<UChar, 1024> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  bool fresh = true;
};

Gb18030Decoder::Gb18030Decoder() : converters_(std::make_unique<Converters>()) {
  UErrorCode error = U_ZERO_ERROR;
  converters_->from = ucnv_open("gb18030", &error);
  converters_->to = ucnv_open("UTF-8", &error);
  if (U_FAILURE(error)) std::abort();  // ICU has been installed without its converters
}

Gb18030Decoder::~Gb18030Decoder() {
  ucnv_close(converters_->from);
  ucnv_close(converters_->to);
}

std::string Gb18030Decoder::Decode(absl::string_view bytes) {
  Converters& c = *converters_;
  std::string decoded;
  std::array<char, 16 << 10> buffer;
  const char* source = bytes.data();
  const char* const source_end = source + bytes.size();
  UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
  while (error == U_BUFFER_OVERFLOW_ERROR) {
    error = U_ZERO_ERROR;
    char* target = buffer.data();
    ucnv_convertEx(c.to, c.from, &target, buffer.data() + buffer.size(), &source, source_end, c.pivot.data(),
                   &c.pivot_source, &c.pivot_target, c.pivot.data() + c.pivot.size(), c.fresh, /*flush=*/false, &error);
    c.fresh = false;
    decoded.append(buffer.data(), target - buffer.data());
  }
  return decoded;
}

}  // namespace bangfu::registration::domain
