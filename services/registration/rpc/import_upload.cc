#include "services/registration/rpc/import_upload.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/operations/operation_store.h"
#include "common/standards/text.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_cell.h"
#include "services/registration/domain/import_table.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/import_rpc.h"

namespace bangfu::registration {
namespace {

using v1::RegisterImport;

// The header's cells, without marks that templates set on required ones.
std::vector<std::string> DecodeHeader(const std::vector<std::string>& raw, domain::Encoding encoding) {
  std::vector<std::string> header;
  for (const std::string& cell : raw) {
    const std::string text = encoding == domain::Encoding::kUtf8 ? cell : domain::Gb18030Decoder().Decode(cell);
    absl::string_view name = domain::TrimCell(text);
    absl::ConsumePrefix(&name, "*");
    absl::ConsumeSuffix(&name, "*");
    header.emplace_back(name);
  }
  return header;
}

// Whether an import takes files: nothing of it is written, and no worker is on it.
bool TakesFiles(store::ImportStep step, RegisterImport::State state) {
  return step <= store::ImportStep::kCheck && state != RegisterImport::CHECKING;
}

}  // namespace

ImportUpload::ImportUpload(db::Database& database, const crypto::Sealer& sealer, const ids::RecordId& import,
                           std::string file_name)
    : database_(database), sealer_(sealer), import_(import) {
  file_.file_id = ids::NewRecordNumber();
  file_.shown.set_file_name(std::move(file_name));
}

absl::Status ImportUpload::Take(const db::Bounds& bounds, absl::string_view bytes) {
  file_.shown.set_size_bytes(file_.shown.size_bytes() + static_cast<int64_t>(bytes.size()));
  if (file_.shown.size_bytes() > kMaximumFileBytes) return status::Refuse(v1::FILE_TOO_LARGE, {{"limit", "2 GB"}});
  digest_.Add(bytes);
  sniffer_.Feed(bytes);
  lines_ += std::count(bytes.begin(), bytes.end(), '\n');
  if (!has_header_) RETURN_IF_ERROR(TakeHeader(bytes));
  while (!bytes.empty()) {
    const size_t room = store::kChunkBytes - buffer_.size();
    const absl::string_view part = bytes.substr(0, room);
    buffer_.append(part.data(), part.size());
    bytes.remove_prefix(part.size());
    if (buffer_.size() == store::kChunkBytes) RETURN_IF_ERROR(Keep(bounds));
  }
  return absl::OkStatus();
}

// In GB18030 no byte of a character is a comma, a quote or a line end, so the row can be taken apart before it is
// decoded.
absl::Status ImportUpload::TakeHeader(absl::string_view bytes) {
  header_reader_.Feed(bytes, [this](const domain::CsvRow& row) {
    if (has_header_) return;
    has_header_ = true;
    for (absl::string_view cell : row.cells) raw_header_.emplace_back(cell);
  });
  if (!has_header_) return absl::OkStatus();
  const bool utf8 = std::all_of(raw_header_.begin(), raw_header_.end(),
                                [](const std::string& cell) { return standards::IsValidUtf8(cell); });
  const auto encoding = utf8 ? domain::Encoding::kUtf8 : domain::Encoding::kGb18030;
  RETURN_IF_ERROR(sniffer_.CheckText());
  return domain::ReadHeader(DecodeHeader(raw_header_, encoding)).status();
}

absl::Status ImportUpload::Keep(const db::Bounds& bounds) {
  RETURN_IF_ERROR(database_.Write(bounds, [&](db::Tx& tx) {
    store::InsertChunk(tx, sealer_, import_, file_.file_id, file_.chunks, buffer_);
    return absl::OkStatus();
  }));
  ++file_.chunks;
  buffer_.clear();
  return absl::OkStatus();
}

absl::StatusOr<store::ImportFileRecord> ImportUpload::Finish(const db::Bounds& bounds) {
  ASSIGN_OR_RETURN(file_.encoding, sniffer_.Finish());
  if (!has_header_) {
    header_reader_.Finish([this](const domain::CsvRow& row) {
      for (absl::string_view cell : row.cells) raw_header_.emplace_back(cell);
    });
  }
  file_.header = DecodeHeader(raw_header_, file_.encoding);
  ASSIGN_OR_RETURN(const domain::HeaderPlan plan, domain::ReadHeader(file_.header));
  if (!buffer_.empty()) RETURN_IF_ERROR(Keep(bounds));
  file_.table = plan.table->table;
  file_.shown.set_table(plan.table->name);
  file_.shown.set_sha256(digest_.Finish());
  file_.shown.set_encoding(domain::EncodingName(file_.encoding));
  for (const std::string& column : plan.ignored_columns) file_.shown.add_ignored_columns(column);
  file_.shown.set_row_count(std::max<int64_t>(0, lines_ - 1));
  return file_;
}

absl::StatusOr<v1::ImportFile> ImportRpc::UploadImportFile(rpc::Call& call,
                                                           rpc::Reader<v1::UploadImportFileRequest>& reader) {
  v1::UploadImportFileRequest portion;
  reader.Read(&portion);
  const std::string import_id = portion.import_id();
  ASSIGN_OR_RETURN(const Standing standing, registration_.database().Read(call.bounds(), [&](db::Tx& tx) {
    return Load(call, tx, import_id, /*lock=*/false);
  }));
  if (!TakesFiles(standing.record.step, standing.state)) return WrongState(standing.state);
  ImportUpload upload(registration_.database(), registration_.sealer(), standing.record.id, portion.file_name());
  do {
    RETURN_IF_ERROR(upload.Take(call.bounds(), portion.content().data()));
    portion.Clear();
  } while (reader.Read(&portion));
  if (call.cancelled()) return status::Refuse(status::Reason::CANCELLED);
  ASSIGN_OR_RETURN(const store::ImportFileRecord file, upload.Finish(call.bounds()));
  return registration_.database().Write(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ImportFile> {
    ASSIGN_OR_RETURN(const Standing now, Load(call, tx, import_id, /*lock=*/true));
    if (!TakesFiles(now.record.step, now.state)) return WrongState(now.state);
    RETURN_IF_ERROR(store::PutFile(tx, now.record.id, file));
    store::SetStep(tx, now.record.id, store::ImportStep::kUpload, call.caller().subject);
    operations::SetState(tx, now.record.id, operations::Operation::AWAITING_DECISION, "");
    rpc::Effects effects(registration_.write.service, call);
    effects.ActOn(import_id, now.record.area);
    AuditChange(registration_.sealer(), v1::ImportFile(), file.shown, &effects);
    RETURN_IF_ERROR(effects.Flush(tx));
    return file.shown;
  });
}

}  // namespace bangfu::registration
