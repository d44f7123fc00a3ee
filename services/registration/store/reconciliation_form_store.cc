// Forms, values and tasks of reconciliations.

#include "absl/strings/str_cat.h"
#include "services/registration/store/reconciliation_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

using Rules = v1::ReconciliationRules;

constexpr db::Statement kInsertForms = {"reconciliation_form.insert", R"sql(
  INSERT INTO reconciliation_form (shard, id, reconciliation_id, area, household_id)
  SELECT shard, id, reconciliation_id, area, household_id
  FROM json_populate_recordset(NULL::reconciliation_form, $1::json))sql"};
constexpr db::Statement kInsertValues = {"reconciliation_value.insert", R"sql(
  INSERT INTO reconciliation_value (shard, form_id, field, reconciliation_id, system_value)
  SELECT shard, form_id, field, reconciliation_id, system_value
  FROM json_populate_recordset(NULL::reconciliation_value, $1::json))sql"};

constexpr char kColumns[] = R"sql(
  SELECT f.shard, f.id, f.shard, f.reconciliation_id, f.area, f.shard, f.household_id, h.head_name, f.state,
         f.agreement, f.checker, f.visit_date, f.evidence_sha256
  FROM reconciliation_form f LEFT JOIN household h ON h.shard = f.shard AND h.id = f.household_id)sql";
const std::string kSelectText = absl::StrCat(kColumns, " WHERE f.shard = $1 AND f.id = $2");
const db::Statement kSelect = {"reconciliation_form.select", kSelectText.c_str()};
const std::string kLockText = absl::StrCat(kSelectText, " FOR UPDATE OF f");
const db::Statement kLock = {"reconciliation_form.lock", kLockText.c_str()};
const std::string kListText = absl::StrCat(kColumns, R"sql(
  WHERE f.shard = $1 AND f.reconciliation_id = $2 AND ($3::integer = 0 OR f.state = $3)
    AND ($4::integer = 0 OR f.agreement = $4) AND (f.area, f.id) > ($5, $6)
  ORDER BY f.area, f.id LIMIT $7)sql");
const db::Statement kList = {"reconciliation_form.list", kListText.c_str()};

constexpr db::Statement kDrawn = {"reconciliation_form.drawn", R"sql(
  SELECT household_id FROM reconciliation_form WHERE shard = $1 AND reconciliation_id = $2)sql"};

constexpr db::Statement kSelectValues = {"reconciliation_value.select", R"sql(
  SELECT field, system_value, paper_value, reality_value, agrees FROM reconciliation_value
  WHERE shard = $1 AND form_id = $2 ORDER BY field)sql"};

constexpr db::Statement kSave = {"reconciliation_form.save", R"sql(
  UPDATE reconciliation_form SET state = $3, agreement = $4, checker = $5, visit_date = $6::date, evidence_sha256 = $7
  WHERE shard = $1 AND id = $2)sql"};
constexpr db::Statement kSaveValues = {"reconciliation_value.save", R"sql(
  UPDATE reconciliation_value v SET paper_value = n.paper_value, reality_value = n.reality_value, agrees = n.agrees
  FROM json_populate_recordset(NULL::reconciliation_value, $3::json) n
  WHERE v.shard = $1 AND v.form_id = $2 AND v.field = n.field)sql"};

constexpr db::Statement kInsertTasks = {"reconciliation_task.insert", R"sql(
  INSERT INTO reconciliation_task (shard, id, reconciliation_id, form_id, area, household_id, field, place,
                                   reality_value, due_date, update_time)
  SELECT shard, id, reconciliation_id, form_id, area, household_id, field, place, reality_value, due_date,
         $2::timestamptz
  FROM json_populate_recordset(NULL::reconciliation_task, $1::json))sql"};

constexpr char kTaskColumns[] = R"sql(
  SELECT t.shard, t.id, t.shard, t.form_id, t.area, t.shard, t.household_id, t.field, t.place, t.reality_value, t.done,
         t.due_date, t.fixer, t.evidence_sha256, (extract(epoch FROM t.update_time) * 1000000)::bigint)sql";
const std::string kLockTaskText = absl::StrCat(kTaskColumns, R"sql(, r.tolerance_fen
  FROM reconciliation_task t JOIN reconciliation r ON r.shard = t.shard AND r.id = t.reconciliation_id
  WHERE t.shard = $1 AND t.id = $2 FOR UPDATE OF t)sql");
const db::Statement kLockTask = {"reconciliation_task.lock", kLockTaskText.c_str()};
constexpr int kTolerance = 15;
constexpr db::Statement kSaveTask = {"reconciliation_task.save", R"sql(
  UPDATE reconciliation_task SET done = $3, fixer = $4, evidence_sha256 = $5, update_time = $6::timestamptz
  WHERE shard = $1 AND id = $2)sql"};
const std::string kListTasksText = absl::StrCat(kTaskColumns, R"sql(
  FROM reconciliation_task t
  WHERE t.area >= $1 AND t.area < $2
    AND EXISTS (SELECT 1 FROM unnest($3::bigint[], $4::bigint[]) AS s(low, high) WHERE t.area >= s.low AND t.area < s.high)
    AND (NOT $5::boolean OR NOT t.done) AND (NOT $6::boolean OR (NOT t.done AND t.due_date < $7::date))
    AND ($8::bigint = 0 OR (t.shard = $9 AND t.reconciliation_id = $8)) AND (t.area, t.id) > ($10, $11)
  ORDER BY t.area, t.id LIMIT $12)sql");
const db::Statement kListTasks = {"reconciliation_task.list", kListTasksText.c_str()};

v1::ReconciliationForm ReadForm(const pqxx::row& row) {
  RowReader reader(row);
  v1::ReconciliationForm form;
  form.set_form_id(reader.RecordId());
  form.set_reconciliation_id(reader.RecordId());
  form.set_area(reader.AreaCode());
  form.set_household_id(reader.RecordId());
  form.set_head_name(reader.Text());
  form.set_state(static_cast<v1::ReconciliationForm::State>(reader.Number()));
  form.set_agreement(static_cast<v1::ReconciliationForm::Agreement>(reader.Number()));
  form.set_checker(reader.Text());
  form.set_visit_date(reader.Text());
  form.set_evidence_sha256(reader.Text());
  return form;
}

v1::ReconciliationTask ReadTask(const pqxx::row& row) {
  RowReader reader(row);
  v1::ReconciliationTask task;
  task.set_task_id(reader.RecordId());
  task.set_form_id(reader.RecordId());
  task.set_area(reader.AreaCode());
  task.set_household_id(reader.RecordId());
  task.set_field(static_cast<Rules::Field>(reader.Number()));
  task.set_place(static_cast<v1::ReconciliationTask::Place>(reader.Number()));
  task.set_reality_value(reader.Text());
  task.set_done(reader.OptionalBoolean().value_or(false));
  task.set_due_date(reader.Text());
  task.set_fixer(reader.Text());
  task.set_evidence_sha256(reader.Text());
  reader.Time(task.mutable_update_time());
  return task;
}

std::optional<v1::ReconciliationForm> FirstForm(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadForm(rows[0]);
}

}  // namespace

void InsertForms(db::Tx& tx, const std::vector<v1::ReconciliationForm>& forms) {
  JsonRows form_rows, value_rows;
  for (const v1::ReconciliationForm& form : forms) {
    const ids::RecordId id = IdOf(form.form_id());
    const int64_t reconciliation = IdOf(form.reconciliation_id()).number;
    {
      JsonRow row = form_rows.Add();
      row["shard"] = id.shard;
      row["id"] = id.number;
      row["reconciliation_id"] = reconciliation;
      row["area"] = form.area();
      row["household_id"] = IdOf(form.household_id()).number;
    }
    for (const v1::ReconciliationValue& value : form.values()) {
      JsonRow row = value_rows.Add();
      row["shard"] = id.shard;
      row["form_id"] = id.number;
      row["field"] = static_cast<int>(value.field());
      row["reconciliation_id"] = reconciliation;
      row["system_value"] = value.system_value();
    }
  }
  tx.Run(kInsertForms, form_rows.Text());
  tx.Run(kInsertValues, value_rows.Text());
}

std::optional<v1::ReconciliationForm> LoadForm(db::Tx& tx, const ids::RecordId& id) {
  return FirstForm(tx.Run(kSelect, id.shard, id.number));
}

std::optional<v1::ReconciliationForm> LoadFormForUpdate(db::Tx& tx, const ids::RecordId& id) {
  return FirstForm(tx.Run(kLock, id.shard, id.number));
}

std::vector<v1::ReconciliationValue> LoadValues(db::Tx& tx, const ids::RecordId& form) {
  std::vector<v1::ReconciliationValue> values;
  for (const auto& row : tx.Run(kSelectValues, form.shard, form.number)) {
    RowReader reader(row);
    v1::ReconciliationValue& value = values.emplace_back();
    value.set_field(static_cast<Rules::Field>(reader.Number()));
    value.set_system_value(reader.Text());
    value.set_paper_value(reader.Text());
    value.set_reality_value(reader.Text());
    value.set_agrees(reader.OptionalBoolean().value_or(false));
  }
  return values;
}

std::vector<v1::ReconciliationForm> ListForms(db::Tx& tx, const ids::RecordId& reconciliation, int state, int agreement,
                                              int64_t after_area, int64_t after_id, int limit) {
  std::vector<v1::ReconciliationForm> forms;
  for (const auto& row :
       tx.Run(kList, reconciliation.shard, reconciliation.number, state, agreement, after_area, after_id, limit)) {
    forms.push_back(ReadForm(row));
  }
  return forms;
}

std::vector<int64_t> LoadDrawn(db::Tx& tx, const ids::RecordId& reconciliation) {
  std::vector<int64_t> households;
  for (const auto& row : tx.Run(kDrawn, reconciliation.shard, reconciliation.number)) {
    households.push_back(row[0].as<int64_t>());
  }
  return households;
}

void SaveForm(db::Tx& tx, const v1::ReconciliationForm& form) {
  const ids::RecordId id = IdOf(form.form_id());
  tx.Run(kSave, id.shard, id.number, static_cast<int>(form.state()), static_cast<int>(form.agreement()), form.checker(),
         form.visit_date(), form.evidence_sha256());
  JsonRows rows;
  for (const v1::ReconciliationValue& value : form.values()) {
    JsonRow row = rows.Add();
    row["field"] = static_cast<int>(value.field());
    row["paper_value"] = value.paper_value();
    row["reality_value"] = value.reality_value();
    row["agrees"] = value.agrees();
  }
  tx.Run(kSaveValues, id.shard, id.number, rows.Text());
}

void InsertTasks(db::Tx& tx, const ids::RecordId& reconciliation, const std::vector<v1::ReconciliationTask>& tasks,
                 absl::Time time) {
  JsonRows rows;
  for (const v1::ReconciliationTask& task : tasks) {
    JsonRow row = rows.Add();
    const ids::RecordId id = IdOf(task.task_id());
    row["shard"] = id.shard;
    row["id"] = id.number;
    row["reconciliation_id"] = reconciliation.number;
    row["form_id"] = IdOf(task.form_id()).number;
    row["area"] = task.area();
    row["household_id"] = IdOf(task.household_id()).number;
    row["field"] = static_cast<int>(task.field());
    row["place"] = static_cast<int>(task.place());
    row["reality_value"] = task.reality_value();
    row["due_date"] = task.due_date();
  }
  tx.Run(kInsertTasks, rows.Text(), TimeLiteral(time));
}

std::optional<TaskRecord> LoadTaskForUpdate(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kLockTask, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return TaskRecord{ReadTask(rows[0]), rows[0][kTolerance].as<int64_t>()};
}

void SaveTask(db::Tx& tx, v1::ReconciliationTask* task, absl::Time time) {
  const ids::RecordId id = IdOf(task->task_id());
  tx.Run(kSaveTask, id.shard, id.number, task->done(), task->fixer(), task->evidence_sha256(), TimeLiteral(time));
  SetTime(time, task->mutable_update_time());
}

std::vector<v1::ReconciliationTask> ListTasks(db::Tx& tx, const TaskFilter& filter, int64_t after_area,
                                              int64_t after_id, int limit) {
  const ScopeArrays scope = ArraysOf(filter.areas);
  std::vector<v1::ReconciliationTask> tasks;
  for (const auto& row : tx.Run(kListTasks, filter.areas.front().low, filter.areas.back().high, scope.lows, scope.highs,
                                filter.only_open, filter.overdue, filter.today, filter.reconciliation.number,
                                filter.reconciliation.shard, after_area, after_id, limit)) {
    tasks.push_back(ReadTask(row));
  }
  return tasks;
}

}  // namespace bangfu::registration::store
