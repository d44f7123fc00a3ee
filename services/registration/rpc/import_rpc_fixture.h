// For tests: imports through gRPC, with a runner that does the work.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RPC_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RPC_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/registration/v1/import_service.grpc.pb.h"
#include "common/status/grpc_status.h"
#include "services/registration/rpc/import_fixture.h"
#include "services/registration/rpc/import_rpc.h"

namespace bangfu::registration {

class ImportRpcFixture : public ImportFixture {
 protected:
  using Imports = v1::ImportService::Stub;

  ImportRpcFixture() : imports_stub_(v1::ImportService::NewStub(import_server_.channel())) {}

  v1::RegisterImport Create(const std::string& token) {
    v1::CreateImportRequest request;
    request.set_area(std::to_string(kCounty));
    request.set_request_id(testing::NewRequestId());
    auto created = Call(imports_stub_, &Imports::CreateImport, request, token);
    EXPECT_TRUE(created.ok()) << created.status();
    return *created;
  }

  void SetUp(grpc::ClientContext& context, const std::string& token) {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
  }

  absl::StatusOr<v1::ImportFile> Send(const std::string& import_id, const std::string& bytes,
                                      const std::string& token) {
    grpc::ClientContext context;
    SetUp(context, token);
    v1::ImportFile file;
    auto writer = imports_stub_->UploadImportFile(&context, &file);
    v1::UploadImportFileRequest portion;
    portion.set_import_id(import_id);
    portion.set_file_name("file.csv");
    for (size_t at = 0; at < bytes.size() || at == 0; at += 50) {
      portion.mutable_content()->set_data(bytes.substr(at, 50));
      if (!writer->Write(portion)) break;
      portion.Clear();
    }
    writer->WritesDone();
    grpc::Status status = writer->Finish();
    if (!status.ok()) return status::FromGrpc(status);
    return file;
  }

  template <typename Request>
  auto Ask(grpc::Status (Imports::*method)(grpc::ClientContext*, const Request&, v1::RegisterImport*),
           const std::string& import_id, const std::string& token) {
    Request request;
    request.set_import_id(import_id);
    if constexpr (std::is_same_v<Request, v1::CommitImportRequest>) request.set_mode(Request::CORRECT_ROWS);
    return Call(imports_stub_, method, request, token);
  }

  v1::RegisterImport WaitFor(const std::string& import_id, v1::RegisterImport::State state) {
    for (int i = 0; i < 200; ++i) {
      auto import = Ask(&Imports::GetImport, import_id, Registrar());
      EXPECT_TRUE(import.ok()) << import.status();
      if (import->state() == state) return *import;
      absl::SleepFor(absl::Milliseconds(50));
    }
    ADD_FAILURE() << "never became " << v1::RegisterImport::State_Name(state);
    return {};
  }

  // Checked by a runner.
  std::string CheckedImport(const std::vector<std::string>& files) {
    const std::string id = Create(Registrar()).import_id();
    for (const std::string& file : files) EXPECT_TRUE(Send(id, file, Registrar()).ok());
    EXPECT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
    WaitFor(id, v1::RegisterImport::CHECKED);
    return id;
  }
  std::string CommittedImport(const std::vector<std::string>& files) {
    const std::string id = CheckedImport(files);
    EXPECT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
    WaitFor(id, v1::RegisterImport::COMMITTED);
    return id;
  }

  std::string households_file_ = Csv(HouseholdHeader(), {HouseholdRow("H1", "13800001234")});
  std::string members_file_ = Csv(MemberHeader(), {MemberRow("H1", 1, "01")});

  operations::Runner runner_{database(), {{kImportKind, ImportBody(registration_)}}, 1};
  ImportTables import_tables_{registration_, dispatcher_, [this] { runner_.Wake(); }};
  testing::TestServer import_server_{{import_tables_.table()}};
  std::unique_ptr<Imports> imports_stub_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RPC_FIXTURE_H_
