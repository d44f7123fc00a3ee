#include <memory>
#include <string>

#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/registration/v1/import_service.grpc.pb.h"
#include "common/status/grpc_status.h"
#include "services/registration/rpc/import_rpc_fixture.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using domain::Table;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using v1::RegisterImport;

class ImportRpcTest : public ImportRpcFixture {
 protected:
  std::string Export(const std::string& table, const std::string& token, options::v1::View view = options::v1::BASIC) {
    grpc::ClientContext context;
    SetUp(context, token);
    v1::ExportRegisterRequest request;
    request.set_area(std::to_string(kCounty));
    request.set_table(table);
    request.set_view(view);
    if (view == options::v1::FULL) request.set_purpose("核对");
    auto reader = imports_stub_->ExportRegister(&context, request);
    google::api::HttpBody body;
    std::string text;
    while (reader->Read(&body)) text += body.data();
    grpc::Status status = reader->Finish();
    return status.ok() ? text : status::ReasonOf(status::FromGrpc(status));
  }

  // "subject objects result rows" of the records of a method, in order.
  std::vector<std::string> Audited(const std::string& method) {
    std::vector<std::string> audited;
    for (const auto& row : database_.Sql("SELECT body FROM audit_outbox ORDER BY id")) {
      audit::v1::AuditRecord record;
      EXPECT_TRUE(record.ParseFromString(db::BytesOf(row[0])));
      if (record.method() != "bangfu.registration.v1.ImportService." + method) continue;
      audited.push_back(absl::StrCat(record.subject(), " ", absl::StrJoin(record.objects(), ","), " ", record.result(),
                                     " ", record.row_count()));
    }
    return audited;
  }

  // Sessions of the records of what a method did, in order; each must have the trace of a call.
  std::vector<std::string> SessionsOf(const std::string& method) {
    std::vector<std::string> sessions;
    for (const auto& row : database_.Sql("SELECT body FROM audit_outbox ORDER BY id")) {
      audit::v1::AuditRecord record;
      EXPECT_TRUE(record.ParseFromString(db::BytesOf(row[0])));
      if (record.method() != "bangfu.registration.v1.ImportService." + method || record.result() != "OK") continue;
      EXPECT_EQ(record.trace().size(), 32u) << record.DebugString();
      sessions.push_back(record.session());
    }
    return sessions;
  }

  int64_t DeleteUnneeded(int limit) {
    auto deleted =
        database().Write({}, [&](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::DeleteUnneeded(tx, limit); });
    EXPECT_TRUE(deleted.ok()) << deleted.status();
    return deleted.value_or(-1);
  }
};

TEST_F(ImportRpcTest, GoesFromUploadToUndo) {
  const std::string id = Create(Registrar()).import_id();
  EXPECT_EQ(ReasonOf(Ask(&Imports::CheckImport, id, Registrar())), "IMPORT_NO_FILES");
  auto file = Send(id, households_file_, Registrar());
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->table(), "AC01");
  EXPECT_EQ(file->sha256().size(), 64u);
  ASSERT_TRUE(Send(id, members_file_, Registrar()).ok());
  EXPECT_EQ(ReasonOf(Ask(&Imports::CommitImport, id, Registrar())), "IMPORT_WRONG_STATE");

  ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
  RegisterImport import = WaitFor(id, RegisterImport::CHECKED);
  ASSERT_EQ(import.files_size(), 2);
  EXPECT_EQ(import.files(0).new_count(), 1);

  ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
  import = WaitFor(id, RegisterImport::COMMITTED);
  EXPECT_EQ(import.files(1).committed_count(), 1);
  EXPECT_EQ(All().size(), 1u);
  EXPECT_EQ(ReasonOf(Ask(&Imports::CancelImport, id, Registrar())), "IMPORT_WRONG_STATE");
  EXPECT_EQ(ReasonOf(Send(id, members_file_, Registrar())), "IMPORT_WRONG_STATE");

  EXPECT_EQ(ReasonOf(Ask(&Imports::UndoImport, id, Registrar())), "PERMISSION_DENIED");
  ASSERT_TRUE(Ask(&Imports::UndoImport, id, Reviewer()).ok());
  WaitFor(id, RegisterImport::UNDONE);
  EXPECT_EQ(Count("household WHERE state = 1"), 0);
  // What the jobs wrote names the calls that asked for it.
  EXPECT_THAT(SessionsOf("CommitImport"), ElementsAre("registrar", "registrar"));
  EXPECT_THAT(SessionsOf("UndoImport"), ElementsAre("reviewer", "reviewer"));
}

TEST_F(ImportRpcTest, IsTooOldToBeUndoneAfterThirtyDays) {
  const std::string id = Create(Registrar()).import_id();
  ASSERT_TRUE(Send(id, households_file_, Registrar()).ok());
  ASSERT_TRUE(Send(id, members_file_, Registrar()).ok());
  ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::CHECKED);
  ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::COMMITTED);
  database_.Sql("UPDATE import SET commit_time = commit_time - interval '10 years'");
  EXPECT_EQ(ReasonOf(Ask(&Imports::UndoImport, id, Reviewer())), "IMPORT_TOO_OLD");
}

TEST_F(ImportRpcTest, AllOrNothingIsRefusedWhenRowsAreWrong) {
  const std::string id = Create(Registrar()).import_id();
  ASSERT_TRUE(Send(id, households_file_, Registrar()).ok());
  ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::CHECKED);
  v1::CommitImportRequest request;
  request.set_import_id(id);
  request.set_mode(v1::CommitImportRequest::ALL_OR_NOTHING);
  EXPECT_EQ(ReasonOf(Call(imports_stub_, &Imports::CommitImport, request, Registrar())), "IMPORT_HAS_ERRORS");
  v1::ListImportFindingsRequest findings;
  findings.set_import_id(id);
  findings.set_page_size(1);
  auto page = Call(imports_stub_, &Imports::ListImportFindings, findings, Registrar());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->findings(0).reason(), "HOUSEHOLD_WITHOUT_MEMBERS");
  findings.set_page_token(page->next_page_token());
  page = Call(imports_stub_, &Imports::ListImportFindings, findings, Registrar());
  EXPECT_EQ(page->findings_size(), 0);
}

TEST_F(ImportRpcTest, CanBeCancelledBeforeItIsWritten) {
  const std::string id = Create(Registrar()).import_id();
  auto cancelled = Ask(&Imports::CancelImport, id, Registrar());
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->state(), RegisterImport::CANCELLED);
  EXPECT_EQ(ReasonOf(Ask(&Imports::UndoImport, id, Reviewer())), "IMPORT_WRONG_STATE");
}

TEST_F(ImportRpcTest, ListsImportsOfTheCallersAreas) {
  const std::string first = Create(Registrar()).import_id();
  const std::string second = Create(Registrar()).import_id();
  v1::ListImportsRequest request;
  request.set_area(std::to_string(kCounty));
  request.set_page_size(1);
  auto page = Call(imports_stub_, &Imports::ListImports, request, Registrar());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->imports(0).import_id(), second);
  request.set_page_token(page->next_page_token());
  page = Call(imports_stub_, &Imports::ListImports, request, Registrar());
  EXPECT_EQ(page->imports(0).import_id(), first);
  EXPECT_EQ(page->next_page_token(), "");
}

TEST_F(ImportRpcTest, AForeignRegistrarHasNoPart) {
  const std::string id = Create(Registrar()).import_id();
  EXPECT_EQ(ReasonOf(Ask(&Imports::GetImport, id, Registrar(kOtherCounty))), "AREA_OUT_OF_SCOPE");
  EXPECT_FALSE(Send(id, households_file_, Registrar(kOtherCounty)).ok());
}

TEST_F(ImportRpcTest, ExportsMaskedOrWithAPurposeInFull) {
  Committed({households_file_, members_file_});
  const std::string masked = Export("AC01", Viewer());
  EXPECT_THAT(masked, StartsWith("\xEF\xBB\xBF"
                                 "AAR008,AAC001,AAC029"));
  EXPECT_THAT(masked, HasSubstr("138****34"));
  EXPECT_THAT(masked, HasSubstr("\t150526100201,H1,甲"));
  EXPECT_THAT(Export("AB01", Reviewer(), options::v1::FULL), HasSubstr(IdentityNumber(1)));
  EXPECT_EQ(Export("AB01", Viewer(), options::v1::FULL), "PERMISSION_DENIED");
  EXPECT_EQ(Export("AB99", Viewer()), "INVALID_FIELD");
}

TEST_F(ImportRpcTest, SendsATemplateOfEachTable) {
  for (const char* table : {"AC01", "AB01", "AC07", "AC30"}) {
    grpc::ClientContext context;
    SetUp(context, Registrar());
    v1::ExportTemplateRequest request;
    request.set_table(table);
    auto reader = imports_stub_->ExportTemplate(&context, request);
    google::api::HttpBody body;
    std::string text;
    while (reader->Read(&body)) text += body.data();
    EXPECT_TRUE(reader->Finish().ok());
    EXPECT_THAT(text, StartsWith("\xEF\xBB\xBF"
                                 "AA"));
    EXPECT_THAT(text, HasSubstr("AAC001 户编号*"));
    EXPECT_THAT(text, HasSubstr("#必填; "));
  }
}

TEST_F(ImportRpcTest, ACommitThatFailedOrWasCancelledGoesOn) {
  for (const char* state : {"5", "6"}) {
    const std::string id = Create(Registrar()).import_id();
    ASSERT_TRUE(Send(id, households_file_, Registrar()).ok());
    ASSERT_TRUE(Send(id, members_file_, Registrar()).ok());
    ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
    WaitFor(id, RegisterImport::CHECKED);
    const std::string number = absl::StrCat(store::IdOf(id).number);
    database_.Sql(absl::StrCat("UPDATE operation SET state = ", state, " WHERE id = ", number));
    EXPECT_EQ(ReasonOf(Ask(&Imports::CommitImport, id, Registrar())), "IMPORT_WRONG_STATE") << "it was not begun";
    database_.Sql("UPDATE import SET step = 3 WHERE id = " + number);
    ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
    WaitFor(id, RegisterImport::COMMITTED);
    EXPECT_EQ(All().size(), 1u);
  }
}

TEST_F(ImportRpcTest, AllOrNothingEndsAsFailedWithNothingLeft) {
  const std::string id = Create(Registrar()).import_id();
  ASSERT_TRUE(Send(id, households_file_, Registrar()).ok());
  ASSERT_TRUE(Send(id, members_file_, Registrar()).ok());
  ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::CHECKED);
  ASSERT_TRUE(RegisterFixture::Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar()).ok());
  v1::CommitImportRequest request;
  request.set_import_id(id);
  request.set_mode(v1::CommitImportRequest::ALL_OR_NOTHING);
  ASSERT_TRUE(Call(imports_stub_, &Imports::CommitImport, request, Registrar()).ok());
  const RegisterImport failed = WaitFor(id, RegisterImport::FAILED);
  EXPECT_EQ(failed.operation().reason(), "IMPORT_HAS_ERRORS");
  EXPECT_THAT(failed.operation().message(), HasSubstr("有 2 行有误"));
  EXPECT_EQ(All().size(), 1u);
  EXPECT_EQ(ReasonOf(Ask(&Imports::CommitImport, id, Registrar())), "IMPORT_WRONG_STATE");
}

TEST_F(ImportRpcTest, UploadsAndExportsAreAudited) {
  const std::string id = Create(Registrar()).import_id();
  ASSERT_TRUE(Send(id, households_file_, Registrar()).ok());
  EXPECT_EQ(Audited("UploadImportFile"), std::vector<std::string>{absl::StrCat("registrar ", id, " OK 0")});
  Committed({households_file_, members_file_});
  Export("AB01", Viewer());
  EXPECT_EQ(Audited("ExportRegister"), (std::vector<std::string>{"viewer AB01 STARTED 0", "viewer AB01 OK 1"}));
}

TEST_F(ImportRpcTest, WhatAnImportNeedsNoMoreIsDeletedByAndBy) {
  const std::string id = Create(Registrar()).import_id();
  ASSERT_TRUE(Send(id, households_file_, Registrar()).ok());
  ASSERT_TRUE(Send(id, members_file_, Registrar()).ok());
  ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::CHECKED);
  EXPECT_EQ(DeleteUnneeded(100), 0) << "it waits for a decision";
  ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::COMMITTED);
  EXPECT_EQ(DeleteUnneeded(100), 2) << "the files";
  EXPECT_EQ(DeleteUnneeded(100), 0);
  EXPECT_EQ(Count("import_chunk"), 0);
  EXPECT_EQ(Count("import_household"), 1);
  EXPECT_EQ(Count("import_written"), 1);
  // It is still known in which rows the records stood.
  database_.Sql(
      "UPDATE operation SET update_time = update_time - interval '31 days', state = 2, "
      "lease_until = 'infinity'");
  EXPECT_EQ(DeleteUnneeded(100), 0) << "a worker is on it";
  database_.Sql("UPDATE operation SET state = 4");
  EXPECT_EQ(DeleteUnneeded(100), 4);
  EXPECT_EQ(DeleteUnneeded(100), 0);
  EXPECT_EQ(Count("import_household") + Count("import_member") + Count("import_written"), 0);
  EXPECT_EQ(Count("import WHERE keeps = 0"), 1);
  EXPECT_EQ(Ask(&Imports::GetImport, id, Registrar())->files(0).new_count(), 1);
}

TEST_F(ImportRpcTest, AnUndoLeavesNothingBehind) {
  const std::string id = Create(Registrar()).import_id();
  ASSERT_TRUE(Send(id, households_file_, Registrar()).ok());
  ASSERT_TRUE(Send(id, members_file_, Registrar()).ok());
  ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::CHECKED);
  ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
  WaitFor(id, RegisterImport::COMMITTED);
  ASSERT_TRUE(Ask(&Imports::UndoImport, id, Reviewer()).ok());
  WaitFor(id, RegisterImport::UNDONE);
  while (DeleteUnneeded(10) > 0) {
  }
  EXPECT_EQ(Count("import_chunk") + Count("import_member") + Count("import_written"), 0);
}

TEST_F(ImportRpcTest, ListedImportsHaveTheirOwnFilesAndOperations) {
  const std::string first = Create(Registrar()).import_id();
  const std::string second = Create(Registrar()).import_id();
  Create(Registrar());
  ASSERT_TRUE(Send(first, households_file_, Registrar()).ok());
  ASSERT_TRUE(Send(second, members_file_, Registrar()).ok());
  ASSERT_TRUE(Ask(&Imports::CancelImport, second, Registrar()).ok());
  v1::ListImportsRequest request;
  request.set_area(std::to_string(kCounty));
  auto page = Call(imports_stub_, &Imports::ListImports, request, Registrar());
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->imports_size(), 3);
  EXPECT_EQ(page->imports(0).files_size(), 0);
  EXPECT_EQ(page->imports(1).files(0).table(), "AB01");
  EXPECT_EQ(page->imports(1).state(), RegisterImport::CANCELLED);
  EXPECT_EQ(page->imports(2).files(0).table(), "AC01");
  EXPECT_EQ(page->imports(2).operation().operation_id(), first);
}

// Exports are no answers that the wrapper could mask: those who may export see health details anyway.
TEST_F(ImportRpcTest, OnlyRolesOfTheRegisterExport) {
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      "bangfu.registration.v1.ImportService.ExportRegister");
  for (int role : method->options().GetExtension(options::v1::access).roles()) {
    EXPECT_THAT(role, ::testing::AnyOf(options::v1::REGISTRAR, options::v1::REVIEWER, options::v1::VIEWER,
                                       options::v1::AUDITOR));
  }
}

}  // namespace
}  // namespace bangfu::registration
