// The commit of an import: part by part, each with its checkpoint, audit record and event in one transaction.

#include "services/registration/store/import_commit.h"

#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/import_service.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/operations/operation_store.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/import_record.h"
#include "services/registration/domain/income.h"
#include "services/registration/rpc/import_effects.h"
#include "services/registration/rpc/import_judge.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/import_counts.h"
#include "services/registration/store/import_staging.h"
#include "services/registration/store/import_store.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {
namespace {

using domain::Family;
using domain::Table;
using store::ImportPart;
using store::StagedChangeRow;
using store::Written;

constexpr int kPartHouseholds = 2000;
constexpr int kAttempts = 5;

// Staged changes of the registered households of one county, by household.
using ChangesByHousehold = std::map<int64_t, std::vector<const StagedChangeRow*>>;

class Commit {
 public:
  explicit Commit(const ImportRun& run) : run_(run) {}

  absl::Status Run() {
    RETURN_IF_ERROR(Prepare());
    for (bool more = true; more;) {
      RETURN_IF_ERROR(run_.GoOn());
      ASSIGN_OR_RETURN(more, WriteParts());
      run_.progress("写入", done_, total_);
    }
    return Finish();
  }

 private:
  absl::Status Prepare() {
    bool staged = false;
    RETURN_IF_ERROR(run_.Write([&](db::Tx& tx) -> absl::Status {
      auto record = store::LoadImport(tx, run_.id);
      if (!record) return status::Refuse(v1::IMPORT_NOT_FOUND);
      record_ = *record;
      staged = store::IsStaged(tx, run_.id);
      if (!staged) store::Rewind(tx, run_.id);
      return absl::OkStatus();
    }));
    // The staging did not survive a crash of the database. What was written before is then found unchanged.
    if (!staged) RETURN_IF_ERROR(CheckImport(run_));
    store::RowCounts counts;
    RETURN_IF_ERROR(run_.Write([&](db::Tx& tx) {
      counts = store::CountRows(tx, run_.id);
      return absl::OkStatus();
    }));
    total_ = counts.writable;
    done_ = counts.committed;
    if (counts.wrong == 0 || !AllOrNothing()) return absl::OkStatus();
    return Revert([](db::Tx&) { return absl::OkStatus(); });
  }

  // Says how it ended, also after it was broken off behind its end: that nothing was written, because everything was
  // changed since the check, is no success, and it may be checked again.
  absl::Status Finish() {
    store::RowCounts counts;
    RETURN_IF_ERROR(run_.Write([&](db::Tx& tx) {
      if (store::LoadImport(tx, run_.id)->recount) store::CountVerdicts(tx, run_.id, store::Counting::kCommit);
      store::ClearUnwritten(tx, run_.id);
      counts = store::CountRows(tx, run_.id);
      if (IsOutdated(counts)) store::ReopenCheck(tx, run_.id);
      return absl::OkStatus();
    }));
    if (!IsOutdated(counts)) return absl::OkStatus();
    return status::Refuse(v1::IMPORT_CHECK_OUTDATED, {{"refused_count", absl::StrCat(counts.refused)}});
  }

  static bool IsOutdated(const store::RowCounts& counts) { return counts.committed == 0 && counts.refused > 0; }

  // What became of a part.
  struct Outcome {
    std::optional<ImportPart> part;  // nothing if none is left
    absl::Status status;
    bool taken = false;  // somebody took a number or an identity since the check
    int64_t rows = 0;
    std::vector<StagedChangeRow> outdated;
  };

  // Writes the next part, and beside it the one behind; false if there is none. What was taken since the check is
  // weeded out, and the part tried again.
  absl::StatusOr<bool> WriteParts() {
    for (int attempt = 1;; ++attempt) {
      author_ = {record_.asked_by, "CommitImport", run_.clock(), run_.id.number, record_.as_of, /*in_place=*/true};
      Outcome first, second;
      std::thread beside;
      first.status = run_.Write([&](db::Tx& tx) -> absl::Status {
        if (beside.joinable()) beside.join();  // this one is tried again, so the other has not been written
        first = {store::NextPart(tx, run_.id, store::LoadImportForUpdate(tx, run_.id)->committed_row, kPartHouseholds)};
        if (!first.part) return absl::OkStatus();
        beside = std::thread([&] { second = WriteBehind(first.part->last); });
        return WriteRows(tx, &first);
      });
      if (beside.joinable()) beside.join();
      if (first.status.ok()) {
        done_ += first.rows;
        // One that was refused is the first of the next round.
        if (second.part && second.status.ok()) done_ += second.rows;
        return first.part.has_value();
      }
      if (!first.outdated.empty() && AllOrNothing()) {
        return Revert([&](db::Tx& tx) {
          store::RefuseOutdated(tx, run_.id, first.outdated);
          return absl::OkStatus();
        });
      }
      if (!first.taken || attempt == kAttempts) return first.status;
      RETURN_IF_ERROR(Weed(*first.part));
    }
  }

  // Writes the part behind one that is being written; what it wrote counts only if that part is.
  Outcome WriteBehind(int64_t after) {
    Outcome outcome;
    outcome.status = run_.Write([&](db::Tx& tx) -> absl::Status {
      outcome = {store::NextPart(tx, run_.id, after, kPartHouseholds)};
      return outcome.part ? WriteRows(tx, &outcome) : absl::OkStatus();
    });
    return outcome;
  }

  // CONFLICT if something was taken since the check, or if the part before was not written.
  absl::Status WriteRows(db::Tx& tx, Outcome* outcome) {
    const absl::Status conflict = status::Refuse(status::Reason::CONFLICT);
    const ImportPart& part = *outcome->part;
    Written written;
    ASSIGN_OR_RETURN(const auto changes, store::LoadChangeRows(tx, run_.sealer, run_.id, part));
    const absl::Status changed = WriteChanges(tx, changes, &written, &outcome->outdated);
    const std::string reason = status::ReasonOf(changed);
    // ALREADY_EXISTS: taken between the look and the change.
    outcome->taken =
        reason == "IDENTITY_NUMBER_TAKEN" || reason == "NATIONAL_ID_TAKEN" || absl::IsAlreadyExists(changed);
    RETURN_IF_ERROR(changed);
    if (!outcome->outdated.empty() && AllOrNothing()) return conflict;
    store::RefuseOutdated(tx, run_.id, outcome->outdated);
    outcome->taken = !store::InsertNewHouseholds(tx, run_.id, part, author_, record_.as_of, &written) ||
                     !store::InsertNewReports(tx, run_.id, part, author_, &written);
    if (outcome->taken || !store::Advance(tx, run_.id, part, written, author_.time)) return conflict;
    if (!outcome->outdated.empty()) store::AskRecount(tx, run_.id);
    outcome->rows = std::accumulate(written.rows.begin(), written.rows.end(), int64_t{0});
    if (outcome->rows == 0) return absl::OkStatus();
    return TellOfImport(tx, run_, record_, author_, written.households, /*undone=*/false);
  }

  // Changes registered households, county by county. Rows whose record was changed since the check go to `outdated`.
  absl::Status WriteChanges(db::Tx& tx, const std::vector<StagedChangeRow>& changes, Written* written,
                            std::vector<StagedChangeRow>* outdated) {
    std::map<int32_t, ChangesByHousehold> counties;
    for (const StagedChangeRow& change : changes) {
      counties[change.household.shard][change.household.number].push_back(&change);
    }
    for (const auto& [shard, by_household] : counties) {
      RETURN_IF_ERROR(WriteCounty(tx, shard, by_household, written, outdated));
    }
    return absl::OkStatus();
  }

  absl::Status WriteCounty(db::Tx& tx, int32_t shard, const ChangesByHousehold& changes, Written* written,
                           std::vector<StagedChangeRow>* outdated) {
    std::vector<ids::RecordId> ids;
    for (const auto& [number, rows] : changes) ids.push_back({shard, number});
    ASSIGN_OR_RETURN(const auto loaded, store::LoadFamiliesForUpdate(tx, run_.sealer, ids));
    std::vector<Family> before, after;
    std::map<int64_t, int32_t> member_counts;  // of households whose reports may be changed
    std::vector<const StagedChangeRow*> taken;
    for (const Family& family : loaded) {
      const int64_t number = ids::ParseRecordId(family.household.household_id())->number;
      const auto& rows = changes.at(number);
      auto changed = ApplyToFamily(family, rows);
      const Family& now = changed ? *changed : family;
      if (now.household.state() == v1::Household::ACTIVE) member_counts[number] = now.household.member_count();
      for (const StagedChangeRow* row : rows) {
        const bool of_family = row->table == Table::kHousehold || row->table == Table::kMember;
        if (of_family && changed) taken.push_back(row);
        if (of_family && !changed) outdated->push_back(*row);
      }
      if (!changed) continue;
      before.push_back(family);
      after.push_back(*std::move(changed));
    }
    RETURN_IF_ERROR(store::SaveFamilies(tx, run_.sealer, {{&author_, &before, &after}}));
    WriteReports<v1::Income>(tx, shard, changes, member_counts, Table::kIncome, &taken, outdated);
    WriteReports<v1::LivingCondition>(tx, shard, changes, member_counts, Table::kLiving, &taken, outdated);
    for (const StagedChangeRow* row : taken) {
      ++written->Of(row->table);
      ++written->households[{row->household.shard, row->household.number}];
    }
    return absl::OkStatus();
  }

  // The family with its changed rows; nothing if one of its records was changed since the check, or the family would no
  // longer be one: then all of it stays as it is.
  std::optional<Family> ApplyToFamily(Family family, const std::vector<const StagedChangeRow*>& rows) const {
    if (family.household.state() != v1::Household::ACTIVE) return std::nullopt;
    for (const StagedChangeRow* row : rows) {
      if (row->table == Table::kHousehold && !ApplyToHousehold(*row, &family)) return std::nullopt;
    }
    for (const StagedChangeRow* row : rows) {
      if (row->table == Table::kMember && !ApplyToMember(*row, &family)) return std::nullopt;
    }
    auto settled = domain::Settle(std::move(family));
    if (!settled.ok()) return std::nullopt;
    return *std::move(settled);
  }

  static bool ApplyToHousehold(const StagedChangeRow& row, Family* family) {
    if (store::VersionOf(family->household.etag()) != row.base_version) return false;
    v1::Household household = family->household;
    domain::ApplyValues(domain::TableOf(Table::kHousehold), row.values, &household);
    auto amended = domain::Amend(*family, household);
    if (!amended.ok()) return false;
    *family = *std::move(amended);
    return true;
  }

  bool ApplyToMember(const StagedChangeRow& row, Family* family) const {
    const std::string member_id = row.id.ToString();
    if (row.base_version == 0) {
      domain::AddImportedMember(member_id, row.values, record_.as_of, family);
      return true;
    }
    for (v1::Member& member : family->members) {
      if (member.member_id() != member_id) continue;
      if (store::VersionOf(member.etag()) != row.base_version) return false;
      domain::ApplyValues(domain::TableOf(Table::kMember), row.values, &member);
      return true;
    }
    return false;
  }

  static absl::Status Compute(int32_t member_count, v1::Income* income) {
    ASSIGN_OR_RETURN(*income, domain::ComputeNet(*income, member_count));
    return absl::OkStatus();
  }
  static absl::Status Compute(int32_t, v1::LivingCondition*) { return absl::OkStatus(); }
  static std::vector<v1::Income> LoadOf(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids, v1::Income*) {
    return store::LoadIncomesOf(tx, shard, ids);
  }
  static std::vector<v1::LivingCondition> LoadOf(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids,
                                                 v1::LivingCondition*) {
    return store::LoadLivingConditionsOf(tx, shard, ids);
  }
  void Save(db::Tx& tx, const std::vector<store::Revision<v1::Income>>& revisions) {
    store::SaveIncomes(tx, run_.sealer, revisions);
  }
  void Save(db::Tx& tx, const std::vector<store::Revision<v1::LivingCondition>>& revisions) {
    store::SaveLivingConditions(tx, run_.sealer, revisions);
  }

  template <typename Report>
  void WriteReports(db::Tx& tx, int32_t shard, const ChangesByHousehold& changes,
                    const std::map<int64_t, int32_t>& member_counts, Table table,
                    std::vector<const StagedChangeRow*>* taken, std::vector<StagedChangeRow>* outdated) {
    std::map<std::pair<int64_t, int64_t>, const StagedChangeRow*> wanted;  // by household and version's year
    std::vector<int64_t> numbers;
    const int year_index = domain::TableOf(table).Index("year");
    for (const auto& [number, rows] : changes) {
      for (const StagedChangeRow* row : rows) {
        if (row->table != table) continue;
        wanted[{number, std::stoll(row->values[year_index].text)}] = row;
        numbers.push_back(number);
      }
    }
    if (wanted.empty()) return;
    const std::vector<Report> loaded = LoadOf(tx, shard, numbers, static_cast<Report*>(nullptr));
    std::vector<Report> changed(loaded.begin(), loaded.end());
    std::vector<store::Revision<Report>> revisions;
    for (size_t i = 0; i < loaded.size(); ++i) {
      const int64_t number = ids::ParseRecordId(loaded[i].household_id())->number;
      auto found = wanted.find({number, loaded[i].year()});
      if (found == wanted.end()) continue;
      const StagedChangeRow& row = *found->second;
      auto members = member_counts.find(number);
      if (members == member_counts.end() || store::VersionOf(loaded[i].etag()) != row.base_version) continue;
      domain::ApplyValues(domain::TableOf(table), row.values, &changed[i]);
      if (!Compute(members->second, &changed[i]).ok()) continue;
      revisions.push_back({&author_, &loaded[i], &changed[i]});
      taken->push_back(&row);
      wanted.erase(found);
    }
    for (const auto& [key, row] : wanted) outdated->push_back(*row);
    Save(tx, revisions);
  }

  // Takes out what others registered since the check, and what can no longer stand without it.
  absl::Status Weed(const ImportPart& part) {
    bool weeded = false;
    const auto weed = [&](db::Tx& tx) {
      weeded = store::WeedOut(tx, run_.id, part) > 0;
      if (!weeded) return status::Refuse(status::Reason::CONFLICT);
      store::AskRecount(tx, run_.id);
      JudgeFamilies(tx, run_.id, store::LoadFamilies(tx, run_.id, part.after, part.households), /*errors_only=*/true);
      return absl::OkStatus();
    };
    const absl::Status status = AllOrNothing() ? Revert(weed) : run_.Write(weed);
    return weeded ? status : absl::OkStatus();  // it is free again: the part is tried once more
  }

  bool AllOrNothing() const { return record_.mode != v1::CommitImportRequest::CORRECT_ROWS; }

  // Gives the import up: what `refuse` says of rows, and that another job takes back what was written, are one
  // transaction, so that no resumed commit goes on behind parts that were undone. IMPORT_HAS_ERRORS.
  template <typename Refuse>
  absl::Status Revert(Refuse refuse) {
    int64_t wrong = 0;
    RETURN_IF_ERROR(run_.Write([&](db::Tx& tx) -> absl::Status {
      RETURN_IF_ERROR(refuse(tx));
      store::CountVerdicts(tx, run_.id, store::Counting::kCommit);
      wrong = store::CountRows(tx, run_.id).wrong;
      store::SetStep(tx, run_.id, store::ImportStep::kUndo, record_.asked_by);
      operations::Requeue(tx, run_.id, kRevertStep, run_.origin);
      return absl::OkStatus();
    }));
    return status::Refuse(v1::IMPORT_HAS_ERRORS, {{"wrong_count", absl::StrCat(wrong)}});
  }

  const ImportRun& run_;
  store::ImportRecord record_;
  store::Author author_;  // of the parts that are being written
  int64_t done_ = 0, total_ = 0;
};

}  // namespace

absl::Status CommitImport(const ImportRun& run) { return Commit(run).Run(); }

}  // namespace bangfu::registration
