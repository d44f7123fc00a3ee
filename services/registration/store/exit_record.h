// What the records of exit share, which are kept whole: guarantee, exit_plan, village_profile, poverty_area. Saving
// keeps the version that it supersedes (exit_record_version), and refuses to replace another than the one expected.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_EXIT_RECORD_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_EXIT_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/api/etag.h"
#include "services/registration/store/author.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {

// The statement that writes rows given as JSON ($1), each with its next version, into a table whose rows are known by
// `keys`. Returns one row for each that was written: those are left out whose version is not the next one.
std::string SaveText(absl::string_view table, absl::string_view subject, const std::vector<std::string>& keys,
                     const std::vector<std::string>& values);

// The message without what stands in the row beside it.
template <typename Record>
std::string BodyOf(Record record) {
  record.clear_etag();
  record.clear_update_time();
  return HexBytes(record.SerializeAsString());
}

// Columns body, version and time in microseconds, in this order.
template <typename Record>
Record ReadRecord(const pqxx::row& row, int first, const std::string& name) {
  Record record;
  record.ParseFromString(db::BytesOf(row[first]));
  record.set_etag(api::EtagOf(name, row[first + 1].as<int64_t>()));
  SetTime(absl::FromUnixMicros(row[first + 2].as<int64_t>()), record.mutable_update_time());
  return record;
}

// Gives the record the next version of `name` and the author's time.
template <typename Record>
void Stamp(const std::string& name, const Author& author, Record* record) {
  record->set_etag(api::EtagOf(name, VersionOf(record->etag()) + 1));
  SetTime(author.time, record->mutable_update_time());
}

// The columns that all of them have.
template <typename Record>
void PutBody(const Record& record, const Author& author, JsonRow* out) {
  JsonRow& row = *out;
  row["body"] = BodyOf(record);
  row["version"] = VersionOf(record.etag());
  row["updated_by"] = author.subject;
  row["update_time"] = TimeLiteral(author.time);
}

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_EXIT_RECORD_H_
