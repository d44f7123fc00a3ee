#include "services/gateway/edge/json_guard.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"
#include "services/gateway/edge/utf8.h"

namespace bangfu::edge {

bool JsonScanner::Fail(const char* error) {
  if (error_ == nullptr) error_ = error;
  return false;
}

absl::Status JsonScanner::status() const {
  if (error_ == nullptr) return absl::OkStatus();
  return status::Refuse(status::Reason::MALFORMED_REQUEST,
                        {{"detail", absl::StrCat("第 ", at_ + 1, " 字节处", error_)}});
}

void JsonScanner::SkipSpace() {
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return;
    ++at_;
  }
}

bool JsonScanner::Count() { return ++tokens_ <= limits_.tokens || Fail("内容项过多"); }

JsonScanner::Kind JsonScanner::Peek() {
  if (!ok()) return Kind::kNothing;
  SkipSpace();
  if (at_ == text_.size()) return Kind::kNothing;
  switch (text_[at_]) {
    case '{': return Kind::kObject;
    case '[': return Kind::kArray;
    case '"': return Kind::kString;
    case 't': return Kind::kTrue;
    case 'f': return Kind::kFalse;
    case 'n': return Kind::kNull;
    default: return text_[at_] == '-' || absl::ascii_isdigit(text_[at_]) ? Kind::kNumber : Kind::kNothing;
  }
}

bool JsonScanner::Open(char bracket) {
  if (!ok()) return false;
  SkipSpace();
  if (at_ == text_.size() || text_[at_] != bracket) return Fail(bracket == '{' ? "应为对象" : "应为数组");
  if (static_cast<int>(frames_.size()) == limits_.depth) return Fail("嵌套过深");
  ++at_;
  frames_.push_back({true, keys_.size()});
  return Count();
}

bool JsonScanner::NextItem(char close) {
  if (!ok()) return false;
  SkipSpace();
  if (at_ == text_.size()) return Fail("内容不完整");
  Frame& frame = frames_.back();
  if (text_[at_] == close) {
    ++at_;
    size_t first_key = frame.first_key;
    frames_.pop_back();
    CheckKeys(first_key);
    return false;
  }
  if (!frame.first) {
    if (text_[at_] != ',') return Fail("缺少逗号或括号");
    ++at_;
    SkipSpace();
  }
  frame.first = false;
  return true;
}

bool JsonScanner::CheckKeys(size_t first) {
  auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
  bool unique = true;
  if (keys_.end() - begin > 1) {
    std::sort(begin, keys_.end());
    unique = std::adjacent_find(begin, keys_.end()) == keys_.end();
  }
  keys_.erase(begin, keys_.end());
  return unique || Fail("对象中有重复的名称");
}

bool JsonScanner::BeginObject() { return Open('{'); }
bool JsonScanner::BeginArray() { return Open('['); }
bool JsonScanner::NextElement() { return NextItem(']'); }

bool JsonScanner::NextKey(absl::string_view* key) {
  if (!NextItem('}')) return false;
  if (at_ == text_.size() || text_[at_] != '"') return Fail("名称应为字符串");
  std::string buffer;
  bool escaped = false;
  if (!Count() || !Characters(key, &buffer, &escaped)) return false;
  if (escaped) {
    unescaped_keys_.push_back(std::move(buffer));
    *key = unescaped_keys_.back();
  }
  keys_.push_back(*key);
  SkipSpace();
  if (at_ == text_.size() || text_[at_] != ':') return Fail("缺少冒号");
  ++at_;
  return true;
}

bool JsonScanner::String(std::string* value) {
  if (Peek() != Kind::kString) return Fail("应为字符串");
  absl::string_view plain;
  bool escaped = false;
  value->clear();
  if (!Count() || !Characters(&plain, value, &escaped)) return false;
  if (!escaped) value->assign(plain.data(), plain.size());
  return true;
}

bool JsonScanner::Characters(absl::string_view* plain, std::string* buffer, bool* escaped) {
  size_t begin = ++at_;
  while (at_ < text_.size()) {
    unsigned char c = static_cast<unsigned char>(text_[at_]);
    if (c == '"') {
      *plain = text_.substr(begin, at_ - begin);
      ++at_;
      return true;
    }
    if (c < 0x20) return Fail("字符串中有控制字符");
    size_t from = at_;
    if (c == '\\') {
      if (!*escaped) buffer->assign(text_.data() + begin, at_ - begin);
      *escaped = true;
      if (!Escape(buffer)) return false;
      continue;
    }
    if (c < 0x80) {
      ++at_;
    } else if (!Utf8()) {
      return false;
    }
    if (*escaped) buffer->append(text_.data() + from, at_ - from);
  }
  return Fail("字符串没有结束");
}

bool JsonScanner::Utf8() {
  size_t length = Utf8Length(text_.substr(at_));
  if (length == 0) return Fail("不是有效的 UTF-8");
  at_ += length;
  return true;
}

bool JsonScanner::HexQuad(unsigned* value) {
  if (text_.size() - at_ < 4) return Fail("转义不完整");
  *value = 0;
  for (int i = 0; i < 4; ++i) {
    char c = text_[at_];
    if (!absl::ascii_isxdigit(c)) return Fail("转义有误");
    *value = *value * 16 + static_cast<unsigned>(absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
    ++at_;
  }
  return true;
}

bool JsonScanner::Escape(std::string* out) {
  if (++at_ == text_.size()) return Fail("转义不完整");
  char c = text_[at_++];
  switch (c) {
    case '"':
    case '\\':
    case '/': out->push_back(c); return true;
    case 'b': out->push_back('\b'); return true;
    case 'f': out->push_back('\f'); return true;
    case 'n': out->push_back('\n'); return true;
    case 'r': out->push_back('\r'); return true;
    case 't': out->push_back('\t'); return true;
    case 'u': break;
    default: return Fail("转义有误");
  }
  unsigned code = 0;
  if (!HexQuad(&code)) return false;
  if (code >= 0xDC00 && code < 0xE000) return Fail("代理字符不成对");
  if (code >= 0xD800 && code < 0xDC00) {
    unsigned low = 0;
    if (text_.substr(at_, 2) != "\\u") return Fail("代理字符不成对");
    at_ += 2;
    if (!HexQuad(&low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return Fail("代理字符不成对");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  // Databases and C interfaces end a text at NUL, so it would mean different things on either side.
  if (code == 0) return Fail("字符串中有空字符");
  AppendUtf8(code, out);
  return true;
}

bool JsonScanner::Number(absl::string_view* value) {
  if (Peek() != Kind::kNumber) return Fail("应为数字");
  if (!Count()) return false;
  size_t begin = at_;
  auto digits = [&] {
    size_t from = at_;
    while (at_ < text_.size() && absl::ascii_isdigit(text_[at_])) ++at_;
    return at_ > from;
  };
  if (text_[at_] == '-') ++at_;
  if (at_ < text_.size() && text_[at_] == '0') {
    ++at_;
  } else if (!digits()) {
    return Fail("数字有误");
  }
  if (at_ < text_.size() && text_[at_] == '.' && (++at_, !digits())) return Fail("数字有误");
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    if (!digits()) return Fail("数字有误");
  }
  *value = text_.substr(begin, at_ - begin);
  return value->size() <= limits_.number || Fail("数字过长");
}

bool JsonScanner::Literal(absl::string_view word) {
  if (text_.substr(at_, word.size()) != word) return Fail("内容有误");
  at_ += word.size();
  return Count();
}

bool JsonScanner::Bool(bool* value) {
  Kind kind = Peek();
  if (kind != Kind::kTrue && kind != Kind::kFalse) return Fail("应为 true 或 false");
  *value = kind == Kind::kTrue;
  return Literal(*value ? "true" : "false");
}

bool JsonScanner::Null() {
  if (Peek() != Kind::kNull) return Fail("应为 null");
  return Literal("null");
}

bool JsonScanner::Skip(absl::string_view* raw) {
  Kind kind = Peek();
  size_t begin = at_;
  absl::string_view text;
  std::string string;
  bool boolean = false;
  switch (kind) {
    case Kind::kObject:
      if (!BeginObject()) return false;
      while (NextKey(&text)) Skip();
      break;
    case Kind::kArray:
      if (!BeginArray()) return false;
      while (NextElement()) Skip();
      break;
    case Kind::kString: String(&string); break;
    case Kind::kNumber: Number(&text); break;
    case Kind::kTrue:
    case Kind::kFalse: Bool(&boolean); break;
    case Kind::kNull: Null(); break;
    case Kind::kNothing: return Fail("缺少内容或内容有误");
  }
  if (raw != nullptr) *raw = text_.substr(begin, at_ - begin);
  return ok();
}

bool JsonScanner::Finish() {
  if (!ok()) return false;
  SkipSpace();
  return at_ == text_.size() || Fail("结尾有多余内容");
}

absl::Status CheckJson(absl::string_view text, JsonLimits limits) {
  JsonScanner scanner(text, limits);
  absl::string_view key;
  if (scanner.BeginObject()) {
    while (scanner.NextKey(&key)) scanner.Skip();
  }
  scanner.Finish();
  return scanner.status();
}

}  // namespace bangfu::edge
