// COPY into a table, row by row, with the escaping done here: several times as fast as field by field through libpqxx.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_COPY_IN_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_COPY_IN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

// A row in COPY's text form.
struct CopyLine {
  std::string text;
};

// What pqxx::stream_to finds, by argument-dependent lookup, to make a line of a CopyLine: it is one already.
inline const std::string& separated_list(const char*, const CopyLine& line, const pqxx::internal::TypedCopyEscaper&) {
  return line.text;
}

// Until Complete, nothing else may run in the transaction.
class CopyIn {
 public:
  CopyIn(db::Tx& tx, const std::string& table, const std::vector<std::string>& columns)
      : stream_(tx.raw(), table, columns) {}

  // The fields of a row, from left to right.
  void Null();
  void Number(int64_t number);
  void Text(absl::string_view text);
  void Boolean(bool value) { Text(value ? "t" : "f"); }
  void Bytes(absl::string_view bytes);

  void EndRow();
  void Complete() { stream_.complete(); }

 private:
  void Separate();

  pqxx::stream_to stream_;
  CopyLine line_;
  bool begun_ = false;
};

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_COPY_IN_H_
