// Rows of three-way reconciliations (三方一致): how samples were drawn, forms, their values, and tasks.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_RECONCILIATION_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_RECONCILIATION_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/registration/v1/reconciliation.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

// The households of a village that a sample is, or was, drawn from.
struct Stratum {
  int64_t village = 0;
  int drawn_count = 0;
  std::vector<int64_t> household_ids;  // in order
};

// Registered households of an area in one county, by village.
std::vector<Stratum> LoadPopulation(db::Tx& tx, int64_t area);

// What the register says of households, by their number and the number of the field; nothing registered is empty.
using SystemValues = std::map<int64_t, std::map<int, std::string>>;
SystemValues LoadSystemValues(db::Tx& tx, absl::Span<const ids::RecordId> households);

struct ReconciliationRecord {
  ids::RecordId id;
  int64_t area = 0;
  int64_t tolerance_fen = 0;
  int fix_days = 0;
  v1::Reconciliation shown;  // without figures
};

void InsertReconciliation(db::Tx& tx, const ReconciliationRecord& record, const std::vector<Stratum>& strata);
std::optional<ReconciliationRecord> LoadReconciliation(db::Tx& tx, const ids::RecordId& id);
// In the areas, newest first, with an id below `before` (0 for the first page).
std::vector<ReconciliationRecord> ListReconciliations(db::Tx& tx, const std::vector<auth::AreaRange>& areas,
                                                      int64_t before, int limit);
std::vector<Stratum> LoadStrata(db::Tx& tx, const ids::RecordId& id);

// In the order of `ids`.
std::vector<v1::ReconciliationFigures> LoadFigures(db::Tx& tx, absl::Span<const ids::RecordId> ids,
                                                   const std::string& today);
std::vector<v1::ReconciliationFieldFigure> LoadFieldFigures(db::Tx& tx, const ids::RecordId& id);

// Forms with their values.
void InsertForms(db::Tx& tx, const std::vector<v1::ReconciliationForm>& forms);
// Without values.
std::optional<v1::ReconciliationForm> LoadForm(db::Tx& tx, const ids::RecordId& id);
std::optional<v1::ReconciliationForm> LoadFormForUpdate(db::Tx& tx, const ids::RecordId& id);
std::vector<v1::ReconciliationValue> LoadValues(db::Tx& tx, const ids::RecordId& form);
// In order of village and id, behind the place given; 0 stands for all.
std::vector<v1::ReconciliationForm> ListForms(db::Tx& tx, const ids::RecordId& reconciliation, int state, int agreement,
                                              int64_t after_area, int64_t after_id, int limit);
// The numbers of the households that have forms.
std::vector<int64_t> LoadDrawn(db::Tx& tx, const ids::RecordId& reconciliation);
// Writes what was entered, with its values.
void SaveForm(db::Tx& tx, const v1::ReconciliationForm& form);

void InsertTasks(db::Tx& tx, const ids::RecordId& reconciliation, const std::vector<v1::ReconciliationTask>& tasks,
                 absl::Time time);
struct TaskRecord {
  v1::ReconciliationTask shown;  // without `overdue`, which depends on the day
  int64_t tolerance_fen = 0;
};
std::optional<TaskRecord> LoadTaskForUpdate(db::Tx& tx, const ids::RecordId& id);
void SaveTask(db::Tx& tx, v1::ReconciliationTask* task, absl::Time time);

struct TaskFilter {
  std::vector<auth::AreaRange> areas;  // in order, not empty
  bool only_open = false;
  bool overdue = false;
  ids::RecordId reconciliation;  // of any if it is none
  std::string today;
};
std::vector<v1::ReconciliationTask> ListTasks(db::Tx& tx, const TaskFilter& filter, int64_t after_area,
                                              int64_t after_id, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_RECONCILIATION_STORE_H_
