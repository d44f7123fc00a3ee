// Numbers as text, appended to a string without formatting machinery: a provincial data set has a hundred million
// cells.
#ifndef BANGFU_DEPLOY_DEMO_DIGITS_H_
#define BANGFU_DEPLOY_DEMO_DIGITS_H_

#include <cstdint>
#include <string>

namespace bangfu::demo {

// Appends exactly `width` digits, zero-filled. `value` must not be negative and must fit.
inline void AppendDigits(int64_t value, int width, std::string* out) {
  const size_t start = out->size();
  out->resize(start + width);
  for (int i = width - 1; i >= 0; --i) {
    (*out)[start + i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// Appends a whole number.
inline void AppendNumber(int64_t value, std::string* out) {
  if (value < 0) {
    out->push_back('-');
    value = -value;
  }
  int width = 1;
  for (int64_t rest = value / 10; rest > 0; rest /= 10) ++width;
  AppendDigits(value, width, out);
}

// Appends a number of hundredths with two decimals: 1205 is 12.05.
inline void AppendHundredths(int64_t value, std::string* out) {
  if (value < 0) {
    out->push_back('-');
    value = -value;
  }
  AppendNumber(value / 100, out);
  out->push_back('.');
  AppendDigits(value % 100, 2, out);
}

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_DIGITS_H_
