// Rows of the register: a reader that takes a row's columns in order, and rows as JSON, in which many travel in one
// parameter (json_populate_recordset names columns, so their order does not matter).
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_ROW_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_ROW_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/api/filter.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

namespace bangfu::registration::store {

// The service that sealed values are bound to.
inline constexpr absl::string_view kService = "registration";

// Takes the columns of a row from left to right.
class RowReader {
 public:
  explicit RowReader(const pqxx::row& row) : row_(row) {}
  // For rows with sealed columns.
  RowReader(const pqxx::row& row, const crypto::Sealer& sealer) : row_(row), sealer_(&sealer) {}

  // Empty, 0 or nothing for NULL.
  std::string Text();
  int64_t Number();
  std::optional<int64_t> OptionalNumber();
  std::optional<bool> OptionalBoolean();
  std::string AreaCode();
  // Two columns, shard and number.
  std::string RecordId();
  // Microseconds since 1970.
  void Time(google::protobuf::Timestamp* out);
  // Opens a sealed column of the row that `record_id` names; a failure shows in status().
  std::string Sealed(const char* table, const char* column, const std::string& record_id);

  const absl::Status& status() const { return status_; }

 private:
  pqxx::field Next() { return row_[column_++]; }

  const pqxx::row& row_;
  const crypto::Sealer* sealer_ = nullptr;
  int column_ = 0;
  absl::Status status_;
};

// A timestamptz literal with microseconds.
std::string TimeLiteral(absl::Time time);

// What a timestamptz keeps of an instant.
void SetTime(absl::Time time, google::protobuf::Timestamp* out);

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);

// Bytes as a bytea column reads them from text.
std::string HexBytes(absl::string_view bytes);

// Rows as a JSON array, written as they come.
//
//   JsonRows rows;
//   JsonRow row = rows.Add();
//   row["id"] = id.number;
//
// A column that is not named is NULL, as is one that is nothing.
class JsonCell {
 public:
  JsonCell(absl::string_view column, bool first, std::string* out);
  void operator=(absl::string_view text);
  void operator=(const std::string& text) { *this = absl::string_view(text); }
  void operator=(const char* text) { *this = absl::string_view(text); }
  void operator=(const std::optional<std::string>& text);
  template <typename Number, typename = std::enable_if_t<std::is_integral_v<Number>>>
  void operator=(Number number) {
    if constexpr (std::is_same_v<Number, bool>) {
      out_->append(number ? "true" : "false");
    } else {
      absl::StrAppend(out_, number);
    }
  }

 private:
  std::string* const out_;
};

class JsonRow {
 public:
  explicit JsonRow(std::string* out) : out_(out) { *out_ += '{'; }
  ~JsonRow() { *out_ += '}'; }
  JsonRow(const JsonRow&) = delete;
  JsonRow& operator=(const JsonRow&) = delete;

  JsonCell operator[](absl::string_view column) { return {column, std::exchange(first_, false), out_}; }

 private:
  std::string* const out_;
  bool first_ = true;
};

class JsonRows {
 public:
  // A row ends before the next begins.
  JsonRow Add() {
    if (text_.size() > 1) text_ += ',';
    return JsonRow(&text_);
  }
  std::string Text() const { return text_ + ']'; }

 private:
  std::string text_ = "[";
};

// Nothing for an empty text; nothing, or the sealed value in hexadecimal.
std::optional<std::string> TextOrNull(const std::string& text);
std::optional<std::string> SealedOrNull(const crypto::Sealer& sealer, const char* table, const char* column,
                                        const std::string& record_id, const std::string& text);

// What a column of the type holds of a field of a record, as text: see api::FilterCells. Dates and choices that are
// absent are NULL, texts are empty.
std::optional<std::string> CellOf(const google::protobuf::Message& record, api::Column::Type type,
                                  const std::string& field);

// The id that a text of format RECORD_ID names; it has been validated.
ids::RecordId IdOf(absl::string_view text);

// Ids as two parameters of a statement, whose places answer to each other.
struct IdArrays {
  std::string shards;
  std::string numbers;
};
IdArrays ArraysOf(absl::Span<const ids::RecordId> ids);

// The numbers of ids by county, for a statement each.
std::map<int32_t, std::vector<int64_t>> NumbersByCounty(absl::Span<const ids::RecordId> ids);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_ROW_H_
