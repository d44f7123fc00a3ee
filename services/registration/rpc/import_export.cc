// ImportService.ExportRegister: the register as files that can be edited and imported again.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "common/rpc/effects.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_table.h"
#include "services/registration/domain/import_template.h"
#include "services/registration/rpc/export_run.h"
#include "services/registration/rpc/file_sender.h"
#include "services/registration/rpc/import_rpc.h"

namespace bangfu::registration {
namespace {

using domain::ImportTable;

constexpr char kCsv[] = "text/csv; charset=utf-8";

// INVALID_FIELD if there is no such table.
absl::StatusOr<const ImportTable*> TableNamed(const std::string& name) {
  const ImportTable* table = domain::FindTable(name);
  if (table == nullptr) return status::RefuseFields({{"table", "表: 应为 AC01、AB01、AC07 或 AC30"}});
  return table;
}

// One of the two audit records of an export: before the first row leaves and behind the last. The second is written
// also when the caller has gone.
absl::Status Audit(const Registration& registration, const rpc::Call& call, const v1::ExportRegisterRequest& request,
                   int64_t row_count, const std::string& result) {
  audit::v1::AuditRecord record = rpc::RecordOf(registration.write.service, call);
  record.add_objects(request.table());
  record.set_area(request.area());
  record.set_purpose(request.purpose());
  record.set_row_count(row_count);
  record.set_result(result);
  return registration.database().Write({absl::Now() + absl::Seconds(5)},
                                       [&](db::Tx& tx) { return rpc::AppendAudit(tx, record); });
}

}  // namespace

absl::Status ImportRpc::ExportRegister(rpc::Call& call, const v1::ExportRegisterRequest& request,
                                       rpc::Writer<google::api::HttpBody>& writer) {
  ASSIGN_OR_RETURN(const ImportTable* table, TableNamed(request.table()));
  ASSIGN_OR_RETURN(auto scope, call.ScopeIn(request.area()));
  RETURN_IF_ERROR(Audit(registration_, call, request, 0, "STARTED"));
  FileSender sender(absl::StrCat(request.table(), "_", request.area(), ".csv"), kCsv, writer);
  const ExportRun run{registration_.database(), registration_.sealer(), call.bounds(), *table,
                      std::move(scope),         call.full_view()};
  int64_t row_count = 0;
  const absl::Status exported = Export(
      run, [&](std::string portion) { return sender.Send(std::move(portion)); }, &row_count);
  const absl::Status audited =
      Audit(registration_, call, request, row_count, exported.ok() ? "OK" : status::ReasonOf(exported));
  return exported.ok() ? audited : exported;
}

absl::Status ImportRpc::ExportTemplate(rpc::Call&, const v1::ExportTemplateRequest& request,
                                       rpc::Writer<google::api::HttpBody>& writer) {
  ASSIGN_OR_RETURN(const ImportTable* table, TableNamed(request.table()));
  const auto codes = [&](const std::string& dictionary) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const v1::DictionaryEntry& entry : registration_.dictionaries->EntriesOf(dictionary)) {
      entries.emplace_back(entry.code(), entry.label());
    }
    return entries;
  };
  return FileSender(request.table() + "_template.csv", kCsv, writer).Send(domain::ImportTemplate(*table, codes));
}

}  // namespace bangfu::registration
