// The undoing of an import: household by household, each as it was before, or left alone if anybody changed it since.

#include "services/registration/store/import_undo.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/import_record.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/import_effects.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/import_counts.h"
#include "services/registration/store/import_store.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {
namespace {

using domain::Family;
using domain::Table;
using store::WrittenRecord;

constexpr int kPageHouseholds = 1000;
constexpr int kAttempts = 5;
constexpr char kEarliestDay[] = "1850-01-01";

// What is to be written for the households of a page that can be undone.
struct Undone {
  std::vector<Family> before, after;
  std::vector<v1::Income> incomes_before, incomes_after, incomes_gone;
  std::vector<v1::LivingCondition> livings_before, livings_after, livings_gone;
  std::vector<WrittenRecord> kept;  // changed since
  store::RowsByHousehold households;
  int64_t rows = 0;
};

class Undo {
 public:
  explicit Undo(const ImportRun& run) : run_(run), today_(domain::DayOf(run.clock())) {}

  absl::Status Run() {
    for (bool more = true; more;) {
      RETURN_IF_ERROR(run_.GoOn());
      ASSIGN_OR_RETURN(more, UndoNext());
      run_.progress("撤销", done_, 0);
    }
    return absl::OkStatus();
  }

 private:
  // Undoes the next page; false if there is none. What somebody else takes at the same moment is found when the page is
  // tried again.
  absl::StatusOr<bool> UndoNext() {
    for (int attempt = 1;; ++attempt) {
      bool more = false;
      int64_t rows = 0;
      const absl::Status status = run_.Write([&](db::Tx& tx) -> absl::Status {
        auto import = store::LoadImportForUpdate(tx, run_.id);
        if (!import) return status::Refuse(v1::IMPORT_NOT_FOUND);
        auto page = store::NextUndoPage(tx, *import, kPageHouseholds);
        more = page.has_value();
        return more ? UndoPage(tx, *import, *page, &rows) : absl::OkStatus();
      });
      const std::string reason = status::ReasonOf(status);
      const bool taken = reason == "IDENTITY_NUMBER_TAKEN" || reason == "NATIONAL_ID_TAKEN";
      if (taken && attempt < kAttempts) continue;
      if (!status.ok()) return status;
      done_ += rows;
      return more;
    }
  }

  absl::Status UndoPage(db::Tx& tx, const store::ImportRecord& import, const store::UndoPage& page, int64_t* rows) {
    // What the file said was never so: what was before is true again from the days of the import on.
    const store::Author author{import.asked_by, "UndoImport", run_.clock(),
                               std::nullopt,    kEarliestDay, /*in_place=*/true};
    shard_ = page.shard;
    store::AdvanceUndo(tx, run_.id, {shard_, page.households.back()});
    std::vector<ids::RecordId> ids;
    for (const int64_t number : page.households) ids.push_back({shard_, number});
    ASSIGN_OR_RETURN(const auto families, store::LoadFamiliesForUpdate(tx, run_.sealer, ids));
    Undone undone;
    RETURN_IF_ERROR(Collect(tx, families, page.households, &undone));
    RETURN_IF_ERROR(store::SaveFamilies(tx, run_.sealer, {{&author, &undone.before, &undone.after}}));
    store::SaveIncomes(tx, run_.sealer, RevisionsOf(author, undone.incomes_before, &undone.incomes_after));
    store::SaveLivingConditions(tx, run_.sealer, RevisionsOf(author, undone.livings_before, &undone.livings_after));
    store::DeleteIncomes(tx, run_.sealer, author, undone.incomes_gone);
    store::DeleteLivingConditions(tx, run_.sealer, author, undone.livings_gone);
    store::ReportChangedSince(tx, run_.id, shard_, undone.kept);
    store::CountUndone(tx, run_.id, undone.rows, static_cast<int64_t>(undone.kept.size()));
    *rows = undone.rows;
    if (undone.rows == 0) return absl::OkStatus();
    return TellOfImport(tx, run_, import, author, undone.households, /*undone=*/true);
  }

  // Decides about each household as a whole.
  absl::Status Collect(db::Tx& tx, const std::vector<Family>& families, const std::vector<int64_t>& numbers,
                       Undone* undone) {
    std::map<int64_t, std::vector<WrittenRecord>> written;
    const std::vector<WrittenRecord> found = store::FindWritten(tx, run_.id, shard_, numbers);
    for (const WrittenRecord& record : found) written[record.household].push_back(record);
    former_.emplace(tx, shard_, found);
    incomes_ = ByYear(store::LoadIncomesOf(tx, shard_, numbers));
    livings_ = ByYear(store::LoadLivingConditionsOf(tx, shard_, numbers));
    const auto keep = [&](const Family& family) {
      const auto& records = written[NumberOf(family)];
      undone->kept.insert(undone->kept.end(), records.begin(), records.end());
    };
    for (const Family& family : families) {
      const auto& records = written[NumberOf(family)];
      if (records.empty()) continue;
      ASSIGN_OR_RETURN(auto former, FormerOf(family, records));
      if (!former) {
        keep(family);
        continue;
      }
      undone->before.push_back(family);
      undone->after.push_back(*std::move(former));
    }
    KeepTaken(tx, keep, undone);
    for (const Family& family : undone->before) {
      const auto& records = written[NumberOf(family)];
      RETURN_IF_ERROR(CollectReports(records, undone));
      undone->households[{shard_, NumberOf(family)}] = static_cast<int64_t>(records.size());
      undone->rows += static_cast<int64_t>(records.size());
    }
    return absl::OkStatus();
  }

  static int64_t NumberOf(const Family& family) { return ids::ParseRecordId(family.household.household_id())->number; }

  // Leaves out households that would get back a number which is somebody else's by now. One that is left out keeps its
  // own numbers, so that another may have to follow it.
  template <typename Keep>
  void KeepTaken(db::Tx& tx, Keep keep, Undone* undone) {
    const store::NumberHolders holders(tx, run_.sealer, undone->before, undone->after);
    for (;;) {
      const auto taken = holders.FindTaken(undone->before, undone->after);
      if (taken.empty()) return;
      const auto is_taken = [&](const Family& family) { return taken.contains(family.household.household_id()); };
      for (const Family& family : undone->before) {
        if (is_taken(family)) keep(family);
      }
      std::erase_if(undone->before, is_taken);
      std::erase_if(undone->after, is_taken);
    }
  }

  // The family as it was before the import; nothing if it cannot be so again.
  absl::StatusOr<std::optional<Family>> FormerOf(const Family& family, const std::vector<WrittenRecord>& records) {
    bool made = false;  // the household itself is the import's
    for (const WrittenRecord& record : records) {
      if (!record.current) return std::nullopt;
      made |= record.table == Table::kHousehold && record.former_version == 0;
    }
    if (made) return ArchiveMade(family, records);
    Family former = family;
    for (const WrittenRecord& record : records) {
      if (record.table == Table::kHousehold) {
        RETURN_IF_ERROR(former_->Read(run_.sealer, record, &former.household));
      } else if (record.table == Table::kMember) {
        RETURN_IF_ERROR(RestoreMember(record, &former));
      }
    }
    auto settled = domain::Settle(std::move(former));
    if (!settled.ok()) return std::nullopt;
    return *std::move(settled);
  }

  // A household that the import made is archived, if nothing was added to it since.
  absl::StatusOr<std::optional<Family>> ArchiveMade(const Family& family, const std::vector<WrittenRecord>& records) {
    size_t members = 0, reports = 0;
    for (const WrittenRecord& record : records) {
      members += record.table == Table::kMember;
      reports += record.table == Table::kIncome || record.table == Table::kLiving;
    }
    const int64_t number = NumberOf(family);
    if (members != family.members.size() || reports != CountOf(incomes_, number) + CountOf(livings_, number)) {
      return std::nullopt;
    }
    auto archived = domain::Archive(family, domain::kArchivedByUndo, today_);
    if (!archived.ok()) return std::nullopt;
    for (v1::Member& member : archived->members) member.set_leave_reason(domain::kLeftByUndo);
    return *std::move(archived);
  }

  absl::Status RestoreMember(const WrittenRecord& record, Family* family) {
    const std::string member_id = ids::RecordId{shard_, record.record}.ToString();
    for (v1::Member& member : family->members) {
      if (member.member_id() != member_id) continue;
      if (record.former_version > 0) return former_->Read(run_.sealer, record, &member);
      member.set_state(v1::Member::LEFT);
      member.set_leave_date(today_);
      member.set_leave_reason(domain::kLeftByUndo);
    }
    return absl::OkStatus();
  }

  absl::Status CollectReports(const std::vector<WrittenRecord>& records, Undone* undone) {
    for (const WrittenRecord& record : records) {
      const bool income = record.table == Table::kIncome;
      if (!income && record.table != Table::kLiving) continue;
      const std::pair<int64_t, int32_t> key(record.household, static_cast<int32_t>(record.record));
      if (record.former_version == 0 && income) {
        undone->incomes_gone.push_back(incomes_.at(key));
      } else if (record.former_version == 0) {
        undone->livings_gone.push_back(livings_.at(key));
      } else if (income) {
        undone->incomes_before.push_back(incomes_.at(key));
        RETURN_IF_ERROR(former_->Read(run_.sealer, record, &undone->incomes_after.emplace_back()));
      } else {
        undone->livings_before.push_back(livings_.at(key));
        RETURN_IF_ERROR(former_->Read(run_.sealer, record, &undone->livings_after.emplace_back()));
      }
    }
    return absl::OkStatus();
  }

  template <typename Report>
  using Reports = std::map<std::pair<int64_t, int32_t>, Report>;  // by household and year

  template <typename Report>
  static Reports<Report> ByYear(const std::vector<Report>& reports) {
    Reports<Report> by_year;
    for (const Report& report : reports) {
      by_year[{ids::ParseRecordId(report.household_id())->number, report.year()}] = report;
    }
    return by_year;
  }

  template <typename Report>
  static size_t CountOf(const Reports<Report>& reports, int64_t household) {
    return std::distance(reports.lower_bound({household, 0}), reports.lower_bound({household + 1, 0}));
  }

  template <typename Report>
  static std::vector<store::Revision<Report>> RevisionsOf(const store::Author& author,
                                                          const std::vector<Report>& before,
                                                          std::vector<Report>* after) {
    std::vector<store::Revision<Report>> revisions;
    for (size_t i = 0; i < before.size(); ++i) revisions.push_back({&author, &before[i], &(*after)[i]});
    return revisions;
  }

  const ImportRun& run_;
  const std::string today_;
  int64_t done_ = 0;
  // Of the page.
  int32_t shard_ = 0;
  std::optional<store::FormerRecords> former_;
  Reports<v1::Income> incomes_;
  Reports<v1::LivingCondition> livings_;
};

}  // namespace

absl::Status UndoImport(const ImportRun& run) { return Undo(run).Run(); }

}  // namespace bangfu::registration
