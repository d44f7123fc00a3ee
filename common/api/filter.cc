#include "common/api/filter.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/standards/text.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::api {
namespace {

constexpr size_t kLongestName = 64;
constexpr size_t kLongestNumber = 20;

absl::Status Refuse(const std::string& detail) {
  return status::Refuse(status::Reason::INVALID_FILTER, {{"detail", detail}});
}

struct Token {
  enum class Kind { kEnd, kOpen, kClose, kComparison, kText, kNumber, kWord };
  Kind kind = Kind::kEnd;
  std::string text;
  Comparison comparison = Comparison::kEqual;
  // Bytes before it.
  size_t at = 0;
};

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  absl::StatusOr<Token> Next() {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
    Token token;
    token.at = at_;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '(' || c == ')') {
      ++at_;
      token.kind = c == '(' ? Token::Kind::kOpen : Token::Kind::kClose;
      return token;
    }
    if (c == '"') return Text(token);
    if (TakeComparison(token)) return token;
    if (absl::ascii_isdigit(c) || c == '-') return Number(token);
    if (absl::ascii_isalpha(c) || c == '_') return Word(token);
    return RefuseAt(at_, "无法识别");
  }

  absl::Status RefuseAt(size_t at, absl::string_view fault) const {
    return Refuse(absl::StrCat("第 ", standards::CountCharacters(text_.substr(0, at)) + 1, " 个字符处", fault));
  }

 private:
  bool TakeComparison(Token& token) {
    static constexpr std::pair<const char*, Comparison> kComparisons[] = {
        {"!=", Comparison::kNotEqual}, {"<=", Comparison::kLessOrEqual}, {">=", Comparison::kGreaterOrEqual},
        {"=", Comparison::kEqual},     {"<", Comparison::kLess},         {">", Comparison::kGreater},
        {":", Comparison::kHas}};
    absl::string_view rest = text_.substr(at_);
    for (const auto& [sign, comparison] : kComparisons) {
      if (!absl::ConsumePrefix(&rest, sign)) continue;
      at_ = text_.size() - rest.size();
      token.kind = Token::Kind::kComparison;
      token.comparison = comparison;
      return true;
    }
    return false;
  }

  absl::StatusOr<Token> Text(Token token) {
    token.kind = Token::Kind::kText;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return token;
      }
      if (text_[at_] == '\\') {
        ++at_;
        if (at_ == text_.size()) break;
        if (text_[at_] != '"' && text_[at_] != '\\') return RefuseAt(at_, "的转义不对, 只有 \\\" 和 \\\\");
      }
      token.text += text_[at_];
    }
    return RefuseAt(token.at, "的引号没有结束");
  }

  absl::StatusOr<Token> Number(Token token) {
    token.kind = Token::Kind::kNumber;
    token.text = text_[at_++];
    bool point = false;
    while (at_ < text_.size() && (absl::ascii_isdigit(text_[at_]) || (text_[at_] == '.' && !point))) {
      point |= text_[at_] == '.';
      token.text += text_[at_++];
    }
    const bool ends_in_digit = absl::ascii_isdigit(token.text.back());
    const bool runs_on = at_ < text_.size() && (absl::ascii_isalnum(text_[at_]) || text_[at_] == '.');
    if (!ends_in_digit || runs_on || token.text.size() > kLongestNumber) return RefuseAt(token.at, "不是数字");
    return token;
  }

  absl::StatusOr<Token> Word(Token token) {
    token.kind = Token::Kind::kWord;
    while (at_ < text_.size() && (absl::ascii_isalnum(text_[at_]) || text_[at_] == '_')) token.text += text_[at_++];
    if (token.text.size() > kLongestName) return RefuseAt(token.at, "的名称过长");
    return token;
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(absl::string_view text) : lexer_(text) {}

  absl::StatusOr<Filter> Parse() {
    RETURN_IF_ERROR(Advance());
    if (next_.kind == Token::Kind::kEnd) return Filter();
    ASSIGN_OR_RETURN(Filter filter, Expression(1));
    if (next_.kind != Token::Kind::kEnd) return lexer_.RefuseAt(next_.at, "应为 AND 或 OR");
    return filter;
  }

 private:
  absl::Status Advance() {
    ASSIGN_OR_RETURN(next_, lexer_.Next());
    return absl::OkStatus();
  }

  bool NextIsWord(absl::string_view word) const { return next_.kind == Token::Kind::kWord && next_.text == word; }

  // Factors joined by AND, or by OR.
  absl::StatusOr<Filter> Expression(int depth) {
    ASSIGN_OR_RETURN(Filter first, Factor(depth));
    if (!NextIsWord("AND") && !NextIsWord("OR")) return first;
    const std::string joint = next_.text;
    Filter joined;
    joined.kind = joint == "AND" ? Filter::Kind::kAnd : Filter::Kind::kOr;
    joined.parts.push_back(std::move(first));
    while (NextIsWord(joint)) {
      RETURN_IF_ERROR(Advance());
      ASSIGN_OR_RETURN(Filter part, Factor(depth));
      joined.parts.push_back(std::move(part));
    }
    if (NextIsWord("AND") || NextIsWord("OR")) {
      return lexer_.RefuseAt(next_.at, " AND 与 OR 混用, 请用括号分清先后");
    }
    return joined;
  }

  // NOT factor, (expression), or a term.
  absl::StatusOr<Filter> Factor(int depth) {
    if (depth > kMaximumFilterDepth) return Refuse(absl::StrCat("嵌套超过 ", kMaximumFilterDepth, " 层"));
    if (NextIsWord("NOT")) {
      RETURN_IF_ERROR(Advance());
      ASSIGN_OR_RETURN(Filter part, Factor(depth + 1));
      Filter negation;
      negation.kind = Filter::Kind::kNot;
      negation.parts.push_back(std::move(part));
      return negation;
    }
    if (next_.kind != Token::Kind::kOpen) return Term();
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(Filter inner, Expression(depth + 1));
    if (next_.kind != Token::Kind::kClose) return lexer_.RefuseAt(next_.at, "应为右括号");
    RETURN_IF_ERROR(Advance());
    return inner;
  }

  absl::StatusOr<Filter> Term() {
    if (++terms_ > kMaximumFilterTerms) return Refuse(absl::StrCat("条件超过 ", kMaximumFilterTerms, " 个"));
    Filter term;
    term.kind = Filter::Kind::kTerm;
    if (next_.kind != Token::Kind::kWord || NextIsWord("AND") || NextIsWord("OR")) {
      return lexer_.RefuseAt(next_.at, "应为字段名");
    }
    term.field = next_.text;
    RETURN_IF_ERROR(Advance());
    if (next_.kind != Token::Kind::kComparison) return lexer_.RefuseAt(next_.at, "应为运算符 = != < <= > >= :");
    term.comparison = next_.comparison;
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(term.value, Value());
    RETURN_IF_ERROR(Advance());
    return term;
  }

  absl::StatusOr<FilterValue> Value() const {
    using Kind = FilterValue::Kind;
    if (next_.kind == Token::Kind::kText) return FilterValue{Kind::kText, next_.text};
    if (next_.kind == Token::Kind::kNumber) return FilterValue{Kind::kNumber, next_.text};
    if (NextIsWord("true") || NextIsWord("false")) return FilterValue{Kind::kBoolean, next_.text};
    const bool reserved = NextIsWord("AND") || NextIsWord("OR") || NextIsWord("NOT") || NextIsWord("NULL");
    if (next_.kind != Token::Kind::kWord || reserved) {
      return lexer_.RefuseAt(next_.at, "应为值: 双引号中的文字、数字、true、false 或状态名");
    }
    return FilterValue{Kind::kName, next_.text};
  }

  Lexer lexer_;
  Token next_;
  int terms_ = 0;
};

}  // namespace

absl::StatusOr<Filter> ParseFilter(absl::string_view text) {
  const standards::TextFacts facts = standards::Inspect(text);
  if (!facts.valid_utf8 || facts.control_characters) return Refuse("含有无法读取的字符");
  return Parser(text).Parse();
}

}  // namespace bangfu::api
