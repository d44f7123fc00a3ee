// All published rules of a service, at one revision: what applies where, when, and as known when. Immutable,
// thread-safe.
//
//   ASSIGN_OR_RETURN(const auto book, library.Open(tx));
//   ASSIGN_OR_RETURN(const auto line, policy::Resolve<v1::PovertyLine>(*book, village, day, "EXIT"));
//   domain::JudgeExit(inputs, line.message) …  line.ref goes into the decision record
#ifndef BANGFU_COMMON_POLICY_BOOK_H_
#define BANGFU_COMMON_POLICY_BOOK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/policy/document.h"
#include "common/policy/kind.h"
#include "common/policy/timeline.h"

namespace bangfu::policy {

// A published document with its content.
struct Rule {
  PolicyDocument document;
  Body body;
};

// What is looked for.
struct Question {
  std::string kind;
  int64_t area = 0;  // 12-digit code of any level
  absl::CivilDay date;
  std::string purpose = {};
  std::optional<absl::Time> as_known_at = {};  // now if absent
};

// NO_POLICY_APPLIES, naming what was looked for.
absl::Status RefuseUnruled(const Question& question);

class Book {
 public:
  struct Step {
    int64_t area;
    const Rule* rule;  // null if the area has none for the day
  };

  // Holdings of documents that are not among `rules` are left out.
  Book(int64_t revision, std::vector<Rule> rules, const std::vector<Holding>& holdings);

  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  int64_t revision() const { return revision_; }

  // Looks from the area upwards and stops at the first that has a rule: the most specific one applies. The last step is
  // that rule's, or the country's without one.
  std::vector<Step> Trace(const Question& question) const;

  // What applies; null if nothing does.
  const Rule* Find(const Question& question) const { return Trace(question).back().rule; }

  // A document that was ever in force, also a withdrawn one; null if there is none.
  const Rule* FindDocument(const std::string& policy_id) const;

  // All documents of a kind that were ever in force, in order of id.
  std::vector<const Rule*> OfKind(absl::string_view kind) const;

 private:
  struct Held {
    Holding holding;
    const Rule* rule;
  };
  using Key = std::tuple<std::string, std::string, int64_t>;  // kind, purpose, area

  const int64_t revision_;
  std::map<std::string, Rule> rules_;  // by id
  std::map<Key, std::vector<Held>> held_;
};

// What applies, as domain code takes it: the plain message, and what to keep with the decision.
template <typename Message>
struct Applied {
  Message message;
  PolicyRef ref;
};

// NO_POLICY_APPLIES.
template <typename Message>
absl::StatusOr<Applied<Message>> Resolve(const Book& book, int64_t area, absl::CivilDay date,
                                         const std::string& purpose = "",
                                         std::optional<absl::Time> as_known_at = std::nullopt) {
  const Question question{KindOf(*Message::descriptor()).name(), area, date, purpose, as_known_at};
  const Rule* rule = book.Find(question);
  if (rule == nullptr) return RefuseUnruled(question);
  return Applied<Message>{static_cast<const Message&>(*rule->body), RefOf(rule->document)};
}

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_BOOK_H_
