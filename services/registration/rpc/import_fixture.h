// For tests: imports on the register of RegisterFixture, with phases that can be run, stopped and broken off by hand.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_FIXTURE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/registration/v1/import_service.pb.h"
#include "common/status/macros.h"
#include "gmock/gmock.h"
#include "services/registration/domain/export_cell.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/export_run.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/rpc/import_upload.h"
#include "services/registration/rpc/register_fixture.h"
#include "services/registration/store/import_store.h"

namespace bangfu::registration {

class ImportFixture : public RegisterFixture {
 protected:
  using Rows = std::vector<std::vector<std::string>>;

  // Rows of AC01 with everything that a new household needs.
  static std::vector<std::string> HouseholdHeader() {
    return {"AAC001", "AAR008", "AAC005", "AAC006", "AAC007", "AAR010", "AAR012", "AAC029", "AAC017"};
  }
  static std::vector<std::string> HouseholdRow(const std::string& number, const std::string& phone = "",
                                               const std::string& village = kVillage) {
    return {number, village, "1", "01", "07", "0", phone, "", ""};
  }
  static std::vector<std::string> MemberHeader() {
    return {"AAC001", "AAB002", "AAB003", "AAB004", "AAB006", "AAB007", "AAB017", "AAB012", "AAB031"};
  }
  static std::vector<std::string> MemberRow(const std::string& number, int serial, const std::string& relation,
                                            const std::string& name = "甲") {
    return {number, name, serial % 2 == 1 ? "1" : "2", IdentityNumber(serial), relation, "01", "01", "3", ""};
  }
  static std::vector<std::string> IncomeHeader() { return {"AAC001", "AAR040", "AAC073", "AAC074", "AAC082"}; }
  static std::vector<std::string> LivingHeader() { return {"AAC001", "AAR040", "AAC301", "AAC312", "AAC320"}; }

  static std::string Csv(const std::vector<std::string>& header, const Rows& rows) {
    std::string text = absl::StrCat(absl::StrJoin(header, ","), "\n");
    for (const auto& row : rows) {
      for (size_t i = 0; i < row.size(); ++i) {
        if (i > 0) text += ',';
        domain::AppendCsvText(row[i], &text);
      }
      text += '\n';
    }
    return text;
  }

  ids::RecordId NewImport(int64_t area = kCounty) {
    store::ImportRecord record;
    record.id = {static_cast<int32_t>(area / 1000000), ids::NewRecordNumber()};
    record.area = area;
    record.subject = "registrar";
    record.create_time = clock_.Now();
    record.as_of = domain::DayOf(clock_.Now());
    EXPECT_TRUE(database()
                    .Write({},
                           [&](db::Tx& tx) {
                             store::InsertImport(tx, record);
                             store::SetMode(tx, record.id, v1::CommitImportRequest::CORRECT_ROWS);
                             return absl::OkStatus();
                           })
                    .ok());
    return record.id;
  }

  absl::Status Upload(const ids::RecordId& id, const std::string& bytes, size_t portion = 1000) {
    ImportUpload upload(database(), sealer_, id, "file.csv");
    for (size_t at = 0; at < bytes.size(); at += portion) {
      RETURN_IF_ERROR(upload.Take({}, absl::string_view(bytes).substr(at, portion)));
    }
    auto file = upload.Finish({});
    RETURN_IF_ERROR(file.status());
    return database().Write({}, [&](db::Tx& tx) { return store::PutFile(tx, id, *file); });
  }

  ImportRun Run(const ids::RecordId& id) {
    return {database(),
            sealer_,
            id,
            [this] { return clock_.Now(); },
            {"session", "trace"},
            [](const std::string&, int64_t, int64_t) {},
            [] { return false; },
            [](db::Tx&) { return absl::OkStatus(); },
            &policies_};
  }
  absl::Status Check(const ids::RecordId& id) { return CheckImport(Run(id)); }
  absl::Status Commit(const ids::RecordId& id) {
    RETURN_IF_ERROR(database().Write({}, [&](db::Tx& tx) {
      store::SetStep(tx, id, store::ImportStep::kCommit, "registrar");
      return absl::OkStatus();
    }));
    return CommitImport(Run(id));
  }
  absl::Status Undo(const ids::RecordId& id) { return UndoImport(Run(id)); }

  // Uploads and checks all files.
  ids::RecordId Checked(const std::vector<std::string>& files, int64_t area = kCounty) {
    const ids::RecordId id = NewImport(area);
    for (const std::string& file : files) EXPECT_TRUE(Upload(id, file).ok());
    absl::Status checked = Check(id);
    EXPECT_TRUE(checked.ok()) << checked;
    return id;
  }
  ids::RecordId Committed(const std::vector<std::string>& files, int64_t area = kCounty) {
    const ids::RecordId id = Checked(files, area);
    absl::Status committed = Commit(id);
    EXPECT_TRUE(committed.ok()) << committed;
    return id;
  }

  // new/changed/unchanged/wrong/warned/committed of a table.
  std::string Counts(const ids::RecordId& id, domain::Table table) {
    const v1::ImportFile file = FileOf(id, table);
    return absl::StrJoin({file.new_count(), file.changed_count(), file.unchanged_count(), file.wrong_count(),
                          file.warned_count(), file.committed_count()},
                         "/");
  }
  // Rows of a table that the check had taken and the commit did not write.
  int64_t Refused(const ids::RecordId& id, domain::Table table) { return FileOf(id, table).refused_count(); }

  // "AB01 3 AAB004 IDENTITY_CHECKSUM", in order.
  std::vector<std::string> Findings(const ids::RecordId& id) {
    std::vector<std::string> told;
    EXPECT_TRUE(database()
                    .Read({},
                          [&](db::Tx& tx) {
                            for (const auto& finding : store::ListFindings(tx, id, nullptr, {}, 1000).findings) {
                              told.push_back(absl::StrCat(finding.table(), " ", finding.row(), " ", finding.column(),
                                                          " ", finding.reason()));
                            }
                            return absl::OkStatus();
                          })
                    .ok());
    return told;
  }

  v1::ImportFile FileOf(const ids::RecordId& id, domain::Table table) {
    v1::ImportFile found;
    EXPECT_TRUE(database()
                    .Read({},
                          [&](db::Tx& tx) {
                            for (const auto& file : store::LoadFiles(tx, id)) {
                              if (file.table == table) found = file.shown;
                            }
                            return absl::OkStatus();
                          })
                    .ok());
    return found;
  }

  int64_t Count(const std::string& table) { return database_.Count(table); }

  // The households on the register by their numbers.
  std::vector<v1::Household> All() {
    auto listed = List(kProvince, "", "", 500, "", Viewer(kProvince));
    EXPECT_TRUE(listed.ok()) << listed.status();
    std::vector<v1::Household> households(listed->households().begin(), listed->households().end());
    std::sort(households.begin(), households.end(),
              [](const auto& a, const auto& b) { return a.national_id() < b.national_id(); });
    return households;
  }

  // A table of the county as it is exported.
  std::string Exported(domain::Table table, bool reveal) {
    std::string csv;
    int64_t rows = 0;
    const auto take = [&](std::string portion) {
      csv += portion;
      return absl::OkStatus();
    };
    const ExportRun run{database(), sealer_, {}, domain::TableOf(table), {auth::RangeOf(kCounty)}, reveal};
    EXPECT_TRUE(Export(run, take, &rows).ok());
    return csv;
  }

  db::Database& database() { return database_.database(); }
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_FIXTURE_H_
