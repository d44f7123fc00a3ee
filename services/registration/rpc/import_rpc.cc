#include "services/registration/rpc/import_rpc.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/api/page_token.h"
#include "common/operations/operation_store.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_table.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/collection_window.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/import_counts.h"
#include "services/registration/store/import_undo.h"
#include "services/registration/store/import_written.h"
#include "services/registration/store/import_years.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using operations::Operation;
using status::Refuse;
using store::ImportStep;
using v1::RegisterImport;

constexpr absl::Duration kUndoPeriod = absl::Hours(24 * 30);

// What the worker is told to do.
std::string StepName(ImportStep step) {
  switch (step) {
    case ImportStep::kUpload: return "upload";
    case ImportStep::kCheck: return "check";
    case ImportStep::kCommit: return "commit";
    case ImportStep::kUndo: return "undo";
  }
  return "";
}

RegisterImport::State StateOf(ImportStep step, Operation::State operation) {
  if (operation == Operation::CANCELLED) return RegisterImport::CANCELLED;
  if (operation == Operation::FAILED) return RegisterImport::FAILED;
  const bool working = operation == Operation::QUEUED || operation == Operation::RUNNING;
  switch (step) {
    case ImportStep::kUpload: return RegisterImport::UPLOADING;
    case ImportStep::kCheck: return working ? RegisterImport::CHECKING : RegisterImport::CHECKED;
    case ImportStep::kCommit: return working ? RegisterImport::COMMITTING : RegisterImport::COMMITTED;
    case ImportStep::kUndo: return working ? RegisterImport::UNDOING : RegisterImport::UNDONE;
  }
  return RegisterImport::STATE_UNSPECIFIED;
}

// Null for all tables. INVALID_FIELD if there is no such table.
absl::StatusOr<const domain::ImportTable*> TableNamed(const std::string& name) {
  if (name.empty()) return nullptr;
  const domain::ImportTable* table = domain::FindTable(name);
  if (table == nullptr) return status::RefuseFields({{"table", "表: 应为 AC01、AB01、AC07 或 AC30"}});
  return table;
}

v1::ImportFile ShownFile(store::ImportFileRecord file) {
  if (auto header = domain::ReadHeader(file.header); header.ok()) {
    for (std::string& column : header->ignored_columns) file.shown.add_ignored_columns(std::move(column));
  }
  return std::move(file.shown);
}

absl::StatusOr<store::RowCounts> RowsOf(db::Database& database, const ids::RecordId& id) {
  return database.Read(db::Bounds{},
                       [&](db::Tx& tx) -> absl::StatusOr<store::RowCounts> { return store::CountRows(tx, id); });
}

// How an import ends that had to be reverted.
absl::Status HasErrors(db::Database& database, const ids::RecordId& id) {
  ASSIGN_OR_RETURN(const store::RowCounts rows, RowsOf(database, id));
  return Refuse(v1::IMPORT_HAS_ERRORS, {{"wrong_count", absl::StrCat(rows.wrong)}});
}

absl::StatusOr<operations::Outcome> EndOfCommit(db::Database& database, const ids::RecordId& id) {
  ASSIGN_OR_RETURN(const store::RowCounts rows, RowsOf(database, id));
  operations::Outcome outcome{Operation::SUCCEEDED, "已写入"};
  if (rows.refused > 0) {
    outcome.left = Refuse(v1::IMPORT_PARTLY_WRITTEN, {{"committed_count", absl::StrCat(rows.committed)},
                                                      {"refused_count", absl::StrCat(rows.refused)}});
  }
  return outcome;
}

// An undo that took nothing back is no success.
absl::StatusOr<operations::Outcome> EndOfUndo(db::Database& database, const ids::RecordId& id) {
  using Record = std::optional<store::ImportRecord>;
  ASSIGN_OR_RETURN(const Record record, database.Read(db::Bounds{}, [&](db::Tx& tx) -> absl::StatusOr<Record> {
    return store::LoadImport(tx, id);
  }));
  const std::string kept = absl::StrCat(record->kept_count);
  operations::Outcome outcome{Operation::SUCCEEDED, "已撤销"};
  if (record->kept_count == 0) return outcome;
  if (record->undone_count == 0) return Refuse(v1::IMPORT_NOT_UNDONE, {{"kept_count", kept}});
  outcome.left =
      Refuse(v1::IMPORT_PARTLY_UNDONE, {{"undone_count", absl::StrCat(record->undone_count)}, {"kept_count", kept}});
  return outcome;
}

// Whether there is something to write in this mode. Files that equal the register are written as they are: nothing.
absl::Status CheckWritable(const store::RowCounts& rows, v1::CommitImportRequest::Mode mode) {
  const std::string wrong = absl::StrCat(rows.wrong);
  if (mode != v1::CommitImportRequest::CORRECT_ROWS && rows.wrong > 0) {
    return Refuse(v1::IMPORT_HAS_ERRORS, {{"wrong_count", wrong}});
  }
  if (rows.writable > 0 || (rows.wrong == 0 && rows.unchanged > 0)) return absl::OkStatus();
  return Refuse(v1::IMPORT_NOTHING_TO_WRITE,
                {{"wrong_count", wrong}, {"unchanged_count", absl::StrCat(rows.unchanged)}});
}

}  // namespace

operations::Runner::Body ImportBody(const Registration& registration) {
  return [&registration](operations::Job& job) -> absl::StatusOr<operations::Outcome> {
    const ImportRun run{
        registration.database(),
        registration.sealer(),
        job.id(),
        [] { return absl::Now(); },
        job.origin(),
        [&job](const std::string& phase, int64_t done, int64_t total) { job.Progress(phase, done, total); },
        [&job] { return job.Stopped(); },
        [&job](db::Tx& tx) { return job.CheckHeld(tx); },
        registration.policies,
    };
    if (job.step() == StepName(ImportStep::kCheck)) {
      RETURN_IF_ERROR(registration::CheckImport(run));
      return operations::Outcome{Operation::AWAITING_DECISION, "待确认"};
    }
    if (job.step() == StepName(ImportStep::kCommit)) {
      RETURN_IF_ERROR(registration::CommitImport(run));
      return EndOfCommit(registration.database(), job.id());
    }
    RETURN_IF_ERROR(registration::UndoImport(run));
    if (job.step() == kRevertStep) return HasErrors(registration.database(), job.id());
    return EndOfUndo(registration.database(), job.id());
  };
}

absl::Status ImportRpc::WrongState(RegisterImport::State state) {
  return Refuse(v1::IMPORT_WRONG_STATE, {{"state", domain::LabelOf(state)}});
}

ImportRpc::Standing ImportRpc::StandingOf(db::Tx& tx, store::ImportRecord record) {
  auto operation = operations::Load(tx, record.id);
  auto files = store::LoadFiles(tx, record.id);
  return StandingOf(std::move(record), std::move(operation), std::move(files));
}

ImportRpc::Standing ImportRpc::StandingOf(store::ImportRecord record,
                                          std::optional<operations::LoadedOperation> operation,
                                          std::vector<store::ImportFileRecord> files) {
  Standing standing;
  standing.state = StateOf(record.step, operation ? operation->operation.state() : Operation::FAILED);
  RegisterImport& shown = standing.shown;
  shown.set_import_id(record.id.ToString());
  shown.set_area(standards::FormatAreaCode(record.area));
  shown.set_state(standing.state);
  for (store::ImportFileRecord& file : files) *shown.add_files() = ShownFile(std::move(file));
  if (operation) *shown.mutable_operation() = std::move(operation->operation);
  shown.set_subject(record.subject);
  store::SetTime(record.create_time, shown.mutable_create_time());
  shown.set_as_of(record.as_of);
  shown.set_undone_count(record.undone_count);
  shown.set_kept_count(record.kept_count);
  standing.record = std::move(record);
  return standing;
}

absl::StatusOr<ImportRpc::Standing> ImportRpc::Load(rpc::Call& call, db::Tx& tx, const std::string& import_id,
                                                    bool lock) const {
  const ids::RecordId id = store::IdOf(import_id);
  auto record = lock ? store::LoadImportForUpdate(tx, id) : store::LoadImport(tx, id);
  if (!record) return call.Missing(import_id, Refuse(v1::IMPORT_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(record->area));
  return StandingOf(tx, *std::move(record));
}

absl::StatusOr<RegisterImport> ImportRpc::CreateImport(rpc::Call& call, const v1::CreateImportRequest& request) {
  const int64_t area = AreaNumber(request.area());
  store::ImportRecord record;
  record.id = {standards::CountyOf(area), ids::NewRecordNumber()};
  record.area = area;
  record.subject = call.caller().subject;
  record.create_time = call.now();
  const std::string today = domain::DayOf(call.now());
  record.as_of = request.as_of().empty() ? today : request.as_of();
  if (record.as_of > today) return status::RefuseFields({{"as_of", "数据截止日期不能晚于今天，请改正"}});
  return rpc::Write<RegisterImport>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<RegisterImport> {
        RETURN_IF_ERROR(call.Authorise(area));
        store::InsertImport(tx, record);
        operations::Insert(tx, {record.id, kImportKind, area, record.subject, StepName(ImportStep::kUpload),
                                Operation::AWAITING_DECISION});
        effects.ActOn(record.id.ToString(), area);
        return StandingOf(tx, *store::LoadImport(tx, record.id)).shown;
      });
}

template <typename Request>
absl::StatusOr<RegisterImport> ImportRpc::Start(rpc::Call& call, const Request& request, ImportStep step,
                                                const std::vector<RegisterImport::State>& from,
                                                const Prepare& prepare) {
  auto started = rpc::Write<RegisterImport>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<RegisterImport> {
        ASSIGN_OR_RETURN(const Standing standing, Load(call, tx, request.import_id(), /*lock=*/true));
        if (std::find(from.begin(), from.end(), standing.state) == from.end()) return WrongState(standing.state);
        RETURN_IF_ERROR(prepare(tx, standing));
        store::SetStep(tx, standing.record.id, step, call.caller().subject);
        operations::Requeue(tx, standing.record.id, StepName(step), {call.caller().session, call.trace()});
        effects.ActOn(request.import_id(), standing.record.area);
        return StandingOf(tx, *store::LoadImport(tx, standing.record.id)).shown;
      });
  if (started.ok()) wake_();
  return started;
}

absl::StatusOr<RegisterImport> ImportRpc::CheckImport(rpc::Call& call, const v1::CheckImportRequest& request) {
  return Start(call, request, ImportStep::kCheck,
               {RegisterImport::UPLOADING, RegisterImport::CHECKED, RegisterImport::CANCELLED, RegisterImport::FAILED},
               [](db::Tx&, const Standing& standing) -> absl::Status {
                 if (standing.record.step > ImportStep::kCheck) return WrongState(standing.state);
                 return standing.shown.files().empty() ? Refuse(v1::IMPORT_NO_FILES) : absl::OkStatus();
               });
}

absl::StatusOr<RegisterImport> ImportRpc::CommitImport(rpc::Call& call, const v1::CommitImportRequest& request) {
  return Start(call, request, ImportStep::kCommit,
               {RegisterImport::CHECKED, RegisterImport::CANCELLED, RegisterImport::FAILED},
               [&](db::Tx& tx, const Standing& standing) -> absl::Status {
                 if (standing.record.step == ImportStep::kCommit) return absl::OkStatus();  // goes on as it began
                 if (standing.state != RegisterImport::CHECKED) return WrongState(standing.state);
                 RETURN_IF_ERROR(CheckWritable(store::CountRows(tx, standing.record.id), request.mode()));
                 for (const auto& [county, year] : store::StagedYears(tx, standing.record.id)) {
                   RETURN_IF_ERROR(CheckCountyOpen(registration_, call, tx, county, year));
                 }
                 store::SetMode(tx, standing.record.id, request.mode());
                 return absl::OkStatus();
               });
}

absl::StatusOr<RegisterImport> ImportRpc::UndoImport(rpc::Call& call, const v1::UndoImportRequest& request) {
  return Start(call, request, ImportStep::kUndo,
               {RegisterImport::COMMITTED, RegisterImport::CANCELLED, RegisterImport::FAILED},
               [&](db::Tx& tx, const Standing& standing) -> absl::Status {
                 if (standing.record.step < ImportStep::kCommit) return WrongState(standing.state);
                 const auto& committed = standing.record.commit_time;
                 if (committed && call.now() - *committed > kUndoPeriod) return Refuse(v1::IMPORT_TOO_OLD);
                 if (!store::HasWritten(tx, standing.record.id)) return Refuse(v1::IMPORT_NOTHING_TO_UNDO);
                 if (standing.record.undone_count == 0) store::RestartUndo(tx, standing.record.id);
                 return absl::OkStatus();
               });
}

absl::StatusOr<RegisterImport> ImportRpc::CancelImport(rpc::Call& call, const v1::CancelImportRequest& request) {
  return rpc::Write<RegisterImport>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<RegisterImport> {
        ASSIGN_OR_RETURN(const Standing standing, Load(call, tx, request.import_id(), /*lock=*/true));
        const ids::RecordId& id = standing.record.id;
        switch (standing.state) {
          case RegisterImport::UPLOADING:
          case RegisterImport::CHECKED: operations::SetState(tx, id, Operation::CANCELLED, "已取消"); break;
          case RegisterImport::CHECKING:
          case RegisterImport::COMMITTING:
          case RegisterImport::UNDOING: operations::RequestCancel(tx, id); break;
          default: return WrongState(standing.state);
        }
        effects.ActOn(request.import_id(), standing.record.area);
        return StandingOf(tx, standing.record).shown;
      });
}

absl::StatusOr<RegisterImport> ImportRpc::GetImport(rpc::Call& call, const v1::GetImportRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<RegisterImport> {
    ASSIGN_OR_RETURN(Standing standing, Load(call, tx, request.import_id(), /*lock=*/false));
    return std::move(standing.shown);
  });
}

absl::StatusOr<v1::ListImportsResponse> ImportRpc::ListImports(rpc::Call& call, const v1::ListImportsRequest& request) {
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<1>(registration_, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListImportsResponse> {
    std::vector<store::ImportRecord> records = store::ListImports(tx, scope, place[0], page_size + 1);
    v1::ListImportsResponse response;
    if (static_cast<int>(records.size()) > page_size) {
      records.pop_back();
      response.set_next_page_token(PageBehind(registration_, request, {records.back().id.number}));
    }
    std::vector<ids::RecordId> ids;
    for (const store::ImportRecord& record : records) ids.push_back(record.id);
    auto operations = operations::LoadMany(tx, ids);
    auto files = store::LoadFilesOf(tx, ids);
    for (size_t i = 0; i < records.size(); ++i) {
      *response.add_imports() = StandingOf(std::move(records[i]), std::move(operations[i]), std::move(files[i])).shown;
    }
    return response;
  });
}

absl::StatusOr<v1::ListImportFindingsResponse> ImportRpc::ListImportFindings(
    rpc::Call& call, const v1::ListImportFindingsRequest& request) {
  using Response = v1::ListImportFindingsResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const domain::ImportTable* table, TableNamed(request.table()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<3>(registration_, request));
  const store::FindingKey after = {static_cast<int>(place[0]), place[1], place[2]};
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const Standing standing, Load(call, tx, request.import_id(), /*lock=*/false));
    store::FindingPage page = store::ListFindings(tx, standing.record.id, table, after, page_size);
    Response response;
    if (static_cast<int>(page.findings.size()) == page_size) {
      const store::FindingKey& last = page.last;
      response.set_next_page_token(PageBehind(registration_, request, {last.table, last.row, last.number}));
    }
    for (v1::ImportFinding& finding : page.findings) *response.add_findings() = std::move(finding);
    return response;
  });
}

absl::StatusOr<v1::ListImportChangesResponse> ImportRpc::ListImportChanges(
    rpc::Call& call, const v1::ListImportChangesRequest& request) {
  using Response = v1::ListImportChangesResponse;
  ASSIGN_OR_RETURN(const domain::ImportTable* table, TableNamed(request.table()));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const Standing standing, Load(call, tx, request.import_id(), /*lock=*/false));
    Response response;
    for (v1::ImportChange& change : store::ListChanges(tx, standing.record.id, table)) {
      *response.add_changes() = std::move(change);
    }
    return response;
  });
}

ImportTables::ImportTables(const Registration& registration, rpc::Dispatcher& dispatcher, std::function<void()> wake)
    : imports_(registration, std::move(wake)), table_("bangfu.registration.v1.ImportService", dispatcher) {
  table_.Add(&imports_, &ImportRpc::CreateImport)
      .Add(&imports_, &ImportRpc::UploadImportFile)
      .Add(&imports_, &ImportRpc::CheckImport)
      .Add(&imports_, &ImportRpc::CommitImport)
      .Add(&imports_, &ImportRpc::CancelImport)
      .Add(&imports_, &ImportRpc::UndoImport)
      .Add(&imports_, &ImportRpc::GetImport)
      .Add(&imports_, &ImportRpc::ListImports)
      .Add(&imports_, &ImportRpc::ListImportFindings)
      .Add(&imports_, &ImportRpc::ListImportChanges)
      .Add(&imports_, &ImportRpc::ExportRegister)
      .Add(&imports_, &ImportRpc::ExportTemplate);
}

}  // namespace bangfu::registration
