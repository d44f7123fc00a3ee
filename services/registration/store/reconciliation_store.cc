#include "services/registration/store/reconciliation_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "common/standards/hundredths.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

using Rules = v1::ReconciliationRules;

constexpr db::Statement kPopulation = {"reconciliation.population", R"sql(
  SELECT area, id FROM household
  WHERE area >= $1 AND area < $2 AND state = 1 AND type = 1 ORDER BY area, id)sql"};

// Reports of the last year that there is one for. 01 of AAB009 is who does not go to school.
constexpr db::Statement kSystemValues = {"reconciliation.system_values", R"sql(
  SELECT h.id, h.member_count, h.standard, h.attribute, h.main_cause, h.exit_flag, i.net_per_capita_fen,
         l.dangerous_house, l.safe_water, m.insured, m.assisted, m.pupils
  FROM unnest($1::integer[], $2::bigint[]) AS k(shard, id)
  JOIN household h ON h.shard = k.shard AND h.id = k.id
  LEFT JOIN LATERAL (SELECT net_per_capita_fen FROM income
                     WHERE shard = h.shard AND household_id = h.id ORDER BY year DESC LIMIT 1) i ON true
  LEFT JOIN LATERAL (SELECT dangerous_house, safe_water FROM living_condition
                     WHERE shard = h.shard AND household_id = h.id ORDER BY year DESC LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE medical_insurance) AS insured,
                            count(*) FILTER (WHERE subsistence_allowance) AS assisted,
                            count(*) FILTER (WHERE school_status NOT IN ('', '01')) AS pupils
                     FROM member WHERE shard = h.shard AND household_id = h.id AND state = 1) m ON true)sql"};

constexpr db::Statement kInsert = {"reconciliation.insert", R"sql(
  INSERT INTO reconciliation (shard, id, area, seed, policy_id, tolerance_fen, fix_days, population_count, subject,
                              create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz))sql"};
constexpr db::Statement kInsertStrata = {"reconciliation_stratum.insert", R"sql(
  INSERT INTO reconciliation_stratum (shard, reconciliation_id, village, drawn_count, household_ids)
  SELECT $1, $2, village, drawn_count, household_ids::bigint[]
  FROM unnest($3::bigint[], $4::integer[], $5::text[]) AS s(village, drawn_count, household_ids))sql"};

constexpr char kColumns[] = R"sql(
  SELECT shard, id, area, area, seed, policy_id, population_count, subject,
         (extract(epoch FROM create_time) * 1000000)::bigint, tolerance_fen, fix_days
  FROM reconciliation)sql";
const std::string kSelectText = absl::StrCat(kColumns, " WHERE shard = $1 AND id = $2");
const db::Statement kSelect = {"reconciliation.select", kSelectText.c_str()};
const std::string kListText = absl::StrCat(kColumns, R"sql(
  WHERE ($3::bigint = 0 OR id < $3)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE area >= s.low AND area < s.high)
  ORDER BY id DESC LIMIT $4)sql");
const db::Statement kList = {"reconciliation.list", kListText.c_str()};

constexpr db::Statement kSelectStrata = {"reconciliation_stratum.select", R"sql(
  SELECT s.village, s.drawn_count, h.id
  FROM reconciliation_stratum s, unnest(s.household_ids) WITH ORDINALITY AS h(id, place)
  WHERE s.shard = $1 AND s.reconciliation_id = $2 ORDER BY s.village, h.place)sql"};

constexpr db::Statement kFigures = {"reconciliation.figures", R"sql(
  SELECT f.forms, f.entered, f.agreed, v.entered, v.agreed, t.open, t.overdue
  FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS k(shard, id, place)
  CROSS JOIN LATERAL (SELECT count(*) AS forms, count(*) FILTER (WHERE state = 2) AS entered,
                             count(*) FILTER (WHERE agreement = 1) AS agreed
                      FROM reconciliation_form WHERE shard = k.shard AND reconciliation_id = k.id) f
  CROSS JOIN LATERAL (SELECT count(agrees) AS entered, count(*) FILTER (WHERE agrees) AS agreed
                      FROM reconciliation_value WHERE shard = k.shard AND reconciliation_id = k.id) v
  CROSS JOIN LATERAL (SELECT count(*) AS open, count(*) FILTER (WHERE due_date < $3::date) AS overdue
                      FROM reconciliation_task WHERE shard = k.shard AND reconciliation_id = k.id AND NOT done) t
  ORDER BY k.place)sql"};
constexpr db::Statement kFieldFigures = {"reconciliation_value.figures", R"sql(
  SELECT field, count(agrees), count(*) FILTER (WHERE agrees) FROM reconciliation_value
  WHERE shard = $1 AND reconciliation_id = $2 GROUP BY field ORDER BY field)sql"};

std::string YesNo(const std::optional<bool>& value) { return !value ? "" : *value ? "是" : "否"; }

std::string Arrays(const std::vector<Stratum>& strata, std::string* villages, std::string* counts) {
  std::vector<int64_t> codes;
  std::vector<int> drawn;
  std::vector<std::string> households;
  for (const Stratum& stratum : strata) {
    codes.push_back(stratum.village);
    drawn.push_back(stratum.drawn_count);
    households.push_back(db::IntegerArray(stratum.household_ids));
  }
  *villages = db::IntegerArray(codes);
  *counts = db::IntegerArray(drawn);
  return db::TextArray(households);
}

ReconciliationRecord ReadReconciliation(const pqxx::row& row) {
  RowReader reader(row);
  ReconciliationRecord record;
  v1::Reconciliation& shown = record.shown;
  shown.set_reconciliation_id(reader.RecordId());
  record.id = IdOf(shown.reconciliation_id());
  record.area = reader.Number();
  shown.set_area(reader.AreaCode());
  shown.set_seed(reader.Text());
  shown.set_policy_id(reader.Text());
  shown.set_population_count(reader.Number());
  shown.set_subject(reader.Text());
  reader.Time(shown.mutable_create_time());
  record.tolerance_fen = reader.Number();
  record.fix_days = static_cast<int>(reader.Number());
  return record;
}

}  // namespace

std::vector<Stratum> LoadPopulation(db::Tx& tx, int64_t area) {
  std::vector<Stratum> strata;
  for (const auto& row : tx.Run(kPopulation, area, standards::RangeEndOf(area))) {
    const auto village = row[0].as<int64_t>();
    if (strata.empty() || strata.back().village != village) strata.push_back({village, 0, {}});
    strata.back().household_ids.push_back(row[1].as<int64_t>());
  }
  return strata;
}

SystemValues LoadSystemValues(db::Tx& tx, absl::Span<const ids::RecordId> households) {
  SystemValues values;
  const IdArrays arrays = ArraysOf(households);
  for (const auto& row : tx.Run(kSystemValues, arrays.shards, arrays.numbers)) {
    RowReader reader(row);
    auto& of = values[reader.Number()];
    of[Rules::MEMBER_COUNT] = absl::StrCat(reader.Number());
    for (const Rules::Field code : {Rules::STANDARD, Rules::ATTRIBUTE, Rules::MAIN_CAUSE, Rules::EXIT_FLAG}) {
      of[code] = reader.Text();
    }
    const std::optional<int64_t> income = reader.OptionalNumber();
    of[Rules::NET_PER_CAPITA] = income ? standards::FormatHundredths(*income) : "";
    of[Rules::DANGEROUS_HOUSE] = YesNo(reader.OptionalBoolean());
    of[Rules::SAFE_WATER] = YesNo(reader.OptionalBoolean());
    for (const Rules::Field count : {Rules::MEDICAL_INSURED_COUNT, Rules::SUBSISTENCE_COUNT, Rules::PUPIL_COUNT}) {
      of[count] = absl::StrCat(reader.Number());
    }
  }
  return values;
}

void InsertReconciliation(db::Tx& tx, const ReconciliationRecord& record, const std::vector<Stratum>& strata) {
  const v1::Reconciliation& shown = record.shown;
  tx.Run(kInsert, record.id.shard, record.id.number, record.area, shown.seed(), shown.policy_id(), record.tolerance_fen,
         record.fix_days, shown.population_count(), shown.subject(), TimeLiteral(TimeOf(shown.create_time())));
  std::string villages, counts;
  const std::string households = Arrays(strata, &villages, &counts);
  tx.Run(kInsertStrata, record.id.shard, record.id.number, villages, counts, households);
}

std::optional<ReconciliationRecord> LoadReconciliation(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kSelect, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadReconciliation(rows[0]);
}

std::vector<ReconciliationRecord> ListReconciliations(db::Tx& tx, const std::vector<auth::AreaRange>& areas,
                                                      int64_t before, int limit) {
  const ScopeArrays scope = ArraysOf(areas);
  std::vector<ReconciliationRecord> records;
  for (const auto& row : tx.Run(kList, scope.lows, scope.highs, before, limit)) {
    records.push_back(ReadReconciliation(row));
  }
  return records;
}

std::vector<Stratum> LoadStrata(db::Tx& tx, const ids::RecordId& id) {
  std::vector<Stratum> strata;
  for (const auto& row : tx.Run(kSelectStrata, id.shard, id.number)) {
    const auto village = row[0].as<int64_t>();
    if (strata.empty() || strata.back().village != village) strata.push_back({village, row[1].as<int>(), {}});
    strata.back().household_ids.push_back(row[2].as<int64_t>());
  }
  return strata;
}

std::vector<v1::ReconciliationFigures> LoadFigures(db::Tx& tx, absl::Span<const ids::RecordId> ids,
                                                   const std::string& today) {
  std::vector<v1::ReconciliationFigures> all;
  const IdArrays arrays = ArraysOf(ids);
  for (const auto& row : tx.Run(kFigures, arrays.shards, arrays.numbers, today)) {
    RowReader reader(row);
    v1::ReconciliationFigures& figures = all.emplace_back();
    figures.set_form_count(reader.Number());
    figures.set_entered_count(reader.Number());
    figures.set_agreed_form_count(reader.Number());
    figures.set_value_count(reader.Number());
    figures.set_agreed_value_count(reader.Number());
    figures.set_open_task_count(reader.Number());
    figures.set_overdue_task_count(reader.Number());
  }
  return all;
}

std::vector<v1::ReconciliationFieldFigure> LoadFieldFigures(db::Tx& tx, const ids::RecordId& id) {
  std::vector<v1::ReconciliationFieldFigure> figures;
  for (const auto& row : tx.Run(kFieldFigures, id.shard, id.number)) {
    v1::ReconciliationFieldFigure& figure = figures.emplace_back();
    figure.set_field(static_cast<Rules::Field>(row[0].as<int>()));
    figure.set_value_count(row[1].as<int64_t>());
    figure.set_agreed_value_count(row[2].as<int64_t>());
  }
  return figures;
}

}  // namespace bangfu::registration::store
