#include "services/registration/rpc/match_upload.h"

#include <algorithm>
#include <utility>

#include "bangfu/registration/v1/matching_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/rpc/import_upload.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/store/import_staging.h"

namespace bangfu::registration {
namespace {

using domain::Encoding;
using status::Refuse;

constexpr size_t kHeldBytes = 1 << 20;  // within which a file must show its encoding, once it is not ASCII any more
constexpr size_t kBatch = 5000;

bool IsAscii(absl::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

absl::Status Unreadable(const char* detail) { return Refuse(v1::IMPORT_FILE_UNREADABLE, {{"detail", detail}}); }

}  // namespace

MatchUpload::MatchUpload(db::Database& database, const crypto::Sealer& sealer, const store::MatchListRecord& list,
                         domain::MatchRowReader reader)
    : database_(database), sealer_(sealer), list_(list), reader_(std::move(reader)) {
  part_.part = store::kLastBatch + ids::NewRecordNumber() % (int64_t{1} << 60);
}

absl::Status MatchUpload::Take(const db::Bounds& bounds, absl::string_view bytes) {
  size_ += static_cast<int64_t>(bytes.size());
  if (size_ > kMaximumFileBytes) return Refuse(v1::FILE_TOO_LARGE, {{"limit", "2 GB"}});
  digest_.Add(bytes);
  sniffer_.Feed(bytes);
  RETURN_IF_ERROR(sniffer_.CheckText());
  if (encoding_) {
    RETURN_IF_ERROR(Parse(bytes));
  } else {
    held_.append(bytes.data(), bytes.size());
    RETURN_IF_ERROR(Decide(/*at_end=*/false));
  }
  return rows_.size() >= kBatch ? Keep(bounds) : absl::OkStatus();
}

absl::Status MatchUpload::Decide(bool at_end) {
  if (!IsAscii(held_)) {
    if (!at_end && held_.size() < kHeldBytes) return absl::OkStatus();
    domain::EncodingSniffer early;
    // No character is cut at the end of a line.
    early.Feed(absl::string_view(held_).substr(0, at_end ? held_.size() : held_.rfind('\n') + 1));
    ASSIGN_OR_RETURN(encoding_, early.Finish());
    if (*encoding_ == Encoding::kGb18030) decoder_.emplace();
  }
  return Parse(std::exchange(held_, {}));
}

absl::Status MatchUpload::Parse(absl::string_view bytes) {
  csv_.Feed(decoder_ ? decoder_->Decode(bytes) : std::string(bytes),
            [this](const domain::CsvRow& row) { TakeRow(row); });
  return header_status_;
}

void MatchUpload::TakeRow(const domain::CsvRow& csv) {
  if (!header_status_.ok() || csv.IsBlank() || csv.IsRemark()) return;
  if (!header_) {
    auto header = domain::MatchHeader::Read(list_.shown.kind(), csv);
    header_status_ = header.status();
    if (header.ok()) header_ = *std::move(header);
    return;
  }
  domain::TakenRow row;
  row.number = csv.number;
  if (csv.unreadable) {
    row.faults.push_back({v1::MATCH_ROW_UNREADABLE, "", ""});
  } else {
    row = reader_.Read(csv.number, header_->RowOf(csv));
  }
  ++(row.faults.empty() ? part_.row_count : part_.wrong_count);
  if (row.faults.empty() || part_.wrong_count <= kToldRows) rows_.push_back(std::move(row));
}

absl::Status MatchUpload::Keep(const db::Bounds& bounds) {
  RETURN_IF_ERROR(database_.Write(bounds, [&](db::Tx& tx) -> absl::Status {
    const auto list = store::LoadMatchList(tx, list_.id, store::ListLock::kShare);
    if (!list || list->shown.state() != v1::MatchList::RECEIVING) {
      return Refuse(v1::MATCH_LIST_WRONG_STATE, {{"state", domain::LabelOf(v1::MatchList::RECEIVED)}});
    }
    store::CopyMatchRows(tx, sealer_, list_.id, part_.part, rows_);
    return absl::OkStatus();
  }));
  rows_.clear();
  return absl::OkStatus();
}

absl::Status MatchUpload::Finish(const db::Bounds& bounds) {
  ASSIGN_OR_RETURN(const Encoding whole, sniffer_.Finish());
  if (!encoding_ && !held_.empty()) RETURN_IF_ERROR(Decide(/*at_end=*/true));
  if (encoding_ && *encoding_ != whole) return Unreadable("前后编码不一致, 请另存为 UTF-8 后重新上传");
  csv_.Finish([this](const domain::CsvRow& row) { TakeRow(row); });
  RETURN_IF_ERROR(header_status_);
  if (!header_) return Unreadable("文件没有首行列名");
  encoding_ = whole;
  part_.content_digest = sealer_.Digest("match_part.content", digest_.Finish());
  return Keep(bounds);
}

v1::MatchPart MatchUpload::shown() const {
  v1::MatchPart part;
  part.set_row_count(part_.row_count);
  part.set_wrong_count(part_.wrong_count);
  if (encoding_) part.set_encoding(domain::EncodingName(*encoding_));
  if (header_)
    part.mutable_ignored_columns()->Assign(header_->ignored_columns().begin(), header_->ignored_columns().end());
  return part;
}

absl::StatusOr<v1::MatchPart> MatchingRpc::UploadMatchFile(rpc::Call& call,
                                                           rpc::Reader<v1::UploadMatchFileRequest>& reader) {
  v1::UploadMatchFileRequest portion;
  reader.Read(&portion);
  const std::string list_id = portion.list_id();
  ASSIGN_OR_RETURN(const store::MatchListRecord list, registration_.database().Read(call.bounds(), [&](db::Tx& tx) {
    return LoadReceiving(call, tx, list_id, store::ListLock::kNone);
  }));
  MatchUpload upload(registration_.database(), registration_.sealer(), list, ReaderOf(list.shown));
  do {
    RETURN_IF_ERROR(upload.Take(call.bounds(), portion.content().data()));
    portion.Clear();
  } while (reader.Read(&portion));
  if (call.cancelled()) return Refuse(status::Reason::CANCELLED);
  RETURN_IF_ERROR(upload.Finish(call.bounds()));
  return registration_.database().Write(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::MatchPart> {
    ASSIGN_OR_RETURN(const auto now, LoadReceiving(call, tx, list_id, store::ListLock::kUpdate));
    for (const store::MatchPartRecord& part : store::LoadParts(tx, now.id)) {
      if (part.part <= store::kLastBatch) return Refuse(v1::MATCH_LIST_MIXED, {{"way", "批次"}});
    }
    store::AllowLongStatements(tx);
    // Another upload may have ended meanwhile, and taken these rows for those of one that was broken off.
    if (store::CountMatchRows(tx, now.id, upload.part().part) != upload.part().row_count) {
      return Refuse(status::Reason::CONFLICT);
    }
    store::DeleteOtherParts(tx, now.id, upload.part().part);
    store::InsertPart(tx, now.id, upload.part());
    rpc::Effects effects(registration_.write.service, call);
    effects.ActOn(list_id, now.area);
    effects.record().set_purpose(now.shown.purpose_label());
    RETURN_IF_ERROR(effects.Flush(tx));
    return upload.shown();
  });
}

}  // namespace bangfu::registration
