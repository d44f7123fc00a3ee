#include "services/registration/store/list_query.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/store/derived_fields.h"

namespace bangfu::registration::store {
namespace {

struct Key {
  std::string sql;
  bool descending = false;
};

// An absent text is sorted as the empty one: NULL can be compared with nothing.
std::vector<Key> KeysOf(const ListQuery& query) {
  std::vector<Key> keys;
  for (const api::SortKey& key : query.order) {
    const bool text = key.column.type == api::Column::kText;
    keys.push_back({text ? absl::StrCat("coalesce(", key.column.sql, ", '')") : key.column.sql, key.descending});
  }
  keys.push_back({"t.area"});
  keys.push_back({"t.id"});
  return keys;
}

// Everything on the register, and nothing that is off it: state 1 of registered households, which is also what is
// listed without a filter.
bool ListsTheRegister(const ListSource& source, const ListQuery& query) {
  const api::Filter& filter = query.filter;
  if (filter.kind == api::Filter::Kind::kEverything) return true;
  if (filter.kind != api::Filter::Kind::kTerm || filter.field != "state") return false;
  const auto* registered = source.filter_columns.at("state").values->FindValueByNumber(1);
  return filter.comparison == api::Comparison::kEqual && filter.value.kind == api::FilterValue::Kind::kName &&
         filter.value.text == registered->name();
}

bool IsWholeArea(const auth::AreaRange& range) { return standards::RangeEndOf(range.low) == range.high; }

class Composer {
 public:
  explicit Composer(const ListQuery& query) : query_(query), params_(query.condition_params) {}

  // Everything behind WHERE, without the place to go on from.
  absl::StatusOr<std::string> Where(const ListSource& source) {
    std::vector<std::string> parts;
    if (!query_.condition.empty()) parts.push_back(query_.condition);
    const bool on_register = !Mentions(query_.filter, "state");
    if (on_register) parts.push_back("t.state = 1");
    const bool of_the_poor = query_.condition.empty() && !Mentions(query_.filter, source.type);
    if (of_the_poor) parts.push_back(absl::StrCat("t.", source.type, " = 1"));
    std::string bound;
    if (!query_.scope.empty()) parts.push_back(Scope(source.elsewhere, &bound));
    if (!query_.instants.AreNow()) {
      parts.push_back(absl::StrCat("t.update_time <= ", Bind(query_.instants.KnownAt()), "::timestamptz"));
      parts.push_back(absl::StrCat("t.valid_from <= ", Bind(query_.instants.AsOf()), "::date"));
    }
    if (query_.filter_later) return absl::StrJoin(parts, " AND ");
    api::ColumnMap columns = WithDerivedFields(source.filter_columns, query_.filter);
    for (auto& [name, column] : columns) {
      if (on_register && !column.elsewhere.empty()) absl::StrAppend(&column.elsewhere, bound);
    }
    ASSIGN_OR_RETURN(api::SqlFilter filter, api::ToSql(query_.filter, columns, Next()));
    std::move(filter.params.begin(), filter.params.end(), std::back_inserter(params_));
    parts.push_back(filter.sql);
    return absl::StrJoin(parts, " AND ");
  }

  // Everything behind WHERE of superseded versions: of a record the last of those that hold, unless that in force does.
  std::string WhereSuperseded(RecordKind kind) {
    const int number = static_cast<int>(kind);
    const std::string known = absl::StrCat(Bind(query_.instants.KnownAt()), "::timestamptz");
    const std::string day = absl::StrCat(Bind(query_.instants.AsOf()), "::date");
    std::string where = absl::StrCat("t.kind = ", number);
    std::string bound;
    if (!query_.condition.empty()) absl::StrAppend(&where, " AND ", query_.condition);
    if (!query_.scope.empty()) absl::StrAppend(&where, " AND t.area > 0 AND ", Scope(nullptr, &bound));
    absl::StrAppend(&where, " AND t.known_from <= ", known, " AND t.valid_from <= ", day,
                    " AND NOT EXISTS (SELECT FROM record_version n WHERE n.shard = t.shard AND n.kind = ", number,
                    kind == RecordKind::kHousehold ? " AND n.household_id = t.household_id" : "",
                    " AND n.record_id = t.record_id AND n.version > t.version AND n.known_from <= ", known,
                    " AND n.valid_from <= ", day, ") AND NOT EXISTS (SELECT FROM ",
                    kind == RecordKind::kHousehold ? "household" : "member",
                    " c WHERE c.shard = t.shard AND c.id = t.record_id AND c.update_time <= ", known,
                    " AND c.valid_from <= ", day, ")");
    return where;
  }

  std::string Bind(std::string value) {
    params_.push_back(std::move(value));
    return absl::StrCat("$", params_.size());
  }

  // Rows behind the last one: as one comparison of rows when all keys ascend, which an index can start from.
  std::string Behind(const std::vector<Key>& keys) {
    std::vector<std::string> values;
    for (const std::string& value : query_.after) values.push_back(Bind(value));
    if (std::none_of(keys.begin(), keys.end(), [](const Key& key) { return key.descending; })) {
      const auto name = [](std::string* out, const Key& key) { absl::StrAppend(out, key.sql); };
      return absl::StrCat("(", absl::StrJoin(keys, ", ", name), ") > (", absl::StrJoin(values, ", "), ")");
    }
    std::vector<std::string> alternatives;
    std::string equal;
    for (size_t i = 0; i < keys.size(); ++i) {
      alternatives.push_back(absl::StrCat(equal, keys[i].sql, keys[i].descending ? " < " : " > ", values[i]));
      absl::StrAppend(&equal, keys[i].sql, " = ", values[i], " AND ");
    }
    return absl::StrCat("(", absl::StrJoin(alternatives, " OR "), ")");
  }

  const std::vector<std::string>& params() const { return params_; }

 private:
  int Next() const { return static_cast<int>(params_.size()) + 1; }

  static std::string Within(const char* table, absl::string_view low, absl::string_view high) {
    return absl::StrCat(table, ".area >= ", low, " AND ", table, ".area < ", high);
  }

  std::string Range(const auth::AreaRange& range) {
    const std::string low = Bind(absl::StrCat(range.low));
    return Within("t", low, Bind(absl::StrCat(range.high)));
  }

  // The hull of the ranges bounds the scan of the index, and by `bound` that of the other table; ranges are in order.
  std::string Scope(const char* elsewhere, std::string* bound) {
    const std::string low = Bind(absl::StrCat(query_.scope.front().low));
    const std::string high = Bind(absl::StrCat(query_.scope.back().high));
    if (elsewhere != nullptr) {
      *bound = absl::StrCat(" AND ", elsewhere, ".state = 1 AND ", Within(elsewhere, low, high));
    }
    std::string sql = Within("t", low, high);
    if (query_.scope.size() == 1) return sql;
    std::vector<std::string> ranges;
    for (const auth::AreaRange& range : query_.scope) ranges.push_back(absl::StrCat("(", Range(range), ")"));
    return absl::StrCat(sql, " AND (", absl::StrJoin(ranges, " OR "), ")");
  }

  const ListQuery& query_;
  std::vector<std::string> params_;
};

}  // namespace

bool Mentions(const api::Filter& filter, absl::string_view name) {
  if (filter.kind == api::Filter::Kind::kTerm) return filter.field == name;
  return std::any_of(filter.parts.begin(), filter.parts.end(),
                     [&](const api::Filter& part) { return Mentions(part, name); });
}

absl::StatusOr<pqxx::result> RunList(db::Tx& tx, const ListSource& source, const ListQuery& query) {
  const std::vector<Key> keys = KeysOf(query);
  Composer composer(query);
  ASSIGN_OR_RETURN(std::string where, composer.Where(source));
  if (!query.after.empty()) {
    if (query.after.size() != keys.size()) return status::Refuse(status::Reason::INVALID_PAGE_TOKEN);
    absl::StrAppend(&where, " AND ", composer.Behind(keys));
  }
  const auto shown = [](std::string* out, const Key& key) { absl::StrAppend(out, "(", key.sql, ")::text"); };
  const auto sorted = [](std::string* out, const Key& key) {
    absl::StrAppend(out, key.sql, key.descending ? " DESC" : "");
  };
  const std::string sql =
      absl::StrCat("SELECT ", source.columns, ", ", absl::StrJoin(keys, ", ", shown), " FROM ", source.table,
                   " t WHERE ", where, " ORDER BY ", absl::StrJoin(keys, ", ", sorted), " LIMIT ", query.limit + 1);
  return tx.RunText(sql, composer.params());
}

pqxx::result RunSuperseded(db::Tx& tx, RecordKind kind, const ListQuery& query, const std::vector<std::string>& after,
                           int limit) {
  Composer composer(query);
  std::string where = composer.WhereSuperseded(kind);
  if (after.size() == 2) {
    const std::string area = composer.Bind(after[0]);
    absl::StrAppend(&where, " AND (t.area, t.record_id) > (", area, "::bigint, ", composer.Bind(after[1]), "::bigint)");
  }
  const std::string sql = absl::StrCat(
      "SELECT t.shard, t.record_id, t.version, t.body, t.valid_from::text, t.area FROM record_version t WHERE ", where,
      " ORDER BY t.area, t.record_id LIMIT ", limit);
  return tx.RunText(sql, composer.params());
}

absl::StatusOr<Total> CountList(db::Tx& tx, const ListSource& source, const ListQuery& query) {
  if (query.condition.empty() && ListsTheRegister(source, query) &&
      std::all_of(query.scope.begin(), query.scope.end(), IsWholeArea)) {
    return Total{CountRegistered(tx, query.scope).*source.registered};
  }
  Composer composer(query);
  ASSIGN_OR_RETURN(const std::string where, composer.Where(source));
  const std::string sql = absl::StrCat("SELECT count(*) FROM (SELECT FROM ", source.table, " t WHERE ", where,
                                       " LIMIT ", kCountLimit + 1, ") AS counted");
  const auto rows = tx.RunText(sql, composer.params())[0][0].as<int64_t>();
  return Total{std::min<int64_t>(rows, kCountLimit), rows > kCountLimit};
}

std::vector<std::string> KeyOf(const pqxx::row& row, const ListQuery& query) {
  const size_t keys = query.order.size() + 2;
  std::vector<std::string> key;
  for (size_t i = row.size() - keys; i < row.size(); ++i) key.push_back(row[static_cast<int>(i)].as<std::string>());
  return key;
}

}  // namespace bangfu::registration::store
