// How many rows of an import are new, wrong, written, refused; and how many records an undo took back.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_COUNTS_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_COUNTS_H_

#include <cstdint>

#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

// When the verdicts are counted.
enum class Counting {
  kCheck,   // the rows are decided about for the first time
  kCommit,  // wrong rows beyond those that were counted before were refused after the check
};

// Counts the verdicts of the staged rows into import_file.
void CountVerdicts(db::Tx& tx, const ids::RecordId& import, Counting counting);

// Remembers that verdicts changed since they were counted: a commit that is broken off and goes on counts all the same.
void AskRecount(db::Tx& tx, const ids::RecordId& import);

// Rows of all files of an import.
struct RowCounts {
  int64_t writable = 0;   // new or changed
  int64_t unchanged = 0;  // equal to what is registered
  int64_t wrong = 0;      // not taken, refused ones with them
  int64_t refused = 0;    // not written, although the check had taken them
  int64_t committed = 0;  // written
};
RowCounts CountRows(db::Tx& tx, const ids::RecordId& import);

// Adds to what an undo took back and what it left because it was changed since.
void CountUndone(db::Tx& tx, const ids::RecordId& import, int64_t undone, int64_t kept);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_COUNTS_H_
