#include "deploy/demo/identity.h"

#include "deploy/demo/digits.h"

namespace bangfu::demo {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kYears = 130;
constexpr int kDaySlots = 12 * 31;
// Men get 1, 3, ... 997 and women 2, 4, ... 998: 499 each. 499 is a prime, so any step walks through all of them.
constexpr int kPerDayAndSex = 499;

bool IsLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int ToInt(absl::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

Date DateInYear(int year, int day_of_year) {
  int month = 1;
  while (day_of_year > DaysInMonth(year, month)) day_of_year -= DaysInMonth(year, month++);
  return {year, month, day_of_year};
}

char IdentityCheck(absl::string_view first_17) {
  constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (int i = 0; i < 17; ++i) sum += kWeights[i] * (first_17[i] - '0');
  return "10X98765432"[sum % 11];
}

void AppendIdentityNumber(int county, Date birth, int sequence, std::string* out) {
  const size_t start = out->size();
  AppendDigits(county, 6, out);
  AppendDigits(birth.year, 4, out);
  AppendDigits(birth.month, 2, out);
  AppendDigits(birth.day, 2, out);
  AppendDigits(sequence, 3, out);
  out->push_back(IdentityCheck(absl::string_view(*out).substr(start)));
}

bool IsIdentityNumber(absl::string_view text) {
  if (text.size() != 18) return false;
  for (char c : text.substr(0, 17)) {
    if (c < '0' || c > '9') return false;
  }
  const int year = ToInt(text.substr(6, 4)), month = ToInt(text.substr(10, 2)), day = ToInt(text.substr(12, 2));
  if (year < 1800 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) return false;
  return text[17] == IdentityCheck(text);
}

std::optional<int> IdentitySequences::Next(int county, Date birth, Sex sex) {
  std::vector<uint16_t>& used = used_[county];
  if (used.empty()) used.resize(kYears * kDaySlots * 2);
  const int day = (birth.year - kFirstYear) * kDaySlots + (birth.month - 1) * 31 + birth.day - 1;
  const int slot = day * 2 + (sex == Sex::kMale ? 0 : 1);
  if (used[slot] == kPerDayAndSex) return std::nullopt;
  const int index = (slot * 31 + used[slot]++ * 173) % kPerDayAndSex;
  return index * 2 + (sex == Sex::kMale ? 1 : 2);
}

}  // namespace bangfu::demo
