// A list on its way in as a file: recognised, taken apart and kept in batches while it streams by. Nothing of the file
// itself is kept.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MATCH_UPLOAD_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MATCH_UPLOAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/registration/v1/match_list.pb.h"
#include "common/crypto/sealer.h"
#include "common/db/database.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/csv_encoding.h"
#include "services/registration/domain/csv_reader.h"
#include "services/registration/domain/match_row.h"
#include "services/registration/rpc/file_digest.h"
#include "services/registration/store/match_list_store.h"

namespace bangfu::registration {

// Wrong rows of a file that are told one by one; the rest is counted.
inline constexpr int64_t kToldRows = 20'000;

// Memory stays below some megabytes whatever the size of the file.
class MatchUpload {
 public:
  MatchUpload(db::Database& database, const crypto::Sealer& sealer, const store::MatchListRecord& list,
              domain::MatchRowReader reader);

  // Takes the next bytes. FILE_TOO_LARGE, MATCH_HEADER_UNKNOWN, IMPORT_FILE_UNREADABLE as soon as it is known;
  // MATCH_LIST_WRONG_STATE if the list was closed meanwhile.
  absl::Status Take(const db::Bounds& bounds, absl::string_view bytes);

  // The rest; the rows are in the database then. The same refusals.
  absl::Status Finish(const db::Bounds& bounds);

  const store::MatchPartRecord& part() const { return part_; }
  // What is told of the file, without number.
  v1::MatchPart shown() const;

 private:
  // The encoding, from what was held back; nothing is decided while all is ASCII.
  absl::Status Decide(bool at_end);
  absl::Status Parse(absl::string_view bytes);
  void TakeRow(const domain::CsvRow& csv);
  absl::Status Keep(const db::Bounds& bounds);

  db::Database& database_;
  const crypto::Sealer& sealer_;
  const store::MatchListRecord& list_;
  const domain::MatchRowReader reader_;
  domain::EncodingSniffer sniffer_;
  std::optional<domain::Encoding> encoding_;
  std::optional<domain::Gb18030Decoder> decoder_;
  std::string held_;
  domain::CsvReader csv_;
  std::optional<domain::MatchHeader> header_;
  absl::Status header_status_;
  std::vector<domain::TakenRow> rows_;
  store::MatchPartRecord part_;
  FileDigest digest_;
  int64_t size_ = 0;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MATCH_UPLOAD_H_
