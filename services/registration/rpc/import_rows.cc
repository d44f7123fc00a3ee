#include "services/registration/rpc/import_rows.h"

#include <optional>
#include <utility>

#include "bangfu/registration/v1/reason.pb.h"
#include "common/log/log.h"
#include "common/status/refusal.h"
#include "services/registration/domain/csv_encoding.h"
#include "services/registration/rpc/file_digest.h"

namespace bangfu::registration {
namespace {

constexpr size_t kBatchesAhead = 2;

}  // namespace

ImportRows::ImportRows(const ImportRun& run, const store::ImportFileRecord& file, domain::RowReader reader)
    : run_(run), file_(file), reader_(std::move(reader)), thread_([this] { ReadAhead(); }) {}

ImportRows::~ImportRows() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

// Nobody above this thread would catch what it throws.
void ImportRows::ReadAhead() {
  absl::Status status;
  try {
    status = ReadFile();
  } catch (const std::exception& e) {
    log::Error("import_read_threw", {{"import", run_.id.ToString()}, {"what", std::string(e.what())}});
    status = status::Refuse(status::Reason::INTERNAL, {{"trace", run_.id.ToString()}});
  }
  std::lock_guard lock(mutex_);
  ended_ = true;
  status_ = std::move(status);
  wake_.notify_all();
}

absl::Status ImportRows::ReadFile() {
  domain::CsvReader csv;
  std::optional<domain::Gb18030Decoder> decoder;
  if (file_.encoding == domain::Encoding::kGb18030) decoder.emplace();
  const auto take = [this](const domain::CsvRow& row) { Take(row); };
  FileDigest digest;
  for (int number = 0; !abandoned_; ++number) {
    auto chunk = run_.database.Read({.share = db::Share::kBackground}, [&](db::Tx& tx) {
      return store::LoadChunk(tx, run_.sealer, run_.id, file_.file_id, number);
    });
    if (!chunk.ok()) return chunk.status();
    if (!chunk->has_value()) break;
    digest.Add(**chunk);
    csv.Feed(decoder ? decoder->Decode(**chunk) : **chunk, take);
  }
  // A chunk that is missing would pass for the end of the file.
  if (!abandoned_ && digest.Finish() != file_.shown.sha256()) {
    return status::Refuse(v1::IMPORT_FILE_UNREADABLE, {{"detail", "已上传的内容不完整"}});
  }
  csv.Finish(take);
  filling_.resize(filled_);
  if (filled_ > 0) Hand(std::move(filling_));
  return absl::OkStatus();
}

void ImportRows::Take(const domain::CsvRow& csv) {
  constexpr int64_t kHeaderRow = 1;
  if (abandoned_ || csv.number == kHeaderRow || csv.IsBlank() || csv.IsRemark()) return;
  if (filling_.size() < kBatchRows) filling_.resize(kBatchRows);
  reader_.Read(csv, &filling_[filled_++]);
  if (filled_ < kBatchRows) return;
  abandoned_ = !Hand(std::move(filling_));
  filled_ = 0;
}

bool ImportRows::Hand(std::vector<domain::ImportRow> batch) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return closing_ || ready_.size() < kBatchesAhead; });
  if (closing_) return false;
  ready_.push_back(std::move(batch));
  filling_ = {};
  if (!used_.empty()) {
    filling_ = std::move(used_.back());
    used_.pop_back();
  }
  wake_.notify_all();
  return true;
}

absl::Status ImportRows::Next(std::vector<domain::ImportRow>* batch) {
  std::unique_lock lock(mutex_);
  if (batch->size() == kBatchRows) used_.push_back(std::move(*batch));
  batch->clear();
  wake_.wait(lock, [&] { return !ready_.empty() || ended_; });
  if (!ready_.empty()) {
    *batch = std::move(ready_.front());
    ready_.pop_front();
    wake_.notify_all();
    return absl::OkStatus();
  }
  return status_;
}

}  // namespace bangfu::registration
