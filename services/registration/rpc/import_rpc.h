// ImportService: bulk import and export of the register. Its methods only order the work; the phases run as jobs.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RPC_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/import_service.pb.h"
#include "common/operations/operation_store.h"
#include "common/operations/runner.h"
#include "common/rpc/service_table.h"
#include "google/api/httpbody.pb.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/import_store.h"

namespace bangfu::registration {

// Kind of an import's operation.
inline constexpr char kImportKind[] = "register-import";

// What operations::Runner runs for that kind. `registration` outlives the runner.
operations::Runner::Body ImportBody(const Registration& registration);

class ImportRpc {
 public:
  // `wake` tells the runner that there is work.
  ImportRpc(const Registration& registration, std::function<void()> wake)
      : registration_(registration), wake_(std::move(wake)) {}

  absl::StatusOr<v1::RegisterImport> CreateImport(rpc::Call& call, const v1::CreateImportRequest& request);
  absl::StatusOr<v1::ImportFile> UploadImportFile(rpc::Call& call, rpc::Reader<v1::UploadImportFileRequest>& reader);
  absl::StatusOr<v1::RegisterImport> CheckImport(rpc::Call& call, const v1::CheckImportRequest& request);
  absl::StatusOr<v1::RegisterImport> CommitImport(rpc::Call& call, const v1::CommitImportRequest& request);
  absl::StatusOr<v1::RegisterImport> CancelImport(rpc::Call& call, const v1::CancelImportRequest& request);
  absl::StatusOr<v1::RegisterImport> UndoImport(rpc::Call& call, const v1::UndoImportRequest& request);
  absl::StatusOr<v1::RegisterImport> GetImport(rpc::Call& call, const v1::GetImportRequest& request);
  absl::StatusOr<v1::ListImportsResponse> ListImports(rpc::Call& call, const v1::ListImportsRequest& request);
  absl::StatusOr<v1::ListImportFindingsResponse> ListImportFindings(rpc::Call& call,
                                                                    const v1::ListImportFindingsRequest& request);
  absl::StatusOr<v1::ListImportChangesResponse> ListImportChanges(rpc::Call& call,
                                                                  const v1::ListImportChangesRequest& request);
  absl::Status ExportRegister(rpc::Call& call, const v1::ExportRegisterRequest& request,
                              rpc::Writer<google::api::HttpBody>& writer);
  absl::Status ExportTemplate(rpc::Call& call, const v1::ExportTemplateRequest& request,
                              rpc::Writer<google::api::HttpBody>& writer);

 private:
  // An import with the state that follows from its step and its operation.
  struct Standing {
    store::ImportRecord record;
    v1::RegisterImport::State state = v1::RegisterImport::STATE_UNSPECIFIED;
    v1::RegisterImport shown;
  };
  // Loads an import that the caller may see, locked if it is going to change. IMPORT_NOT_FOUND, AREA_OUT_OF_SCOPE.
  absl::StatusOr<Standing> Load(rpc::Call& call, db::Tx& tx, const std::string& import_id, bool lock) const;
  static absl::Status WrongState(v1::RegisterImport::State state);
  static Standing StandingOf(db::Tx& tx, store::ImportRecord record);
  static Standing StandingOf(store::ImportRecord record, std::optional<operations::LoadedOperation> operation,
                             std::vector<store::ImportFileRecord> files);

  // Queues the import for a step, if its state is one of `from`; `prepare` decides more. IMPORT_WRONG_STATE.
  using Prepare = std::function<absl::Status(db::Tx& tx, const Standing& standing)>;
  template <typename Request>
  absl::StatusOr<v1::RegisterImport> Start(rpc::Call& call, const Request& request, store::ImportStep step,
                                           const std::vector<v1::RegisterImport::State>& from, const Prepare& prepare);

  const Registration& registration_;
  const std::function<void()> wake_;
};

// ImportService, ready to be served, with the jobs that it starts.
class ImportTables {
 public:
  ImportTables(const Registration& registration, rpc::Dispatcher& dispatcher, std::function<void()> wake);

  rpc::ServiceTable* table() { return &table_; }

 private:
  ImportRpc imports_;
  rpc::ServiceTable table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RPC_H_
