// A named SQL statement. Stores declare theirs as constants at the top of the file; a connection prepares each at its
// first use, under its name, by which the log also names statements that were slow.
#ifndef BANGFU_COMMON_DB_STATEMENT_H_
#define BANGFU_COMMON_DB_STATEMENT_H_

namespace bangfu::db {

struct Statement {
  const char* name;  // unique in the program: "<noun>.<verb>"
  const char* sql;   // parameters are $1, $2, …; columns are always listed
};

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_STATEMENT_H_
