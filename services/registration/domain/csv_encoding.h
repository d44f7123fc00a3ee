// The character encoding of an uploaded file: recognised while it streams by, and turned into UTF-8.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_CSV_ENCODING_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_CSV_ENCODING_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::registration::domain {

enum class Encoding { kUtf8, kGb18030 };

// UTF-8, GB18030: as ImportFile.encoding shows it.
std::string EncodingName(Encoding encoding);

// Looks at all bytes of a file, in pieces of any size. Text that could be both is UTF-8 if most of its characters
// beyond ASCII take three bytes there, as Chinese does: the bytes of 薛伟 in GB18030 are also letters of Greek and
// Cyrillic.
class EncodingSniffer {
 public:
  void Feed(absl::string_view bytes);

  // IMPORT_FILE_UNREADABLE if what was fed so far can be no text: a workbook, UTF-16, binary.
  absl::Status CheckText() const;

  // The encoding of what was fed. IMPORT_FILE_UNREADABLE with what it is instead (workbook, UTF-16, binary, mixed).
  absl::StatusOr<Encoding> Finish() const;

 private:
  void FeedUtf8(unsigned char byte);
  void FeedGb18030(unsigned char byte);

  std::string head_;  // the first four bytes
  bool has_nul_ = false;
  bool utf8_ = true;
  int utf8_left_ = 0;                                 // continuation bytes that must follow
  unsigned char utf8_low_ = 0x80, utf8_high_ = 0xBF;  // bounds of the next one
  int64_t letters_ = 0;                               // characters of two bytes
  int64_t ideographs_ = 0;                            // of three or four
  bool gb_ = true;
  int gb_at_ = 0;  // place of the next byte in its character
};

// Turns GB18030 into UTF-8 as it streams; characters that do not exist become U+FFFD.
class Gb18030Decoder {
 public:
  Gb18030Decoder();
  ~Gb18030Decoder();

  // The UTF-8 of `bytes`; a character cut at the end is given with the next piece.
  std::string Decode(absl::string_view bytes);

 private:
  struct Converters;
  std::unique_ptr<Converters> converters_;
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_CSV_ENCODING_H_
