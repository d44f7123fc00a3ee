// Wrong rows, made on purpose: every kind of mistake that the import and the data-quality rules must find, and the
// record of what was made, against which a finding can be checked.
#ifndef BANGFU_DEPLOY_DEMO_MISTAKES_H_
#define BANGFU_DEPLOY_DEMO_MISTAKES_H_

#include <array>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "deploy/demo/household.h"
#include "deploy/demo/register_rows.h"

namespace bangfu::demo {

enum class Table { kAc01, kAb01, kAc07, kAc30 };
absl::string_view FileNameOf(Table table);

enum class Severity { kError, kWarning };

// One line of the truth file: what is wrong with one row.
struct Mistake {
  Table table;
  int64_t row;               // As a spreadsheet shows it; the header is row 1.
  absl::string_view column;  // National name.
  absl::string_view kind;
  Severity severity;
};

// Which mistakes are made.
enum class Faults {
  // Those that an import must find, and warnings of the starter set.
  kOfFiles,
  // Those that an import lets pass and a run over the register must find.
  kOfRegister,
  kAll,
};

// Row numbers that the rows of a household will have. Those of the persons follow each other.
struct RowNumbers {
  int64_t household;
  int64_t first_person;
  int64_t income;
  int64_t living;
};

// Spoils a share of all rows. A household gets at most one mistake, so that each can be told from the others; the kinds
// take turns, a kind that does not suit a household waits for the next. Some mistakes show in more than one row or
// cell: each is recorded. Where a household's own row is wrong, its other rows are recorded as household_refused, for a
// row cannot be taken for a household that is not.
class Mistakes {
 public:
  // Greatest share: beyond it there would not be a household for every mistake.
  static constexpr int kMaxPermille = 80;

  explicit Mistakes(int permille, Faults faults = Faults::kOfFiles);

  // May spoil the rows; returns what was made, in no order. Must be called for each household in turn.
  const std::vector<Mistake>& Spoil(const Household& household, const RowNumbers& numbers, RegisterRows* rows);

  // A row already written, with an identity number that a later row may repeat. Used by the kinds below it.
  struct Written {
    int64_t row = 0;  // 0: none.
    std::string identity;
  };
  struct Context {
    const Household& household;
    const RowNumbers& numbers;
    RegisterRows& rows;
    const Written& earlier;
    std::vector<Mistake>& made;
  };
  // Spoils the rows if it suits them and records it; else changes nothing and returns false.
  using Spoiler = bool (*)(Context&);

 private:
  int64_t permille_;
  int64_t credit_ = 0;  // Thousandths of rows still to be spoiled.
  std::list<Spoiler> turns_;
  Written earlier_;
  std::vector<Mistake> made_;
};

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_MISTAKES_H_
