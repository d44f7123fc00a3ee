// The check of an import: every batch of rows is looked up, decided and staged; then what concerns several rows is
// judged.

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/api/format.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/export_cell.h"
#include "services/registration/domain/import_household.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/domain/import_table.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/entry_gate.h"
#include "services/registration/rpc/import_judge.h"
#include "services/registration/rpc/import_rows.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/rpc/taken_numbers.h"
#include "services/registration/store/import_counts.h"
#include "services/registration/store/import_lookup.h"
#include "services/registration/store/import_staging.h"
#include "services/registration/store/import_store.h"
#include "services/registration/store/member_store.h"

namespace bangfu::registration {
namespace {

using domain::CellState;
using domain::Decision;
using domain::ImportColumn;
using domain::ImportRow;
using domain::ImportTable;
using domain::Table;
using domain::Verdict;
using store::Registered;
using store::StagedHousehold;
using store::StagedRow;

constexpr int64_t kGrowth = 16;     // after which statistics mislead the planner
constexpr int kShownChanges = 200;  // rows of which the values before and after are kept

// What a batch will write.
struct Staged {
  std::vector<StagedRow> implied;  // registered households that only this table names
  std::vector<StagedRow> rows;
  std::vector<domain::Finding> findings;
  std::vector<store::StagedChange> changes;
};

class Check {
 public:
  explicit Check(const ImportRun& run) : run_(run) {}

  absl::Status Run() {
    RETURN_IF_ERROR(Prepare());
    for (const store::ImportFileRecord& file : files_) RETURN_IF_ERROR(CheckFile(file));
    RETURN_IF_ERROR(run_.Write([&](db::Tx& tx) {
      store::Analyze(tx);
      return absl::OkStatus();
    }));
    RETURN_IF_ERROR(run_.Write([&](db::Tx& tx) {
      store::RefuseDuplicates(tx, run_.id);
      return absl::OkStatus();
    }));
    RETURN_IF_ERROR(JudgeStaged(run_, done_));
    CountTakenNumbers("CheckImport", asked_by_, taken_);
    return run_.Write([&](db::Tx& tx) {
      store::CountVerdicts(tx, run_.id, counting_);
      store::FinishStaging(tx, run_.id);
      return absl::OkStatus();
    });
  }

 private:
  template <typename Body>
  auto Lookup(Body body) {
    return run_.database.Read({.share = db::Share::kBackground}, body);
  }

  absl::Status Prepare() {
    today_ = domain::DayOf(run_.clock());
    return run_.Write([&](db::Tx& tx) -> absl::Status {
      auto record = store::LoadImport(tx, run_.id);
      if (!record) return status::Refuse(v1::IMPORT_NOT_FOUND);
      store::DeleteStrayChunks(tx, run_.id);
      store::ClearStaging(tx, run_.id);
      files_ = store::LoadFiles(tx, run_.id);
      asked_by_ = record->asked_by;
      if (record->step == store::ImportStep::kCommit) counting_ = store::Counting::kCommit;
      context_.as_of = *standards::ParseDate(record->as_of);
      codes_ = store::LoadCodeTable(tx, today_);
      villages_ = store::LoadVillages(tx, record->area, today_);
      if (run_.policies != nullptr) gate_ = EntryGate(run_.policies->Open(tx));
      context_.codes = &codes_;
      context_.area = record->area;
      context_.villages = &villages_;
      for (const store::ImportFileRecord& file : files_) expected_ += file.shown.row_count();
      return absl::OkStatus();
    });
  }

  absl::Status CheckFile(const store::ImportFileRecord& file) {
    ASSIGN_OR_RETURN(domain::HeaderPlan header, domain::ReadHeader(file.header));
    ImportRows rows(run_, file, domain::RowReader(std::move(header), context_));
    std::vector<ImportRow> batch;
    changed_rows_ = 0;
    std::future<absl::Status> copying;  // of the batch before, while this one is decided
    const auto copied = [&] { return copying.valid() ? copying.get() : absl::OkStatus(); };
    bool implied = false;
    for (;;) {
      RETURN_IF_ERROR(run_.GoOn());
      RETURN_IF_ERROR(rows.Next(&batch));
      if (batch.empty()) return copied();
      // Households that the batch before implied must be found, not implied again.
      if (implied) RETURN_IF_ERROR(copied());
      auto staged = std::make_shared<Staged>();
      RETURN_IF_ERROR(DecideBatch(file.table, batch, staged.get()));
      RETURN_IF_ERROR(copied());
      implied = !staged->implied.empty();
      copying = std::async(std::launch::async, [this, table = file.table, staged] { return Copy(table, *staged); });
      done_ += static_cast<int64_t>(batch.size());
      run_.progress("校验", done_, std::max(done_, expected_));
    }
  }

  // Stages what was decided. Whenever many times as much is staged the statistics are gathered anew: without them the
  // planner takes a province for a handful of rows.
  absl::Status Copy(Table table, const Staged& staged) {
    return run_.Write([&](db::Tx& tx) {
      store::CopyRows(tx, run_.sealer, run_.id, Table::kHousehold, staged.implied);
      store::CopyRows(tx, run_.sealer, run_.id, table, staged.rows);
      store::CopyFindings(tx, run_.id, table, staged.findings);
      store::CopyChanges(tx, run_.id, table, staged.changes);
      staged_ += static_cast<int64_t>(staged.implied.size() + staged.rows.size());
      if (staged_ < kGrowth * analyzed_) return absl::OkStatus();
      analyzed_ = staged_;
      store::Analyze(tx);
      return absl::OkStatus();
    });
  }

  absl::Status DecideBatch(Table table, std::vector<ImportRow>& batch, Staged* staged) {
    if (table == Table::kHousehold) return DecideHouseholds(batch, staged);
    ASSIGN_OR_RETURN(const Households households, FindHouseholdsOf(table, batch, staged));
    return table == Table::kMember ? DecideMembers(batch, households, staged)
                                   : DecideReports(table, batch, households, staged);
  }

  // AC01: matched by number within the county of the village, or by id.
  absl::Status DecideHouseholds(std::vector<ImportRow>& batch, Staged* staged) {
    const ImportTable& table = domain::TableOf(Table::kHousehold);
    const int area_index = table.Index("area");
    const auto village_of = [&](const ImportRow& row) {
      int64_t village = 0;
      return absl::SimpleAtoi(row.cells[area_index].text, &village) ? village : context_.area;
    };
    ASSIGN_OR_RETURN(auto registered, FindRegistered(KeysOf(batch)));
    for (ImportRow& row : batch) {
      const auto id = api::IsRecordId(row.household_key) ? ids::ParseRecordId(row.household_key) : std::nullopt;
      auto found = registered.find({id ? id->shard : standards::CountyOf(village_of(row)), row.household_key});
      Registered* record = found == registered.end() ? nullptr : &found->second;
      if (record != nullptr && !standards::IsWithin(record->area, context_.area)) record = nullptr;
      if (record == nullptr && id) {
        row.Add(std::string(domain::kHouseholdColumn), v1::CELL_MISSING);
      }
      if (record != nullptr && standards::CountyOf(village_of(row)) != record->id.shard) {
        row.Add(table.columns[area_index].name, v1::AREA_OUTSIDE_IMPORT);  // records do not move between counties
      }
      Gate(record, village_of(row), &row);
      Decision decision = domain::Decide(table, context_, record == nullptr ? nullptr : &record->values, &row);
      StagedRow out;
      out.household_key = row.household_key;
      out.id =
          record != nullptr ? record->id : ids::RecordId{standards::CountyOf(village_of(row)), ids::NewRecordNumber()};
      out.declared_head = row.cells[table.Index("head_name")].text;
      out.declared = Declared(table, row, "member_count");
      Finish(table, record, row, std::move(decision), std::move(out), staged);
    }
    return absl::OkStatus();
  }

  // What a row of AC01 does that is left to procedures, or to households that are not of the poor.
  void Gate(const Registered* record, int64_t village, ImportRow* row) {
    if (record == nullptr) {
      if (gate_.CheckEntry(village, today_).ok()) return;
      return row->Add("", v1::ENTRY_BY_PROCEDURE, {{"area", standards::FormatAreaCode(village)}});
    }
    if (record->ordinary) return row->Add(std::string(domain::kHouseholdColumn), v1::HOUSEHOLD_NOT_REGISTERED);
    const ImportTable& table = domain::TableOf(Table::kHousehold);
    for (const char* field : {"exit_flag", "exit_year"}) {
      const int index = table.Index(field);
      const domain::Cell& cell = row->cells[index];
      const bool changes = cell.state == CellState::kCleared ||
                           (cell.state == CellState::kGiven && cell.text != record->values[index].text);
      if (!changes || gate_.CheckExit(record->area, today_).ok()) continue;
      row->Add(table.columns[index].name, v1::EXIT_BY_PROCEDURE, {{"area", standards::FormatAreaCode(record->area)}});
    }
  }

  // The staged households that rows of other tables name, by key. Those that only the register has are staged on the
  // way; members of ordinary ones are not imported.
  using Households = absl::flat_hash_map<std::string, StagedHousehold>;
  absl::StatusOr<Households> FindHouseholdsOf(Table table, const std::vector<ImportRow>& batch, Staged* staged) {
    const std::vector<std::string> keys = KeysOf(batch);
    ASSIGN_OR_RETURN(Households households, Lookup([&](db::Tx& tx) -> absl::StatusOr<Households> {
                       return store::FindStaged(tx, run_.id, keys, SeveralCounties());
                     }));
    RETURN_IF_ERROR(MarkAmbiguous(&households));
    std::vector<std::string> unknown;
    for (const std::string& key : keys) {
      if (!households.contains(key)) unknown.push_back(key);
    }
    if (unknown.empty()) return households;
    ASSIGN_OR_RETURN(auto registered, FindRegistered(unknown));
    absl::flat_hash_map<std::string, int> counties;  // that have a number
    for (const auto& [key, record] : registered) ++counties[key.second];
    for (auto& [county_and_key, record] : registered) {
      const std::string& key = county_and_key.second;
      if (counties[key] > 1) households[key].ambiguous = true;
      if (counties[key] > 1 || !standards::IsWithin(record.area, context_.area)) continue;
      if (table == Table::kMember && record.ordinary) {
        households[key].ordinary = true;
        continue;
      }
      StagedRow implied;
      implied.row_number = store::kLastFileRow + ++implied_;
      implied.verdict = Verdict::kUnchanged;
      implied.household_key = key;
      implied.id = record.id;
      implied.base_version = record.version;
      implied.values = std::move(record.values);
      households[key] = {implied.row_number, record.id, record.area, true};
      staged->implied.push_back(std::move(implied));
    }
    return households;
  }

  static std::vector<std::string> KeysOf(const std::vector<ImportRow>& batch) {
    absl::flat_hash_set<std::string> keys;
    for (const ImportRow& row : batch) {
      if (!row.household_key.empty()) keys.insert(row.household_key);
    }
    return {keys.begin(), keys.end()};
  }

  absl::StatusOr<absl::flat_hash_map<store::HouseholdKey, Registered>> FindRegistered(
      const std::vector<std::string>& keys) {
    return Lookup([&](db::Tx& tx) { return store::FindHouseholds(tx, run_.sealer, context_.area, keys); });
  }

  bool SeveralCounties() const { return standards::LevelOf(context_.area) < standards::kCountyLevel; }

  // A number that is staged for one county may be registered in another. Within one county there is no other.
  absl::Status MarkAmbiguous(Households* households) {
    if (!SeveralCounties()) return absl::OkStatus();
    std::vector<std::string> numbers;
    for (const auto& [key, household] : *households) numbers.push_back(key);
    using Keys = std::vector<store::HouseholdKey>;
    ASSIGN_OR_RETURN(const Keys found, Lookup([&](db::Tx& tx) -> absl::StatusOr<Keys> {
                       return store::FindCountiesOf(tx, context_.area, numbers);
                     }));
    for (const auto& [county, number] : found) {
      StagedHousehold& household = households->at(number);
      household.ambiguous |= household.id.shard != county;
    }
    return absl::OkStatus();
  }

  absl::Status DecideMembers(std::vector<ImportRow>& batch, const Households& households, Staged* staged) {
    const ImportTable& table = domain::TableOf(Table::kMember);
    const int identity = table.Index("id_number");
    std::vector<std::string> digests(batch.size()), wanted;
    for (size_t i = 0; i < batch.size(); ++i) {
      const domain::Cell& cell = batch[i].cells[identity];
      if (cell.state != CellState::kGiven) continue;
      digests[i] = store::IdentityDigest(run_.sealer, cell.text);
      wanted.push_back(digests[i]);
    }
    ASSIGN_OR_RETURN(auto members,
                     Lookup([&](db::Tx& tx) { return store::FindMembers(tx, run_.sealer, RegisteredOf(households)); }));
    using Claims = absl::flat_hash_map<std::string, ids::RecordId>;
    ASSIGN_OR_RETURN(const Claims claims,
                     Lookup([&](db::Tx& tx) -> absl::StatusOr<Claims> { return store::FindClaims(tx, wanted); }));
    for (size_t i = 0; i < batch.size(); ++i) {
      ImportRow& row = batch[i];
      StagedRow out;
      const StagedHousehold* household = Place(households, row, &out);
      const Registered* record = nullptr;
      if (household != nullptr && household->registered)
        record = MatchMember(members[household->id.number], digests[i], &row);
      auto claim = claims.find(digests[i]);
      if (claim != claims.end() && (record == nullptr || !(claim->second == record->id))) {
        row.Add(table.columns[identity].name, v1::REGISTERED_ELSEWHERE);
        ++taken_;
      }
      Decision decision = domain::Decide(table, context_, record == nullptr ? nullptr : &record->values, &row);
      out.id = record != nullptr ? record->id : ids::RecordId{out.id.shard, ids::NewRecordNumber()};
      out.id_digest = digests[i].empty() && record != nullptr ? record->id_digest : digests[i];
      Finish(table, record, row, std::move(decision), std::move(out), staged);
    }
    return absl::OkStatus();
  }

  // Which present member of the household a row means: by identity number, else by number or id of the person (then the
  // identity number is corrected), else, where the identity number is masked, by name and birth date.
  static const Registered* MatchMember(const std::vector<Registered>& members, const std::string& digest,
                                       ImportRow* row) {
    const ImportTable& table = domain::TableOf(Table::kMember);
    const domain::Cell& number = row->cells[table.Index("national_id")];
    const Registered *by_identity = nullptr, *by_number = nullptr, *by_name = nullptr;
    int of_name = 0;
    for (const Registered& member : members) {
      if (!digest.empty() && member.id_digest == digest) by_identity = &member;
      if (number.state == CellState::kGiven &&
          (member.values[table.Index("national_id")].text == number.text || member.id.ToString() == number.text)) {
        by_number = &member;
      }
      const auto same = [&](absl::string_view field) {
        const int index = table.Index(field);
        return member.values[index].text == row->cells[index].text;
      };
      if (same("name") && same("birth_date")) {
        by_name = &member;
        ++of_name;
      }
    }
    // A person without a number is exported under the id.
    if (api::IsRecordId(number.text)) row->cells[table.Index("national_id")].state = CellState::kEmpty;
    const bool contradicts = by_identity != nullptr && by_number != nullptr && by_identity != by_number;
    const bool masked = row->cells[table.Index("id_number")].state == CellState::kMasked;
    if (contradicts || (masked && by_number == nullptr && of_name != 1)) row->Add("", v1::AMBIGUOUS_MATCH);
    if (by_identity != nullptr) return by_identity;
    if (by_number != nullptr) return by_number;
    return masked && of_name == 1 ? by_name : nullptr;
  }

  absl::Status DecideReports(Table kind, std::vector<ImportRow>& batch, const Households& households, Staged* staged) {
    const ImportTable& table = domain::TableOf(kind);
    const int year_index = table.Index("year");
    ASSIGN_OR_RETURN(auto reports, Lookup([&](db::Tx& tx) {
                       return store::FindReports(tx, run_.sealer, kind, RegisteredOf(households));
                     }));
    for (ImportRow& row : batch) {
      StagedRow out;
      const StagedHousehold* household = Place(households, row, &out);
      int year = 0;
      const Registered* record = nullptr;
      if (household != nullptr && absl::SimpleAtoi(row.cells[year_index].text, &year)) {
        auto found = reports.find({household->id.number, year});
        if (found != reports.end()) record = &found->second;
      }
      Decision decision = domain::Decide(table, context_, record == nullptr ? nullptr : &record->values, &row);
      if (kind == Table::kIncome) out.declared = Declared(table, row, "net_per_capita_fen");
      Finish(table, record, row, std::move(decision), std::move(out), staged);
    }
    return absl::OkStatus();
  }

  // The row's household, if it is known; its place goes into `out`.
  static const StagedHousehold* Place(const Households& households, ImportRow& row, StagedRow* out) {
    if (row.household_key.empty()) return nullptr;
    auto found = households.find(row.household_key);
    if (found == households.end()) {
      row.Add(std::string(domain::kHouseholdColumn), v1::MEMBER_WITHOUT_HOUSEHOLD);
      return nullptr;
    }
    const StagedHousehold& household = found->second;
    if (household.ordinary) {
      row.Add(std::string(domain::kHouseholdColumn), v1::HOUSEHOLD_NOT_REGISTERED);
      return nullptr;
    }
    if (household.ambiguous) {
      row.Add(std::string(domain::kHouseholdColumn), v1::AMBIGUOUS_MATCH);
      return nullptr;
    }
    out->household_row = household.row_number;
    out->household_id = household.id.number;
    out->area = household.area;
    out->household_registered = household.registered;
    out->id.shard = household.id.shard;
    return &household;
  }

  static std::vector<ids::RecordId> RegisteredOf(const Households& households) {
    std::vector<ids::RecordId> registered;
    for (const auto& [key, household] : households) {
      if (household.registered && !household.ambiguous) registered.push_back(household.id);
    }
    return registered;
  }

  // What a compared column says, if it says something.
  static domain::Value Declared(const ImportTable& table, const ImportRow& row, absl::string_view field) {
    const domain::Cell& cell = row.cells[table.Index(field)];
    return cell.state == CellState::kGiven ? domain::Value{false, cell.text} : domain::Value{};
  }

  void Finish(const ImportTable& table, const Registered* record, ImportRow& row, Decision decision, StagedRow out,
              Staged* staged) {
    out.row_number = row.number;
    out.verdict = decision.verdict;
    out.base_version = record == nullptr ? 0 : record->version;
    if (decision.verdict == Verdict::kChanged && changed_rows_ < kShownChanges) {
      ++changed_rows_;
      for (int index : decision.changed) {
        const ImportColumn& column = table.columns[index];
        staged->changes.push_back({row.number, index, domain::ShownText(column, record->values[index], false),
                                   domain::ShownText(column, decision.values[index], false)});
      }
    }
    out.values = std::move(decision.values);
    staged->rows.push_back(std::move(out));
    std::move(row.findings.begin(), row.findings.end(), std::back_inserter(staged->findings));
  }

  const ImportRun& run_;
  std::vector<store::ImportFileRecord> files_;
  domain::CodeTable codes_;
  absl::flat_hash_set<int64_t> villages_;
  domain::RowContext context_;
  std::string today_;
  EntryGate gate_{nullptr};
  int64_t expected_ = 0, done_ = 0;  // rows
  int64_t implied_ = 0;
  int64_t staged_ = 0, analyzed_ = 0;  // rows
  std::string asked_by_;
  store::Counting counting_ = store::Counting::kCheck;
  int64_t taken_ = 0;     // identity numbers that are registered elsewhere
  int changed_rows_ = 0;  // of the file, that are shown
};

}  // namespace

absl::Status CheckImport(const ImportRun& run) { return Check(run).Run(); }

}  // namespace bangfu::registration
