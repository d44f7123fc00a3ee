// A strict, bounded reader of JSON text. It is the guard before everything that parses what outsiders send: depth,
// size, UTF-8, duplicate keys and grammar are checked in the same pass that hands the values over.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_JSON_GUARD_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_JSON_GUARD_H_

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::edge {

struct JsonLimits {
  int depth = 32;        // nested objects and arrays
  int tokens = 100'000;  // values and keys
  size_t number = 64;    // characters of one number
};

// Reads one JSON text in order. Every method returns false at the first error and ever after; status() then says what
// is wrong, without repeating any value. Usage: BeginObject, then NextKey until it returns false, reading one value
// after each key; likewise BeginArray and NextElement.
class JsonScanner {
 public:
  enum class Kind { kObject, kArray, kString, kNumber, kTrue, kFalse, kNull, kNothing };

  explicit JsonScanner(absl::string_view text, JsonLimits limits = {}) : text_(text), limits_(limits) {}

  // Kind of the next value. kNothing at the end of the text or where no value can begin.
  Kind Peek();

  bool BeginObject();
  // The next key, unescaped; false at the closing brace and on an error. The view is good until the object ends.
  bool NextKey(absl::string_view* key);
  bool BeginArray();
  bool NextElement();

  bool String(std::string* value);
  // The number's own characters: JSON grammar, at most JsonLimits.number.
  bool Number(absl::string_view* value);
  bool Bool(bool* value);
  bool Null();
  // Checks and passes over one value of any kind; `raw`, if given, receives its text.
  bool Skip(absl::string_view* raw = nullptr);

  // True if nothing but white space is left.
  bool Finish();

  bool ok() const { return error_ == nullptr; }
  // MALFORMED_REQUEST with the position of the error; OK if there is none.
  absl::Status status() const;

 private:
  struct Frame {
    bool first = true;
    size_t first_key = 0;
  };

  bool Fail(const char* error);
  void SkipSpace();
  bool Count();
  bool Open(char bracket);
  // After an opening bracket: true if an item follows, false at `close` (then the frame is left) or on an error.
  bool NextItem(char close);
  bool Literal(absl::string_view word);
  // Reads a string's characters. `plain` is set to the text between the quotes if there is no escape, else `buffer` is
  // filled.
  bool Characters(absl::string_view* plain, std::string* buffer, bool* escaped);
  bool Escape(std::string* out);
  bool HexQuad(unsigned* value);
  bool Utf8();
  bool CheckKeys(size_t first);

  absl::string_view text_;
  JsonLimits limits_;
  size_t at_ = 0;
  int tokens_ = 0;
  std::vector<Frame> frames_;
  std::vector<absl::string_view> keys_;
  std::deque<std::string> unescaped_keys_;
  const char* error_ = nullptr;
};

// Checks a whole text whose top level must be an object. OK or MALFORMED_REQUEST.
absl::Status CheckJson(absl::string_view text, JsonLimits limits = {});

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_JSON_GUARD_H_
