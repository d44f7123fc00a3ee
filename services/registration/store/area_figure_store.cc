#include "services/registration/store/area_figure_store.h"

#include "absl/strings/str_cat.h"
#include "common/ids/record_id.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr char kColumns[] = R"sql(
  t.shard, t.id, t.area, t.year, t.kind, t.amount, t.source, t.author,
  (extract(epoch FROM t.create_time) * 1000000)::bigint,
  EXISTS (SELECT FROM area_figure n WHERE n.area = t.area AND n.year = t.year AND n.kind = t.kind AND n.id > t.id))sql";

constexpr db::Statement kInsert = {"area_figure.insert", R"sql(
  INSERT INTO area_figure (shard, id, area, year, kind, amount, source, author, create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz))sql"};

const std::string kListText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM unnest($1::bigint[], $2::bigint[]) AS r(low, high)
  JOIN area_figure t ON t.area >= r.low AND t.area < r.high
  WHERE ($3::integer = 0 OR t.year = $3) AND ($4::integer = 0 OR t.kind = $4)
    AND ($5 OR NOT EXISTS (SELECT FROM area_figure n
                           WHERE n.area = t.area AND n.year = t.year AND n.kind = t.kind AND n.id > t.id))
    AND (t.area, t.year, t.kind, t.id) > ($6::bigint, $7::integer, $8::integer, $9::bigint)
  ORDER BY t.area, t.year, t.kind, t.id LIMIT $10)sql");
const db::Statement kList = {"area_figure.list", kListText.c_str()};

const std::string kLoadText = absl::StrCat("SELECT DISTINCT ON (t.area, t.year, t.kind) ", kColumns, R"sql(
  FROM area_figure t WHERE t.area = ANY($1::bigint[]) AND ($2::integer = 0 OR t.kind = $2)
  ORDER BY t.area, t.year, t.kind, t.id DESC)sql");
const db::Statement kLoad = {"area_figure.select_in_force", kLoadText.c_str()};

v1::AreaFigure Read(const pqxx::row& row) {
  RowReader columns(row);
  v1::AreaFigure figure;
  figure.set_area_figure_id(columns.RecordId());
  figure.set_area(columns.AreaCode());
  figure.set_year(static_cast<int32_t>(columns.Number()));
  figure.set_kind(static_cast<v1::AreaFigure::Kind>(columns.Number()));
  figure.set_amount(columns.Number());
  figure.set_source(columns.Text());
  figure.set_author(columns.Text());
  columns.Time(figure.mutable_create_time());
  figure.set_superseded(columns.OptionalBoolean().value_or(false));
  return figure;
}

std::vector<v1::AreaFigure> ReadAll(const pqxx::result& rows) {
  std::vector<v1::AreaFigure> figures;
  for (const auto& row : rows) figures.push_back(Read(row));
  return figures;
}

}  // namespace

void InsertAreaFigure(db::Tx& tx, const v1::AreaFigure& figure) {
  const ids::RecordId id = IdOf(figure.area_figure_id());
  tx.Run(kInsert, id.shard, id.number, standards::ParseAreaCode(figure.area()).value_or(0), figure.year(),
         static_cast<int>(figure.kind()), figure.amount(), figure.source(), figure.author(),
         TimeLiteral(TimeOf(figure.create_time())));
}

std::vector<v1::AreaFigure> ListAreaFigures(db::Tx& tx, const AreaFigureQuery& query) {
  const ScopeArrays scope = ArraysOf(query.scope);
  const std::vector<std::string> after =
      query.after.size() == 4 ? query.after : std::vector<std::string>{"0", "0", "0", "0"};
  return ReadAll(tx.Run(kList, scope.lows, scope.highs, query.year, static_cast<int>(query.kind),
                        query.include_superseded, after[0], after[1], after[2], after[3], query.limit + 1));
}

std::vector<v1::AreaFigure> LoadAreaFigures(db::Tx& tx, const std::vector<int64_t>& areas, v1::AreaFigure::Kind kind) {
  return ReadAll(tx.Run(kLoad, db::IntegerArray(areas), static_cast<int>(kind)));
}

std::vector<std::string> KeyOf(const v1::AreaFigure& figure) {
  return {absl::StrCat(standards::ParseAreaCode(figure.area()).value_or(0)), absl::StrCat(figure.year()),
          absl::StrCat(static_cast<int>(figure.kind())), absl::StrCat(IdOf(figure.area_figure_id()).number)};
}

}  // namespace bangfu::registration::store
