// Citizen identity numbers (GB 11643): six digits of the county of birth, the date of birth, three digits of sequence
// (odd for men, even for women) and one check character. The numbers made here belong to nobody.
#ifndef BANGFU_DEPLOY_DEMO_IDENTITY_H_
#define BANGFU_DEPLOY_DEMO_IDENTITY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bangfu::demo {

enum class Sex { kMale = 1, kFemale = 2 };

// A day of the Gregorian calendar.
struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
};

int DaysInMonth(int year, int month);

// The day `day_of_year` (1 is 1 January) of a year.
Date DateInYear(int year, int day_of_year);

// The check character of the first 17 digits: 0 to 9 or X.
char IdentityCheck(absl::string_view first_17);

// Appends the 18 characters of a number. `county` has six digits, `sequence` is 0 to 999.
void AppendIdentityNumber(int county, Date birth, int sequence, std::string* out);

// Whether the text is an 18-character number with a real date and the right check character.
bool IsIdentityNumber(absl::string_view text);

// Hands out sequence numbers, each once for a county, day of birth and sex. Holds two bytes for each of these in use,
// however many persons there are: below 200 KB a county.
class IdentitySequences {
 public:
  explicit IdentitySequences(int county_count) : used_(county_count) {}

  // A sequence number not handed out before; nothing when the 499 of that county, day and sex are used up.
  // `county` is an index below county_count; the year must be 1900 to 2029.
  std::optional<int> Next(int county, Date birth, Sex sex);

 private:
  std::vector<std::vector<uint16_t>> used_;
};

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_IDENTITY_H_
