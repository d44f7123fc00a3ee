#include "services/registration/store/published_figure_store.h"

#include "common/standards/area_code.h"
#include "services/registration/domain/published_figures.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"published_figure.insert", R"sql(
  INSERT INTO published_figure (shard, id, area, measure, movement, from_date, date, value_centi, source, source_date,
                                place, note, creator, create_time)
  SELECT shard, id, area, measure, movement, from_date, date, value_centi, source, source_date, place, note, creator,
         create_time
  FROM json_populate_recordset(NULL::published_figure, $1::json))sql"};

constexpr db::Statement kSelect = {"published_figure.select", R"sql(
  SELECT shard, id, area, measure, movement, from_date::text, date::text, value_centi, source, source_date::text,
         place, note, creator, (extract(epoch FROM create_time) * 1000000)::bigint
  FROM published_figure WHERE area = $1 AND ($2 = 0 OR measure = $2)
  ORDER BY date DESC, id DESC LIMIT $3)sql"};

v1::PublishedFigure ReadFigure(const pqxx::row& row) {
  RowReader columns(row);
  v1::PublishedFigure figure;
  figure.set_figure_id(columns.RecordId());
  figure.set_area(columns.AreaCode());
  figure.set_measure(static_cast<v1::PublishedFigure::Measure>(columns.Number()));
  figure.set_movement(static_cast<v1::PublishedFigure::Movement>(columns.Number()));
  figure.set_from_date(columns.Text());
  figure.set_date(columns.Text());
  figure.set_value_centi(columns.Number());
  figure.set_source(columns.Text());
  figure.set_source_date(columns.Text());
  figure.set_place(columns.Text());
  figure.set_note(columns.Text());
  figure.set_creator(columns.Text());
  columns.Time(figure.mutable_create_time());
  figure.set_unit(domain::UnitOf(figure.measure()));
  return figure;
}

}  // namespace

void InsertPublishedFigure(db::Tx& tx, const v1::PublishedFigure& figure) {
  const ids::RecordId id = IdOf(figure.figure_id());
  JsonRows rows;
  {
    JsonRow row = rows.Add();
    row["shard"] = id.shard;
    row["id"] = id.number;
    row["area"] = standards::ParseAreaCode(figure.area()).value_or(0);
    row["measure"] = static_cast<int>(figure.measure());
    row["movement"] = static_cast<int>(figure.movement());
    row["from_date"] = TextOrNull(figure.from_date());
    row["date"] = figure.date();
    row["value_centi"] = figure.value_centi();
    row["source"] = figure.source();
    row["source_date"] = TextOrNull(figure.source_date());
    row["place"] = figure.place();
    row["note"] = figure.note();
    row["creator"] = figure.creator();
    row["create_time"] = TimeLiteral(TimeOf(figure.create_time()));
  }
  tx.Run(kInsert, rows.Text());
}

std::vector<v1::PublishedFigure> LoadPublishedFigures(db::Tx& tx, int64_t area, v1::PublishedFigure::Measure measure,
                                                      int limit) {
  std::vector<v1::PublishedFigure> figures;
  for (const auto& row : tx.Run(kSelect, area, static_cast<int>(measure), limit)) figures.push_back(ReadFigure(row));
  return figures;
}

}  // namespace bangfu::registration::store
